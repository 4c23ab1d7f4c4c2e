"""Grids and micro-grids that are split, merged or get other households, from a day on.

What is asked for is written down as a row that everybody sees. On its day it is carried out in
bounded steps, each of which may be the last before the power goes: whatever is left is found by
where it still is. The first hello of a day carries out what is due.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from sync.errors import (
    AreaInUse,
    AreaNotHere,
    DaysWrong,
    DoorstepError,
    HouseholdsElsewhere,
    NameWanted,
    NotFound,
)
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
from sync.server.office import Office, create_op, submit
from sync.server.people import Caller
from sync.server.powers import Power, require
from sync.server.tables import ROW
from sync.wire.office_messages import OfficeReply, RegroupRequest, WithdrawRequest

log = logging.getLogger(__name__)

MOST_HOUSEHOLDS: Final = 5_000
ROWS_AT_ONCE: Final = 500
PLANNED, DONE, WITHDRAWN = "planned", "done", "withdrawn"


def regroup(office: Office, caller: Caller, asked: RegroupRequest) -> OfficeReply:
    """Write a change of areas down, and carry it out where its day has come.

    Raises :class:`NotPermitted`, AreaNotHere, AreaInUse, HouseholdsElsewhere, DaysWrong.
    """
    today = local_day(office.clock.now())
    community_id = str(caller.account.community_id)
    with office.db.read() as connection:
        require(connection, caller, Power.AREAS, today)
        day = _day(asked.valid_from, today)
        areas = community_rows(connection, community_id, "area")
        homes = homes_of(connection, areas)
        _check(asked, areas, homes)
    target_id = asked.target_id or _new_area(office, community_id, asked, areas, day)
    body = {
        "target_id": target_id,
        "households": sorted(set(asked.households)),
        "ends": sorted(set(asked.ends)),
        "valid_from": day.isoformat(),
        "made_by": caller.staff_id,
        "stage": PLANNED,
    }
    row_id = office.minter.new_id()
    _write(office, community_id, [create_op(office.minter, "regrouping", row_id, body)])
    office.note("areas.regroup", row_id)
    if day <= today:
        carry_out(office, community_id, row_id)
    return OfficeReply(row_id, done=day <= today, target_id=target_id)


def withdraw(office: Office, caller: Caller, asked: WithdrawRequest) -> OfficeReply:
    """Take a change back that was not carried out yet. Raises :class:`NotFound` otherwise."""
    community_id = str(caller.account.community_id)
    with office.db.read() as connection:
        require(connection, caller, Power.AREAS, local_day(office.clock.now()))
        known = community_rows(connection, community_id, "regrouping")
    if known.get(asked.regrouping_id, {}).get("stage") != PLANNED:
        raise NotFound(what=asked.regrouping_id)
    _write(office, community_id, [_staged(office, asked.regrouping_id, WITHDRAWN)])
    office.note("areas.withdraw", asked.regrouping_id)
    return OfficeReply(asked.regrouping_id)


def carry_out_due(db: Database, clock: Clock) -> None:
    """Carry out whatever is due, oldest first. One that fails waits, and stops no hello."""
    today = local_day(clock.now()).isoformat()
    with db.read() as connection:
        lines = connection.execute(
            select(ROW.c.scope_id, ROW.c.id, ROW.c.body).where(
                ROW.c.type == "regrouping", ROW.c.deleted.is_(False)
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
    _write(office, community_id, [*ops, _staged(office, row_id, DONE)])


def _check(
    asked: RegroupRequest,
    areas: Mapping[str, Mapping[str, Any]],
    homes: Mapping[str, tuple[str, str]],
) -> None:
    if not asked.households or len(asked.households) > MOST_HOUSEHOLDS:
        raise HouseholdsElsewhere
    if any(one not in homes for one in asked.households):
        raise HouseholdsElsewhere
    grid_id = _grid_of_target(asked, areas)
    if grid_id and any(homes[one][0] != grid_id for one in asked.households):
        raise HouseholdsElsewhere
    taken = set(asked.households)
    for ending in asked.ends:
        level = areas.get(ending, {}).get("level")
        if level not in ("grid", "micro_grid") or ending == asked.target_id:
            raise AreaNotHere
        at = 0 if level == "grid" else 1
        if any(home[at] == ending and one not in taken for one, home in homes.items()):
            raise AreaInUse


def _grid_of_target(asked: RegroupRequest, areas: Mapping[str, Mapping[str, Any]]) -> str:
    """The grid that a micro-grid is in; empty where the target is a grid itself."""
    if not asked.target_id:
        if not asked.name.strip():
            raise NameWanted
        if asked.parent_id and areas.get(asked.parent_id, {}).get("level") != "grid":
            raise AreaNotHere
        return asked.parent_id
    target = areas.get(asked.target_id, {})
    if target.get("level") not in ("grid", "micro_grid") or _is_over(target, asked.valid_from):
        raise AreaNotHere
    return str(target.get("parent_id")) if target.get("level") == "micro_grid" else ""


def _is_over(area: Mapping[str, Any], day: str) -> bool:
    return str(area.get("valid_to", "9999-12-31")) < day


def _new_area(
    office: Office,
    community_id: str,
    asked: RegroupRequest,
    areas: Mapping[str, Mapping[str, Any]],
    day: date,
) -> str:
    level = "micro_grid" if asked.parent_id else "grid"
    name = asked.name.strip()
    if any(one.get("level") == level and one.get("name") == name for one in areas.values()):
        raise AreaNotHere  # Two of one name: nobody could tell in a table which is meant.
    area: dict[str, Any] = {"level": level, "name": name, "valid_from": day.isoformat()}
    area |= {"parent_id": asked.parent_id} if asked.parent_id else {}
    (target_id,) = office.add_areas(community_id, [area])
    return target_id


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
            ROW.c.type == "household", ROW.c.scope_id.in_(scopes), ROW.c.deleted.is_(False)
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
            _write(office, community_id, [op])


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
    _write(office, community_id, ops)


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


def _staged(office: Office, row_id: str, stage: str) -> Op:
    return _patch(office, "regrouping", row_id, "stage", PLANNED, stage)


def _write(office: Office, community_id: str, ops: Sequence[Op]) -> None:
    _write_in(office, {scope_name(ScopeKind.COMMUNITY, community_id): ops})


def _write_in(office: Office, by_scope: Mapping[str, Collection[Op]]) -> None:
    def write(connection: Connection) -> None:
        locked = lock_scopes(connection, set(by_scope), stamp(office.clock.now()))
        for scope_id, ops in by_scope.items():
            submit(locked, scope_id, list(ops), office.writer(locked.at), office.db.epoch)
        locked.save()

    office.db.run(write)


def _day(text: str, today: date) -> date:
    """The day from which it holds: never one that is past."""
    try:
        return max(date.fromisoformat(text), today) if text else today
    except ValueError:
        raise DaysWrong from None
