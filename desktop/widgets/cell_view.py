"""A view of cells on a grid: where each stands, what is in sight, and which one is current."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QPixmap, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from desktop.cells import Cell, CellRole, Grid, LegendKey
from desktop.theme.provider import ThemeProvider
from desktop.widgets.building_layout import NAMES_FROM_PX, ZOOMS, lay_out

Index = QModelIndex | QPersistentModelIndex


class CellView(QListView):
    """What Qt's views are asked, over a model that lists cells in reading order.

    A list to Qt, so that each cell is an accessible child; where they stand is our own. What is
    painted is kept until it changes.
    """

    def __init__(self, look: ThemeProvider, name: str) -> None:
        super().__init__()
        self._look = look
        self._grid = Grid()
        self._wanted: LegendKey | None = None
        self._zoom = 0
        self._kept: QPixmap | None = None
        self._changed: set[int] = set()
        self._cells: list[Cell] = []
        self._layout = lay_out(look, self._grid, QSize(), ZOOMS[0])
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        look.changed.connect(self._measure)

    # --- What the page sets -----------------------------------------------------------------------

    def set_grid(self, grid: Grid) -> None:
        """Take another grid, before its cells come."""
        if grid != self._grid:
            self._grid = grid
            self._measure()

    def set_wanted(self, wanted: LegendKey | None) -> None:
        """Show the doors of one entry of the legend; the others fade, and arrows pass them."""
        self._wanted = wanted
        self._forget()
        current = self._cell(self.currentIndex())
        if current is not None and current.shows(wanted):
            return
        first = next((at for at, cell in enumerate(self._cells) if cell.shows(wanted)), -1)
        if first >= 0:
            self.setCurrentIndex(self.model().index(first, 0))

    @property
    def wanted(self) -> LegendKey | None:
        """What the legend was asked for."""
        return self._wanted

    @property
    def shows_names(self) -> bool:
        """Whether cells are large enough for names."""
        return self._layout.height >= self._look.px(NAMES_FROM_PX)

    def current_key(self) -> str:
        """The key of the current door, or ``""``."""
        cell = self._cell(self.currentIndex())
        return cell.key if cell else ""

    def go_to(self, key: str) -> bool:
        """Make the door with ``key`` current; False where the picture has none."""
        for at, cell in enumerate(self._cells):
            if cell.key == key:
                self.setCurrentIndex(self.model().index(at, 0))
                return True
        return False

    def zoom_by(self, step: int) -> None:
        """Larger (1) or smaller (-1) cells; 0 fits all of them again."""
        self._zoom = min(len(ZOOMS) - 1, max(0, self._zoom + step)) if step else 0
        self._measure()

    # --- Measuring --------------------------------------------------------------------------------

    def _measure(self) -> None:
        self._layout = lay_out(self._look, self._grid, self.viewport().size(), ZOOMS[self._zoom])
        self.updateGeometries()
        self._forget()
        self.scrollTo(self.currentIndex())

    def updateGeometries(self) -> None:
        """How far it scrolls."""
        content, room = self._layout.content, self.viewport().size()
        for bar, needed, there in (
            (self.horizontalScrollBar(), content.width(), room.width()),
            (self.verticalScrollBar(), content.height(), room.height()),
        ):
            bar.setRange(0, max(0, needed - there))
            bar.setPageStep(there)
            bar.setSingleStep(self._look.px(24))

    def _forget(self) -> None:
        """Everything is painted anew."""
        self._kept = None
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the cells into the new room."""
        super().resizeEvent(event)
        self._measure()

    def sizeHint(self) -> QSize:
        """As much as there is."""
        return QSize(self._look.px(480), self._look.px(360))

    def minimumSizeHint(self) -> QSize:
        """What does not fit scrolls."""
        return QSize(self._look.px(160), self._look.px(120))

    # --- What Qt's views are asked ----------------------------------------------------------------

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Listen to the model: only what changed is painted again."""
        super().setModel(model)
        if model is not None:
            model.modelReset.connect(self._begin_anew)
        self._begin_anew()

    def _begin_anew(self) -> None:
        """Other doors came."""
        self._read_cells()
        self._measure()

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Remember which cells are stale."""
        for at in range(first.row(), last.row() + 1):
            self._cells[at] = first.sibling(at, 0).data(CellRole.CELL)
        self._changed.update(range(first.row(), last.row() + 1))
        self.viewport().update()

    def visualRect(self, index: Index) -> QRect:
        """Where a door stands now."""
        cell = self._cell(index)
        return self._rect_of(cell) if cell else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        """The door under a point; labels cover what scrolled below them."""
        if point.x() < self._layout.left or point.y() < self._layout.top:
            return QModelIndex()
        found = self._layout.find(point + self._offset(), self._cells)
        return self._index_of(found) if found else QModelIndex()

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Bring a door into sight, clear of the labels."""
        cell = self._cell(index)
        if cell is None:
            return
        rect, room, lay = self._rect_of(cell), self.viewport().size(), self._layout
        for bar, before, after in (
            (self.horizontalScrollBar(), rect.left() - lay.left, rect.right() - room.width()),
            (self.verticalScrollBar(), rect.top() - lay.top, rect.bottom() - room.height()),
        ):
            if before < 0:
                bar.setValue(bar.value() + before - lay.gap)
            elif after > 0:
                bar.setValue(bar.value() + after + lay.gap + 1)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Home and End lead to the first and last door; arrows are our own."""
        last = len(self._cells) - 1
        actions = QAbstractItemView.CursorAction
        if action == actions.MoveHome:
            return self.model().index(0, 0)
        return self.model().index(last, 0) if action == actions.MoveEnd else self.currentIndex()

    def horizontalOffset(self) -> int:
        """How far it is scrolled to the right."""
        return self.horizontalScrollBar().value()

    def verticalOffset(self) -> int:
        """How far it is scrolled down."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        """No door is hidden."""
        return False

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """One door at a time."""
        index = self.indexAt(rect.center())
        if index.isValid():
            self.selectionModel().select(index, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """The selected door."""
        region = QRegion()
        for index in selection.indexes():
            region = region.united(self.visualRect(index))
        return region

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Labels stay, so nothing can simply be moved."""
        self._forget()

    # --- Cells ------------------------------------------------------------------------------------

    def _read_cells(self) -> None:
        # Qt's type says there is always a model; a view just built has none.
        model: QAbstractItemModel | None = self.model()
        count = model.rowCount() if model else 0
        self._cells = [self.model().index(at, 0).data(CellRole.CELL) for at in range(count)]

    def _cell(self, index: Index) -> Cell | None:
        return self._cells[index.row()] if index.isValid() else None

    def _index_of(self, cell: Cell) -> QModelIndex:
        return self.model().index(self._cells.index(cell), 0)

    def _rect_of(self, cell: Cell) -> QRect:
        return self._layout.rect(cell.row, cell.column).translated(-self._offset())

    def _offset(self) -> QPoint:
        return QPoint(self.horizontalOffset(), self.verticalOffset())
