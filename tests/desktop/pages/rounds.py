"""Driving a page of the round: what it says to the window, and keys pressed on it."""

from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.page import Page, Route

WIDTH, HEIGHT = 1366, 700


@dataclass
class Heard:
    """Everything a page asked of its window."""

    routes: list[Route] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    undos: list[Any] = field(default_factory=list)
    errors: list[Any] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    changes: int = 0
    backs: int = 0

    def listen(self, page: Page) -> "Heard":
        """Hear ``page``."""
        page.went.connect(self.routes.append)
        page.said.connect(self._say)
        page.warned.connect(self._warn)
        page.failed.connect(self.errors.append)
        page.changed.connect(self._change)
        page.came_back.connect(self._come_back)
        return self

    def _say(self, words: str, undo: Any) -> None:
        self.words.append(words)
        self.undos.append(undo)

    def _warn(self, words: str) -> None:
        """What warns is said as well."""
        self.warnings.append(words)
        self._say(words, None)

    def _change(self) -> None:
        self.changes += 1

    def _come_back(self) -> None:
        self.backs += 1


def press(page: Page, *keys: Qt.Key, ctrl: bool = False) -> None:
    """Press keys where the keyboard is."""
    held = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    for key in keys:
        focused = QApplication.focusWidget()
        assert focused is not None
        assert page.isAncestorOf(focused)
        QTest.keyClick(focused, key, held)


def show(qtbot: Any, page: Page, width: int = WIDTH, height: int = HEIGHT) -> None:
    """Show ``page`` as its window would, with the keyboard in it."""
    qtbot.addWidget(page)
    page.resize(width, height)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
