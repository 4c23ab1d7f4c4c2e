"""Keeps the book of words in step with the rows: built in idle steps, mended as rows change.

Nothing of it is written anywhere, so a first sync pays nothing for it. Until it is built, and
while many households wait to be read again, searching asks the tables (``search.py``), which
know everything but the notes and the rarer spellings of a door.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from sync.rules.discretion import discreet
from sync.store.database import Database
from sync.store.derived import Dues
from sync.store.households import behind
from sync.store.lists import each
from sync.store.record import Match
from sync.store.tables import STALE, shown
from sync.store.word_book import HomeWords, PersonWords, WordBook

STEP_HOUSEHOLDS: Final = 60
"""Households read in one step: about 10 ms, so that a person who asks meanwhile hardly waits."""

MOST_AT_ONCE: Final = 40
"""Households that a search reads again itself; while more wait, it asks the tables."""

_NOTES: Final = (
    ("visit", ("note",)),
    ("note", ("text",)),
    ("oral_mediation", ("what", "result")),
)


class SearchIndex:
    """Call :meth:`step` in idle moments, from the thread that searches."""

    def __init__(self, database: Database, dues: Dues) -> None:
        self._database = database
        self._touched = dues.follow()
        self._book = WordBook()
        self._waiting: deque[str] = deque()
        self._last = ""
        self._is_built = False

    @property
    def is_ready(self) -> bool:
        """Whether a search is answered from here."""
        return self._is_built and len(self._waiting) <= MOST_AT_ONCE

    def step(self) -> bool:
        """Read a few households. False when nothing is left to do."""
        self._take_touched()
        if not self._is_built:
            self._build_on()
            return True
        if not self._waiting:
            self._book.settle()
            return False
        some = [self._waiting.popleft() for _ in range(min(STEP_HOUSEHOLDS, len(self._waiting)))]
        with self._database.reading() as connection:
            self._read(connection, some)
        return True

    def search(self, text: str, limit: int, *, notes: bool) -> list[Match] | None:
        """The answers, or ``None`` while the tables have to be asked."""
        self._take_touched()
        if not self.is_ready:
            return None
        stale = select(STALE.c.household_id).limit(MOST_AT_ONCE + 1)
        with self._database.reading() as connection:
            changed = connection.execute(stale).scalars().all()
            if len(changed) > MOST_AT_ONCE:
                return None
            again = {*changed, *self._waiting}
            self._waiting.clear()
            self._read(connection, sorted(again))
        return self._book.search(text, limit, notes=notes)

    def _take_touched(self) -> None:
        self._waiting.extend(sorted(self._touched.take()))

    def _build_on(self) -> None:
        homes = shown("household")
        query = select(homes.c.id).where(homes.c.id > self._last).order_by(homes.c.id)
        with self._database.reading() as connection:
            some = list(connection.execute(query.limit(STEP_HOUSEHOLDS)).scalars())
            if not some:
                self._is_built = True
                return
            self._read(connection, some)
        self._last = some[-1]

    def _read(self, connection: Connection, ids: Sequence[str]) -> None:
        """Take these households as they are now; a dwelling stands for who lives there."""
        if not ids:
            return
        wanted = sorted({*ids, *behind(connection, ids)})
        found = {home.id: home for home in _homes(connection, wanted)}
        for household_id in wanted:
            if household_id in found:
                self._book.put(found[household_id])
            else:
                self._book.drop(household_id)


def _homes(connection: Connection, ids: Sequence[str]) -> Iterable[HomeWords]:
    rows = _rows(connection, "household", "id", ids, ("dwelling_id", "contact", "contact_name"))
    doors = {
        row.id: row
        for row in _rows(
            connection,
            "dwelling",
            "id",
            [row.dwelling_id for row in rows if row.dwelling_id],
            ("room", "address", "building_id"),
        )
    }
    places = _places(connection, [door.building_id for door in doors.values() if door.building_id])
    people: dict[str, list[PersonWords]] = {}
    told = ("household_id", "name", "py", "phone", "id_tail", "alias_of")
    for row in _rows(connection, "person", "household_id", ids, told):
        if row.name and not row.alias_of:
            person = PersonWords(row.id, row.name, row.py or "", row.phone or "", row.id_tail or "")
            people.setdefault(row.household_id, []).append(person)
    notes = _notes(connection, ids)
    for row in rows:
        door = doors.get(row.dwelling_id)
        place = (places.get(door.building_id, ""), door.address or "") if door else ()
        yield HomeWords(
            id=row.id,
            room=(door.room or "") if door else "",
            place=" ".join(part for part in place if part),
            contact=row.contact or "",
            contact_name=row.contact_name or "",
            people=tuple(people.get(row.id, ())),
            notes=notes.get(row.id, ""),
        )


def _places(connection: Connection, building_ids: Sequence[str]) -> dict[str, str]:
    """Each building with its estate before it, in words."""
    rows = {
        row.id: row for row in _rows(connection, "area", "id", building_ids, ("name", "parent_id"))
    }
    parents = [row.parent_id for row in rows.values() if row.parent_id]
    estates = {
        row.id: row.name or "" for row in _rows(connection, "area", "id", parents, ("name",))
    }
    return {key: estates.get(row.parent_id, "") + (row.name or "") for key, row in rows.items()}


def _notes(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """What was written about each household and still stands."""
    found: dict[str, list[str]] = {}
    for type_, fields in _NOTES:
        rows = _rows(connection, type_, "household_id", ids, ("household_id", "corrects", *fields))
        replaced = {row.corrects for row in rows if row.corrects}
        for row in rows:
            if row.id not in replaced:
                told = (getattr(row, name) for name in fields)
                found.setdefault(row.household_id, []).extend(text for text in told if text)
    return {key: discreet("\t".join(texts)) for key, texts in found.items()}


def _rows(
    connection: Connection, type_: str, key: str, wanted: Sequence[str], fields: Iterable[str]
) -> Sequence[Any]:
    if not wanted:
        return []
    table = shown(type_)
    columns = [table.c[name] for name in ("id", *fields)]
    chosen = table.c[key].in_(each(sorted(set(wanted))))
    return connection.execute(select(*columns).where(chosen).order_by(table.c.id)).all()
