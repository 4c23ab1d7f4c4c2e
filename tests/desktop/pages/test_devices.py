"""Computers at a glance, of a real server: the one that was silent is two presses away."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from desktop.page import Route
from desktop.pages.devices import DevicesPage
from desktop.services.profiles import Connection, ProfileFolder
from desktop.services.workplace import workplace_on
from desktop.widgets.text import Text
from sync.wire.messages import DeviceState, LeaseReply
from tests.desktop.pages.hands import press
from tests.desktop.pages.rounds import Heard, show
from tests.support.laptops import TickingClock, enrolled
from tests.support.server import COMMUNITY, running_server
from tests.support.workplaces import page_context, workplace

Key = Qt.Key
STATE = DeviceState("0.1.0", "linux-x86_64", 12, "2026-06-10T02:00:00.000Z", 1, "net.portal")


@pytest.fixture
def clock():
    """The server's, and this computer's."""
    return TickingClock()


@pytest.fixture
def server(tmp_path, clock):
    """陈晓禾 was silent for a week, 李国强 met a login page, 王芳 is well."""
    with running_server(tmp_path / "server", clock) as running:
        people = (("chen", "陈晓禾"), ("li", "李国强"), ("wang", "王芳"))
        for login, name in people:
            running.add_user(login, "grid_worker", "第3网格", name)
        running.add_user("it", "it_admin", COMMUNITY, "小吴")
        running.enroll("chen", "old-laptop").post("/v1/lease", LeaseReply(b"", 0))
        clock.moment += timedelta(days=8)
        running.enroll("li", "new-laptop").post("/v1/device-state", STATE)
        running.enroll("wang", "desk")
        yield running


@contextmanager
def page_of(qtbot, server, folder, login, clock):
    """The page on a computer of this user."""
    profile = ProfileFolder(login, folder / login)
    profile.path.mkdir(parents=True)
    profile.remember(Connection(server.base_url))
    place = workplace_on(profile, enrolled(profile.path, server, login, clock).store, clock)
    made = DevicesPage(page_context(place))
    show(qtbot, made)
    made.enter(Route("devices"))
    try:
        yield made
    finally:
        place.close()


@pytest.fixture
def page(qtbot, server, tmp_path, clock):
    """The page as IT opens it."""
    with page_of(qtbot, server, tmp_path, "it", clock) as made:
        yield made


def words_of(page):
    """Everything that is written beside the list."""
    return " ".join(part.text() for part in page.pane.findChildren(Text) if part.isVisible())


def titles(page):
    """The rows' titles."""
    model = page.rows.model()
    return [model.row_at(at).title for at in range(model.rowCount())]


def test_the_silent_one_is_the_first_thing_seen(page):
    """The page opens where something is to look at, and on the one that is worst."""
    assert titles(page) == ["陈晓禾", "李国强"]
    assert "silent for a week" in words_of(page)
    assert page.hint() == "4 computers in use, 2 to look at"
    press(page, Key.Key_J)
    for word in (
        "network wants a login (net.portal)",
        "12 unsent, 1 kept aside",
        "new-laptop",
        "linux-x86_64",
    ):
        assert word in words_of(page)


def test_a_code_that_extends_is_shown_until_the_page_is_left(page):
    """It is read out over the telephone, and stands for no other computer."""
    press(page, Key.Key_E)
    code = page.pane.big.text()
    assert len(code) > 5
    press(page, Key.Key_J)
    assert code not in words_of(page)
    press(page, Key.Key_K)
    assert code in words_of(page)
    page.leave()
    page.enter(Route("devices"))
    assert code not in words_of(page)


def test_revoking_and_losing_ask_first(page):
    """Esc leaves it as it is. What is done is said, and moves to another list with fewer acts."""
    heard = Heard().listen(page)
    press(page, Key.Key_X)
    page.question.dismiss()
    assert titles(page) == ["陈晓禾", "李国强"]
    press(page, Key.Key_L)
    page.question.save.clicked.emit()
    assert page.question is None
    assert "0 residents" in heard.words[0]
    assert titles(page) == ["李国强"]
    press(page, Key.Key_X)
    page.question.save.clicked.emit()
    press(page, Key.Key_3)
    assert sorted(titles(page)) == ["李国强", "陈晓禾"]
    assert not page.pane.offers("revoke")
    assert not page.pane.offers("extend")


def test_a_code_for_another_computer_of_the_same_person(page):
    """The approval of an enrolment: told once, good for ten minutes."""
    press(page, Key.Key_C)
    assert len(page.pane.big.text()) > 5


def test_nobody_revokes_the_computer_they_sit_at(page):
    """The page offers neither; the server refuses both."""
    press(page, Key.Key_2)
    page.rows.go_to(page.place.store.account.client_id)
    press(page, Key.Key_X, Key.Key_L)
    assert page.question is None
    assert "this computer" in page.rows.model().row_at(page.rows.currentIndex().row()).sentence()


def test_what_the_server_refuses_is_said_where_it_was_asked(qtbot, server, tmp_path, clock):
    """A secretary and a computer of IT's: the question stays, and can be asked again."""
    server.add_user("han", "secretary", COMMUNITY, "韩志远")
    server.enroll("it")
    with page_of(qtbot, server, tmp_path, "han", clock) as page:
        press(page, Key.Key_2)
        page.rows.go_to(next(one.device for one in page._devices if one.login == "it"))
        press(page, Key.Key_X)
        page.question.save.clicked.emit()
        assert page.question.error.text() != ""
        assert page.question.save.isEnabled()
        page.question.dismiss()


def test_without_a_network_nothing_is_guessed(qtbot, tmp_path):
    """Where nobody listens: said, and asked again by a button."""
    with workplace(tmp_path, ("it_admin",)) as place:
        made = DevicesPage(page_context(place))
        show(qtbot, made)
        made.enter(Route("devices"))
        assert made.hint() == ""
        assert made.pane.sheet is None
