"""What decides when households are due, read for many of them at once.

Each kind of row comes as one JSON text that SQLite puts together by itself: a result of many rows
would give the interpreter away and wait for it again with each of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, ClassVar, Final, Protocol, TypeVar

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    func,
    select,
)

from sync.rules.due import DueFacts
from sync.rules.frequency import AT_HOME, PersonCare
from sync.rules.visits import VisitFact
from sync.store.lists import bound, encode_texts
from sync.store.tables import TABLES, shown


class _Line(msgspec.Struct, array_like=True, gc=False):
    """The columns that are read of a row, in the order of the members."""

    TYPE: ClassVar[str]


class _Household(_Line):
    TYPE: ClassVar[str] = "household"
    id: str
    dwelling_id: str | None
    care_floor: str | None
    moved_in: date | None
    red_until: date | None
    postponed_to: date | None


class _Dwelling(_Line):
    TYPE: ClassVar[str] = "dwelling"
    id: str
    occupancy: str | None


class _Child(_Line):
    id: str
    household_id: str


class _Person(_Child):
    TYPE: ClassVar[str] = "person"
    tags: list[str] | None
    birth: date | None
    disabled_grade: int | None
    fully_dependent: int


class _Residency(_Child):
    TYPE: ClassVar[str] = "residency"
    person_id: str | None
    status: str | None


class _Visit(VisitFact, frozen=True, array_like=True, gc=False):
    """A fact as it is read, and whose it is: half of all rows, so each is made only once."""

    TYPE: ClassVar[str] = "visit"
    household_id: str = ""


_LISTS: Final = frozenset({"tags"})
L = TypeVar("L", bound=_Line)
R = TypeVar("R", _Person, _Residency, _Visit)


class Region(Protocol):
    """Which households are meant, and where their rows are looked for.

    Statements are made once for each kind of region, and run with its ``values``.
    """

    @property
    def values(self) -> dict[str, Any]:
        """What the statements are run with."""

    @staticmethod
    def rows(type_: str) -> FromClause:
        """The rows of one kind to choose from."""

    @staticmethod
    def chosen(household_id: ColumnElement[str]) -> ColumnElement[bool]:
        """Whether this household is meant."""


@dataclass(frozen=True)
class These:
    """Households by id, wherever their rows live: for a few."""

    ids: Sequence[str]

    @property
    def values(self) -> dict[str, Any]:
        """The ids."""
        return {"ids": encode_texts(self.ids)}

    @staticmethod
    def rows(type_: str) -> FromClause:
        """All rows that people see."""
        return shown(type_)

    @staticmethod
    def chosen(household_id: ColumnElement[str]) -> ColumnElement[bool]:
        """One of the ids."""
        return household_id.in_(bound("ids"))


@dataclass(frozen=True)
class Stretch:
    """The households of one copy of a scope from one id to another, by that copy's rows alone."""

    generation: int
    first: str
    last: str

    @property
    def values(self) -> dict[str, Any]:
        """The copy, and the two ids."""
        return {"copy": self.generation, "first": self.first, "last": self.last}

    @staticmethod
    def rows(type_: str) -> FromClause:
        """The rows of this copy."""
        table = TABLES[type_]
        return select(table).where(table.c.generation == bindparam("copy")).subquery(type_)

    @staticmethod
    def chosen(household_id: ColumnElement[str]) -> ColumnElement[bool]:
        """Between the two ids."""
        return household_id.between(bindparam("first"), bindparam("last"))


def chosen_ids(connection: Connection, region: Region) -> list[str]:
    """The ids of the households of a region."""
    rows = region.rows("household")
    query = select(rows.c.id).where(region.chosen(rows.c.id))
    return list(connection.execute(query, region.values).scalars())


def facts_in(connection: Connection, region: Region) -> list[DueFacts]:
    """The facts of every household of a region.

    Raises ``msgspec.ValidationError`` for a value that no rule can read.
    """
    texts = connection.execute(_facts_query(type(region)), region.values).one()
    homes = _lines(_Household, texts[0])
    occupancy = {dwelling.id: dwelling.occupancy for dwelling in _lines(_Dwelling, texts[1])}
    people = _by_household(_lines(_Person, texts[2]))
    residencies = _by_household(_lines(_Residency, texts[3]))
    visits = _by_household(msgspec.json.decode(texts[4], type=list[_Visit]))
    return [
        _facts(
            home,
            occupancy.get(home.dwelling_id or ""),
            _residents(people.get(home.id, ()), residencies.get(home.id, ())),
            visits.get(home.id, ()),
        )
        for home in homes
    ]


