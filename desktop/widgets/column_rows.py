"""Rows with columns at the right, and the line above that names them."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy

from desktop.rows import Column, Row, Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed
from desktop.widgets.painting import draw_text, text_width
from desktop.widgets.row_painter import RowPainter

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEAST_TITLE_PX = 220
_EDGE_PX = 20
_DOT_PX = 7


@dataclass(frozen=True)
class ColumnPlan:
    """A column's title and its width at 100 %; ``late`` ones go first where there is no room."""

    title: str
    width_px: int
    right: bool = False
    late: int = 0


def shown_columns(look: ThemeProvider, plan: Sequence[ColumnPlan], width: float) -> list[int]:
    """The columns for which a list of this width has room, by their positions."""
    kept = list(range(len(plan)))
    room = width - look.px(LEAST_TITLE_PX)
    for at in sorted(kept, key=lambda at: -plan[at].late):
        if sum(_width(look, plan[each]) for each in kept) <= room or not plan[at].late:
            break
        kept.remove(at)
    return kept


def _width(look: ThemeProvider, column: ColumnPlan) -> float:
    """Its width: words of other languages are longer than what it was planned for."""
    title = text_width(look.font(TextStep.SECOND), column.title)
    return max(look.px(column.width_px), title + look.px(12))


class ColumnPainter(RowPainter):
    """Draws a row's columns in place of its badge."""

    def __init__(self, look: ThemeProvider, plan: Sequence[ColumnPlan]) -> None:
        super().__init__(look)
        self._plan = plan

    def _paint_right(self, painter: QPainter, area: QRectF, row: Row, chosen: bool) -> float:
        if not row.columns:
            return super()._paint_right(painter, area, row, chosen)
        right, taken = area.right(), 0.0
        shown = shown_columns(self._look, self._plan, area.width() + self._look.px(64))
        for at in reversed(shown):
            width = _width(self._look, self._plan[at])
            cell = QRectF(right - width, area.y(), width - self._look.px(8), area.height())
            self._paint_cell(painter, cell, row.columns[at], self._plan[at])
            right -= width
            taken += width
        return taken + self._look.px(8)

    def _paint_cell(
        self, painter: QPainter, cell: QRectF, column: Column, plan: ColumnPlan
    ) -> None:
        look, theme = self._look, self._look.theme
        if column.of:
            self._paint_way(painter, cell, column)
            return
        plain = column.tone is Tone.NEUTRAL
        font = look.font(TextStep.SECOND, Weight.REGULAR if plain else Weight.BOLD)
        colour = theme.t1 if plain else theme.shades(column.tone).text
        self._say(painter, cell, column.text, font, colour, _RIGHT if plan.right else _LEFT)

    def _paint_way(self, painter: QPainter, cell: QRectF, column: Column) -> None:
        look, theme, px = self._look, self._look.theme, self._look.px
        half = QRectF(cell.x(), cell.center().y() - px(17), cell.width(), px(14))
        step = px(20)
        for station in range(column.of):
            centre = QPointF(half.x() + px(5) + station * step, half.center().y())
            passed, here = station < column.at, station == column.at
            if station + 1 < column.of:
                pen = QPen(theme.ok if passed else theme.line2, px(1.5))
                painter.setPen(pen)
                painter.drawLine(
                    QPointF(centre.x() + px(5), centre.y()),
                    QPointF(centre.x() + step - px(5), centre.y()),
                )
            colour = theme.ok if passed else theme.pri if here else theme.control
            painter.setPen(QPen(colour, px(2.5 if here else 1.2)))
            painter.setBrush(theme.ok if passed else theme.surface)
            painter.drawEllipse(centre, px(_DOT_PX) / 2, px(_DOT_PX) / 2)
        words = QRectF(cell.x(), cell.center().y() - px(1), cell.width(), px(19))
        self._say(painter, words, column.text, look.font(TextStep.NOTE), theme.t1, _LEFT)


class ColumnHead(Themed):
    """The names of the columns, above the list that draws them."""

    def __init__(
        self,
        look: ThemeProvider,
        first: str,
        plan: Sequence[ColumnPlan],
        view: QAbstractScrollArea,
    ) -> None:
        super().__init__(look)
        self._first = first
        self._plan = plan
        self._view = view
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(self._look.px(LEAST_TITLE_PX), self._look.line_px(TextStep.SECOND) + 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the names where their columns stand."""
        painter = QPainter(self)
        look, px = self._look, self._look.px
        font, colour = look.font(TextStep.SECOND), look.theme.t2
        # As wide as the list without its scroll bar.
        width = self._view.viewport().width()
        right = float(width - px(_EDGE_PX))
        for at in reversed(shown_columns(look, self._plan, width)):
            column = self._plan[at]
            taken = _width(look, column)
            cell = QRectF(right - taken, 0, taken - px(8), self.height())
            draw_text(painter, cell, column.title, font, colour, _RIGHT if column.right else _LEFT)
            right -= taken
        first = QRectF(px(44), 0, max(0.0, right - px(52)), self.height())
        draw_text(painter, first, self._first, font, colour)
