"""A table on the pages of a PDF: across A4, its head on each page, the mark of who took it along
behind the text and below it."""

from html import escape
from io import BytesIO
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
    QTextOption,
)

from desktop.printing import FOOT_PX, MARGIN_PX, PAGE, PX_AN_INCH, paper_font
from desktop.services.exports.table import Cell, Mark, Table

ACROSS: Final = QSizeF(PAGE.height(), PAGE.width())
PDF_DPI: Final = 300
_TEXT_PX, _FOOT_TEXT_PX, _MARK_PX = 12, 11, 22
_MARK_COLOUR: Final = QColor(0, 0, 0, 26)
_MARK_TURN, _MARK_STEP = -24.0, QSizeF(360, 150)
_MOST_OF_16_BITS: Final = 0xFFFF
_LINES: Final = "border-style: solid; border-color: #9aa0a6"
_SHEET: Final = """
h1 { font-size: 20px; } p { margin: 0 0 4px 0; }
th, td { padding: 3px 5px; white-space: pre-wrap; }
"""


def pages_of(table: Table, mark: Mark) -> bytes:
    """The PDF. Needs a QGuiApplication; its properties name nothing and nobody."""
    document = _document(table, mark)
    made = QByteArray()
    buffer = QBuffer(made)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    device = QPdfWriter(buffer)
    device.setResolution(PDF_DPI)
    device.setTitle("")
    device.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Landscape,
            QMarginsF(0, 0, 0, 0),
        )
    )
    painter = QPainter(device)
    try:
        scale = device.logicalDpiX() / PX_AN_INCH
        painter.scale(scale, scale)
        for page in range(document.pageCount()):
            if page:
                device.newPage()
            _paint_mark(painter, mark)
            _paint_page(painter, document, page)
            _paint_foot(painter, mark, f"{page + 1} / {document.pageCount()}")
    finally:
        painter.end()
    buffer.close()
    return _with_right_text(bytes(made.data()), document.toPlainText() + mark.words)


def _document(table: Table, mark: Mark) -> QTextDocument:
    document = QTextDocument()
    document.setUseDesignMetrics(True)
    document.setDefaultFont(paper_font(_TEXT_PX))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    document.setDefaultStyleSheet(_SHEET)
    document.setDocumentMargin(MARGIN_PX / 2)
    document.setHtml("".join(_html(table, mark)))
    document.setPageSize(QSizeF(ACROSS.width(), ACROSS.height() - FOOT_PX))
    return document


def _html(table: Table, mark: Mark) -> list[str]:
    wide = sum(column.width for column in table.columns) or 1
    heads = "".join(
        f'<th width="{100 * column.width // wide}%" align="left">{escape(column.label)}</th>'
        for column in table.columns
    )
    notes = (mark.words, table.left_out)
    return [
        f"<h1>{escape(table.title)}　{escape(table.days)}</h1>",
        *(f"<p>{escape(words)}</p>" for words in notes if words),
        f'<table width="100%" border="1" cellspacing="0" style="{_LINES}">',
        f"<thead><tr>{heads}</tr></thead><tbody>",
        *(f"<tr>{''.join(map(_cell, row))}</tr>" for row in table.rows),
        "</tbody></table>",
    ]


def _cell(cell: Cell) -> str:
    text = "" if cell is None else f"{cell:,.2f}" if isinstance(cell, float) else str(cell)
    side = "left" if isinstance(cell, str) or cell is None else "right"
    return f'<td align="{side}">{escape(text)}</td>'


def _paint_page(painter: QPainter, document: QTextDocument, page: int) -> None:
    height = document.pageSize().height()
    painter.save()
    painter.translate(0, -page * height)
    document.drawContents(painter, QRectF(0, page * height, ACROSS.width(), height))
    painter.restore()


def _paint_mark(painter: QPainter, mark: Mark) -> None:
    """Who and when, pale and turned, all over the page: cut from any part of it, it stays."""
    painter.save()
    painter.setPen(_MARK_COLOUR)
    painter.setFont(paper_font(_MARK_PX))
    step_x, step_y = _MARK_STEP.width(), _MARK_STEP.height()
    for row in range(int(ACROSS.height() / step_y) + 1):
        for column in range(int(ACROSS.width() / step_x) + 1):
            painter.save()
            painter.translate(column * step_x + (row % 2) * step_x / 2, (row + 1) * step_y)
            painter.rotate(_MARK_TURN)
            painter.drawText(0, 0, mark.short)
            painter.restore()
    painter.restore()


def _paint_foot(painter: QPainter, mark: Mark, number: str) -> None:
    painter.setPen(QColor(Qt.GlobalColor.black))
    painter.setFont(paper_font(_FOOT_TEXT_PX))
    room = QRectF(0, ACROSS.height() - FOOT_PX, ACROSS.width(), FOOT_PX)
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, f"{mark.words}　{number}")


def _with_right_text(content: bytes, text: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    from desktop.pdf_text import put_characters_right

    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    rare = "".join(dict.fromkeys(one for one in text if ord(one) > _MOST_OF_16_BITS))
    put_characters_right(writer, rare)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()
