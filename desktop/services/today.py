"""The day's round: which doors, why, in walking order, and how far one has come."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from desktop.services.households import HouseholdLine, Households
from sync.i18n import N_, _
from sync.identity import Clock, local_day, stamp
from sync.rules.due import Due, Why
from sync.rules.frequency import Level
from sync.rules.people import name_with_age
from sync.rules.reason import Lamp, light, standing_words, why
from sync.rules.route import Door, Group, Round, is_done, round_of
from sync.rules.visits import CONTACTS
from sync.store.record import DeliveryState
from sync.store.store import Store

HONOURS: Final = frozenset({"veteran", "party_member"})
"""Tags of tier 1 that ask for no care."""


@dataclass(frozen=True)
class DoorLine:
    """One door of the round. ``reason`` is one spoken sentence, ``late`` its coloured start.

    ``care`` is true where care that this computer may name asks for the visit. ``waiting`` is true
    while something written there today has not been sent.
    """

    household: HouseholdLine
    due: Due = field(repr=False)
    lamp: Lamp
    late: str
    why: str
    standing: str
    done: bool
    appointment: str
    care: bool = False
    waiting: bool = False

    @property
    def id(self) -> str:
        """The household."""
        return self.household.id

    @property
    def met(self) -> bool:
        """Whether somebody was met here today."""
        return self.done and self.due.last_result in CONTACTS

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
        return sum(door.met for door in self.doors())

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

    @property
    def left(self) -> int:
        """Doors that nobody called at yet."""
        return self.total - self.done

    @property
    def buildings_left(self) -> int:
        """How many buildings those doors stand in."""
        return len({door.household.building_id for door in self.doors() if not door.done})

    def next_after(self, household_id: str) -> DoorLine | None:
        """The next door in walking order that nobody called at, from the start after the last.

        ``None`` where no other door is left.
        """
        doors = list(self.doors())
        at = next((i for i, door in enumerate(doors) if door.id == household_id), -1)
        onward = doors[at + 1 :] + doors[: max(at, 0)]
        return next((door for door in onward if not door.done), None)

    def neighbour(self, household_id: str, step: int) -> DoorLine | None:
        """The door before (-1) or after (1) this one, called at or not; ``None`` at an end."""
        doors = list(self.doors())
        at = next((i for i, door in enumerate(doors) if door.id == household_id), None)
        if at is None or not 0 <= at + step < len(doors):
            return None
        return doors[at + step]


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
        walked = round_of(doors, self._households.houses(), today)
        waiting = self._waiting(walked.done)
        groups = tuple(
            DoorGroup(
                _group_title(group, walked),
                _walk_hint(group),
                tuple(
                    self._door_line(lines[door.household_id], door.due, waiting)
                    for door in group.doors
                ),
            )
            for group in walked.groups
        )
        return TodayRound(groups, walked.crowded)

    def _waiting(self, done: Collection[str]) -> frozenset[str]:
        """Which of these households have a visit here that was not sent yet."""
        if not done:
            return frozenset()
        reading = self._store.reading
        unsent = {
            one.row_id
            for one in reading.deliveries()
            if one.type == "visit" and one.state is DeliveryState.WAITING
        }
        found = reading.rows("visit", ids=sorted(unsent)) if unsent else []
        return frozenset(str(visit.get("household_id")) for visit in found) & frozenset(done)

    def _door_line(self, line: HouseholdLine, due: Due, waiting: frozenset[str]) -> DoorLine:
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
            care=_is_care(line, due),
            waiting=line.id in waiting,
        )


def _door(line: HouseholdLine, due: Due) -> Door:
    return Door(line.id, line.building_id, line.room, line.floor, due)


def _is_care(line: HouseholdLine, due: Due) -> bool:
    """Whether a list may count this home as care: by tags and rules of tiers 1 and 2 alone."""
    asked = due.reason_key in {Why.CARE, Why.CLOSE_CARE} and due.level is not Level.GREEN
    return asked or bool(set(line.tags) - HONOURS)


def _group_title(group: Group, walked: Round) -> str:
    """The stair, with its estate where the round leads through several."""
    estates = {one.house.estate for one in walked.groups}
    title = group.house.name or _(N_("Other doors"))
    if len(estates) > 1 and group.house.estate:
        title = f"{group.house.estate} {title}"
    if group.unit:
        title = _(N_("{building}, unit {unit}")).format(building=title, unit=group.unit)
    return title


def _walk_hint(group: Group) -> str:
    floors = [door.floor for door in group.doors if door.floor]
    if not group.house.has_lift or not floors:
        return _(N_("No lift, from the bottom up"))
    return _(N_("Take the lift to floor {floor}, then walk down")).format(floor=max(floors))
