"""Who a row is about: the person's own cells, each read or listed with what is wrong."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sync.rules.phone import JOINED_BY, read_phones
from sync.server.roster.cells import (
    Category,
    IdRead,
    read_category,
    read_day,
    read_flag,
    read_id_cell,
    read_relation,
    read_sex,
    united,
)
from sync.server.roster.header import FLAG
from sync.server.roster.row import Row
from sync.server.roster.sheets import cell_text
from sync.server.roster.types import ParsedPerson
from sync.server.roster.words import Words, plain_word

_OWN_COLUMNS: Final = ("id_no", "phone", "sex", "birth", "relation", "work")
_CARE_COLUMNS: Final = ("category", "remark")


def name_field(row: Row) -> str:
    """The column of names; a table of heads alone calls it 户主姓名."""
    return "name" if row.has("name") else "head_name"


@dataclass
class Residents:
    """Reads residents of one sheet. Remembers which columns were said to hold free text."""

    words: Words
    free_text: set[int] = field(default_factory=set)

    def relation(self, row: Row) -> str | None:
        """What the person is to the head; told by the head's own column where there is one."""
        text = row.text("relation")
        if not text:
            return self._relation_by_name(row)
        found = read_relation(text, self.words)
        if found is None and not self.is_vacant(row):
            row.problem("relation.unknown", "relation")
        return found

    def is_vacant(self, row: Row) -> bool:
        """Whether 空户 or the like stands where the name should."""
        return row.word(name_field(row)) in self.words.vacant_names

    def category(self, row: Row) -> Category:
        """The care words and kinds of all columns that may hold some."""
        found = Category()
        for name in ("category", "remark", "living"):
            for at, cell in row.filled(name):
                found = united(found, self._words_at(row, name, at, cell_text(cell)))
        for word, at in row.header.flags.items():
            ticked = read_flag(row.at(at), word, self.words)
            if ticked is None:
                row.problem_at("word.unknown", at)
            else:
                found = united(found, ticked)
        return found

    def hukou_match(self, row: Row) -> str | None:
        """Whether the household is registered where it lives, as far as its column says so."""
        for at, cell in row.filled("hukou_match"):
            word = plain_word(cell_text(cell))
            if word in self.words.hukou_matches:
                return self.words.hukou_matches[word]
            self._note_free_text(row, at)
        return None

    def person(self, row: Row, relation: str | None, category: Category) -> ParsedPerson | None:
        """The resident, ``None`` for a vacant home. Leaves out a row without a name."""
        name = "".join(row.text(name_field(row)).split())
        if self.is_vacant(row) or (not name and category.occupancy == "vacant"):
            return None
        if not name:
            row.leave_out("name.missing", name_field(row))
        card = self._id(row)
        birth = self._birth(row, card)
        values: dict[str, Any] = {
            "sex": self._sex(row, card),
            "birth": birth.isoformat() if birth else None,
            "id_type": card.id_type,
            "id_no": card.id_no,
            "phone": self._phone(row),
            "relation": relation,
            "work": row.text("work") or None,
            "tags": category.tags,
            "special": category.special,
            "disabled_grade": category.disabled_grade,
            "fully_dependent": category.fully_dependent,
            "pop_kind": category.pop_kind,
            "status": category.status,
        }
        return ParsedPerson(row.place, name, said=_said(row, values), **values)

    def _relation_by_name(self, row: Row) -> str | None:
        if not row.has("name"):
            return "0"
        if not row.has("relation") and row.text("head_name"):
            return "0" if row.word("name") == row.word("head_name") else None
        return None

    def _words_at(self, row: Row, name: str, at: int, text: str) -> Category:
        if name == "living" and plain_word(text) in self.words.yes:
            return Category(status="living")
        read = read_category(text, self.words)
        if read.unknown and name != "remark":
            row.problem_at("word.unknown", at)
        elif read.unknown:
            self._note_free_text(row, at)
        return read

    def _note_free_text(self, row: Row, at: int) -> None:
        """Said once for a column, or a sheet of remarks would fill the list."""
        if at not in self.free_text:
            self.free_text.add(at)
            row.problem_at("remark.free", at)

    def _id(self, row: Row) -> IdRead:
        kind = self.words.id_types.get(row.word("id_type"))
        read = read_id_cell(row.cell("id_no"), kind, self.words)
        if read.problem:
            row.problem(read.problem, "id_no")
        return read

    def _birth(self, row: Row, card: IdRead) -> date | None:
        cell = row.cell("birth")
        written = read_day(cell)
        if written is None and plain_word(cell_text(cell)) not in ("", *self.words.nothing):
            row.problem("birth.wrong", "birth")
        if written and card.birth and written != card.birth:
            row.problem("birth.differs", "birth")
        return card.birth or written

    def _sex(self, row: Row, card: IdRead) -> str | None:
        text = row.text("sex")
        written = read_sex(text, self.words) if text else None
        if text and written is None:
            row.problem("sex.unknown", "sex")
        if card.sex and written in ("1", "2") and written != card.sex:
            row.problem("sex.differs", "sex")
        return card.sex or written

    def _phone(self, row: Row) -> str | None:
        numbers: list[str] = []
        for at, cell in row.filled("phone"):
            if plain_word(cell_text(cell)) in self.words.nothing:
                continue
            read = read_phones(cell_text(cell))
            numbers.extend(read.numbers)
            if read.refused:
                row.problem_at("phone.wrong", at, "phone")
        return JOINED_BY.join(dict.fromkeys(numbers)) or None


def _said(row: Row, values: dict[str, Any]) -> frozenset[str]:
    """A column has a say, and so has what follows from the ID number or a word; a cell with a
    problem has none, unless something in it was readable."""
    told = {"name"} | {name for name, value in values.items() if value}
    told |= {name for name in _OWN_COLUMNS if row.has(name) and name not in row.broken}
    if any(row.has(name) for name in _CARE_COLUMNS):
        told |= {"tags", "special", "disabled_grade", "fully_dependent"}
    if any(name.startswith(FLAG) for name in row.header.columns):
        told |= {"tags", "special"}
    return frozenset(told)
