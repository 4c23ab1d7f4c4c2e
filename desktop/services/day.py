"""The doors of a day, counted: what a round consists of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from desktop.services.case_list import CaseLine
from desktop.services.door_checks import CheckLine
from desktop.services.households import HouseholdLine
from desktop.services.matter_list import ListedMatter
from desktop.services.promises import PromiseLine
from sync.i18n import n_
from sync.rules.due import Due
from sync.rules.people import name_with_age
from sync.rules.reason import Lamp
from sync.rules.visits import CONTACTS


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
        return " · ".join(dict.fromkeys(part for part in parts if part))

    @property
    def promise_words(self) -> str:
        """That something was promised here, in words; empty where nothing was."""
        return promise_words(self.promised)

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
class CheckDue:
    """Somebody to verify at the door, and at which."""

    check: CheckLine
    household: HouseholdLine


@dataclass(frozen=True)
class TodayRound:
    """The day, counted. ``later`` are the doors whose appointment is far ahead, ``promises`` what
    has to be brought back, ``spare`` the doors that a crowded day can put off, ``cases`` the
    mediation cases that ask for something today, ``checks`` whom a newer roster does not name,
    ``matters`` what was handed to this person."""

    groups: tuple[DoorGroup, ...]
    crowded: bool
    later: tuple[DoorLine, ...] = ()
    promises: tuple[PromiseDue, ...] = ()
    spare: tuple[DoorLine, ...] = ()
    cases: tuple[CaseLine, ...] = ()
    checks: tuple[CheckDue, ...] = ()
    matters: tuple[ListedMatter, ...] = ()

    def on_the_way(self) -> Iterator[DoorLine]:
        """The doors to walk to now, in walking order."""
        for group in self.groups:
            yield from group.doors

    def doors(self) -> Sequence[DoorLine]:
        """Every door of the day: those on the way, then those of later."""
        return self._doors

    # Counted once: a page asks for the same figures dozens of times while it is shown.

    @cached_property
    def _doors(self) -> tuple[DoorLine, ...]:
        return (*self.on_the_way(), *self.later)

    @cached_property
    def met(self) -> int:
        """Doors where somebody was met today."""
        return sum(door.met for door in self._doors)

    @cached_property
    def done(self) -> int:
        """Doors called at today, whatever came of it."""
        return sum(door.done for door in self._doors)

    @cached_property
    def overdue(self) -> int:
        """Doors past their day that nobody called at today."""
        return sum(door.lamp is Lamp.RED and not door.done for door in self._doors)

    @cached_property
    def appointments(self) -> int:
        """Doors with an appointment today."""
        return sum(bool(door.appointment) for door in self._doors)

    @property
    def total(self) -> int:
        """All doors of the day."""
        return len(self._doors)

    @property
    def left(self) -> int:
        """Doors that nobody called at yet."""
        return self.total - self.done

    @cached_property
    def buildings_left(self) -> int:
        """How many buildings those doors stand in."""
        return len({door.household.building_id for door in self._doors if not door.done})

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


def promise_words(count: int) -> str:
    """That something was promised, in words; empty where nothing was."""
    if not count:
        return ""
    return n_("{count} promise to bring back", "{count} promises to bring back", count).format(
        count=count
    )
