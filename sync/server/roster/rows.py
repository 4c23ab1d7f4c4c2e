"""Reading one sheet below its header: each row becomes a line about a resident or empty home."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sync.server.roster.doors import Doors, Location
from sync.server.roster.header import Header
from sync.server.roster.problems import RowProblem
from sync.server.roster.residents import Residents, name_field
from sync.server.roster.row import Row, RowLeftOut
from sync.server.roster.sheets import Sheet, is_empty
from sync.server.roster.types import ParsedPerson, Place
from sync.server.roster.words import Words, plain_word

_TOTAL: Final = re.compile(
    r"共?\d+[户人].*"
    r"|(?:合计|总计|小计|共计|本页|填表|填报|制表|审核|统计)(?:人|单位|日期|合计|小计)?(?:[:(\d].*)?"
    r"|(?:备注|说明|注)\d*:.*"
)


@dataclass(frozen=True)
class Line:
    """One row: where it is, and who is there; ``person`` is ``None`` in a vacant home."""

    place: Place
    location: Location
    person: ParsedPerson | None
    occupancy: str | None = None
    hukou_match: str | None = None


class SheetLines:
    """The lines of one sheet. ``problems`` fills while they are read."""

    def __init__(self, sheet: Sheet, header: Header, words: Words) -> None:
        self.problems: list[RowProblem] = []
        self._sheet = sheet
        self._header = header
        self._words = words
        self._doors = Doors(sheet.name)
        self._residents = Residents(words)

    def __iter__(self) -> Iterator[Line | None]:
        """For each row its line, or ``None`` where it is empty, a total or left out."""
        first = self._header.first_row
        for at, cells in enumerate(self._sheet.rows[first:], start=first):
            row = Row(Place(self._sheet.name, at + 1), self._header, cells, self.problems)
            if is_empty(cells):
                self._doors.forget()
                yield None
            else:
                yield None if self._is_no_data(row) else self._line(row)

    def _line(self, row: Row) -> Line | None:
        try:
            relation = self._residents.relation(row)
            location = self._doors.locate(row, relation)
            category = self._residents.category(row)
            person = self._residents.person(row, relation, category)
        except RowLeftOut:
            return None
        return Line(
            place=row.place,
            location=location,
            person=person,
            occupancy=category.occupancy if person else "vacant",
            hukou_match=self._residents.hukou_match(row),
        )

    def _is_no_data(self, row: Row) -> bool:
        """A total, a remark below the table, or the column names once more."""
        repeated = row.header.repeats(row.cells, self._words, self._words.headers)
        return repeated or is_total(row, self._words, name_field(row))


def is_total(row: Row, words: Words, *fields: str) -> bool:
    """Whether a row sums up or explains the table: its first cell or one of ``fields`` says so."""
    texts = [row.first_text, *(row.text(name) for name in fields)]
    bare = ["".join(unicodedata.normalize("NFKC", text).split()) for text in texts]
    return any(plain_word(text) in words.totals or _TOTAL.fullmatch(text) for text in bare)
