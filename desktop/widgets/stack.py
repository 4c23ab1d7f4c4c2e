"""One of several widgets at a time."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget, QWidget


class Stack(QStackedWidget):
    """Asks only for the room of what it shows: what is hidden squeezes nobody."""

    def sizeHint(self) -> QSize:
        """Of the widget shown."""
        shown: QWidget | None = self.currentWidget()  # Qt's type leaves the empty stack out.
        return shown.sizeHint() if shown is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Of the widget shown."""
        shown: QWidget | None = self.currentWidget()  # Qt's type leaves the empty stack out.
        return shown.minimumSizeHint() if shown is not None else QSize(0, 0)
