"""Every page of the list, in every kind of window: nothing cut, squeezed, overlapping, nameless."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.page import Route
from desktop.rows import Row
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import ThemeName, load_theme
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.button import Button, icon_button
from desktop.widgets.row_list import RowList
from desktop.widgets.scale_slider import ScaleSlider
from desktop.widgets.text import Text
from sync.i18n import LANGUAGES
from tests.shots.gates import gate, gates
from tests.shots.geometry import accessible_name, faults, focusable, role
from tests.shots.windows import BrokenLane, Dress, SilentLane, opened, routes
from tests.support.workplaces import household_id, workplace

HOME = household_id("6-2-1602")
DRESSES = (
    Dress(1366, 768, compact=True),
    Dress(1024, 600, theme=ThemeName.DARK),
    Dress(1366, 768, 1.5),
    Dress(1024, 600, 2.0),
)
"""A share of what ``make shots`` looks at: both ends of the sizes, both colours, both rows."""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A laptop with the sample's homes."""
    with workplace(tmp_path_factory.mktemp("geometry")) as made:
        yield made


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dress", DRESSES, ids=str)
def test_nothing_is_cut_and_nothing_overlaps(qapp, place, language, dress):
    """On each page as it is entered."""
    wrong = {}
    with opened(qapp, place, language) as window:
        window.wear(dress)
        for route in routes(window.space.pages, HOME):
            window.go(route)
            wrong[str(route)] = faults(window.space)
    assert {page: found for page, found in wrong.items() if found} == {}


@pytest.mark.parametrize(
    ("language", "dress"), [("en", Dress(1024, 600, 1.25)), ("zh_CN", Dress(1024, 600, 2.0))]
)
@pytest.mark.parametrize("lane", [SilentLane, BrokenLane])
def test_a_page_without_its_data_is_whole_too(qapp, place, lane, language, dress):
    """While it loads, and where the disk refuses everything."""
    wrong = {}
    with opened(qapp, place, language, lane()) as window:
        window.wear(dress)
        for route in routes(window.space.pages, HOME):
            window.go(route)
            wrong[str(route)] = faults(window.space)
    assert {page: found for page, found in wrong.items() if found} == {}


@pytest.mark.parametrize(
    ("lane", "covered"), [(SilentLane, "rows"), (BrokenLane, "error")], ids=["waits", "fails"]
)
def test_a_page_without_its_data_says_so(qapp, place, lane, covered):
    """Grey rows where the answer is on its way; what, why and one button where it is an error."""
    bare = {}
    with opened(qapp, place, "en", lane()) as window:
        window.wear(Dress(1366, 768))
        for route in routes(window.space.pages, HOME):
            window.go(route)
            veil, page = window.space.page.veil, window.space.page
            shown = "error" if veil.shows_error else "rows" if veil.isVisible() else ""
            bare[route.page] = shown or page.KEY
    own = {"handbook": "handbook", "settings": "settings"}  # They ask for nothing.
    if covered == "error":
        # It says it in its own place.
        own |= {"building": "building"}
    assert {page: shown for page, shown in bare.items() if shown != covered} == own


def test_a_text_that_grows_live_makes_lines_of_what_stood_in_one(qapp, place):
    """A part that stands in one line must not hold the window as wide as that line."""
    with opened(qapp, place, "en") as window:
        wrong = {}
        for dress in (Dress(1366, 768), Dress(1366, 768, 1.5)):
            for route in routes(window.space.pages, HOME):
                window.go(route)
                window.wear(dress)
                wrong[route.page] = faults(window.space)
    assert {page: found for page, found in wrong.items() if found} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_before_the_work_is_whole(qapp, language):
    """The lock and its mending, a computer that is held shut, the first run, with every error."""
    assert list(gates(qapp, language, Dress(1024, 600, 2.0))) == []


