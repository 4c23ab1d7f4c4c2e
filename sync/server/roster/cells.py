"""Reading one cell: the value it stands for, or the code of what is wrong with it."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from sync.rules.idcard import RESIDENT_CARD, IdFault, paper_kind, plain_id, read_id
from sync.schema.tags import CLOSED_TAGS
from sync.server.roster.sheets import Cell, cell_text
from sync.server.roster.words import Lookup, Words, plain_word

_EXACT_DIGITS: Final = 15
"""A spreadsheet's number keeps this many digits; an ID number has more."""

_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_ZEROS: Final = re.compile(r"\d{15}000")
_TAIWAN_PERMIT: Final = re.compile(r"\d{8}(?:\d{2})?")
_GRADE: Final = re.compile(r"([一二三四1-4])[级級]")
_GRADES: Final = {sign: at % 4 + 1 for at, sign in enumerate("一二三四1234")}
_BETWEEN: Final = re.compile(r"[、,,;;。/\\|+&\s]+")
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_LONGEST_WORD: Final = 40
_EPOCH: Final = date(1899, 12, 30)  # Day 0 of a spreadsheet that forgot that a cell is a date.
_FIRST_SERIAL: Final = 3_000
_LAST_SERIAL: Final = 60_000
_OLDEST: Final = date(1880, 1, 1)


@dataclass(frozen=True)
class IdRead:
    """A number and what it tells, or the code of its problem; neither for an empty cell."""

    id_type: str | None = None
    id_no: str | None = field(default=None, repr=False)
    birth: date | None = field(default=None, repr=False)
    sex: str | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Category:
    """The words of one cell by what they are about, and whether some were not known."""

    tags: frozenset[str] = field(default=frozenset(), repr=False)
    special: frozenset[str] = field(default=frozenset(), repr=False)
    disabled_grade: int | None = field(default=None, repr=False)
    fully_dependent: bool = field(default=False, repr=False)
    pop_kind: str | None = None
    status: str | None = None
    occupancy: str | None = None
    unknown: bool = False


def read_id_cell(cell: Cell, id_type: str | None, words: Words) -> IdRead:
    """An ID number. One that was a number has lost its end and is never taken."""
    text = cell_text(cell)
    number = plain_id(text)
    if not number or plain_word(text) in words.nothing:
        return IdRead()
    if _lost_digits(cell, text):
        return IdRead(problem="id.lost_digits")
    if id_type == "511" and _TAIWAN_PERMIT.fullmatch(number):
        return IdRead(id_type, number)
    other = paper_kind(number)
    if other:
        return IdRead(id_type if id_type not in (None, RESIDENT_CARD) else other, number)
    card = read_id(number)
    if isinstance(card, IdFault):
        lost = _ZEROS.fullmatch(number) and card is IdFault.CHECK
        return IdRead(problem="id.zeros" if lost else f"id.{card.value}")
    return IdRead(RESIDENT_CARD, card.number, card.birth, card.sex)


def read_day(cell: Cell) -> date | None:
    """A day of birth however it is written; ``None`` where it is no full date."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = "".join(cell_text(cell).split())
    found = _DAY.fullmatch(text) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
    if found:
        return _day(int(found[1]), int(found[2]), int(found[3]))
    serial = int(cell) if isinstance(cell, int | float) else 0
    if _FIRST_SERIAL <= serial <= _LAST_SERIAL:
        return _EPOCH + timedelta(days=serial)
    return None


def read_sex(text: str, words: Words) -> str | None:
    """The code of a sex; ``None`` where it is not readable."""
    plain = plain_word(text)
    return plain if plain in ("0", "1", "2", "9") else words.sexes.get(plain)


def read_relation(text: str, words: Words) -> str | None:
    """The code of a relation to the head; ``None`` where it is not known."""
    plain = plain_word(re.sub(r"[((].*?[))]", "", text))
    return plain if plain in "012345678" and len(plain) == 1 else words.relations.get(plain)


def read_category(text: str, words: Words) -> Category:
    """Care words, kinds of resident, where they are and how the home is used, in any order.

    A word counts only when it is known as a whole, so 非低保 is never 低保.
    """
    found = Category()
    for token in _BETWEEN.split(text):
        for word, grade in _words_in(token, words):
            found = _with(found, word, grade, words)
    return found


def read_flag(cell: Cell, word: str, words: Words) -> Category | None:
    """A tick in a column named after a care word; a grade is a tick as well. ``None``: unclear."""
    text = cell_text(cell)
    plain = plain_word(text)
    if not plain or plain in words.nothing:
        return Category()
    grade = _GRADE.search(plain)
    if plain in words.yes or plain == word or grade:
        return _with(Category(), word, _grade(grade), words)
    held = read_category(text, words)
    return None if held.unknown else held


def _lost_digits(cell: Cell, text: str) -> bool:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return abs(cell) >= 10**_EXACT_DIGITS
    return _SCIENTIFIC.fullmatch(plain_word(text)) is not None


def _words_in(token: str, words: Words) -> list[tuple[str, int | None]]:
    """The known words that a token is made of, each with its grade; the token if it is not."""
    plain = re.sub(r"[(()\)【】\[\]]", "", plain_word(token))
    if not plain:
        return []
    if len(plain) > _LONGEST_WORD:
        return [(plain, None)]
    found = _GRADE.search(plain)
    grade = _grade(found)
    bare = _GRADE.sub("", plain, count=1) if found else plain
    parts = _split(bare, words) if bare else ["残疾"]
    return [(part, grade) for part in parts] if parts else [(plain, None)]


def _split(plain: str, words: Words) -> list[str] | None:
    """``plain`` as known words one after another, the longest first; ``None`` where it is none."""
    if not plain:
        return []
    for size in range(len(plain), 0, -1):
        if _is_known(plain[:size], words):
            rest = _split(plain[size:], words)
            if rest is not None:
                return [plain[:size], *rest]
    return None


def _is_known(word: str, words: Words) -> bool:
    tables: tuple[Lookup, ...] = (words.tags, words.pop_kinds, words.statuses, words.occupancies)
    plain = word in words.nothing or word in words.fully_dependent
    return plain or any(word in table for table in tables)


def _with(found: Category, word: str, grade: int | None, words: Words) -> Category:
    tag = words.tags.get(word)
    if tag is None and not _is_known(word, words):
        return united(found, Category(unknown=True))
    held = frozenset({tag} if tag else ())
    meant = Category(
        tags=held.difference(CLOSED_TAGS),
        special=held.intersection(CLOSED_TAGS),
        disabled_grade=grade if tag == "disabled" else None,
        fully_dependent=word in words.fully_dependent,
        pop_kind=words.pop_kinds.get(word),
        status=words.statuses.get(word),
        occupancy=words.occupancies.get(word),
    )
    return united(found, meant)


def _grade(found: re.Match[str] | None) -> int | None:
    return _GRADES[found[1]] if found else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        written = date(year, month, day)
    except ValueError:
        return None
    return written if written >= _OLDEST else None


def united(first: Category, second: Category) -> Category:
    """The words of two cells: tags of both, and of each single value the first one's."""
    return Category(
        tags=first.tags | second.tags,
        special=first.special | second.special,
        disabled_grade=first.disabled_grade or second.disabled_grade,
        fully_dependent=first.fully_dependent or second.fully_dependent,
        pop_kind=first.pop_kind or second.pop_kind,
        status=first.status or second.status,
        occupancy=first.occupancy or second.occupancy,
        unknown=first.unknown or second.unknown,
    )
