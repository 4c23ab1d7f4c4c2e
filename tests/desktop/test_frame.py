"""What may lie over the pages: the cover, the key sheet."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from desktop.keys import Act
from desktop.page import Page, Route
from desktop.shelf import Shelf
from desktop.sync_runner import SyncRunner
from desktop.widgets.keycap import KeyHint
from desktop.widgets.masked_value import MaskedValue
from desktop.widgets.sidebar import NavGroup, NavItem
from desktop.widgets.text import Text
from desktop.workspace import Workspace
from tests.support.workplaces import page_context, workplace

_NONE, _CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


class Door(Page):
    """A page with a resident's number, a field, and one key of its own."""

    KEY = SECTION = "today"

    def __init__(self, context):
        super().__init__(context)
        self.pressed = 0
        self.field = QLineEdit()
        self.number = MaskedValue(self.look, "139****0000", "王桂兰")
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.number)
        column.addWidget(Text(self.look, "王桂兰"))

    def title(self):
        return "Today"

    def acts(self):
        return (Act(("V",), "start visit", self.visit),)

    def visit(self):
        self.pressed += 1

    def enter(self, route):
        self.setFocus()


@pytest.fixture
def space(qtbot, tmp_path):
    """A window on one door."""
    with workplace(tmp_path) as place:
        context = page_context(place)
        runner = SyncRunner(place.syncing, context.lanes.net)
        items = (NavItem("today", "Today", "calendar-check"),)
        made = Workspace(context, [NavGroup("all", items)], Shelf.of([Door(context)]), runner)
        made.runner = runner
        qtbot.addWidget(made)
        made.resize(1366, 728)
        with qtbot.waitActive(made):
            made.show()
            made.activateWindow()
        made.go_to_section("today")
        yield made


def press(key, held=_NONE):
    """A key where the keyboard is."""
    QTest.keyClick(QApplication.focusWidget(), key, held)


def visible_words(space):
    """Every text that somebody who looks on could read."""
    return {one.text() for one in space.findChildren(Text) if one.isVisible()}


class TestTheCover:
    """One key blanks the content, one brings it back."""

    def test_nothing_of_the_page_is_left_to_see(self, space):
        """No name, no sidebar, no toast; the window's title never named anybody."""
        space.page.said.emit("1602 王桂兰", None)
        press(Qt.Key.Key_F9)

        assert not space.page.isVisible()
        assert not space.sidebar.isVisible()
        assert space.toast.words() == ""
        assert not any("王" in words for words in visible_words(space))

    def test_the_same_key_brings_everything_back_where_it_was(self, space):
        """Words, and the keyboard in the field."""
        space.page.field.setFocus()
        QTest.keyClicks(space.page.field, "half a sen")
        press(Qt.Key.Key_F9)
        press(Qt.Key.Key_F9)

        assert space.page.isVisible()
        assert QApplication.focusWidget() is space.page.field
        assert space.page.field.text() == "half a sen"

    def test_no_key_reaches_what_is_behind(self, space):
        """Neither a letter, nor a way to another page, nor an undo, nor Tab."""
        undone = []
        space.page.said.emit("one", lambda: undone.append(1))
        press(Qt.Key.Key_F9)
        press(Qt.Key.Key_V)
        press(Qt.Key.Key_Z, _CTRL)
        for _step in range(3):
            press(Qt.Key.Key_Tab)

        assert (space.page.pressed, undone) == (0, [])
        assert QApplication.focusWidget() is space.cover.button

    def test_a_number_shown_in_full_comes_back_masked(self, space):
        """Whoever looked on did not press the eye."""
        space.page.number.show_full("13900000000")
        press(Qt.Key.Key_F9)
        press(Qt.Key.Key_F9)

        assert space.page.number.text == "139****0000"

    def test_words_that_come_meanwhile_wait(self, space):
        """A toast may name somebody."""
        press(Qt.Key.Key_F9)
        space.page.said.emit("1602 王桂兰: met", None)
        assert space.toast.words() == ""
        press(Qt.Key.Key_F9)

        assert space.toast.words() == "1602 王桂兰: met"

    def test_one_may_lock_from_behind_it(self, space, qtbot):
        """Ctrl L needs no look at the screen."""
        press(Qt.Key.Key_F9)
        with qtbot.waitSignal(space.locked):
            press(Qt.Key.Key_L, _CTRL)


def test_a_message_covers_no_key_where_there_is_room(space):
    """It moves aside from the status bar's keys, which one looks for just then."""
    space.resize(1366, 768)
    space.status.show_keys([((key,), f"a long word for {key}") for key in "ABCDE"])
    space.layout().activate()
    space.tell("Recorded")
    first = space.status.mapTo(space, QPoint()).x() + space.status.room_px()
    assert first < space.width() // 2 + space.toast.width() // 2
    assert space.sidebar.width() <= space.toast.x()
    assert space.toast.geometry().right() < first


class TestTheKeySheet:
    """A question mark, and every key that acts here and now."""

    def test_it_tells_the_keys_of_the_page_and_of_every_page(self, space):
        """From the tables that do it."""
        press(Qt.Key.Key_Question, Qt.KeyboardModifier.ShiftModifier)
        shown = {one.accessibleName() for one in space.key_sheet.findChildren(KeyHint)}

        assert space.key_sheet.isVisible()
        for table in (space.page.table, space.table):
            for caps, _words in table.hints():
                assert " ".join(caps) in shown

    def test_esc_closes_it_and_the_keyboard_goes_back(self, space):
        """And no key acts on the page meanwhile."""
        space.page.field.setFocus()
        space.show_keys()
        press(Qt.Key.Key_V)
        press(Qt.Key.Key_Escape)

        assert not space.key_sheet.isVisible()
        assert space.page.pressed == 0
        assert QApplication.focusWidget() is space.page.field

    def test_tab_stays_in_it(self, space):
        """Nobody types into what is behind."""
        space.show_keys()
        for _step in range(5):
            press(Qt.Key.Key_Tab)
            assert space.key_sheet.isAncestorOf(QApplication.focusWidget())

    def test_the_cover_closes_it(self, space):
        """Its title names the page, which may be somebody's door."""
        space.show_keys()
        press(Qt.Key.Key_F9)
        assert not space.key_sheet.isVisible()
        assert space.is_covered


def test_a_route_of_the_handbook_needs_its_page(space):
    """Where the page is missing the key is not told."""
    assert ("F1",) not in [tuple(caps) for caps, _ in space.table.hints()]
    space.go(Route("today"))
    assert isinstance(space.page, QWidget)