def _facts(
    home: _Household,
    occupancy: str | None,
    residents: Sequence[tuple[_Person, str]],
    visits: Iterable[VisitFact],
) -> DueFacts:
    return DueFacts(
        household_id=home.id,
        care_floor=home.care_floor or None,
        people=tuple([_care(person) for person, status in residents if status == AT_HOME]),
        statuses=tuple([status for _, status in residents]),
        occupancy=occupancy or None,
        moved_in=home.moved_in,
        red_until=home.red_until,
        postponed_to=home.postponed_to,
        visits=tuple(visits),
    )


def _residents(
    people: Iterable[_Person], residencies: Iterable[_Residency]
) -> list[tuple[_Person, str]]:
    """The people with the status of their residency; without one they live there."""
    status = {residency.person_id: residency.status for residency in residencies}
    return [(person, status.get(person.id) or AT_HOME) for person in people]


_NO_CARE: Final = PersonCare()


def _care(person: _Person) -> PersonCare:
    if not person.tags:
        return _NO_CARE  # Nothing else about them counts, beyond that somebody lives there.
    return PersonCare(
        frozenset(person.tags or ()),
        person.birth,
        person.disabled_grade,
        bool(person.fully_dependent),
    )


def _by_household(lines: Iterable[R]) -> dict[str, list[R]]:
    grouped: dict[str, list[R]] = defaultdict(list)
    for line in lines:
        grouped[line.household_id].append(line)
    return grouped


def _lines(kind: type[L], text: str) -> list[L]:
    return msgspec.json.decode(text, type=list[kind])  # type: ignore[valid-type]


@cache
def _facts_query(region: type[Region]) -> Select[str, str, str, str, str]:
    """All kinds of rows in one statement: to run five takes longer than to read one household."""
    homes, doors = region.rows(_Household.TYPE), region.rows(_Dwelling.TYPE)
    lived_in = select(homes.c.dwelling_id).where(region.chosen(homes.c.id))
    people, residencies = region.rows(_Person.TYPE), region.rows(_Residency.TYPE)
    return select(
        _collected(homes, _Household, region.chosen(homes.c.id)),
        _collected(doors, _Dwelling, doors.c.id.in_(lived_in)),
        _collected(people, _Person, region.chosen(people.c.household_id)),
        _collected(residencies, _Residency, region.chosen(residencies.c.household_id)),
        _visits(region),
    )


def _collected(
    rows: FromClause, kind: type[_Line], where: ColumnElement[bool]
) -> ScalarSelect[str]:
    columns = [
        func.json(rows.c[name]) if name in _LISTS else rows.c[name]
        for name in kind.__struct_fields__
    ]
    return _array(columns, where)


def _visits(region: type[Region]) -> ScalarSelect[str]:
    """Those with a time: no rule can place any other."""
    rows = region.rows(_Visit.TYPE)
    columns = [
        rows.c.id,
        rows.c.started_at,
        func.coalesce(rows.c.result, ""),
        rows.c.next_appointment,
        func.coalesce(rows.c.corrects, ""),
        func.json(case((rows.c.void, "true"), else_="false")),
        rows.c.household_id,
    ]
    return _array(columns, and_(region.chosen(rows.c.household_id), rows.c.started_at.is_not(None)))


def _array(columns: Iterable[ColumnElement[Any]], where: ColumnElement[bool]) -> ScalarSelect[str]:
    lines = select(func.json_group_array(func.json_array(*columns))).where(where)
    return lines.scalar_subquery()


def scattered(connection: Connection, no: int) -> frozenset[str]:
    """Households that have a row in a copy and live in another one, as while they move."""
    homes = TABLES["household"]
    found: set[str] = set()
    for type_ in (_Person.TYPE, _Residency.TYPE, _Visit.TYPE):
        rows = TABLES[type_]
        here = select(rows.c.household_id).where(rows.c.generation == no)
        known = select(homes.c.id).where(homes.c.generation == no)
        found |= {text for text in connection.execute(here.except_(known)).scalars() if text}
    return frozenset(found)
