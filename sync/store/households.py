"""A household put together from its rows: door, people, entries, conflicts, receipts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, select

from sync.store.lists import bound, each, encode_texts
from sync.store.outbox import WAITING, RowKey
from sync.store.queries import deliveries, rows_by_id, rows_of
from sync.store.record import Delivery, HouseholdView, Member, Record
from sync.store.tables import OPERATION, TABLES, is_shown, shown

# A household's entries and the time that orders each kind.
_ENTRIES: Final = {
    "visit": "started_at",
    "note": "written_at",
    "oral_mediation": "held_at",
    "change": "changed_at",
}


# What a line in a list is made of: the other half of the columns costs as much again to read.
_IN_LISTS: Final = {
    "household": ("dwelling_id", "head_id", "two_people"),
    "dwelling": ("building_id", "room", "floor", "occupancy"),
    "person": ("household_id", "name", "sex", "birth", "tags", "alias_of"),
    "residency": ("person_id", "household_id", "relation", "status"),
}
_WHOLE: Final[Mapping[str, tuple[str, ...]]] = {}


def for_list(connection: Connection, ids: Iterable[str] | None) -> list[HouseholdView]:
    """Households with dwelling, building and members only, and of these what a list shows."""
    return _views(connection, ids, _IN_LISTS)


def whole(connection: Connection, household_id: str) -> HouseholdView | None:
    """One household with everything below it that is here; ``None`` where it is not."""
    found = _views(connection, [household_id], _WHOLE)
    if not found:
        return None
    (view,) = found
    entries = {type_: _entries(connection, type_, household_id) for type_ in _ENTRIES}
    below = [household_id, *(member.person.id for member in view.members)]
    below += [row.id for rows in entries.values() for row in rows]
    return HouseholdView(
        household=view.household,
        dwelling=view.dwelling,
        building=view.building,
        members=view.members,
        visits=entries["visit"],
        notes=entries["note"],
        mediations=entries["oral_mediation"],
        changes=entries["change"],
        conflicts=_conflicts(connection, household_id, view.dwelling),
        deliveries=_deliveries(connection, below),
    )


def doors(connection: Connection, ids: Iterable[str]) -> list[tuple[str, str, str, int]]:
    """(household, area, room, floor) of each of these, in no order; an empty area is nowhere."""
    found = connection.execute(_doors(), {"ids": encode_texts(ids)})
    return [(row_id, area or "", room or "", floor or 0) for row_id, area, room, floor in found]


@cache
def _doors() -> Select[Any]:
    homes, rooms = TABLES["household"], TABLES["dwelling"]
    behind_it = and_(homes.c.dwelling_id == rooms.c.id, is_shown(rooms))
    columns = (homes.c.id, rooms.c.building_id, rooms.c.room, rooms.c.floor)
    query = select(*columns).select_from(homes.outerjoin(rooms, behind_it))
    return query.where(homes.c.id.in_(bound("ids")), is_shown(homes))


def behind(connection: Connection, dwelling_ids: Iterable[str]) -> list[str]:
    """The households behind these doors."""
    found = connection.execute(_behind(), {"doors": encode_texts(dwelling_ids)})
    return list(found.scalars())


@cache
def _behind() -> Select[Any]:
    homes = shown("household")
    return select(homes.c.id).where(homes.c.dwelling_id.in_(bound("doors")))


def unsent(connection: Connection, type_: str) -> list[str]:
    """The households with an entry of this kind that was written here and waits to be sent."""
    return list(connection.execute(_unsent(type_)).scalars())


@cache
def _unsent(type_: str) -> Select[Any]:
    entries = shown(type_)
    waiting = select(OPERATION.c.row_id).where(WAITING, OPERATION.c.type == type_)
    return select(entries.c.household_id).distinct().where(entries.c.id.in_(waiting))


def _views(
    connection: Connection, ids: Iterable[str] | None, fields: Mapping[str, tuple[str, ...]]
) -> list[HouseholdView]:
    """Households with dwelling, building and members. ``fields`` are read of each kind that it
    names, all of the others."""
    found = rows_of(connection, "household", ids=ids, fields=fields.get("household", ()))
    doors = (row.get("dwelling_id") for row in found)
    dwellings = rows_by_id(connection, "dwelling", doors, fields.get("dwelling", ()))
    building_ids = (row.get("building_id") for row in dwellings.values())
    buildings = rows_by_id(connection, "area", building_ids)
    members = _members(connection, [row.id for row in found], fields)
    views = []
    for row in found:
        dwelling = dwellings.get(row.get("dwelling_id", ""))
        building = buildings.get(dwelling.get("building_id", "")) if dwelling else None
        views.append(HouseholdView(row, dwelling, building, tuple(members[row.id])))
    return views


def _members(
    connection: Connection, household_ids: Sequence[str], fields: Mapping[str, tuple[str, ...]]
) -> dict[str, list[Member]]:
    """Each household's people, by their residency in it, or by their own word."""
    here, of_person = {"household_id": household_ids}, fields.get("person", ())
    residencies = rows_of(connection, "residency", where=here, fields=fields.get("residency", ()))
    people = {row.id: row for row in rows_of(connection, "person", where=here, fields=of_person)}
    elsewhere = {row.get("person_id", "") for row in residencies} - set(people)
    people |= rows_by_id(connection, "person", elsewhere, of_person)
    # Another name of somebody is nobody to count, also while its residency has not ended here.
    people = {row_id: row for row_id, row in people.items() if not row.get("alias_of")}
    grouped: dict[str, list[Member]] = defaultdict(list)
    placed: set[RowKey] = set()
    for residency in residencies:
        key = (residency.get("household_id", ""), residency.get("person_id", ""))
        if key[1] in people and key not in placed:
            placed.add(key)
            grouped[key[0]].append(Member(people[key[1]], residency))
    for person in people.values():
        home = person.get("household_id", "")
        if (home, person.id) not in placed:
            grouped[home].append(Member(person))
    return grouped


def _entries(connection: Connection, type_: str, household_id: str) -> tuple[Record, ...]:
    found = rows_of(connection, type_, where={"household_id": household_id})
    if type_ == "oral_mediation":
        known = {row.id for row in found}
        other = rows_of(connection, type_, where={"other_household_id": household_id})
        found += [row for row in other if row.id not in known]
    moment = _ENTRIES[type_]
    return tuple(sorted(found, key=lambda row: (row.get(moment, ""), row.id), reverse=True))


def _conflicts(
    connection: Connection, household_id: str, dwelling: Record | None
) -> tuple[Record, ...]:
    roots = [household_id, *([dwelling.id] if dwelling else [])]
    return tuple(rows_of(connection, "conflict", where={"target_root": roots, "status": "open"}))


def _deliveries(connection: Connection, row_ids: Sequence[str]) -> tuple[Delivery, ...]:
    query = select(OPERATION).where(OPERATION.c.row_id.in_(each(list(row_ids))))
    return tuple(deliveries(connection, query.order_by(OPERATION.c.no.desc())))
