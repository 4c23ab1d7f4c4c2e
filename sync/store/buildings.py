"""The doors of a building with who lives behind them, read in one snapshot."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, FromClause, or_, select

from sync.rules.due import Due
from sync.store.derived import decode_due
from sync.store.households import for_list
from sync.store.lists import each
from sync.store.queries import rows_of
from sync.store.record import BuildingView, HouseholdView, Record
from sync.store.tables import DUE, shown


def holding(connection: Connection) -> list[str]:
    """The areas in which doors stand on this computer; empty text for doors that name none."""
    dwellings = shown("dwelling")
    query = select(dwellings.c.building_id).distinct()
    found = {area or "" for area in connection.execute(query).scalars()}
    homes = shown("household")
    homeless = connection.execute(select(homes.c.id).where(_nowhere(homes)).limit(1)).first()
    return sorted(found | ({""} if homeless else set()))


def walk(connection: Connection, building_id: str) -> list[tuple[str, str, int]]:
    """(household, room, floor) of everybody in one area, in no order; an empty id is nowhere."""
    homes, doors = shown("household"), shown("dwelling")
    joined = homes.outerjoin(doors, homes.c.dwelling_id == doors.c.id)
    area = doors.c.building_id
    here = area == building_id if building_id else area.is_(None)
    if building_id:
        joined = homes.join(doors, homes.c.dwelling_id == doors.c.id)
    query = select(homes.c.id, doors.c.room, doors.c.floor).select_from(joined).where(here)
    return [(row_id, room or "", floor or 0) for row_id, room, floor in connection.execute(query)]


def inside(connection: Connection, building_ids: Sequence[str]) -> BuildingView:
    """Every door of these areas; an empty id stands for doors that name none."""
    doors = _doors(connection, building_ids)
    homes = shown("household")
    query = select(homes.c.id).where(homes.c.dwelling_id.in_(each([door.id for door in doors])))
    ids = list(connection.execute(query).scalars())
    if "" in building_ids:
        ids += connection.execute(select(homes.c.id).where(_nowhere(homes))).scalars()
    views = for_list(connection, sorted(set(ids))) if ids else []
    return BuildingView(
        doors=tuple(doors),
        homes=_by_door(views),
        dues=_dues(connection, ids),
        asking=tuple(_asking(connection, ids)),
        matters=tuple(rows_of(connection, "matter", where={"household_id": ids}) if ids else ()),
    )


def _nowhere(homes: FromClause) -> ColumnElement[bool]:
    """Households whose door is not on this computer, or that name none."""
    known = select(shown("dwelling").c.id)
    return or_(homes.c.dwelling_id.is_(None), homes.c.dwelling_id.not_in(known))


def _doors(connection: Connection, building_ids: Sequence[str]) -> list[Record]:
    named = [area for area in building_ids if area]
    found = rows_of(connection, "dwelling", where={"building_id": named}) if named else []
    if "" in building_ids:
        found += rows_of(connection, "dwelling", where={"building_id": None})
    return found


def _by_door(views: Iterable[HouseholdView]) -> dict[str, tuple[HouseholdView, ...]]:
    grouped: dict[str, list[HouseholdView]] = defaultdict(list)
    for view in views:
        grouped[view.dwelling.id if view.dwelling else ""].append(view)
    return {door: tuple(found) for door, found in grouped.items()}


def _dues(connection: Connection, ids: Sequence[str]) -> dict[str, Due]:
    query = select(DUE.c.detail).where(DUE.c.household_id.in_(each(list(ids))))
    found = [decode_due(detail) for detail in connection.execute(query).scalars()]
    return {due.household_id: due for due in found}


def _asking(connection: Connection, ids: Sequence[str]) -> list[Record]:
    """Visits that heard a need or saw a hazard, and the later entries that replace one of them."""
    visits = shown("visit")
    said = or_(visits.c.needs.is_not(None), visits.c.hazards.is_not(None))
    here = visits.c.household_id.in_(each(list(ids)))
    heard = select(visits.c.id).where(here, said)
    query = select(visits.c.id).where(here, or_(said, visits.c.corrects.in_(heard)))
    found = list(connection.execute(query).scalars())
    return rows_of(connection, "visit", ids=found) if found else []
