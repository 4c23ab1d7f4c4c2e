"""What households are searched by, in memory: never on the disk, so as secret as the open store.

A book holds some ten thousand people in a few megabytes. Each kind of word is one long text that
is scanned whole, which takes less time than asking an index on the encrypted disk.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final

from sync.rules.address import parse_address, parse_building
from sync.rules.discretion import is_closed
from sync.rules.idcard import typed_tail
from sync.rules.pinyin import other_readings
from sync.rules.route import NaturalKey, natural_key
from sync.store.record import Match

EXACT, BEGINS, CONTAINS, MENTIONED = 0, 1, 2, 3

_LEAST_PHONE_DIGITS: Final = 3
_LEAST_LETTERS_INSIDE: Final = 3
_HOUSE_WORDS: Final = re.compile(r"[\d#栋幢楼座单元号]")
_EDGE: Final = "\t"
_END: Final = "\n"


@dataclass(frozen=True)
class PersonWords:
    """A person: ``py`` holds initials and full pinyin, a blank between them; ``id_tail`` the last
    four signs of the ID number."""

    id: str
    name: str = field(repr=False)
    py: str = field(repr=False)
    phone: str = field(repr=False)
    id_tail: str = field(default="", repr=False)


@dataclass(frozen=True)
class HomeWords:
    """A household: its short room, where it stands in words, its contact, its people, and what
    was written about it. ``place`` is estate, building and address; ``notes`` are discreet."""

    id: str
    room: str
    place: str
    contact: str = field(default="", repr=False)
    contact_name: str = field(default="", repr=False)
    people: tuple[PersonWords, ...] = field(default=(), repr=False)
    notes: str = field(default="", repr=False)


class Column:
    """Texts behind each other, scanned as one."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._whole = _END.join(texts) + _END
        self._starts = [0]
        for text in texts:
            self._starts.append(self._starts[-1] + len(text) + 1)

    def having(self, part: str, most: int) -> list[int]:
        """The positions of the first ``most`` texts that hold ``part``."""
        found: list[int] = []
        at = self._whole.find(part)
        while at >= 0 and len(found) < most:
            position = bisect_right(self._starts, at) - 1
            found.append(position)
            at = self._whole.find(part, self._starts[position + 1])
        return found

    def matching(self, pattern: str, most: int) -> list[int]:
        """The same for a regular expression."""
        found: list[int] = []
        for hit in re.finditer(pattern, self._whole):
            position = bisect_right(self._starts, hit.start()) - 1
            if not found or found[-1] != position:
                found.append(position)
            if len(found) == most:
                break
        return found


@dataclass(frozen=True)
class _Columns:
    """The book, laid out for scanning. Homes and people stand in the order of their rooms."""

    homes: tuple[HomeWords, ...]
    people: tuple[tuple[str, PersonWords], ...]
    rooms: Column
    places: Column
    contacts: Column
    contact_names: Column
    names: Column
    spelt: Column
    phones: Column
    tails: Column
    notes: Column


@dataclass(frozen=True)
class _Prepared:
    """One household's part of each column, and its place among the others."""

    home: HomeWords
    order: NaturalKey
    room: str
    contact: str
    notes: str
    names: tuple[str, ...]
    spelt: tuple[str, ...]
    phones: tuple[str, ...]
    tails: tuple[str, ...]


