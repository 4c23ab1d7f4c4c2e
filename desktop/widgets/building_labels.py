"""The labels around the cells of a building, and the tip beside the current one."""

from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from desktop.cells import Block, Cell, Grid
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.building_layout import CellLayout
from desktop.widgets.painting import draw_text, fill_round, text_width

_CENTRE: Final = Qt.AlignmentFlag.AlignCenter
_BLEED_PX: Final = 3
"""How far the ring of the current cell reaches over the edge of the cells."""


class LabelPainter:
    """Floors at the left, stairs and places above; those of the current door stand out."""

    def __init__(self, look: ThemeProvider) -> None:
        self._look = look

    def paint(
        self,
        painter: QPainter,
        grid: Grid,
        lay: CellLayout,
        room: QRect,
        offset: QPoint,
        current: Cell | None,
    ) -> None:
        """Both bands, over whatever scrolled below them."""
        ground, px = self._look.theme.surface, self._look.px
        painter.fillRect(0, 0, lay.left - _BLEED_PX, room.height(), ground)
        painter.fillRect(0, 0, room.width(), lay.top - _BLEED_PX, ground)
        painter.setClipRect(0, lay.top - _BLEED_PX, lay.left, room.height())
        for row, words in enumerate(grid.rows):
            rect = lay.rect(row, 0).translated(-offset)
            if rect.bottom() >= 0 and rect.top() <= room.height():
                area = QRectF(px(4), rect.top(), lay.left - px(12), rect.height())
                chosen = current is not None and current.row == row
                self._label(painter, area, words, chosen=chosen)
        painter.setClipRect(lay.left - _BLEED_PX, 0, room.width(), lay.top)
        titled = any(block.title for block in grid.blocks)
        for block in grid.blocks:
            self._block(painter, block, lay, offset, current, titled=titled)
        painter.setClipping(False)

    def _block(
        self,
        painter: QPainter,
        block: Block,
        lay: CellLayout,
        offset: QPoint,
        current: Cell | None,
        *,
        titled: bool,
    ) -> None:
        look = self._look
        top = look.px(8)
        columns = range(block.first, block.first + len(block.columns))
        spots = [lay.rect(0, column).translated(-offset) for column in columns]
        if titled:
            left, right = spots[0].left(), spots[-1].right()
            # A title wider than its stair may reach over it, but never into the next one.
            width = right - left + lay.block_gap
            area = QRectF(left - lay.block_gap / 2, top, width, look.line_px(TextStep.BODY))
            font = look.font(TextStep.SECOND, Weight.BOLD)
            draw_text(painter, area, block.title, font, look.theme.t1, _CENTRE)
            top += look.line_px(TextStep.BODY)
        for spot, column, words in zip(spots, columns, block.columns, strict=True):
            area = QRectF(spot.left(), top, lay.width, look.line_px(TextStep.NOTE))
            chosen = current is not None and current.column == column
            self._label(painter, area, words, chosen=chosen)

    def _label(self, painter: QPainter, area: QRectF, words: str, *, chosen: bool) -> None:
        low = area.height() < self._look.line_px(TextStep.NOTE)
        step = TextStep.TAG if low else TextStep.NOTE
        font = self._look.font(step, Weight.BOLD if chosen else Weight.REGULAR)
        bleed = self._look.px(4)
        if words and text_width(font, words) <= area.width() + 2 * bleed:
            colour = self._look.theme.pri_t if chosen else self._look.theme.t2
            draw_text(painter, area.adjusted(-bleed, 0, bleed, 0), words, font, colour, _CENTRE)


def paint_tip(painter: QPainter, look: ThemeProvider, cell: Cell, at: QRect, room: QRect) -> None:
    """Who lives behind the door at ``at``, beside it, where cells are too small to say so. It stays
    in ``room``, what the labels leave of the picture."""
    px = look.px
    first, rest = f"{cell.label}  {cell.name}".strip(), cell.note
    bold, note = look.font(TextStep.SECOND, Weight.BOLD), look.font(TextStep.NOTE)
    width = max(text_width(bold, first), text_width(note, rest)) + px(24)
    high = px(12) + look.line_px(TextStep.SECOND) + look.line_px(TextStep.NOTE)
    x = float(at.right() + px(8))
    if x + width > room.right():
        x = max(float(room.left()), at.left() - px(8) - width)
    y = max(room.top(), min(at.center().y() - high // 2, room.bottom() - high))
    fill_round(painter, QRectF(x, y, width, high), px(7), look.theme.tip)
    line = QRectF(x + px(12), y + px(6), width - px(24), look.line_px(TextStep.SECOND))
    draw_text(painter, line, first, bold, look.theme.on_tip)
    line = QRectF(line.left(), line.bottom(), line.width(), look.line_px(TextStep.NOTE))
    draw_text(painter, line, rest, note, look.theme.on_tip)
