"""Working in an open window by its keys alone, as hands do: nothing is pressed by a mouse or set
from outside."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget

from desktop.page import Page
from desktop.pages.mediation import CaseFormPage
from desktop.viewmodels.case_form import FieldKind
from tests.shots.windows import Opened

Key = Qt.Key

MOST_STEPS: Final = 80
"""Presses of Tab or an arrow after which what is looked for is not there."""


class Keyboard:
    """The keyboard of one window, which is the active one."""

    def __init__(self, window: Opened) -> None:
        self._window = window
        self.come_back()

    def come_back(self) -> None:
        """The window is the active one (again)."""
        self._window.space.activateWindow()
        self._window.settle()

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self._window.space.page

    def press(self, *keys: Qt.Key, ctrl: bool = False, alt: bool = False) -> None:
        """Press keys wherever the keyboard is."""
        held = Qt.KeyboardModifier.NoModifier
        held |= Qt.KeyboardModifier.ControlModifier if ctrl else held
        held |= Qt.KeyboardModifier.AltModifier if alt else held
        for key in keys:
            QTest.keyClick(_focused(), key, held)
            self._window.settle()

    def write(self, words: str) -> None:
        """Type where the keyboard is; Chinese comes in as an input method commits it."""
        for at, line in enumerate(words.split("\n")):
            if at:
                QTest.keyClick(_focused(), Key.Key_Return)
            if line.isascii():
                QTest.keyClicks(_focused(), line)
            else:
                committed = QInputMethodEvent("", [])
                committed.setCommitString(line)
                QApplication.sendEvent(_focused(), committed)
        self._window.settle()

    def reach(self, part: QWidget) -> None:
        """Press Tab until the keyboard is in a part of the page."""
        for _step in range(MOST_STEPS):
            if part is _focused() or part.isAncestorOf(_focused()):
                return
            self.press(Key.Key_Tab)
        raise AssertionError(f"Tab does not lead to {part}")

    def fill_in(self, texts: Mapping[str, str]) -> None:
        """Fill in fields of the form that is shown, by their keys, in the order they stand in."""
        form = self.page
        assert isinstance(form, CaseFormPage)
        for name, value in texts.items():
            entry = form.fields.entries[name]
            self.reach(entry)
            if entry.spec.kind in (FieldKind.LINE, FieldKind.NOTE):
                self.press(Key.Key_A, ctrl=True)
                self.write(value)
                continue
            at = [key for key, _words in entry.spec.choices].index(value)
            self.press(*[Key.Key_Right] * at, Key.Key_Space)

    def save(self) -> None:
        """Ctrl S, which has to lead away from the form."""
        form = self.page
        self.press(Key.Key_S, ctrl=True)
        assert self.page is not form, form._hint.text() if isinstance(form, CaseFormPage) else ""

    def choose_way(self, words: str) -> None:
        """Open the menu of a case with its key, and go to the line with these words."""
        self.press(Key.Key_Period)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        for _step in menu.actions():
            QTest.keyClick(menu, Key.Key_Down)
            if menu.activeAction().text() == words:
                break
        QTest.keyClick(menu, Key.Key_Return)
        self._window.settle()

    def choose_file(self, path: Path) -> None:
        """Answer the dialog that asks for a file: its name, and Return."""
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        self.write(str(path))
        QTest.keyClick(_focused(), Key.Key_Return)
        self.come_back()  # Without a window manager nobody else gives the keyboard back.


def _focused() -> QWidget:
    here = QApplication.focusWidget()
    assert here is not None
    return here
