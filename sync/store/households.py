"""A household put together from its rows: door, people, entries, conflicts, receipts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection, select

from sync.store.bulk import each
from sync.store.outbox import RowKey
from sync.store.queries import deliveries, rows_by_id, rows_of
from sync.store.record import Delivery, HouseholdView, Member, Record
from sync.store.tables import OPERATION

# A household's entries and the time that orders each kind.
_ENTRIES: Final = {
    "visit": "started_at",
    "note": "written_at",
    "oral_mediation": "held_at",
    "change": "changed_at",
}


def for_list(connection: Connection, ids: Iterable[str] | None) -> list[HouseholdView]:
    """Households with dwelling, building and members only."""
    found = rows_of(connection, "household", ids=ids)
    dwellings = rows_by_id(connection, "dwelling", (row.get("dwelling_id") for row in found))
    building_ids = (row.get("building_id") for row in dwellings.values())
    buildings = rows_by_id(connection, "area", building_ids)
    members = _members(connection, [row.id for row in found])
    views = []
    for row in found:
        dwelling = dwellings.get(row.get("dwelling_id", ""))
        building = buildings.get(dwelling.get("building_id", "")) if dwelling else None
        views.append(HouseholdView(row, dwelling, building, tuple(members[row.id])))
    return views


def whole(connection: Connection, household_id: str) -> HouseholdView | None:
    """One household with everything below it that is here; ``None`` where it is not."""
    found = for_list(connection, [household_id])
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


def _members(connection: Connection, household_ids: Sequence[str]) -> dict[str, list[Member]]:
    """Each household's people, by their residency in it, or by their own word."""
    here = {"household_id": household_ids}
    residencies = rows_of(connection, "residency", where=here)
    people = {row.id: row for row in rows_of(connection, "person", where=here)}
    elsewhere = {row.get("person_id", "") for row in residencies} - set(people)
    people |= rows_by_id(connection, "person", elsewhere)
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
