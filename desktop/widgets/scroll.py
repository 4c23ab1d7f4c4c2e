"""A column that scrolls, for bodies above a fixed footer."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import NO_MARGINS, Margins, scaled


class ScrollColumn(QScrollArea):
    """Put content into ``body``. It never scrolls sideways and keeps the ground below it."""

    def __init__(
        self, look: ThemeProvider, margins: Margins = NO_MARGINS, spacing: float = 8
    ) -> None:
        super().__init__()
        content = QWidget()
        self.body = scaled(look, QVBoxLayout(content), margins, spacing)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        # Qt fills both with the window's colour otherwise.
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def to_top(self) -> None:
        """Show the beginning."""
        self.verticalScrollBar().setValue(0)
