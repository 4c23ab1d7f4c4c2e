"""What a change of areas comes to on its day: households move, then what belongs to them.

It is carried out in bounded steps, each of which may be the last before the power goes: whatever is
left is found by where it still is. The first hello of a day carries out what is due.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from sync.errors import DoorstepError
from sync.identity import Clock, Minter, local_day, stamp
from sync.merge.operation import Op, OpKind
from sync.schema.canonical import decode_body
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.server.carrying import door_of, scope_in
from sync.server.database import Database
from sync.server.grants import community_rows
from sync.server.locked import lock_scopes
from sync.server.moving import move_building, move_households
from sync.server.office import Office, submit
from sync.server.tables import LED_TO, ROW

log = logging.getLogger(__name__)

ROWS_AT_ONCE: Final = 500
PLANNED, DONE = "planned", "done"


def carry_out_due(db: Database, clock: Clock) -> None:
    """Carry out whatever is due, oldest first. One that fails waits, and stops no hello."""
    today = local_day(clock.now()).isoformat()
    with db.read() as connection:
        lines = connection.execute(
            select(ROW.c.scope_id, ROW.c.id, ROW.c.body).where(
                ROW.c.type == "regrouping", LED_TO, ROW.c.deleted.is_(False)
            )
        ).all()
    every = [(one.scope_id.partition(":")[2], one.id, decode_body(one.body)) for one in lines]
    planned = sorted(
        (str(body.get("valid_from")), row_id, community_id)
        for community_id, row_id, body in every
        if body.get("stage") == PLANNED and str(body.get("valid_from")) <= today
    )
    office = Office(db, clock, Minter(now=clock.now))
    for _, row_id, community_id in planned:
        try:
            carry_out(office, community_id, row_id)
        except DoorstepError as error:
            log.error("the change of areas %s waits: %s", row_id, error.code)


def carry_out(office: Office, community_id: str, row_id: str) -> None:
    """Move the households, then their buildings and micro-grids; areas end last."""
    with office.db.read() as connection:
        body = community_rows(connection, community_id, "regrouping")[row_id]
        areas = community_rows(connection, community_id, "area")
        homes = homes_of(connection, areas)
    target_id = str(body["target_id"])
    wanted = [one for one in body.get("households") or [] if one in homes]
    ends = [str(one) for one in body.get("ends") or []]
    day = date.fromisoformat(str(body["valid_from"]))
    if areas[target_id].get("level") == "grid":
        move_households(office, wanted, target_id)
        _bring_buildings(office, community_id, target_id)
        _bring_micro_grids(office, community_id, target_id)
    else:
        _assign(office, {one: homes[one] for one in wanted}, target_id)
    last = (day - timedelta(days=1)).isoformat()
    ops = [
        _patch(office, "area", one, "valid_to", areas[one].get("valid_to"), last)
        for one in ends
        if areas.get(one, {}).get("valid_to") != last
    ]
    write_in_community(office, community_id, [*ops, staged(office, row_id, DONE)])


def homes_of(
    connection: Connection, areas: Mapping[str, Mapping[str, Any]]
) -> dict[str, tuple[str, str]]:
    """The grid and the micro-grid of each household of a community."""
    scopes = {
        scope_in(row_id, ScopeKind.GRID): row_id
        for row_id, body in areas.items()
        if body.get("level") == "grid"
    }
    lines = connection.execute(
        select(ROW.c.id, ROW.c.scope_id, ROW.c.body).where(
            ROW.c.type == "household",
            ROW.c.scope_id.in_(scopes),
            LED_TO,
            ROW.c.deleted.is_(False),
        )
    )
    return {
        row_id: (scopes[scope_id], str(decode_body(body).get("micro_grid_id", "")))
        for row_id, scope_id, body in lines
    }


def _bring_buildings(office: Office, community_id: str, grid_id: str) -> None:
    """A building all of whose households came along belongs there, its empty doors too: a later
    roster looks for them by the building's grid."""
    with office.db.read() as connection:
        areas = community_rows(connection, community_id, "area")
        where = _grids_of_buildings(connection, areas)
    for building_id, grids in where.items():
        old = str(areas.get(building_id, {}).get("grid_id") or "")
        if grids == {grid_id} and old and old != grid_id:
            move_building(office, building_id, old, grid_id)
            op = _patch(office, "area", building_id, "grid_id", old, grid_id)
            write_in_community(office, community_id, [op])