@pytest.mark.parametrize("name", ["unlock-damaged", "unlock-away", "first-short", "first-stopped"])
def test_what_went_wrong_before_the_work_is_in_sight(qapp, name):
    """Also in the least window at the largest text, where most of a gate is below its edge."""
    with gate(qapp, name, Dress(1024, 600, 2.0)) as page:
        wanted = {"unlock-away": "code", "first-short": "password"}.get(name, "_trouble")
        told = getattr(page, wanted)
        assert told.visibleRegion().boundingRect().height() >= told.height() * 0.9


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cover_the_sheet_and_the_first_day_are_whole(qapp, place, language):
    """What lies over the pages, in the least window at the largest text."""
    with opened(qapp, place, language) as window:
        for dress in (Dress(1366, 768), Dress(1024, 600, 2.0)):
            window.wear(dress)
            window.go(routes(window.space.pages, HOME)[0])
            window.space.tour.show()
            window.settle()
            wrong = faults(window.space.tour)
            window.space.tour.hide()
            window.space.show_keys()
            window.settle()
            wrong += faults(window.space.key_sheet)
            window.space.turn_cover()
            window.settle()
            wrong += faults(window.space.cover)
            window.space.turn_cover()
            assert wrong == [], dress


@pytest.mark.parametrize(
    "dress", [Dress(1366, 768, theme=ThemeName.DARK), Dress(1366, 768, 1.5)], ids=str
)
def test_a_look_that_changes_live_is_the_look_itself(qapp, place, dress):
    """To the pixel: nothing keeps a colour or a size of before."""
    seen = []
    for born in (Dress(1366, 768), dress):
        with opened(qapp, place, "zh_CN", born=born) as window:
            for key in ("today", "households", "settings", "conflicts", "handbook"):
                window.go(Route(key))
            window.wear(dress)
            for key in ("today", "households", "settings", "conflicts", "handbook"):
                window.go(Route(key))
                window.space.setFocus()
                for rows in window.space.page.findChildren(RowList):
                    rows.scrollToTop()
                window.settle()
                seen.append((key, window.space.grab().toImage()))
    half = len(seen) // 2
    unlike = [a[0] for a, b in zip(seen[:half], seen[half:], strict=True) if a[1] != b[1]]
    assert unlike == []


@pytest.mark.parametrize("dress", [Dress(1366, 768, 1.5), Dress(1366, 768, 2.0)], ids=str)
def test_what_moves_to_another_place_keeps_the_look_in_use(qapp, place, dress):
    """Beside a form or within it: Qt gives a label back the font and the colours it was born with
    when it changes its parent."""
    with opened(qapp, place, "zh_CN") as window:
        window.go(Route("visit", HOME, "met"))
        for worn in (dress, Dress(1366, 768, theme=ThemeName.DARK)):
            window.wear(worn)
            shown = [one for one in window.space.page.findChildren(Text) if one.isVisible()]
            assert [one.text() for one in shown if not one._wears_look()] == []


@pytest.fixture(scope="module")
def controls(qapp, place):
    """What each control of each page is called, and taken for, by who hears the screen."""
    with opened(qapp, place, "en") as window:
        window.wear(Dress(1366, 768))
        found = []
        for route in routes(window.space.pages, HOME):
            window.go(route)
            found += [
                (f"{type(one).__name__} of {route.page}", accessible_name(one), role(one))
                for one in focusable(window.space)
            ]
    return found


def tabbed_through(window: QWidget) -> list[QWidget]:
    """What Tab comes by until it is where it was before. By the key itself: asking Qt for the
    next in its chain makes the one the owner of the other, in the eyes of its Python bindings."""
    reached: list[QWidget] = []
    window.setFocus()
    for _step in range(1_000):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        at = QApplication.focusWidget()
        if at is None or at in reached:
            return reached
        reached.append(at)
    raise AssertionError("Tab finds no end")


