"""The day's round: which doors, and in which order a pair of feet walks them."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from heapq import nsmallest
from typing import Final

from sync.identity import local_day
from sync.rules.due import MOST_KNOCKS, Due

MOST_DOORS: Final = 12
"""More planned doors than this in a day are warned about."""

AHEAD: Final = timedelta(minutes=90)
"""An appointment further ahead than this is not on the way yet."""

NaturalKey = tuple[tuple[int, int, str], ...]
WalkingKey = tuple[int, NaturalKey, NaturalKey, str, NaturalKey, int, NaturalKey]


_KEPT_KEYS: Final = 4_096


@dataclass(frozen=True)
class House:
    """A building or courtyard on the way. ``walk_order`` is the worker's own order, if any."""

    id: str
    name: str
    estate: str = ""
    walk_order: int | None = None
    has_lift: bool = False


@dataclass(frozen=True)
class Door:
    """A household to call at. ``room`` is the short form, such as 6-2-1602."""

    household_id: str
    house_id: str
    room: str
    floor: int
    due: Due


@dataclass(frozen=True)
class Group:
    """The doors of one stair, in walking order: top down with a lift, bottom up without."""

    house: House
    unit: str
    doors: tuple[Door, ...]


@dataclass(frozen=True)
class Round:
    """A day's doors by stair. ``done`` names the households that were called at today, ``later``
    holds those with an appointment still far ahead, in order of time: they are on the way when
    their time comes."""

    groups: tuple[Group, ...]
    done: frozenset[str]
    later: tuple[Door, ...] = ()

    @property
    def doors(self) -> tuple[Door, ...]:
        """Every door in walking order, then those of later."""
        return (*(door for group in self.groups for door in group.doors), *self.later)

    @property
    def left(self) -> int:
        """How many doors nobody has called at today."""
        return sum(door.household_id not in self.done for door in self.doors)

    @property
    def crowded(self) -> bool:
        """True where the day holds more doors than one person does well."""
        return len(self.doors) > MOST_DOORS


def is_planned(due: Due, today: date) -> bool:
    """Whether a household is asked for today: due by its rule, by an appointment, to be known
    safe, or to be tried again after a knock that nobody answered. A home that nobody ever met
    and that no date asks for is not planned: :func:`round_of` fills the day with those.

    What was put off waits until its day; an appointment and somebody to be known safe do not."""
    if due.appointment and local_day(due.appointment) <= today:
        return True
    if due.confirm_safe_by and local_day(due.confirm_safe_by) <= today:
        return True
    if is_put_off(due, today):
        return False
    if 0 < due.failures < MOST_KNOCKS and not is_done(due, today):
        return True
    return _dated(due) and due.next_due <= today


def is_put_off(due: Due, today: date) -> bool:
    """Whether somebody put the visit off to a later day than this."""
    return due.postponed_to is not None and due.postponed_to > today


def is_done(due: Due, today: date) -> bool:
    """Whether somebody called there today, whatever came of it."""
    return due.last_visit_at is not None and local_day(due.last_visit_at) == today


def round_of(
    doors: Iterable[Door],
    houses: Mapping[str, House],
    now: datetime,
    promised: Collection[str] = (),
) -> Round:
    """Today's round. Doors called at today stay on it; homes nobody ever met fill it up to
    :data:`MOST_DOORS`, so that a fresh roster is walked in days and not all at once.

    ``promised`` are households to which something has to be brought back by today.
    """
    every, today = list(doors), local_day(now)
    done = {door.household_id for door in every if is_done(door.due, today)}
    chosen = [
        d
        for d in every
        if d.household_id in done or d.household_id in promised or is_planned(d.due, today)
    ]
    room = max(0, MOST_DOORS - len(chosen))
    taken = {door.household_id for door in chosen}
    unmet = [
        d
        for d in every
        if d.household_id not in taken and not _dated(d.due) and not is_put_off(d.due, today)
    ]
    walked = chosen + _first(room, unmet, houses)
    later = [d for d in walked if d.household_id not in done and _is_ahead(d.due, now)]
    later.sort(key=lambda door: (door.due.appointment or now, *_door_key(door, houses)))
    ahead = {door.household_id for door in later}
    here = [door for door in walked if door.household_id not in ahead]
    return Round(_groups(here, houses), frozenset(done), tuple(later))


