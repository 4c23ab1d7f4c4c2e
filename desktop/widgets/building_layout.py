"""Where each cell of the picture of a building stands, in pixels."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize

from desktop.cells import Cell, Grid
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.painting import text_width

MARKS_BELOW_PX: Final = 22
NAMES_FROM_PX: Final = 44
NAMES_FROM_WIDTH_PX: Final = 84
LEAST_CELL_PX: Final = (16, 14)
LARGEST_CELL_PX: Final = (240, 94)
ZOOMS: Final = (1.0, 1.5, 2.0, 3.0, 4.5)
_GAP_PX: Final = 2
_WIDE_GAP_PX: Final = 6
_BLOCK_GAP_PX: Final = 18
_EDGE_PX: Final = 12


@dataclass(frozen=True)
class CellLayout:
    """The measures of one picture in one room. All lengths are pixels of the widget.

    ``left`` and ``top`` are the bands of labels, which stay while the cells scroll.
    """

    left: int
    top: int
    width: int
    height: int
    gap: int
    block_gap: int
    firsts: tuple[int, ...]
    rows: int
    columns: int

    def rect(self, row: int, column: int) -> QRect:
        """The cell's place, before scrolling."""
        x = self.left + column * (self.width + self.gap) + self._blocks_before(column)
        return QRect(x, self.top + row * (self.height + self.gap), self.width, self.height)

    @property
    def content(self) -> QSize:
        """The size of everything, labels included."""
        corner = self.rect(max(0, self.rows - 1), max(0, self.columns - 1)).bottomRight()
        return QSize(corner.x() + self.gap, corner.y() + self.gap)

    def find(self, at: QPoint, cells: Iterable[Cell]) -> Cell | None:
        """The cell under a point of the content."""
        return next((cell for cell in cells if self.rect(cell.row, cell.column).contains(at)), None)

    def _blocks_before(self, column: int) -> int:
        return self.block_gap * sum(first <= column for first in self.firsts)


def lay_out(look: ThemeProvider, grid: Grid, room: QSize, zoom: float) -> CellLayout:
    """Cells as large as ``room`` lets them be, ``zoom`` times as high; never too small to see."""
    px = look.px
    rows, columns = max(1, len(grid.rows)), max(1, grid.columns)
    left, top = _label_width(look, grid), _label_height(look, grid)
    block_gap = px(_BLOCK_GAP_PX)
    firsts = tuple(block.first for block in grid.blocks[1:])
    least, most = LEAST_CELL_PX, LARGEST_CELL_PX
    across = room.width() - left - px(_EDGE_PX) - block_gap * len(firsts)
    down = room.height() - top - px(_EDGE_PX)
    # The gap follows the height, which follows the gap: large cells stand further apart.
    roomy = down / rows >= px(NAMES_FROM_PX) and zoom == 1.0
    gap = px(_WIDE_GAP_PX if roomy else _GAP_PX)
    fitting = max(px(least[1]), down // rows - gap)
    height = min(px(most[1]), round(fitting * zoom))
    width = min(px(most[0]), max(px(least[0]), across // columns - gap))
    if zoom > 1.0 and height >= px(NAMES_FROM_PX):
        width = max(width, px(NAMES_FROM_WIDTH_PX + 24))
    return CellLayout(left, top, width, height, gap, block_gap, firsts, rows, columns)


def _label_width(look: ThemeProvider, grid: Grid) -> int:
    font = look.font(TextStep.NOTE, Weight.MEDIUM)
    widest = max((text_width(font, row) for row in grid.rows if row), default=0.0)
    return round(widest) + look.px(20) if widest else look.px(_EDGE_PX)


def _label_height(look: ThemeProvider, grid: Grid) -> int:
    titles = any(block.title for block in grid.blocks)
    columns = any(column for block in grid.blocks for column in block.columns)
    lines = look.line_px(TextStep.BODY) * titles + look.line_px(TextStep.NOTE) * columns
    return look.px(8) + lines + (look.px(2) if lines else 0)
