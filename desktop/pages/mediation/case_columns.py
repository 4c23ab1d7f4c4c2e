"""How the parts of a case stand: three columns, two, or one that holds everything."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.scroll_column import ScrollColumn

_LEFT_PX: Final = 260
_RIGHT_PX: Final = 340
_THREE_PX: Final = 1130 - 2 * CONTENT_MARGIN_PX
"""Logical width from which three columns stand side by side, and two."""
_TWO_PX: Final = 900 - 2 * CONTENT_MARGIN_PX


@dataclass(frozen=True)
class CaseParts:
    """The parts. ``writer`` stands below the talks; where there is no room, ``write`` leads to a
    form instead."""

    head: QWidget
    people: QWidget
    papers: QWidget
    rail: QWidget
    talks: QWidget
    agreement: QWidget
    writer: QWidget
    write: QWidget


class CaseColumns(Themed):
    """Reading is on the left and right, writing in the middle. Attributes: ``count``, how many
    columns there are now."""

    def __init__(self, look: ThemeProvider, parts: CaseParts) -> None:
        super().__init__(look)
        self.count = 0
        self._parts = parts
        rows = scaled(look, QVBoxLayout(self), spacing=CONTENT_GAP_PX)
        self._top = scaled(look, QVBoxLayout(), spacing=0)
        rows.addLayout(self._top)
        across = scaled(look, QHBoxLayout(), spacing=CONTENT_GAP_PX)
        self._left, self._middle, self._right = (
            ScrollColumn(look, spacing=CONTENT_GAP_PX) for _at in range(3)
        )
        # The printed page is as high as its width wants: with a bar that comes and goes the two
        # would chase each other for ever, and Qt ends the program over it.
        self._right.area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        holder = QWidget()
        centre = scaled(look, QVBoxLayout(holder), spacing=CONTENT_GAP_PX)
        centre.addWidget(self._middle, 1)
        centre.addWidget(parts.writer)
        across.addWidget(self._left)
        across.addWidget(holder, 1)
        across.addWidget(self._right)
        rows.addLayout(across, 1)
        for scroll in (self._left, self._middle, self._right):
            scroll.body.addStretch(1)
        # Before it is shown or hidden: without a place it would be a window of its own.
        self._put(self._middle, parts.write)
        self._arrange(3)

    @property
    def middle(self) -> QScrollArea:
        """What the talks scroll in."""
        return self._middle.area

    def to_top(self) -> None:
        """Show the newest of the middle."""
        self._middle.to_top()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many columns as have room."""
        super().resizeEvent(event)
        wide = self.width() / self._look.scale
        self._arrange(3 if wide >= _THREE_PX else 2 if wide >= _TWO_PX else 1)

    def _arrange(self, count: int) -> None:
        self._left.setFixedWidth(self._look.px(_LEFT_PX))
        self._right.setFixedWidth(self._look.px(_RIGHT_PX))
        if count == self.count:
            return
        self.count = count
        parts = self._parts
        side = self._right if count == 2 else self._middle
        left = self._left if count == 3 else side
        right = self._right if count == 3 else side
        self._left.setVisible(count == 3)
        self._right.setVisible(count > 1)
        parts.writer.setVisible(count > 1)
        parts.write.setVisible(count == 1)
        if count == 1:
            self._put(self._middle, parts.head, parts.rail, parts.write, parts.talks)
        else:
            self._top.addWidget(parts.head)
            self._put(self._middle, parts.rail, parts.talks)
        # What else there is stands below, or beside.
        self._put(left, parts.people, parts.papers)
        self._put(right, parts.agreement)

    def _put(self, scroll: ScrollColumn, *parts: QWidget) -> None:
        for part in parts:
            scroll.body.removeWidget(part)
            scroll.body.insertWidget(scroll.body.count() - 1, part)