class WordBook:
    """Households by what somebody remembers of them."""

    def __init__(self) -> None:
        self._homes: dict[str, _Prepared] = {}
        self._columns: _Columns | None = None

    def __len__(self) -> int:
        return len(self._homes)

    def put(self, home: HomeWords) -> None:
        """Take a household in, in place of what was there."""
        known = self._homes.get(home.id)
        if known is None or known.home != home:
            self._homes[home.id] = _prepared(home)
            self._columns = None

    def drop(self, household_id: str) -> None:
        """Forget a household."""
        if self._homes.pop(household_id, None) is not None:
            self._columns = None

    def settle(self) -> None:
        """Lay out what changed now, and not when somebody searches."""
        if self._columns is None:
            self._laid_out()

    def search(self, text: str, limit: int, *, notes: bool = True) -> list[Match]:
        """What answers to ``text``, best first, each household and person once.

        ``notes`` looks at what was written about a household, too. A word of care of tiers 2 and
        3 finds nothing, whatever was written.
        """
        wanted = " ".join(unicodedata.normalize("NFKC", text).split())
        if not wanted or is_closed(wanted):
            return []
        found: dict[tuple[str, str], Match] = {}
        for match in self._matches(wanted, limit, notes=notes):
            key = (match.household_id, match.person_id)
            if key not in found or match.rank < found[key].rank:
                found[key] = match
        return sorted(found.values(), key=lambda match: match.rank)[:limit]

    def _matches(self, wanted: str, limit: int, *, notes: bool) -> Iterator[Match]:
        columns = self._columns or self._laid_out()
        letters = _letters(wanted)
        tail = typed_tail(wanted)
        if tail:
            yield from _ranked(columns.tails.having, [(BEGINS, tail)], limit, _person_at(columns))
        if letters:
            yield from _by_pinyin(columns, wanted, letters, limit)
        elif wanted.isdecimal():
            yield from _by_digits(columns, wanted, limit)
        else:
            yield from _by_address(columns, wanted, limit)
            yield from _by_name(columns, wanted, limit)
        if notes and len(wanted) > 1 and not wanted.isdecimal():
            for at in columns.notes.having(wanted, limit):
                yield Match(columns.homes[at].id, "", MENTIONED)

    def _laid_out(self) -> _Columns:
        shelf = sorted(self._homes.values(), key=attrgetter("order"))
        self._columns = _Columns(
            homes=tuple(one.home for one in shelf),
            people=tuple((one.home.id, person) for one in shelf for person in one.home.people),
            rooms=Column([one.room for one in shelf]),
            places=Column([one.home.place for one in shelf]),
            contacts=Column([one.contact for one in shelf]),
            contact_names=Column([one.home.contact_name for one in shelf]),
            names=Column([name for one in shelf for name in one.names]),
            spelt=Column([spelt for one in shelf for spelt in one.spelt]),
            phones=Column([phone for one in shelf for phone in one.phones]),
            tails=Column([tail for one in shelf for tail in one.tails]),
            notes=Column([one.notes for one in shelf]),
        )
        return self._columns


def _prepared(home: HomeWords) -> _Prepared:
    return _Prepared(
        home=home,
        order=natural_key(home.room),
        room=f"{_EDGE}{home.room}{_EDGE}",
        contact=f"{_digits(home.contact)}{_EDGE}",
        notes=home.notes.replace(_END, " "),
        names=tuple(f"{_EDGE}{person.name}{_EDGE}" for person in home.people),
        spelt=tuple(_spelt(person) for person in home.people),
        phones=tuple(f"{_digits(person.phone)}{_EDGE}" for person in home.people),
        tails=tuple(person.id_tail for person in home.people),
    )


def _by_pinyin(columns: _Columns, wanted: str, letters: str, limit: int) -> Iterator[Match]:
    """Initials or full pinyin; what an input method shows apart is matched syllable by syllable."""
    ranked = [(EXACT, f" {letters} "), (BEGINS, f" {letters}")]
    if len(letters) >= _LEAST_LETTERS_INSIDE:
        ranked.append((CONTAINS, letters))
    yield from _ranked(columns.spelt.having, ranked, limit, _person_at(columns))
    syllables = re.split(r"[\s']+", wanted.lower())
    if len(syllables) > 1:
        pattern = " " + "[a-z]*".join(map(re.escape, syllables))
        yield from _ranked(columns.spelt.matching, [(BEGINS, pattern)], limit, _person_at(columns))
    yield from _by_name(columns, wanted, limit)


