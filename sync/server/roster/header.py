"""Finding the row of column names, below a title and perhaps in two rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sync.server.roster.sheets import Cell, Sheet, cell_text, is_empty
from sync.server.roster.words import Lookup, Words, plain_word

SEARCHED_ROWS: Final = 30
"""A title, a remark, a date and the office stand above the names, never thirty rows."""

FLAG: Final = "flag:"
"""Before the care word of a column of ticks, such as 是否低保."""


@dataclass(frozen=True)
class Header:
    """Which columns hold which field. ``first_row`` is the index of the first row of data."""

    columns: Mapping[str, tuple[int, ...]]
    first_row: int

    def has(self, field: str) -> bool:
        """Whether any column holds ``field``."""
        return field in self.columns

    @property
    def flags(self) -> Mapping[str, int]:
        """The columns of ticks, by the care word that they are named after."""
        found = {name: at for name, at in self.columns.items() if name.startswith(FLAG)}
        return {name.removeprefix(FLAG): at[0] for name, at in found.items()}

    def repeats(self, row: Sequence[Cell], words: Words, headers: Lookup) -> bool:
        """Whether a row is the column names once more, as on each printed page."""
        fields = _fields(row, words, headers)
        return sum(fields.get(at) == name for name, all_ in self.columns.items() for at in all_) > 2


def find_header(
    sheet: Sheet, words: Words, headers: Lookup, *needed: frozenset[str]
) -> Header | None:
    """The best row, or pair of rows, that names a column of each of ``needed``."""
    best: dict[int, str] = {}
    first_row = 0
    for at, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        if is_empty(row):
            continue
        below = sheet.rows[at + 1] if at + 1 < len(sheet.rows) else []
        upper = _fields(row, words, headers)
        double = _merged(upper, row, below, words, headers)
        # On a tie two rows win: the upper one is a group, such as 现住址 over 楼栋, 单元 and 室.
        for fields, height in ((double, 2), (upper, 1)):
            named = set(fields.values())
            if len(fields) > len(best) and all(named & some for some in needed):
                best, first_row = fields, at + height
    return Header(_columns(best), first_row) if best else None


def _fields(row: Sequence[Cell], words: Words, headers: Lookup) -> dict[int, str]:
    found: dict[int, str] = {}
    for at, cell in enumerate(row):
        text = cell_text(cell) if isinstance(cell, str) else ""
        field = words.field_of(text, headers)
        tag = words.tag_of_header(text) if field is None and headers is words.headers else None
        if field or tag:
            found[at] = field or f"{FLAG}{tag}"
    return found


def _merged(
    upper: Mapping[int, str],
    row: Sequence[Cell],
    below: Sequence[Cell],
    words: Words,
    headers: Lookup,
) -> dict[int, str]:
    """Two rows as one: 楼栋 单元 室 below 现住址. Empty where they are not both names."""
    lower = _fields(below, words, headers)
    for at, cell in enumerate(below):
        above = row[at] if at < len(row) else ""
        same = plain_word(cell_text(cell)) == plain_word(cell_text(above))
        if at in upper and at not in lower and not is_empty([cell]) and not same:
            return {}
    return {**upper, **lower} if upper and lower else {}


def _columns(fields: Mapping[int, str]) -> dict[str, tuple[int, ...]]:
    columns: dict[str, tuple[int, ...]] = {}
    for at, field in sorted(fields.items()):
        columns[field] = (*columns.get(field, ()), at)
    return columns
