"""The day's round: which doors, why, in walking order, and how far one has come."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from desktop.services.care import is_care
from desktop.services.case_list import CaseList
from desktop.services.day import DoorGroup, DoorLine, PromiseDue, TodayRound, promise_words
from desktop.services.households import HouseholdLine, Households
from desktop.services.promises import PromiseLine, Promises
from sync.i18n import N_, _, catalogue
from sync.identity import Clock, local_day, stamp
from sync.rules.due import Due
from sync.rules.reason import Lamp, light, standing_words, why
from sync.rules.route import (
    MOST_DOORS,
    Door,
    Group,
    Round,
    is_done,
    is_planned,
    round_of,
    to_put_off,
)
from sync.store.record import DeliveryState
from sync.store.store import Store

__all__ = ["DoorGroup", "DoorLine", "PromiseDue", "Today", "TodayRound", "promise_words"]


class Today:
    """Builds the round from due dates and buildings on this computer."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        households: Households,
        promises: Promises,
        cases: CaseList,
    ) -> None:
        self._store = store
        self._clock = clock
        self._households = households
        self._promises = promises
        self._cases = cases
        self._known: tuple[Hashable, TodayRound] | None = None

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
            tuple(self._cases.asking()),
        )

    def _dues(self, today: date, promised: AbstractSet[str]) -> dict[str, Due]:
        """What may be asked for today, and the homes to which something has to be brought."""
        dues = self._households.dues(today, unseen=False)
        asked = sum(is_planned(due, today) or is_done(due, today) for due in dues.values())
        if asked < MOST_DOORS:
            # Only a day with room for them takes homes that nobody ever met.
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


_ASK_NOTHING: Final = frozenset({Lamp.GREEN, Lamp.NOT_DUE})


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


def _door(line: HouseholdLine, due: Due) -> Door:
    return Door(line.id, line.building_id, line.room, line.floor, due)


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
