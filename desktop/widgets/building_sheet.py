"""The picture of a building on paper: no name on it, and read as well without colours."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPen
from PySide6.QtPrintSupport import QPrinter

from desktop.cells import BuildingPicture, Cell, CellState
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import ThemeName, load_theme
from desktop.widgets.building_labels import LabelPainter
from desktop.widgets.building_layout import MARKS_BELOW_PX, CellLayout, lay_out
from desktop.widgets.cell_painter import CellPainter
from desktop.widgets.painting import draw_text, smooth, text_width

SHEET_PX: Final = 1040
"""The longer side of a page in pixels of the screen: what the letters are measured by."""

Words = tuple[str, str, str]
"""Title, hint, and the line at the foot: who printed it and when."""


def print_building(printer: QPrinter, picture: BuildingPicture, words: Words) -> None:
    """One page across, more where there are more floors than a page holds."""
    printer.setPageOrientation(QPageLayout.Orientation.Landscape)
    if printer.outputFormat() is QPrinter.OutputFormat.PdfFormat:
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    sheet = _Sheet(picture, words)
    painter = QPainter(printer)
    area = QRectF(printer.pageLayout().paintRectPixels(printer.resolution()))
    scale = max(area.width(), area.height()) / SHEET_PX
    painter.scale(scale, scale)
    size = QSize(round(area.width() / scale), round(area.height() / scale))
    _paint_pages(painter, printer, sheet, size)
    painter.end()


def _paint_pages(
    painter: QPainter, printer: QPagedPaintDevice, sheet: "_Sheet", size: QSize
) -> None:
    pages = sheet.pages(size)
    for number, rows in enumerate(pages):
        if number:
            printer.newPage()
        sheet.paint(painter, size, rows, f"{number + 1} / {len(pages)}")


class _Sheet:
    """Lays a picture out on paper, in the light theme at 100 %."""

    def __init__(self, picture: BuildingPicture, words: Words) -> None:
        self._look = ThemeProvider(load_theme(ThemeName.LIGHT))
        self._picture = picture
        self._title, self._hint, self._foot = words
        self._cells = CellPainter(self._look)

    def pages(self, size: QSize) -> list[range]:
        """The rows of each page: cells stay high enough for their number."""
        rows = len(self._picture.grid.rows)
        room = size.height() - self._head() - 90
        most = max(1, room // (MARKS_BELOW_PX + 4))
        if rows <= most or room // max(1, rows) >= 14:
            return [range(rows)]
        return [range(start, min(rows, start + most)) for start in range(0, rows, most)]

    def paint(self, painter: QPainter, size: QSize, rows: range, page: str) -> None:
        """One page."""
        smooth(painter)
        theme, look = self._look.theme, self._look
        title = look.font(TextStep.HEADING, Weight.BOLD)
        wide = text_width(title, self._title)
        draw_text(painter, QRectF(0, 0, wide, 28), self._title, title, theme.t1)
        hint = QRectF(wide + 16, 0, size.width() - wide - 16, 28)
        draw_text(painter, hint, self._hint, look.font(TextStep.SECOND), theme.t2)
        self._paint_legend(painter, size.width())
        head = self._head()
        painter.save()
        painter.translate(0, head)
        self._paint_cells(painter, QSize(size.width(), size.height() - head - 24), rows)
        painter.restore()
        note = look.font(TextStep.NOTE)
        foot = QRectF(0, size.height() - 20, size.width(), 18)
        draw_text(painter, foot, self._foot, note, theme.t2)
        draw_text(painter, foot, page, note, theme.t2, Qt.AlignmentFlag.AlignRight)

    def _paint_cells(self, painter: QPainter, room: QSize, rows: range) -> None:
        grid = self._picture.grid
        part = type(grid)(tuple(grid.rows[row] for row in rows), grid.blocks)
        lay = lay_out(self._look, part, room, 1.0)
        for cell in self._picture.cells:
            if cell.row in rows:
                rect = _place(lay, cell, rows.start)
                self._cells.paint(painter, rect, _nameless(cell), dimmed=False)
                if cell.state is CellState.OVERDUE:
                    self._frame(painter, rect)
        LabelPainter(self._look).paint(painter, part, lay, QRect(QPoint(), room), QPoint(), None)

    def _frame(self, painter: QPainter, rect: QRectF) -> None:
        """What is overdue stands out from any grey."""
        painter.setPen(QPen(self._look.theme.t1, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, 3, 3)

    def _paint_legend(self, painter: QPainter, width: int) -> None:
        look, x, y = self._look, 0.0, 36.0
        font = look.font(TextStep.NOTE)
        for item in self._picture.legend:
            words = f"{item.words} {item.count}"
            needed = text_width(font, words) + 48
            if x + needed > width:
                x, y = 0.0, y + 20
            swatch = QRectF(x, y + 2, 22, 14)
            self._cells.paint_swatch(painter, swatch, item.key)
            draw_text(painter, QRectF(x + 28, y, needed, 18), words, font, look.theme.t1)
            x += needed

    def _head(self) -> int:
        return 84


def _place(lay: CellLayout, cell: Cell, first_row: int) -> QRectF:
    return QRectF(lay.rect(cell.row - first_row, cell.column))


def _nameless(cell: Cell) -> Cell:
    """Paper lies about: it says how a door stands, not who lives behind it."""
    return replace(cell, name="", tag=None)
