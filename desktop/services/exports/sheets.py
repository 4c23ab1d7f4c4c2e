"""Spreadsheets, all of them: made in memory, their texts never formulas, sealed where they speak
of people."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final

from desktop.services.exports.table import Cell, Mark, Table
from sync.rules.exports import plain_cell

_IN_MEMORY: Final = {"in_memory": True}
"""By itself the library writes each sheet as it is into a file among the temporary ones."""

_A4: Final = 9
_HEAD_ROW: Final = 4
_MARK_WIDTH: Final = 30


@contextmanager
def new_book(content: BytesIO) -> Iterator[Any]:
    """A workbook that is written into ``content`` at the end."""
    import xlsxwriter  # Most days nobody exports anything.

    with xlsxwriter.Workbook(content, _IN_MEMORY) as book:
        yield book


def write_cell(sheet: Any, at: tuple[int, int], cell: Cell, format_: Any = None) -> None:
    """One cell: numbers as numbers, texts as texts that no program takes for a formula."""
    if cell is None:
        sheet.write_blank(*at, None, format_)
    elif isinstance(cell, str):
        sheet.write_string(*at, plain_cell(cell), format_)
    else:
        sheet.write_number(*at, cell, format_)


def sheet_of(table: Table, mark: Mark) -> bytes:
    """A table as .xlsx: the mark above it, in the foot of each page, and in each row."""
    content = BytesIO()
    with new_book(content) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
        line = book.add_format({"border": 1, "valign": "top", "text_wrap": True})
        pale = book.add_format({"font_color": "#9aa0a6", "font_size": 8})
        large = book.add_format({"bold": True, "font_size": 14})
        sheet = book.add_worksheet(table.title[:31])
        for at, words in enumerate((f"{table.title}  {table.days}", mark.words, table.left_out)):
            write_cell(sheet, (at, 0), words, pale if at else large)
        for at, column in enumerate(table.columns):
            write_cell(sheet, (_HEAD_ROW, at), column.label, bold)
            sheet.set_column(at, at, column.width)
        for number, row in enumerate(table.rows, _HEAD_ROW + 1):
            for at, cell in enumerate(row):
                write_cell(sheet, (number, at), cell, line)
            if table.is_personal:  # A row that is copied out takes it along.
                write_cell(sheet, (number, len(row)), mark.short, pale)
        sheet.set_column(len(table.columns), len(table.columns), _MARK_WIDTH)
        sheet.freeze_panes(_HEAD_ROW + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEAD_ROW)
        sheet.set_header(f"&C&8{_in_foot(mark.short)}")
        sheet.set_footer(f"&L&8{_in_foot(mark.words)}&R&P / &N")
    return content.getvalue()


def sealed_sheet(content: bytes, password: str) -> bytes:
    """The same .xlsx, which opens with the password alone (ECMA-376 agile: AES-256, SHA-512)."""
    from msoffcrypto.format.ooxml import OOXMLFile  # Most days nobody exports anything.

    sealed = BytesIO()
    OOXMLFile(BytesIO(content)).encrypt(password, sealed)
    return sealed.getvalue()


def sealed_pdf(content: bytes, password: str) -> bytes:
    """The same PDF, which opens with the password alone (AES-256)."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    writer.encrypt(password, algorithm="AES-256")
    sealed = BytesIO()
    writer.write(sealed)
    return sealed.getvalue()


def _in_foot(words: str) -> str:
    """Words in a foot: there ``&`` begins a code."""
    return words.replace("&", "&&")
