"""The list of rows: a view over any model that answers ``ListRole``."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from desktop.rows import ListRole, Row, RowKind
from desktop.theme.provider import ThemeProvider
from desktop.widgets.painting import draw_focus_ring, smooth
from desktop.widgets.row_painter import RowPainter

Index = QModelIndex | QPersistentModelIndex
_ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STEPS = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}


class RowDelegate(QStyledItemDelegate):
    """Paints rows with ``RowPainter`` and shows the whole of a cut one on hover."""

    def __init__(self, look: ThemeProvider, parent: QWidget, painter: RowPainter) -> None:
        super().__init__(parent)
        self._look = look
        self.painter = painter

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The height of the row's kind; the view gives the width."""
        row: Row = index.data(ListRole.ROW)
        return QSize(0, self.painter.height(row.kind))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        row: Row = index.data(ListRole.ROW)
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        rect = QRectF(option.rect)  # type: ignore[attr-defined]
        painter.save()
        smooth(painter)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        self.painter.paint(painter, rect, row, chosen, hovered)
        view = self.parent()
        if chosen and isinstance(view, RowList) and view.shows_ring:
            px = self._look.px
            inside = rect.adjusted(px(6), px(2), -px(6), -px(3))
            draw_focus_ring(painter, inside, px(7), self._look.theme)
        painter.restore()

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Show the whole row where its second line is cut."""
        row: Row | None = index.data(ListRole.ROW)
        rect = QRectF(option.rect)  # type: ignore[attr-defined]
        if row is None or not self.painter.is_cut(rect, row):
            QToolTip.hideText()
            return False
        QToolTip.showText(event.globalPos(), row.sentence(), view)
        return True


class RowList(QListView):
    """A list worked by keys: J K and arrows move past headers, Enter opens.

    Letters and digits it does not know go on to the page; no input method starts here.

    Signals:
        moved: the key of the row that is current now, or ``""``.
        opened: the key of the row that Enter or a double click asks for.
        action_pressed: the key of the row whose action was clicked.
    """

    moved = Signal(str)
    opened = Signal(str)
    action_pressed = Signal(str)

    def __init__(
        self,
        look: ThemeProvider,
        name: str,
        parent: QWidget | None = None,
        painter: RowPainter | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._by_keys = False
        self._delegate = RowDelegate(look, self, painter or RowPainter(look))
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(name)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setTabKeyNavigation(False)
        look.changed.connect(self._restyle)
        self._restyle()

    @property
    def shows_ring(self) -> bool:
        """Whether the keyboard is here and was used last."""
        return self.hasFocus() and self._by_keys

    @property
    def delegate(self) -> RowDelegate:
        """What draws the rows, and knows which of them are cut."""
        return self._delegate

    def current_key(self) -> str:
        """The key of the current row, or ``""``."""
        index = self.currentIndex()
        return str(index.data(ListRole.KEY)) if index.isValid() else ""

    def go_to(self, key: str) -> bool:
        """Make the row with ``key`` current; False where the list has none."""
        for position in range(self._row_count()):
            index = self.model().index(position, 0)
            if index.data(ListRole.KEY) == key:
                self.setCurrentIndex(index)
                return True
        return False

    def go_to_first(self) -> None:
        """Make the first row that can be worked on current."""
        self._step_from(-1, 1)
        self.scrollToTop()  # The heading above it is seen, too.
        self.scrollTo(self.currentIndex())  # But never instead of the row itself.

    def move_by(self, step: int) -> None:
        """Go to the next (1) or previous (-1) row that can be chosen."""
        self._step_from(self.currentIndex().row(), step)

    def _step_from(self, position: int, step: int) -> None:
        position += step
        while 0 <= position < self._row_count():
            index = self.model().index(position, 0)
            if index.flags() & Qt.ItemFlag.ItemIsSelectable:
                self.setCurrentIndex(index)
                return
            position += step

    def _row_count(self) -> int:
        # Qt's type says there is always a model; a list just built has none.
        model: QAbstractItemModel | None = self.model()
        return model.rowCount() if model else 0

    def _restyle(self) -> None:
        palette = self.palette()
        palette.setColor(palette.ColorRole.Base, self._look.theme.surface)
        self.setPalette(palette)
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Announce the row that is current now."""
        super().currentChanged(current, previous)
        # Qt turns it on again for the row that became current.
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.moved.emit(self.current_key())

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Where Qt's own keys lead, past group headers."""
        target = super().moveCursor(action, modifiers)
        forward = target.row() >= self.currentIndex().row()
        step = 1 if forward else -1
        while target.isValid() and not target.flags() & Qt.ItemFlag.ItemIsSelectable:
            target = target.sibling(target.row() + step, 0)
        return target if target.isValid() else self.currentIndex()

    def selectionCommand(
        self, index: Index, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """A header that is clicked changes nothing."""
        if index.isValid() and not index.flags() & Qt.ItemFlag.ItemIsSelectable:
            return QItemSelectionModel.SelectionFlag.NoUpdate
        return super().selectionCommand(index, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move and open; what else is typed belongs to the page."""
        self._by_keys = True
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        step = _STEPS.get(Qt.Key(event.key()))
        if plain and step:
            self.move_by(step)
        elif event.isAutoRepeat() and event.key() in _ENTER_KEYS:
            event.accept()  # A key that is held takes one step, not all of them.
        elif plain and event.key() in _ENTER_KEYS and self.currentIndex().isValid():
            self.opened.emit(self.current_key())
        elif event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press the action of the current row, or choose a row."""
        self._by_keys = False
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index == self.currentIndex():
            row: Row = index.data(ListRole.ROW)
            area = self._delegate.painter.action_rect(QRectF(self.visualRect(index)), row)
            if area.contains(event.position()):
                self.action_pressed.emit(row.key)
                return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a folded line opens it."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        row: Row | None = index.data(ListRole.ROW)
        if row is not None and row.kind is RowKind.FOLDED:
            self.opened.emit(row.key)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a row."""
        index = self.indexAt(event.position().toPoint())
        row: Row | None = index.data(ListRole.ROW)
        if row is not None and row.kind is RowKind.ITEM:
            self.opened.emit(row.key)
