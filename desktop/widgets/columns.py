"""Two widgets side by side, or one below the other where the width is short."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled


class Columns(Themed):
    """``left`` and ``right`` share the width evenly down to ``stacks_below_px`` (at 100 %)."""

    def __init__(
        self, look: ThemeProvider, left: QWidget, right: QWidget, *, stacks_below_px: int = 640
    ) -> None:
        super().__init__(look)
        self._stacks_below_px = stacks_below_px
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        scaled(look, self._box, spacing=16)
        self._box.addWidget(left, 1)
        self._box.addWidget(right, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stack, or stand side by side again."""
        super().resizeEvent(event)
        stacked = self.width() < self._look.px(self._stacks_below_px)
        direction = QBoxLayout.Direction
        self._box.setDirection(direction.TopToBottom if stacked else direction.LeftToRight)
