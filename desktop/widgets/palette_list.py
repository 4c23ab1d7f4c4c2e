"""The list of the search palette: single lines with what was typed marked in them."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.palette_rows import PaletteKind, PaletteRow
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Radius
from desktop.theme.provider import ThemeProvider
from desktop.widgets.painting import (
    ENTER_KEY,
    draw_keycap,
    draw_lamp,
    draw_tag,
    draw_text,
    fill_round,
    keycap_width,
    smooth,
    tag_size,
    text_width,
)

Index = QModelIndex | QPersistentModelIndex
ROW: Final = Qt.ItemDataRole.UserRole + 1
_LINE_PX: Final = 44
_TITLE_PX: Final = 34
_EDGE_PX: Final = 20


class PaletteModel(QAbstractListModel):
    """The lines; titles cannot be chosen."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: tuple[PaletteRow, ...] = ()

    def replace(self, rows: Sequence[PaletteRow]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row_at(self, position: int) -> PaletteRow | None:
        """A line, or ``None`` beyond the last."""
        return self._rows[position] if 0 <= position < len(self._rows) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Qt's count of lines."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The line, its title, or its sentence for a screen reader."""
        row = self.row_at(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        return row.sentence() if role == Qt.ItemDataRole.AccessibleTextRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A title is read, not chosen."""
        row = self.row_at(index.row()) if index.isValid() else None
        if row is None or not row.can_be_chosen:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class PaletteList(QListView):
    """Chosen by the keys of the line above it; it never has the keyboard itself.

    Signals:
        pressed_row: a line was clicked.
    """

    pressed_row = Signal(object)

    def __init__(self, look: ThemeProvider, name: str) -> None:
        super().__init__()
        self._look = look
        self.lines = PaletteModel(self)
        self.setModel(self.lines)
        self.setItemDelegate(_Delegate(look, self))
        self.setAccessibleName(name)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        look.changed.connect(self._restyle)
        self._restyle()

    def current(self) -> PaletteRow | None:
        """The chosen line."""
        return self.lines.row_at(self.currentIndex().row())

    def choose(self, kind: PaletteKind | None = None, key: str = "") -> bool:
        """Choose the first line of a kind with this key (any: the first that can be chosen)."""
        for position in range(self.lines.rowCount()):
            row = self.lines.row_at(position)
            fits = row is not None and row.can_be_chosen and kind in (None, row.kind)
            if row is not None and fits and key in ("", row.key):
                self.setCurrentIndex(self.lines.index(position))
                return True
        return False

    def step(self, by: int) -> None:
        """Go to the next (1) or previous (-1) line that can be chosen; an end stays."""
        position = self.currentIndex().row() + by
        while (row := self.lines.row_at(position)) is not None:
            if row.can_be_chosen:
                self.setCurrentIndex(self.lines.index(position))
                return
            position += by

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click presses a line."""
        super().mouseReleaseEvent(event)
        row = self.lines.row_at(self.indexAt(event.position().toPoint()).row())
        if row is not None and row.can_be_chosen:
            self.pressed_row.emit(row)

    def _restyle(self) -> None:
        palette = self.palette()
        palette.setColor(palette.ColorRole.Base, self._look.theme.surface)
        self.setPalette(palette)
        self.scheduleDelayedItemsLayout()
        self.viewport().update()


def line_height(look: ThemeProvider, row: PaletteRow) -> int:
    """The height of a line."""
    return look.px(_TITLE_PX if row.kind is PaletteKind.TITLE else _LINE_PX)


class _Delegate(QStyledItemDelegate):
    def __init__(self, look: ThemeProvider, parent: QObject) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row: PaletteRow = index.data(ROW)
        return QSize(0, line_height(self._look, row))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: PaletteRow = index.data(ROW)
        rect = QRectF(option.rect)  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        smooth(painter)
        if row.kind is PaletteKind.TITLE:
            self._paint_title(painter, rect, row, first=index.row() == 0)
        else:
            self._paint_line(painter, rect, row, bool(state & QStyle.StateFlag.State_Selected))
        painter.restore()

    def _paint_title(
        self, painter: QPainter, rect: QRectF, row: PaletteRow, *, first: bool
    ) -> None:
        look, px = self._look, self._look.px
        if not first:
            line = QRectF(rect.x() + px(_EDGE_PX), rect.y() + px(2), rect.width(), 1)
            painter.fillRect(line.adjusted(0, 0, -px(2 * _EDGE_PX), 0), look.theme.line)
        words = rect.adjusted(px(_EDGE_PX), px(4), -px(_EDGE_PX), 0)
        font = look.font(TextStep.NOTE, Weight.MEDIUM)
        draw_text(painter, words, row.title, font, look.theme.t2)

    def _paint_line(self, painter: QPainter, rect: QRectF, row: PaletteRow, chosen: bool) -> None:
        look, theme, px = self._look, self._look.theme, self._look.px
        if chosen:
            body = rect.adjusted(px(8), px(1), -px(8), -px(1))
            fill_round(painter, body, px(Radius.CONTROL), theme.pri_bg)
            bar = QRectF(body.x(), body.y() + px(9), px(3), body.height() - px(18))
            fill_round(painter, bar, px(1.5), theme.pri)
        side = px(18)
        icon = QRectF(rect.x() + px(_EDGE_PX), rect.center().y() - side / 2, side, side)
        look.icons.paint(painter, row.icon, theme.pri_t if chosen else theme.t2, icon)
        left = rect.x() + px(54)
        right = rect.right() - px(_EDGE_PX) - self._paint_right(painter, rect, row, chosen)
        left = self._paint_words(painter, QRectF(left, rect.y(), right - left, rect.height()), row)
        for tag in row.tags:
            width, height = tag_size(look, tag)
            if left + px(10) + width < right:
                at = QRectF(left + px(10), rect.center().y() - height / 2, width, height)
                draw_tag(painter, look, at, tag)
                left += width + px(10)

    def _paint_words(self, painter: QPainter, line: QRectF, row: PaletteRow) -> float:
        """The title, with what was typed on a ground of its own. Returns where it ends."""
        look = self._look
        font = look.font(TextStep.BODY, Weight.MEDIUM)
        start, end = row.marked
        metrics = QFontMetricsF(font)
        if end > start:
            before = metrics.horizontalAdvance(row.title[:start])
            width = metrics.horizontalAdvance(row.title[:end]) - before
            height = look.px(24)
            ground = QRectF(line.x() + before, line.center().y() - height / 2, width, height)
            if ground.right() < line.right():
                fill_round(painter, ground, look.px(3), look.theme.warn_bg)
        return line.x() + draw_text(painter, line, row.title, font, look.theme.t1)

    def _paint_right(self, painter: QPainter, rect: QRectF, row: PaletteRow, chosen: bool) -> float:
        """The state and the key that presses it; returns the width taken."""
        look, theme, px = self._look, self._look.theme, self._look.px
        edge = rect.right() - px(_EDGE_PX)
        taken = 0.0
        cap = row.cap or (ENTER_KEY if chosen else "")
        if cap and look.shows_keys:
            wide = keycap_width(look, cap)
            draw_keycap(painter, look, QRectF(edge - wide, rect.y(), wide, rect.height()), cap)
            taken += wide + px(10)
        if row.right:
            font = look.font(TextStep.SECOND)
            width = text_width(font, row.right)
            area = QRectF(edge - taken - width, rect.y(), width, rect.height())
            colour = theme.shades(row.tone).text if row.lamp else theme.t2
            draw_text(painter, area, row.right, font, colour)
            taken += width + px(8)
            if row.lamp:
                lamp = QRectF(edge - taken - px(18), rect.center().y() - px(8), px(18), px(16))
                draw_lamp(painter, lamp, row.lamp, theme)
                taken += px(26)
        return taken + px(8) if taken else 0.0
