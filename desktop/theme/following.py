"""The computer's own choice of light or dark, for those who follow it."""

from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QGuiApplication

from desktop.theme.tokens import ThemeName


class Hints(Protocol):
    """What Qt knows of the desktop; ``QStyleHints`` is one."""

    colorSchemeChanged: SignalInstance

    def colorScheme(self) -> Qt.ColorScheme:
        """What is asked for now."""


class SystemTheme(QObject):
    """What the desktop of this computer asks for.

    Signals:
        changed: it asks for the other one now, such as in the evening.
    """

    changed = Signal()

    def __init__(self, hints: Hints | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hints: Hints = hints or QGuiApplication.styleHints()
        self._hints.colorSchemeChanged.connect(self._tell)

    def name(self) -> ThemeName:
        """Light where the computer does not say."""
        dark = self._hints.colorScheme() == Qt.ColorScheme.Dark
        return ThemeName.DARK if dark else ThemeName.LIGHT

    def _tell(self, scheme: Qt.ColorScheme) -> None:
        self.changed.emit()
