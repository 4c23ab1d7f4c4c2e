"""What stands before the work: the drawing with the product's name, and a quiet way to fail."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, add_gap, scaled
from desktop.widgets.logo import Logo
from desktop.widgets.skyline import Skyline
from desktop.widgets.text import Text

PANEL_PX: Final = 446
NO_PANEL_BELOW_PX: Final = 940


class WelcomePanel(Skyline):
    """Houses at night with the product's name, two lines and a note."""

    def __init__(self, look: ThemeProvider, product: str, promise: str, note: str) -> None:
        super().__init__(look, night=True)
        column = scaled(look, QVBoxLayout(self), (44, 44, 32, 32), 8)
        head = scaled(look, QHBoxLayout(), spacing=14)
        head.addWidget(Logo(look, 40))
        head.addWidget(Text(look, product, TextStep.HEADING, weight=Weight.BOLD, colour="on_pri"))
        head.addStretch(1)
        column.addLayout(head)
        add_gap(look, column, 48)
        column.addWidget(
            Text(look, promise, TextStep.DISPLAY, weight=Weight.BOLD, colour="on_pri", wraps=True)
        )
        column.addWidget(Text(look, note, TextStep.BODY, colour="on_pri", wraps=True))
        column.addStretch(1)


class SplitGate(Themed):
    """The welcome panel at the left, left out where the window is narrow, and a page beside it."""

    def __init__(self, look: ThemeProvider, panel: WelcomePanel, page: QWidget) -> None:
        super().__init__(look)
        self._panel = panel
        row = scaled(look, QHBoxLayout(self))
        row.addWidget(panel)
        row.addWidget(page, 1)
        self._fit()

    def _fit(self) -> None:
        self._panel.setFixedWidth(self._look.px(PANEL_PX))
        self._panel.setVisible(self.width() >= self._look.px(NO_PANEL_BELOW_PX))

    def _restyle(self) -> None:
        super()._restyle()
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground of the page."""
        QPainter(self).fillRect(self.rect(), self._look.theme.surface)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the panel where there is room."""
        super().resizeEvent(event)
        self._fit()


def centred(look: ThemeProvider, widget: QWidget, width_px: int) -> QVBoxLayout:
    """``widget`` in the middle of its parent, at most ``width_px`` wide at 100 %."""
    column = scaled(look, QVBoxLayout(), (16, 16, 16, 16))
    row = QHBoxLayout()
    widget.setMaximumWidth(look.px(width_px))
    row.addStretch(1)
    row.addWidget(widget, 1000, Qt.AlignmentFlag.AlignVCenter)
    row.addStretch(1)
    column.addStretch(1)
    column.addLayout(row)
    column.addStretch(1)
    return column