class TestByEar:
    """What a screen reader says, and what the keyboard reaches."""

    def test_every_control_has_a_name(self, controls):
        """One that the keyboard reaches and the ear does not is a trap."""
        assert len(controls) > 100
        assert [control for control, name, _role in controls if not name] == []

    def test_every_control_says_what_it_is(self, controls):
        """A button, a list, a field: never just a piece of a window."""
        vague = {QAccessible.Role.NoRole, QAccessible.Role.Client}
        assert {control for control, _name, what in controls if what in vague} == set()

    def test_tab_reaches_every_control_of_each_page_and_is_never_caught(self, qapp, place):
        """Once round, and back where it began."""
        with opened(qapp, place, "en") as window:
            window.wear(Dress(1366, 768))
            window.space.activateWindow()
            missed = {}
            for route in routes(window.space.pages, HOME):
                window.go(route)
                reached = tabbed_through(window.space)
                wanted = focusable(window.space.page)
                missed[route] = [type(one).__name__ for one in wanted if one not in reached]
            assert {route: left for route, left in missed.items() if left} == {}

    def test_every_row_is_a_sentence(self, qapp, place):
        """With its lamp in words."""
        with opened(qapp, place, "en") as window:
            window.wear(Dress(1366, 768))
            window.go(routes(window.space.pages, HOME)[0])
            rows = window.space.page.findChild(RowList)
            model = rows.model()
            said = [
                str(model.index(at, 0).data(Qt.ItemDataRole.AccessibleTextRole))
                for at in range(model.rowCount())
            ]
        assert any(one.startswith("1602; 王桂兰") and "red lamp" in one for one in said), said
        assert all(said)


class TestTheJudge:
    """Each fault planted once, and found."""

    @pytest.fixture
    def look(self, qapp):
        """The light look."""
        return ThemeProvider(load_theme(ThemeName.LIGHT))

    def judged(self, qtbot, holder, width=300, height=200):
        """The faults of ``holder`` at a size."""
        qtbot.addWidget(holder)
        holder.resize(width, height)
        with qtbot.waitExposed(holder):
            holder.show()
        return " ".join(faults(holder))

    def test_a_label_that_is_cut(self, qtbot):
        """A text wider than its room."""
        holder = QWidget()
        QLabel("a text that is longer than this", holder).setGeometry(0, 0, 60, 20)
        assert "is cut" in self.judged(qtbot, holder)

    def test_a_button_that_is_squeezed(self, qtbot, look):
        """Smaller than its words."""
        holder = QWidget()
        button = Button(look, "A long word on a button")
        button.setParent(holder)
        button.setGeometry(0, 0, 50, 32)
        assert "needs" in self.judged(qtbot, holder)

    def test_two_that_overlap(self, qtbot):
        """One upon the other."""
        holder = QWidget()
        QLabel("one", holder).setGeometry(0, 0, 100, 20)
        QLabel("two", holder).setGeometry(50, 5, 100, 20)
        assert "overlap" in self.judged(qtbot, holder)

    def test_one_that_reaches_out(self, qtbot):
        """Beyond the edge of its parent."""
        holder = QWidget()
        QLabel("one", holder).setGeometry(280, 0, 100, 20)
        assert "reaches out" in self.judged(qtbot, holder)

    def test_one_that_its_layout_forgot(self, qtbot):
        """It has room, and lies where a former laying out left it."""
        holder = QWidget()
        label = QLabel("one")
        QVBoxLayout(holder).addWidget(label)
        assert self.judged(qtbot, holder) == ""
        label.resize(100, label.height())
        assert "its layout puts it" in " ".join(faults(holder))

    def test_a_control_without_a_name(self, qtbot, look):
        """An icon alone says nothing to the ear."""
        holder = QWidget()
        row = QHBoxLayout(holder)
        nameless = icon_button(look, "x", "")
        row.addWidget(nameless)
        assert "has no name" in self.judged(qtbot, holder)

    def test_a_row_whose_cut_is_told_nowhere(self, qtbot, look, monkeypatch):
        """A list that draws … and shows nothing on hover."""
        holder = QWidget()
        rows = RowList(look, "rows")
        QVBoxLayout(holder).addWidget(rows)
        model = RowListModel(holder)
        model.replace([Row(key="a", title="x" * 80, detail="y" * 80)])
        rows.setModel(model)
        assert "tells it nowhere" not in self.judged(qtbot, holder)
        monkeypatch.setattr(rows.delegate.painter, "is_cut", lambda rect, row: False)
        assert "tells it nowhere" in " ".join(faults(holder))

    def test_a_good_window_has_none(self, qtbot, look):
        """No false alarm."""
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.addWidget(ScaleSlider(look, "Text size"))
        column.addWidget(Button(look, "Save"))
        assert self.judged(qtbot, holder, 400) == ""
