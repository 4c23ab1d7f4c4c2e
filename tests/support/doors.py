"""Buildings made by hand, as large as a test wants them, without a store."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from desktop.services.buildings import BuildingFacts, BuildingLine, DoorFacts, HomeFacts
from desktop.services.households import HouseholdLine
from sync.rules.address import parse_address
from sync.rules.due import ANY_DAY, Due, Why
from sync.rules.frequency import Level

TODAY: Final = date(2026, 6, 18)


def due(
    days_ago: int | None = 10, *, in_days: int = 90, why: Why = Why.HOME, **more: object
) -> Due:
    """A home met so many days ago (``None``: never), due in so many days."""
    met = None if days_ago is None else TODAY - timedelta(days=days_ago)
    next_due = TODAY + timedelta(days=in_days) if met or in_days < 0 else ANY_DAY
    return Due("", Level.GREEN, next_due, why, last_met=met, **more)  # type: ignore[arg-type]


def home(room: str, when: Due | None, *, care: bool = False, who: str = "赵一") -> HomeFacts:
    """One household at a room."""
    line = HouseholdLine(f"household {room}", room, "", "", who, 40, "1", (), False, people=1)
    return HomeFacts(line, when, care)


def door(room: str, *homes: HomeFacts, part: str = "", occupancy: str = "owner") -> DoorFacts:
    """One door with who lives behind it."""
    address = parse_address(room)
    floor = (address.floor if address else None) or 0
    return DoorFacts(f"dwelling {room}", part, room, address, floor, occupancy, homes)


def tower(
    floors: int, rooms: int, units: int = 1, state: Callable[[int], Due | None] | None = None
) -> BuildingFacts:
    """A building with a home behind every door; ``state`` says of the n-th when it is due."""
    doors = []
    for unit in range(1, units + 1):
        for floor in range(1, floors + 1):
            for place in range(1, rooms // units + 1):
                room = f"6-{unit}-{floor}{place:02}"
                when = state(len(doors)) if state else due(len(doors) % 180)
                doors.append(door(room, home(room, when, care=len(doors) % 9 == 0)))
    line = BuildingLine(
        "building 6", "6号楼", "丰和苑", ("building 6",), False, floors, units, True
    )
    return BuildingFacts(line, tuple(doors))