def _first(count: int, unmet: Iterable[Door], houses: Mapping[str, House]) -> list[Door]:
    """The homes to begin with, the closest care first; a fresh roster has thousands."""
    by_rank: dict[int, list[Door]] = {}
    for door in unmet if count else ():
        by_rank.setdefault(door.due.level.rank, []).append(door)
    found: list[Door] = []
    for rank in sorted(by_rank):
        order = nsmallest(count, by_rank[rank], key=lambda door: _door_key(door, houses))
        found += order[: count - len(found)]
    return found


def to_put_off(walked: Round, today: date, kept: Collection[str] = ()) -> tuple[Door, ...]:
    """Which doors a crowded day can spare, down to :data:`MOST_DOORS`: those that nobody promised
    anything for today and that are least late, the last of the way first. Empty where the day is
    not crowded, or can spare none.

    ``kept`` are households that stay in any case: what was promised, and care.
    """
    spare = [
        door
        for door in walked.doors
        if door.household_id not in walked.done
        and door.household_id not in kept
        and not _is_bound(door.due, today)
    ]
    over = max(0, len(walked.doors) - MOST_DOORS)
    places = {door.household_id: at for at, door in enumerate(walked.doors)}
    spare.sort(key=lambda d: (-d.due.level.rank, _days_late(d.due, today), -places[d.household_id]))
    chosen = {door.household_id for door in spare[:over]}
    return tuple(door for door in walked.doors if door.household_id in chosen)


def _is_bound(due: Due, today: date) -> bool:
    """Whether this day was promised or matters most: an appointment, or somebody to know safe."""
    appointed = due.appointment is not None and local_day(due.appointment) <= today
    return appointed or due.confirm_safe_by is not None


def _days_late(due: Due, today: date) -> int:
    return (today - due.next_due).days if _dated(due) else 0


def _is_ahead(due: Due, now: datetime) -> bool:
    """Whether there is an appointment today, too far ahead to walk there now."""
    at = due.appointment
    return at is not None and local_day(at) == local_day(now) and at - now > AHEAD


def unit_of(room: str) -> str:
    """The unit (stair) in a room's short form: 2 in 6-2-1602, nothing in a courtyard's 12."""
    parts = room.split("-")
    return parts[1] if len(parts) == 3 else ""


def walking_key(house: House, room: str, floor: int) -> WalkingKey:
    """Orders doors as a pair of feet walks them: house by house, stair by stair, top down with a
    lift and bottom up without."""
    return (
        house.walk_order if house.walk_order is not None else 1 << 30,
        natural_key(house.estate),
        natural_key(house.name),
        house.id,
        natural_key(unit_of(room)),
        -floor if house.has_lift else floor,
        natural_key(room),
    )


@lru_cache(_KEPT_KEYS)
def natural_key(text: str) -> NaturalKey:
    """Sorts numbers inside a text by their value: 2号楼 before 10号楼."""
    pieces = re.findall(r"\d+|\D+", text)
    return tuple((0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in pieces)


def _dated(due: Due) -> bool:
    return due.next_due != date.min


def _groups(doors: Iterable[Door], houses: Mapping[str, House]) -> tuple[Group, ...]:
    stairs: dict[tuple[str, str], list[Door]] = {}
    for door in sorted(doors, key=lambda door: _door_key(door, houses)):
        stairs.setdefault((door.house_id, unit_of(door.room)), []).append(door)
    return tuple(
        Group(_house(house_id, houses), unit, tuple(group))
        for (house_id, unit), group in stairs.items()
    )


def _house(house_id: str, houses: Mapping[str, House]) -> House:
    """A building, or a nameless place for a door whose building is not on this computer."""
    return houses.get(house_id) or House(house_id, "")


def _door_key(door: Door, houses: Mapping[str, House]) -> WalkingKey:
    return walking_key(_house(door.house_id, houses), door.room, door.floor)
