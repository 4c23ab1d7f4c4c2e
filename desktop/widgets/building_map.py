"""The picture of a building: every door a cell, painted in one pass and kept as a pixmap."""

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip

from desktop.cells import Cell, next_cell
from desktop.theme.provider import ThemeProvider
from desktop.widgets.building_labels import LabelPainter, paint_tip
from desktop.widgets.cell_painter import CellPainter
from desktop.widgets.cell_view import CellView, Index
from desktop.widgets.painting import smooth

_STEPS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ENTER_KEYS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_LARGER: Final = (Qt.Key.Key_Plus, Qt.Key.Key_Equal)
_RING_PX: Final = 2
_HARMLESS: Final = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier


class BuildingMap(CellView):
    """Doors worked by keys: arrows move, Enter opens, + and - change the size, 0 fits all.

    Other letters and digits go on to the page, and no input method starts here.

    Signals:
        moved: the key of the door that is current now, or ``""``.
        opened: the key of the door that Enter or a double click asks for.
    """

    moved = Signal(str)
    opened = Signal(str)

    def __init__(self, look: ThemeProvider, name: str) -> None:
        super().__init__(look, name)
        self._painter = CellPainter(look)
        self._labels = LabelPainter(look)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Announce the door; only the two doors and their labels are painted."""
        super().currentChanged(current, previous)
        # Qt turns it on again for the door that became current.
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.viewport().update()
        self.moved.emit(self.current_key())

    # --- Painting ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """The kept picture, with the labels and the ring of the current door on it."""
        kept = self._refreshed()
        painter = QPainter(self.viewport())
        painter.drawPixmap(QPoint(), kept)
        smooth(painter)
        current = self._cell(self.currentIndex())
        room = self.viewport().rect()
        in_sight = current is not None and room.intersects(self._rect_of(current))
        if current is not None and in_sight:
            self._paint_current(painter, current)
        self._labels.paint(painter, self._grid, self._layout, room, self._offset(), current)
        if current is not None and in_sight and not self.shows_names:
            inner = room.adjusted(self._layout.left, self._layout.top, 0, 0)
            paint_tip(painter, self._look, current, self._rect_of(current), inner)

    def _refreshed(self) -> QPixmap:
        """The cells in sight; those that did not change since are not painted again."""
        ratio = self.viewport().devicePixelRatioF()
        size = self.viewport().size() * ratio
        everything = self._kept is None or self._kept.size() != size
        if everything:
            self._kept = QPixmap(size)
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(self._look.theme.surface)
        assert self._kept is not None
        if everything or self._changed:
            self._paint_cells(self._kept, None if everything else self._changed)
            self._changed = set()
        return self._kept

    def _paint_cells(self, kept: QPixmap, only: set[int] | None) -> None:
        painter = QPainter(kept)
        smooth(painter)
        room = self.viewport().rect()
        for at, cell in enumerate(self._cells):
            rect = self._rect_of(cell)
            if (only is None or at in only) and room.intersects(rect):
                if only is not None:
                    painter.fillRect(rect, self._look.theme.surface)
                dimmed = not cell.shows(self._wanted)
                self._painter.paint_tile(painter, QRectF(rect), cell, dimmed=dimmed)

    def _paint_current(self, painter: QPainter, cell: Cell) -> None:
        """Black on white, so that it stands out from every colour in both themes."""
        theme, px = self._look.theme, self._look.px
        rect = QRectF(self._rect_of(cell))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        strong = self.hasFocus()
        for colour, reach, width in (
            (theme.surface, 0.5, 1.0),
            (theme.t1 if strong else theme.control, 2.0, _RING_PX if strong else 1.5),
        ):
            painter.setPen(QPen(colour, width))
            painter.drawRoundedRect(rect.adjusted(-reach, -reach, reach, reach), px(4), px(4))

    # --- Keys and mouse ---------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, open, change the size; what else is typed belongs to the page."""
        key = Qt.Key(event.key())
        if event.modifiers() & ~_HARMLESS:
            event.ignore()
        elif key in _STEPS:
            self._step(*_STEPS[key])
        elif key in _ENTER_KEYS and self.current_key():
            self.opened.emit(self.current_key())
        elif key in _LARGER:
            self.zoom_by(1)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(-1)
        elif key == Qt.Key.Key_0:
            self.zoom_by(0)
        elif event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _step(self, across: int, down: int) -> None:
        current = self._cell(self.currentIndex())
        if current is None:
            self.set_wanted(self._wanted)
            return
        found = next_cell(self._cells, current, across, down, self._wanted)
        if found is not None:
            self.setCurrentIndex(self._index_of(found))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a door."""
        cell = self._cell(self.indexAt(event.position().toPoint()))
        if cell is not None:
            self.opened.emit(cell.key)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl and the wheel change the size."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """On hover a door says its sentence."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self._cell(self.indexAt(event.pos()))
            QToolTip.showText(event.globalPos(), cell.sentence if cell else "", self)
            return True
        return super().viewportEvent(event)
