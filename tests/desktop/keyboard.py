"""The keyboard before the whole window: every press goes where the window system would bring it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.jobs.lanes import Lane
from desktop.services.workplace import Workplace
from tests.shots.windows import Dress, Opened, opened

NOTHING = Qt.KeyboardModifier.NoModifier
Key = Qt.Key
FAR = 80
"""Presses of Tab after which something counts as out of reach."""


@contextmanager
def walking(qapp: QApplication, place: Workplace, net: Lane | None = None) -> Iterator[Opened]:
    """The window at its least usual size, on Today."""
    with opened(qapp, place, "en", net=net) as made:
        made.wear(Dress(1366, 768))
        made.space.activateWindow()
        press(made, Qt.Key.Key_1, held=Qt.KeyboardModifier.AltModifier)
        yield made


def press(window: Opened, *keys: Qt.Key, held: Qt.KeyboardModifier = NOTHING) -> None:
    """Press keys where the keyboard is, as the window system would bring them."""
    for key in keys:
        QTest.keyClick(QApplication.focusWidget() or window.space, key, held)
        window.settle()


def type_words(window: Opened, text: str) -> None:
    """Type letters where the keyboard is."""
    QTest.keyClicks(QApplication.focusWidget(), text)
    window.settle()


def names(widget: Any) -> list[str]:
    """What a widget and all that it stands in are called, the innermost first."""
    found = []
    while isinstance(widget, QWidget):
        found.append(widget.accessibleName() or getattr(widget, "words", "") or "")
        widget = widget.parentWidget()
    return found


def tab_to(window: Opened, name: str) -> None:
    """Press Tab until the keyboard is on something of this name, or in it."""
    for _time in range(FAR):
        if name in names(QApplication.focusWidget()):
            return
        press(window, Key.Key_Tab)
    pytest.fail(f"Tab never reaches {name!r}")


def choose(window: Opened, group: str, words: str) -> None:
    """Go to a group of chips, along it to one, and press it."""
    tab_to(window, group)
    for _time in range(FAR):
        if words in names(QApplication.focusWidget())[0]:
            press(window, Key.Key_Space)
            return
        press(window, Key.Key_Right)
    pytest.fail(f"no arrow reaches {words!r} of {group!r}")
