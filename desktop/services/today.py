"""The day's round: which doors, why, in walking order, and how far one has come."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from desktop.services.households import HouseholdLine, Households
from desktop.services.promises import PromiseLine, Promises
from sync.i18n import N_, _, n_
from sync.identity import Clock, local_day, stamp
from sync.rules.due import Due, Why
from sync.rules.frequency import Level
from sync.rules.people import name_with_age
from sync.rules.reason import Lamp, light, standing_words, why
from sync.rules.route import Door, Group, Round, is_done, round_of, to_put_off
from sync.rules.visits import CONTACTS
from sync.store.record import DeliveryState
from sync.store.store import Store

HONOURS: Final = frozenset({"veteran", "party_member"})
"""Tags of tier 1 that ask for no care."""


@dataclass(frozen=True)
class DoorLine:
    """One door of the round. ``reason`` is one spoken sentence, ``late`` its coloured start.

    ``care`` is true where care that this computer may name asks for the visit. ``waiting`` is true
    while something written there today has not been sent. ``promised`` counts what was promised
    there and not brought back yet.
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
    promised: int = 0

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
        parts = (self.late, self.promise_words, self.why, self.standing)
        return " · ".join(part for part in parts if part)

    @property
    def promise_words(self) -> str:
        """That something was promised here, in words; empty where nothing was."""
        return promise_words(self.promised)

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
            "promised": self.promised,
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
class PromiseDue:
    """Something to bring back, and to whom. ``days_late`` is below 0 while it has time, ``None``
    where no day was named."""

    promise: PromiseLine
    household: HouseholdLine
    days_late: int | None


@dataclass(frozen=True)
class TodayRound:
    """The day, counted. ``later`` are the doors whose appointment is far ahead, ``promises`` what
    has to be brought back, ``spare`` the doors that a crowded day can put off."""

    groups: tuple[DoorGroup, ...]
    crowded: bool
    later: tuple[DoorLine, ...] = ()
    promises: tuple[PromiseDue, ...] = ()
    spare: tuple[DoorLine, ...] = ()

    def on_the_way(self) -> Iterator[DoorLine]:
        """The doors to walk to now, in walking order."""
        for group in self.groups:
            yield from group.doors

    def doors(self) -> Iterator[DoorLine]:
        """Every door of the day: those on the way, then those of later."""
        yield from self.on_the_way()
        yield from self.later

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
        return sum(1 for _door in self.doors())

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
        doors = list(self.on_the_way())
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

    def __init__(
        self, store: Store, clock: Clock, households: Households, promises: Promises
    ) -> None:
        self._store = store
        self._clock = clock
        self._households = households
        self._promises = promises

    def round(self) -> TodayRound:
        """Today's doors. Never waits for the network."""
        now = self._clock.now()
        today = local_day(now)
        promises = self._promises.open()
        promised = {one.household_id for one in promises if one.is_for(today)}
        dues = self._dues(today, promised)
        wanted = dues.keys() | {one.household_id for one in promises}
        lines = {line.id: line for line in self._households.lines(wanted)}
        doors = [_door(lines[key], due) for key, due in dues.items() if key in lines]
        walked = round_of(doors, self._households.houses(), now, promised)
        counts = Counter(one.household_id for one in promises)
        told = _Telling(lines, counts, self._waiting(walked.done), today)
        spare = {door.household_id for door in to_put_off(walked, today, promised)}
        groups = tuple(
            DoorGroup(_group_title(group, walked), _walk_hint(group), told.doors(group.doors))
            for group in walked.groups
        )
        return TodayRound(
            groups,
            walked.crowded,
            told.doors(walked.later),
            tuple(
                PromiseDue(one, lines[one.household_id], _days_late(one, today))
                for one in promises
                if one.household_id in lines
            ),
            told.doors(door for door in walked.doors if door.household_id in spare),
        )

    def _dues(self, today: date, promised: AbstractSet[str]) -> dict[str, Due]:
        """What may be asked for today, and the homes to which something has to be brought."""
        dues = self._households.dues(today)
        for household_id in sorted(promised - dues.keys()):
            due = self._store.reading.due_of(household_id)
            if due is not None:
                dues[household_id] = due
        return dues

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


@dataclass(frozen=True)
class _Telling:
    """What the lines of one day are made from."""

    lines: Mapping[str, HouseholdLine]
    promised: Mapping[str, int]
    waiting: Collection[str]
    today: date

    def doors(self, doors: Iterable[Door]) -> tuple[DoorLine, ...]:
        """The lines of some doors, in their order."""
        return tuple(self._door(self.lines[door.household_id], door.due) for door in doors)

    def _door(self, line: HouseholdLine, due: Due) -> DoorLine:
        lamp = light(due, self.today)
        has_appointment = due.appointment is not None and local_day(due.appointment) == self.today
        return DoorLine(
            household=line,
            due=due,
            lamp=lamp.lamp,
            late=lamp.words,
            why=why(due, self.today),
            standing=standing_words(due, self.today),
            done=is_done(due, self.today),
            appointment=stamp(due.appointment) if has_appointment and due.appointment else "",
            care=_is_care(line, due),
            waiting=line.id in self.waiting,
            promised=self.promised.get(line.id, 0),
        )


def promise_words(count: int) -> str:
    """That something was promised, in words; empty where nothing was."""
    if not count:
        return ""
    return n_("{count} promise to bring back", "{count} promises to bring back", count).format(
        count=count
    )


def _days_late(promise: PromiseLine, today: date) -> int | None:
    return (today - promise.due).days if promise.due else None


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
