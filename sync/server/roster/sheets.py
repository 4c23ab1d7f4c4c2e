"""Opening a spreadsheet or a text table: sheets of raw cells, merged ranges filled in."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import python_calamine as calamine

from sync.server.roster.errors import (
    FileMissing,
    RosterLocked,
    RosterTooLarge,
    RosterUnreadable,
)

Cell = str | int | float | bool | date | datetime | time | timedelta

MOST_CELLS: Final = 5_000_000
MOST_BYTES: Final = 100_000_000

_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_ZIP: Final = b"PK\x03\x04"
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Sheet:
    """One visible sheet from its first row and column on; a .csv is one sheet without a name."""

    name: str
    rows: list[list[Cell]]


@dataclass(frozen=True)
class Workbook:
    """A whole file. ``hidden`` names the sheets that were passed over."""

    sheets: tuple[Sheet, ...]
    hidden: tuple[str, ...] = ()


def read_workbook(file: Path | bytes) -> Workbook:
    """All visible sheets of a .xlsx, .xls or .csv, told apart by their first bytes. ``file`` is
    where it lies, or what came over the network: such a table never lies on a disk.

    Raises :class:`FileMissing`, :class:`RosterLocked`, :class:`RosterUnreadable` or
    :class:`RosterTooLarge`.
    """
    data = file if isinstance(file, bytes) else _bytes_of(file)
    if not data.strip():
        raise RosterUnreadable
    if data.startswith(_OLE) and _ENCRYPTED in data:
        raise RosterLocked
    if data.startswith((_OLE, _ZIP)):
        return _read_spreadsheet(data)
    return Workbook((Sheet("", _read_text(data)),))


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RosterTooLarge(most=MOST_CELLS)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise FileMissing from error
    except OSError as error:
        raise RosterUnreadable from error


def cell_text(cell: Cell) -> str:
    """A cell as a person reads it: whole numbers without a point, days as 1950-03-02."""
    if isinstance(cell, str):
        return _unquoted(cell)
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return "" if isinstance(cell, time | timedelta) else str(cell)


def column_letter(index: int) -> str:
    """The name of a column as the spreadsheet shows it: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _read_spreadsheet(data: bytes) -> Workbook:
    try:
        with calamine.load_workbook(io.BytesIO(data)) as book:
            shown = calamine.SheetVisibleEnum.Visible
            table = calamine.SheetTypeEnum.WorkSheet
            pages = [page for page in book.sheets_metadata if page.typ == table]
            sheets = [_read_sheet(book, page.name) for page in pages if page.visible == shown]
            hidden = [page.name for page in pages if page.visible != shown]
    except calamine.PasswordError as error:
        raise RosterLocked from error
    except calamine.CalamineError as error:
        raise RosterUnreadable from error
    return Workbook(tuple(sheets), tuple(hidden))


def _read_sheet(book: calamine.CalamineWorkbook, name: str) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise RosterTooLarge(most=MOST_CELLS)
    rows: list[list[Cell]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    for first, last in sheet.merged_cell_ranges or ():
        _fill(rows, first, last)
    return Sheet(name, rows)


def _fill(rows: list[list[Cell]], first: tuple[int, int], last: tuple[int, int]) -> None:
    """A merged range says the same in each of its cells; rows below the data stay absent."""
    top, left = first
    if top >= len(rows) or left >= len(rows[top]):
        return
    said = rows[top][left]
    for row in rows[top : last[0] + 1]:
        for column in range(left, min(last[1] + 1, len(row))):
            row[column] = said


def _read_text(data: bytes) -> list[list[Cell]]:
    text = _decoded(data)
    if "\x00" in text:
        raise RosterUnreadable
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise RosterUnreadable from error
    if sum(map(len, rows)) > MOST_CELLS:
        raise RosterTooLarge(most=MOST_CELLS)
    return [list(row) for row in rows]


def _decoded(data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith(_WIDE_MARKS) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RosterUnreadable


def _delimiter(text: str) -> str:
    """The sign that cuts most of the first lines; a spreadsheet's own text files use tabs."""
    head = "\n".join(text.splitlines()[:20])
    count: Callable[[str], int] = head.count
    return max((",", "\t", ";"), key=count)


def _unquoted(text: str) -> str:
    """Without the quote or formula that keeps a number text: '1501…, ="1501…"."""
    plain = text.strip().removeprefix("'").removeprefix("\ufeff")
    if plain.startswith('="') and plain.endswith('"'):
        plain = plain[2:-1]
    return plain.strip()


def is_empty(row: Sequence[Cell]) -> bool:
    """Whether nothing is written in a row."""
    return all(cell == "" or (isinstance(cell, str) and not cell.strip()) for cell in row)
