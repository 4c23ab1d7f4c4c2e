"""A pane beside a list, where the window has room for one."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from desktop.theme.breakpoints import CONTENT_GAP_PX, Arrangement, arrangement
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import NO_MARGINS, Themed, scaled

_ANY: Final = 16_777_215
"""Qt's own word for a size without a limit."""


def give_room(pane: QWidget, look: ThemeProvider, *, wanted: bool) -> Arrangement:
    """Show ``pane`` at its width if it is ``wanted`` and the window is wide enough; how the window
    is arranged."""
    found = arrangement(pane.window().width(), look.scale)
    pane.setVisible(found.preview_px > 0 and wanted)
    if found.preview_px:
        pane.setFixedWidth(look.px(found.preview_px))
    return found


@dataclass(frozen=True)
class Sides:
    """How two parts stand: beside each other from ``from_px`` on, there the first ``first_px`` wide
    (0: as wide as the other); the first at most ``low_px`` high where it stands above (0: any)."""

    from_px: int
    first_px: int = 0
    low_px: int = 0


class Beside(Themed):
    """Two parts beside each other, or one above the other where that is too narrow."""

    def __init__(self, look: ThemeProvider, first: QWidget, second: QWidget, sides: Sides) -> None:
        super().__init__(look)
        self._first = first
        self._sides = sides
        across = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._across = scaled(look, across, NO_MARGINS, CONTENT_GAP_PX)
        self._across.addWidget(first, 0 if sides.first_px else 1)
        self._across.addWidget(second, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange by the width there is."""
        super().resizeEvent(event)
        self._arrange()

    def _restyle(self) -> None:
        super()._restyle()
        self._arrange()

    def _arrange(self) -> None:
        px, sides = self._look.px, self._sides
        wide = self.width() >= px(sides.from_px)
        direction = QBoxLayout.Direction
        self._across.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        fixed = px(sides.first_px) if wide else 0
        self._first.setMinimumWidth(fixed)
        self._first.setMaximumWidth(fixed or _ANY)
        self._first.setMaximumHeight(px(sides.low_px) if sides.low_px and not wide else _ANY)
