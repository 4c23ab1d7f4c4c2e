"""First run: one thing a step, everything typed stays, and a broken download goes on."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt

from desktop.jobs.lanes import InlineLane, Lanes
from desktop.main_window import MainWindow
from desktop.pages.first_run import FirstRunPage
from desktop.services.policy import Policy
from desktop.services.profiles import Profiles
from desktop.services.syncing import connect
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import ThemeName, load_theme
from desktop.viewmodels.first_run import AddressUnclear, Step, server_address
from sync.wire.client import Client
from tests.support.laptops import LOST, FaultyTransport, TickingClock
from tests.support.server import server  # noqa: F401

PASSWORD = "four calm words here"


@pytest.fixture
def accidents():
    """What happens on the way to the server, one a request."""
    return []


@pytest.fixture
def page(qtbot, tmp_path, accidents):
    """The first page of a computer that nobody set up."""

    def through_accidents(connection, token):
        way = connect(connection, token).transport
        return Client(FaultyTransport(way, accidents))

    lane = InlineLane()
    made = FirstRunPage(
        Profiles(tmp_path / "profiles"),
        Lanes(lane, lane),
        ThemeProvider(load_theme(ThemeName.LIGHT)),
        TickingClock(datetime(2026, 6, 18, 2, 0, tzinfo=UTC)),
        through_accidents,
    )
    qtbot.addWidget(made)
    made.resize(1366, 728)
    made.places = []
    made.opened.connect(made.places.append)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    yield made
    for place in {id(one): one for one in (*made.places, made._place) if one}.values():
        place.close()


@pytest.fixture
def fill(page, qtbot):
    """Type into a field and press Enter, as people do."""

    def into(field, text):
        field.set_text("")
        qtbot.keyClicks(field.edit, text)
        qtbot.keyClick(field.edit, Qt.Key.Key_Return)

    return into


@pytest.fixture
def worker(server):  # noqa: F811
    """A grid worker for whom IT can make codes."""
    server.add_user("chen", "grid_worker", server.grids["第3网格"], "陈晓禾")
    return server


def to_passwords(page, fill, worker, code):
    """The first two steps."""
    fill(page.address, worker.base_url)
    fill(page.code, code)


def test_four_steps_lead_to_an_open_profile(page, fill, worker):
    """By Enter alone; the password is set before anything is stored."""
    to_passwords(page, fill, worker, worker.code_for("chen"))
    assert page.step is Step.PASSWORD
    page.password.set_text(PASSWORD)
    fill(page.again, PASSWORD)

    (place,) = page.places
    assert place.store.account.user.name == "陈晓禾"
    assert place.store.facts.last_sync().at
    assert page.password.text() == ""


def test_a_wrong_code_is_said_at_the_code(page, fill, worker):
    """The passwords typed meanwhile stay; a right code then goes through at once."""
    to_passwords(page, fill, worker, "WRONG-CODE")
    page.password.set_text(PASSWORD)
    fill(page.again, PASSWORD)

    assert page.step is Step.CODE
    assert "Ask IT for a new one" in page.code.error()
    assert (page.password.text(), page.again.text()) == (PASSWORD, PASSWORD)
    fill(page.code, worker.code_for("chen"))
    page.next.click()
    assert len(page.places) == 1


def test_no_server_at_the_address_leads_back_to_it(page, fill, worker, accidents):
    """One calm sentence; the code is not spent."""
    code = worker.code_for("chen")
    to_passwords(page, fill, worker, code)
    page.password.set_text(PASSWORD)
    accidents.append(LOST)
    fill(page.again, PASSWORD)

    assert page.step is Step.ADDRESS
    assert page.address.error().startswith("No network")
    for _step in range(3):
        page.next.click()
    assert len(page.places) == 1


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [("short", "short", "password"), (PASSWORD, PASSWORD + "x", "again")],
)
def test_a_password_is_checked_before_the_code_is_spent(page, fill, worker, first, second, field):
    """Length is the rule; the second typing catches a slip."""
    to_passwords(page, fill, worker, worker.code_for("chen"))
    page.password.set_text(first)
    fill(page.again, second)

    assert page.step is Step.PASSWORD
    assert getattr(page, field).error()
    page.password.set_text(PASSWORD)
    fill(page.again, PASSWORD)
    assert len(page.places) == 1


def test_a_broken_download_goes_on_where_it_stopped(page, fill, worker, accidents, qtbot):
    """The computer is enrolled; only what is missing is asked for again."""
    to_passwords(page, fill, worker, worker.code_for("chen"))
    page.password.set_text(PASSWORD)
    accidents.extend([None, LOST])
    fill(page.again, PASSWORD)

    assert page.step is Step.DOWNLOAD
    assert page.places == []
    assert page._trouble.isVisible()
    qtbot.mouseClick(page.next, Qt.MouseButton.LeftButton)
    assert len(page.places) == 1


def test_nobody_has_to_wait_for_the_download(page, fill, worker, accidents, qtbot):
    """Esc opens with what is here; the rest comes by itself."""
    to_passwords(page, fill, worker, worker.code_for("chen"))
    page.password.set_text(PASSWORD)
    accidents.extend([None, LOST])
    fill(page.again, PASSWORD)
    qtbot.keyClick(page.next, Qt.Key.Key_Escape)

    assert len(page.places) == 1


def test_escape_goes_back_and_keeps_what_was_typed(page, fill, qtbot):
    """One step at a time."""
    fill(page.address, "https://doorstep.example.cn")
    qtbot.keyClicks(page.code.edit, "ABCD")
    qtbot.keyClick(page.code.edit, Qt.Key.Key_Escape)

    assert page.step is Step.ADDRESS
    assert page.address.text() == "https://doorstep.example.cn"
    assert page.code.text() == "ABCD"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" doorstep.example.cn/ ", "https://doorstep.example.cn"),
        ("http://10.0.0.8:8000", "http://10.0.0.8:8000"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("localhost:8000", "http://localhost:8000"),
    ],
)
def test_an_address_may_leave_the_scheme_out(typed, address):
    """Then it is https, but for this very computer."""
    assert server_address(typed) == address


@pytest.mark.parametrize("typed", ["", "https://", "ftp://a", "a b", "http://a:99999"])
def test_what_names_no_server_is_refused(typed):
    """With an example beside it."""
    with pytest.raises(AddressUnclear):
        server_address(typed)


def test_who_opens_the_app_the_first_time_can_type_the_address_at_once(qtbot, tmp_path):
    """The window gives the keyboard to the page, and the page to its field."""
    look = ThemeProvider(load_theme(ThemeName.LIGHT))
    window = MainWindow(look)
    qtbot.addWidget(window)
    lane = InlineLane()
    made = FirstRunPage(Profiles(tmp_path / "profiles"), Lanes(lane, lane), look, TickingClock())
    window.show_only(made)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()

    assert made.address.edit.hasFocus()


def test_what_it_set_is_not_asked(qtbot, tmp_path):
    """The address stands there and is not changed; the person begins with the code."""
    look = ThemeProvider(load_theme(ThemeName.LIGHT))
    lane = InlineLane()
    policy = Policy(server="https://doorstep.office.example", ca_file="/etc/ssl/office.pem")
    profiles = Profiles(tmp_path / "profiles", policy)
    made = FirstRunPage(profiles, Lanes(lane, lane), look, TickingClock())
    qtbot.addWidget(made)

    assert made.step is Step.CODE
    assert made.address.text() == policy.server
    assert made.address.edit.isReadOnly()
    assert made._ca_button.isHidden()
