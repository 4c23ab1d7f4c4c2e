"""Grids and micro-grids that are split, merged or get other households, from a day on.

What is asked for is written down as a row that everybody sees; on its day it is carried out
(``regrouped``).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sync.errors import (
    AreaInUse,
    AreaNotHere,
    DaysWrong,
    HouseholdsElsewhere,
    NameWanted,
    NotFound,
)
from sync.identity import local_day
from sync.server.grants import community_rows
from sync.server.office import Office, create_op
from sync.server.people import Caller
from sync.server.powers import Power, require
from sync.server.regrouped import PLANNED, carry_out, homes_of, staged, write_in_community
from sync.wire.office_messages import OfficeReply, RegroupRequest, WithdrawRequest

MOST_HOUSEHOLDS: Final = 5_000
WITHDRAWN: Final = "withdrawn"


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
    write_in_community(office, community_id, [create_op(office.minter, "regrouping", row_id, body)])
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
    write_in_community(office, community_id, [staged(office, asked.regrouping_id, WITHDRAWN)])
    office.note("areas.withdraw", asked.regrouping_id)
    return OfficeReply(asked.regrouping_id)


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


def _day(text: str, today: date) -> date:
    """The day from which it holds: never one that is past."""
    try:
        return max(date.fromisoformat(text), today) if text else today
    except ValueError:
        raise DaysWrong from None