def _grids_of_buildings(
    connection: Connection, areas: Mapping[str, Mapping[str, Any]]
) -> dict[str, set[str]]:
    """In which grids the households of each building live."""
    buildings: dict[str, str] = {}
    doors: list[tuple[str, str]] = []
    for grid_id in (row_id for row_id, body in areas.items() if body.get("level") == "grid"):
        lines = connection.execute(
            select(ROW.c.type, ROW.c.id, ROW.c.body).where(
                ROW.c.scope_id == scope_in(grid_id, ScopeKind.GRID),
                ROW.c.type.in_(("dwelling", "household")),
                LED_TO,
                ROW.c.deleted.is_(False),
            )
        )
        for type_, row_id, body in lines:
            if type_ == "dwelling":
                buildings[row_id] = str(decode_body(body).get("building_id", ""))
            else:
                doors.append((door_of(body), grid_id))
    found: dict[str, set[str]] = {}
    for door, grid_id in doors:
        if buildings.get(door):
            found.setdefault(buildings[door], set()).add(grid_id)
    return found


def _bring_micro_grids(office: Office, community_id: str, grid_id: str) -> None:
    """A micro-grid all of whose households came along goes with them."""
    with office.db.read() as connection:
        areas = community_rows(connection, community_id, "area")
        homes = homes_of(connection, areas)
    grids: dict[str, set[str]] = {}
    for at, micro in homes.values():
        grids.setdefault(micro, set()).add(at)
    ops = [
        _patch(office, "area", row_id, "parent_id", body.get("parent_id"), grid_id)
        for row_id, body in areas.items()
        if body.get("level") == "micro_grid"
        and grids.get(row_id) == {grid_id}
        and body.get("parent_id") != grid_id
    ]
    write_in_community(office, community_id, ops)


def _assign(office: Office, homes: Mapping[str, tuple[str, str]], target_id: str) -> None:
    """Write the micro-grid of households, a bounded number in each transaction."""
    changing = sorted(one for one, (_, micro) in homes.items() if micro != target_id)
    for start in range(0, len(changing), ROWS_AT_ONCE):
        by_grid: dict[str, list[Op]] = {}
        for one in changing[start : start + ROWS_AT_ONCE]:
            grid_id, micro = homes[one]
            op = _patch(office, "household", one, "micro_grid_id", micro or None, target_id)
            by_grid.setdefault(scope_in(grid_id, ScopeKind.GRID), []).append(op)
        _write_in(office, by_grid)


def _patch(office: Office, type_: str, row_id: str, name: str, base: Any, new: Any) -> Op:
    return Op(office.minter.new_id(), 0, OpKind.PATCH, type_, row_id, {name: (base, new)})


def staged(office: Office, row_id: str, stage: str) -> Op:
    """The operation that brings a planned change to another stage."""
    return _patch(office, "regrouping", row_id, "stage", PLANNED, stage)


def write_in_community(office: Office, community_id: str, ops: Sequence[Op]) -> None:
    """Write reference rows of a community, as the server."""
    _write_in(office, {scope_name(ScopeKind.COMMUNITY, community_id): ops})


def _write_in(office: Office, by_scope: Mapping[str, Collection[Op]]) -> None:
    def write(connection: Connection) -> None:
        locked = lock_scopes(connection, set(by_scope), stamp(office.clock.now()))
        for scope_id, ops in by_scope.items():
            submit(locked, scope_id, list(ops), office.writer(locked.at), office.db.epoch)
        locked.save()

    office.db.run(write)
