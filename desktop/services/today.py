"""The day's round: which doors, why, in walking order, and how far one has come."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from desktop.services.households import HouseholdLine, Households
from sync.i18n import N_, _
from sync.identity import Clock, local_day, stamp
from sync.rules.due import Due
from sync.rules.people import name_with_age
from sync.rules.reason import Lamp, light, standing_words, why
from sync.rules.route import Door, Group, House, is_done, round_of
from sync.store.record import Record
from sync.store.store import Store


@dataclass(frozen=True)
class DoorLine:
    """One door of the round. ``reason`` is one spoken sentence, ``late`` its coloured start."""

    household: HouseholdLine
    due: Due = field(repr=False)
    lamp: Lamp
    late: str
    why: str
    standing: str
    done: bool
    appointment: str

    @property
    def room(self) -> str:
        """The short room, such as 6-2-1602."""
        return self.household.room

    @property
    def who(self) -> str:
        """The name with the age."""
        return name_with_age(self.household.who, self.household.age)

    @property
    def reason(self) -> str:
        """Why somebody goes there: how late, the rule, how it stands."""
        return " · ".join(part for part in (self.late, self.why, self.standing) if part)

    @property
    def lamp_words(self) -> str:
        """The lamp for a terminal and for those who hear the screen."""
        return self.late

    def document(self) -> dict[str, Any]:
        """The door as scripts read it."""
        return {
            "household": self.household.id,
            "room": self.room,
            "estate": self.household.estate,
            "name": self.household.who,
            "age": self.household.age,
            "tags": list(self.household.tags),
            "two_people": self.household.two_people,
            "lamp": self.lamp.value,
            "due": "" if self.due.next_due.year == 1 else self.due.next_due.isoformat(),
            "last_met": self.due.last_met.isoformat() if self.due.last_met else "",
            "appointment": self.appointment,
            "reason": self.reason,
            "reason_key": self.due.reason_key.value,
            "done": self.done,
        }


@dataclass(frozen=True)
class DoorGroup:
    """The doors of one stair; ``hint`` says how to walk it."""

    title: str
    hint: str
    doors: tuple[DoorLine, ...]

    @property
    def done(self) -> int:
        """How many of them were called at today."""
        return sum(door.done for door in self.doors)


@dataclass(frozen=True)
class TodayRound:
    """The day, counted."""

    groups: tuple[DoorGroup, ...]
    crowded: bool

    def doors(self) -> Iterator[DoorLine]:
        """Every door in walking order."""
        for group in self.groups:
            yield from group.doors

    @property
    def met(self) -> int:
        """Doors where somebody was met today."""
        return sum(d.done and d.due.last_result in {"met", "met_family"} for d in self.doors())

    @property
    def done(self) -> int:
        """Doors called at today, whatever came of it."""
        return sum(door.done for door in self.doors())

    @property
    def overdue(self) -> int:
        """Doors past their day that nobody called at today."""
        return sum(door.lamp is Lamp.RED and not door.done for door in self.doors())

    @property
    def appointments(self) -> int:
        """Doors with an appointment today."""
        return sum(bool(door.appointment) for door in self.doors())

    @property
    def total(self) -> int:
        """All doors of the day."""
        return sum(len(group.doors) for group in self.groups)


class Today:
    """Builds the round from due dates and buildings on this computer."""

    def __init__(self, store: Store, clock: Clock, households: Households) -> None:
        self._store = store
        self._clock = clock
        self._households = households

    def round(self) -> TodayRound:
        """Today's doors. Never waits for the network."""
        today = local_day(self._clock.now())
        dues = self._households.dues(today)
        lines = {line.id: line for line in self._households.lines(dues)}
        doors = [_door(lines[key], due) for key, due in dues.items() if key in lines]
        walked = round_of(doors, self._houses(), today)
        groups = tuple(self._group(group, lines) for group in walked.groups)
        return TodayRound(groups, walked.crowded)

    def _group(self, group: Group, lines: dict[str, HouseholdLine]) -> DoorGroup:
        doors = tuple(self._door_line(lines[door.household_id], door.due) for door in group.doors)
        title = group.house.name or _(N_("Other doors"))
        if group.unit:
            title = _(N_("{building}, unit {unit}")).format(building=title, unit=group.unit)
        return DoorGroup(title, _walk_hint(group), doors)

    def _door_line(self, line: HouseholdLine, due: Due) -> DoorLine:
        today = local_day(self._clock.now())
        lamp = light(due, today)
        has_appointment = due.appointment is not None and local_day(due.appointment) == today
        return DoorLine(
            household=line,
            due=due,
            lamp=lamp.lamp,
            late=lamp.words,
            why=why(due, today),
            standing=standing_words(due, today),
            done=is_done(due, today),
            appointment=stamp(due.appointment) if has_appointment and due.appointment else "",
        )

    def _houses(self) -> dict[str, House]:
        areas = {area.id: area for area in self._store.reading.rows("area")}
        return {key: _house(area, areas) for key, area in areas.items()}


def _house(area: Record, areas: dict[str, Record]) -> House:
    parent = areas.get(str(area.get("parent_id", "")))
    return House(
        id=area.id,
        name=str(area.get("name", "")),
        estate=str(parent.get("name", "")) if parent else "",
        walk_order=area.get("walk_order"),
        has_lift=bool(area.get("has_lift")),
    )


def _door(line: HouseholdLine, due: Due) -> Door:
    return Door(line.id, line.building_id, line.room, line.floor, due)


def _walk_hint(group: Group) -> str:
    floors = [door.floor for door in group.doors if door.floor]
    if not group.house.has_lift or not floors:
        return _(N_("No lift, from the bottom up"))
    return _(N_("Take the lift to floor {floor}, then walk down")).format(floor=max(floors))
