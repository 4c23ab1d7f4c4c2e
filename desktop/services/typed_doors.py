"""Doors as people type them when they mean many at once: 6-1、6-2, or all of 丰和苑6."""

from collections.abc import Sequence

from desktop.services.households import HouseholdLine
from sync.errors import EstateWanted, NotFound


def behind(lines: Sequence[HouseholdLine], doors: str) -> list[str]:
    """The households behind doors as they were typed, in the order of ``lines``; all where nothing
    was typed. ``doors`` are beginnings of rooms such as 6-2 or, with their estate, 丰和苑6-2.

    Raises :class:`EstateWanted` where a beginning fits doors of several estates, and
    :class:`NotFound` with the beginnings that fit none: nobody is moved by half of what was meant.
    """
    parts = doors.replace("、", ",").replace("，", ",").split(",")
    starts = ["".join(one.split()) for one in parts if one.strip()]
    if not starts:
        return [line.id for line in lines]
    chosen: set[str] = set()
    unknown: list[str] = []
    for start in starts:
        bare = [line for line in lines if _stands_in(line.room, start)]
        if len({line.estate for line in bare}) > 1:
            raise EstateWanted
        named = [line for line in lines if _stands_in(line.room, _after_estate(line.estate, start))]
        if not bare and not named:
            unknown.append(start)
        chosen |= {line.id for line in (*bare, *named)}
    if unknown:
        raise NotFound(what="、".join(unknown))
    return [line.id for line in lines if line.id in chosen]


def _after_estate(estate: str, start: str) -> str:
    """The door after the name of this estate; empty where another one is named, or none."""
    named = bool(estate) and start.startswith(estate)
    return start.removeprefix(estate).lstrip("/") if named else ""


def _stands_in(room: str, start: str) -> bool:
    if not start:
        return False
    return room == start or room.startswith(f"{start}-")
