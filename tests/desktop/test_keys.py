"""One table a screen: what it says is what its keys do."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop.keys import Act, KeyTable, cap
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import ThemeName, load_theme
from desktop.widgets.base import is_composing_in
from desktop.widgets.field import SearchBox
from desktop.widgets.row_list import RowList

_NONE, _CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
_ALT, _SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


class Screen(QWidget):
    """A list and a text field, with a table that notes what it did."""

    def __init__(self):
        super().__init__()
        look = ThemeProvider(load_theme(ThemeName.LIGHT))
        self.list = RowList(look, "list")
        self.search = SearchBox(look, "search")
        column = QVBoxLayout(self)
        column.addWidget(self.list)
        column.addWidget(self.search)
        self.did = []
        self.allowed = True
        acts = [
            Act((keys,), keys, lambda keys=keys: self.did.append(keys))
            for keys in ("V", "2", "?", "[", "Esc", "Ctrl+S", "F9")
        ]
        acts.append(Act(("B",), "B", lambda: self.did.append("B"), when=lambda: self.allowed))
        acts.append(Act(("Right",), "Right", lambda: self.did.append("Right"), first=True))
        self.table = KeyTable(self, acts, lambda: is_composing_in(self))

    def keyPressEvent(self, event):  # noqa: N802
        if not self.table.press(event):
            super().keyPressEvent(event)


@pytest.fixture
def screen(qtbot):
    """Shown, with the keyboard on its list."""
    made = Screen()
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.list.setFocus()
    return made


def press(key, held=_NONE):
    """A key where the keyboard is."""
    QTest.keyClick(QApplication.focusWidget(), key, held)


@pytest.mark.parametrize(
    ("key", "held", "did"),
    [
        (Qt.Key.Key_V, _NONE, ["V"]),
        (Qt.Key.Key_2, Qt.KeyboardModifier.KeypadModifier, ["2"]),
        (Qt.Key.Key_Question, _SHIFT, ["?"]),
        (Qt.Key.Key_BracketLeft, _NONE, ["["]),
        (Qt.Key.Key_Escape, _NONE, ["Esc"]),
        (Qt.Key.Key_S, _CTRL, ["Ctrl+S"]),
        (Qt.Key.Key_F9, _NONE, ["F9"]),
        (Qt.Key.Key_Right, _NONE, ["Right"]),
        (Qt.Key.Key_V, _CTRL, []),
        (Qt.Key.Key_V, _SHIFT, []),
        (Qt.Key.Key_X, _NONE, []),
    ],
)
def test_on_a_list_each_key_does_what_its_line_says(screen, key, held, did):
    """Once, and no other key does it."""
    press(key, held)
    assert screen.did == did


def test_in_a_text_field_letters_are_text_and_alt_does_it(screen):
    """Nothing is lost of what one writes."""
    screen.search.edit.setFocus()
    QTest.keyClicks(screen.search.edit, "v2[?b")
    assert (screen.search.text(), screen.did) == ("v2[?b", [])
    press(Qt.Key.Key_V, _ALT)
    press(Qt.Key.Key_F9)

    assert (screen.search.text(), screen.did) == ("v2[?b", ["V", "F9"])


def test_a_composition_keeps_every_key(screen):
    """Digits choose a candidate, Esc drops it, and Ctrl S saves nothing half written."""
    screen.search.edit.setFocus()
    QApplication.sendEvent(screen.search.edit, QInputMethodEvent("wang", []))
    for key, held in ((Qt.Key.Key_2, _NONE), (Qt.Key.Key_Escape, _NONE), (Qt.Key.Key_S, _CTRL)):
        press(key, held)

    assert screen.did == []


def test_the_list_never_starts_an_input_method(screen):
    """With Chinese input on, V is V there."""
    assert not screen.list.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_what_does_not_hold_is_neither_done_nor_told(screen):
    """Such as settling a conflict where there is none."""
    screen.allowed = False
    press(Qt.Key.Key_B)

    assert screen.did == []
    assert "B" not in [words for _, words in screen.table.hints()]


def test_neighbours_with_the_same_words_share_a_line(qtbot):
    """J K up and down; 1 … 5 result."""
    owner = QWidget()
    qtbot.addWidget(owner)
    acts = [Act((key,), "move", owner.close) for key in "JK"]
    acts += [Act((key,), "result", owner.close) for key in "12345"]
    hidden = Act(("Ctrl+Return", "Ctrl+Enter"), "save", owner.close, on_bar=False)
    table = KeyTable(owner, [*acts, hidden])

    assert table.hints(on_bar=True) == ((("J", "K"), "move"), (("1", "…", "5"), "result"))
    assert table.hints()[-1] == (("Ctrl ⏎",), "save")


@pytest.mark.parametrize(
    ("keys", "shown"),
    [("Ctrl++", "Ctrl +"), ("Ctrl+-", "Ctrl −"), ("Alt+Left", "Alt ←"), ("-", "-"), ("/", "/")],
)
def test_a_key_is_shown_as_its_cap(keys, shown):
    """As it is printed on the keyboard."""
    assert cap(keys) == shown
