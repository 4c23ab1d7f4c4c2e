"""The day's round: which doors, why, in walking order, and how far one has come."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, NamedTuple

from desktop.services.care import is_care
from desktop.services.case_list import CaseList
from desktop.services.day import (
    CheckDue,
    DoorGroup,
    DoorLine,
    PromiseDue,
    TodayRound,
    promise_words,
)
from desktop.services.door_checks import DoorChecks
from desktop.services.households import HouseholdLine
from desktop.services.matter_list import MatterList
from desktop.services.promises import PromiseLine, Promises
from desktop.services.round_facts import RoundFacts
from sync.i18n import N_, _, catalogue
from sync.identity import Clock, local_day, stamp
from sync.rules.due import Due
from sync.rules.reason import Lamp, light, standing_words, why
from sync.rules.route import (
    Door,
    Group,
    Round,
    is_done,
    is_planned,
    round_of,
    to_put_off,
)
from sync.store.store import Store

__all__ = ["DoorGroup", "DoorLine", "PromiseDue", "Today", "TodayRound", "promise_words"]


class Today:
    """Builds the round from due dates and buildings on this computer."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        facts: RoundFacts,
        promises: Promises,
        cases: CaseList,
        checks: DoorChecks,
        matters: MatterList,
    ) -> None:
        self._store = store
        self._clock = clock
        self._facts = facts
        self._promises = promises
        self._cases = cases
        self._checks = checks
        self._matters = matters
        self._known: tuple[Hashable, TodayRound] | None = None
        self._told: dict[str, tuple[_Asked, DoorLine]] = {}

    def round(self) -> TodayRound:
        """Today's doors. Never waits for the network.

        The same one as before is given within a minute in which nothing changed: a page that
        comes up, its neighbours and the next door ask for it one after the other.
        """
        now = self._clock.now()
        minute = int(now.timestamp()) // 60
        state = (self._store.reading.state(), minute, catalogue.language)
        if self._known is None or self._known[0] != state:
            self._known = (state, self._made(now))
        return self._known[1]

    def _made(self, now: datetime) -> TodayRound:
        today = local_day(now)
        self._facts.keep_up(today)
        promises = self._promises.open()
        promised = {one.household_id for one in promises if one.is_for(today)}
        houses, dues = self._facts.houses(), self._facts.dues(today, promised)
        walked = round_of(self._facts.doors(dues, houses), houses, now, promised)
        wanted = {door.household_id for door in walked.doors}
        checks = self._checks.open()
        told_of = {one.household_id for one in promises} | {one.household_id for one in checks}
        lines = self._facts.lines(wanted | told_of)
        counts = Counter(one.household_id for one in promises)
        told = _Telling(lines, counts, self._waiting(walked.done), today, self._told)
        spare = {door.household_id for door in to_put_off(walked, today, promised)}
        groups = tuple(
            DoorGroup(_group_title(group, walked), _walk_hint(group), told.doors(group.doors))
            for group in walked.groups
        )
        later = told.doors(walked.later)
        self._told = told.now
        return TodayRound(
            groups,
            walked.crowded,
            later,
            tuple(
                PromiseDue(one, lines[one.household_id], _days_late(one, today))
                for one in promises
                if one.household_id in lines
            ),
            told.doors(door for door in walked.doors if door.household_id in spare),
            tuple(self._cases.asking()),
            tuple(
                CheckDue(one, lines[one.household_id])
                for one in checks
                if one.household_id in lines
            ),
            tuple(self._matters.mine(now)),
        )

    def _waiting(self, done: Collection[str]) -> frozenset[str]:
        """Which of these households have a visit here that was not sent yet."""
        return frozenset(self._store.reading.unsent("visit")) & frozenset(done) if done else _NONE


_ASK_NOTHING: Final = frozenset({Lamp.GREEN, Lamp.NOT_DUE})


_NONE: Final[frozenset[str]] = frozenset()


class _Asked(NamedTuple):
    """What one line of a day is made from."""

    line: HouseholdLine
    due: Due
    promised: int
    is_waiting: bool
    today: date
    language: str


@dataclass(frozen=True)
class _Telling:
    """What the lines of one day are made from. ``before`` are the lines of the last time, by
    household: a door that is asked for by the same facts has the same line. ``now`` are these."""

    lines: Mapping[str, HouseholdLine]
    promised: Mapping[str, int]
    waiting: Collection[str]
    today: date
    before: Mapping[str, tuple[_Asked, DoorLine]]
    now: dict[str, tuple[_Asked, DoorLine]] = field(default_factory=dict)

    def doors(self, doors: Iterable[Door]) -> tuple[DoorLine, ...]:
        """The lines of some doors, in their order. A door that left since is none of them."""
        return tuple(self._told(door) for door in doors if door.household_id in self.lines)

    def _told(self, door: Door) -> DoorLine:
        key = door.household_id
        asked = _Asked(
            self.lines[key],
            door.due,
            self.promised.get(key, 0),
            key in self.waiting,
            self.today,
            catalogue.language,
        )
        known = self.before.get(key)
        if known is None or known[0] != asked:
            known = (asked, self._door(asked.line, asked.due))
        self.now[key] = known
        return known[1]

    def _door(self, line: HouseholdLine, due: Due) -> DoorLine:
        lamp, promised = light(due, self.today), self.promised.get(line.id, 0)
        # A home that nothing else asks for is on the round because of what was promised.
        by_promise = promised and lamp.lamp in _ASK_NOTHING and not is_planned(due, self.today)
        has_appointment = due.appointment is not None and local_day(due.appointment) == self.today
        return DoorLine(
            household=line,
            due=due,
            lamp=lamp.lamp,
            late=promise_words(promised) if by_promise else lamp.words,
            why=why(due, self.today),
            standing=standing_words(due, self.today),
            done=is_done(due, self.today),
            appointment=stamp(due.appointment) if has_appointment and due.appointment else "",
            care=is_care(line.tags, due),
            waiting=line.id in self.waiting,
            promised=promised,
        )


def _days_late(promise: PromiseLine, today: date) -> int | None:
    return (today - promise.due).days if promise.due else None


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