def _by_digits(columns: _Columns, wanted: str, limit: int) -> Iterator[Match]:
    """A door, or part of a phone."""
    doors = [
        (EXACT, f"[-{_EDGE}]{wanted}{_EDGE}"),
        (BEGINS, f"-{wanted}[0-9A-Z]*{_EDGE}"),
        (CONTAINS, f"{_EDGE}{wanted}-"),
    ]
    yield from _ranked(columns.rooms.matching, doors, limit, _home_at(columns))
    if len(wanted) >= _LEAST_PHONE_DIGITS:
        tails = [(BEGINS, f"{wanted}{_EDGE}"), (CONTAINS, wanted)]
        yield from _ranked(columns.phones.having, tails, limit, _person_at(columns))
        yield from _ranked(columns.contacts.having, tails, limit, _home_at(columns))


def _by_address(columns: _Columns, wanted: str, limit: int) -> Iterator[Match]:
    """A door however it is spelt, a stair, a building."""
    if not _HOUSE_WORDS.search(wanted):
        return
    estate, short, whole = _door(wanted)
    if not short:
        return
    ranked = [(EXACT, f"{_EDGE}{short}{_EDGE}")] if whole else []
    ranked.append((BEGINS, f"{_EDGE}{short}"))
    for match in _ranked(columns.rooms.having, ranked, limit, _home_at(columns)):
        if not estate or estate in _home(columns, match.household_id).place:
            yield match


def _by_name(columns: _Columns, wanted: str, limit: int) -> Iterator[Match]:
    names = [
        (EXACT, f"{_EDGE}{wanted}{_EDGE}"),
        (BEGINS, f"{_EDGE}{wanted}"),
        (CONTAINS, wanted),
    ]
    yield from _ranked(columns.names.having, names, limit, _person_at(columns))
    inside = [(CONTAINS, wanted)]
    for column in (columns.places, columns.contact_names):
        yield from _ranked(column.having, inside, limit, _home_at(columns))


def _ranked(
    look: Callable[[str, int], list[int]],
    ranked: Iterable[tuple[int, str]],
    limit: int,
    made: Callable[[int, int], Match],
) -> Iterator[Match]:
    for rank, pattern in ranked:
        for at in look(pattern, limit):
            yield made(at, rank)


def _person_at(columns: _Columns) -> Callable[[int, int], Match]:
    def made(at: int, rank: int) -> Match:
        household_id, person = columns.people[at]
        return Match(household_id, person.id, rank)

    return made


def _home_at(columns: _Columns) -> Callable[[int, int], Match]:
    return lambda at, rank: Match(columns.homes[at].id, "", rank)


def _home(columns: _Columns, household_id: str) -> HomeWords:
    return next(home for home in columns.homes if home.id == household_id)


def _door(wanted: str) -> tuple[str, str, bool]:
    """The estate, the short room or how it begins, and whether it is a whole door."""
    address = parse_address(wanted)
    if address is not None and (address.building or address.estate):
        return address.estate or "", address.short, True
    # 6栋2单元 names a stair: with some room behind it, it reads as a door.
    stair = parse_address(f"{wanted.rstrip('-')}-999")
    if stair is not None and stair.unit:
        return stair.estate or "", f"{stair.building}-{stair.unit}-", False
    building = parse_building(wanted.rstrip("-"))
    if building is not None and building[1]:
        return building[0] or "", f"{building[1]}-", False
    if address is not None:
        return address.estate or "", address.short, True
    return "", "", False


def _letters(wanted: str) -> str:
    """What was typed, if it can be pinyin: Latin letters, and what an input method puts between."""
    plain = wanted.lower().replace("ü", "v").replace(" ", "").replace("'", "")
    return plain if plain.isascii() and plain.isalpha() else ""


def _spelt(person: PersonWords) -> str:
    """Every spelling of a name between blanks."""
    return " ".join(["", person.py, *other_readings(person.name, person.py), ""])


def _digits(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdigit())
