"""What a round is made of, kept between two looks: only touched households are read again.

A worker asks for the round after every door. Of the hundreds of households that it is chosen from,
one has changed by then.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from desktop.services.households import HouseholdLine, Households
from desktop.services.names import Names
from sync.i18n import catalogue
from sync.rules.due import Due
from sync.rules.route import MOST_DOORS, Door, House, is_done, is_planned
from sync.store.record import HouseholdView, Record
from sync.store.store import Store

MOST_AGAIN: Final = 200
"""More touched households than this are no day's work but a sync: everything is read anew."""


@dataclass
class _Kept:
    """Facts of one day. ``unseen`` are homes that no date asks for, ``None`` before anybody asked.

    ``guests`` names, by household, the other households in which its people are members too.
    """

    base: Hashable
    areas: Mapping[str, Record]
    dues: dict[str, Due]
    unseen: dict[str, Due] | None = None
    doors: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    lines: dict[str, HouseholdLine] = field(default_factory=dict)
    guests: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def forget(self, household_ids: Iterable[str]) -> None:
        """These are not what they were."""
        for household_id in household_ids:
            for facts in (self.dues, self.unseen or {}, self.doors, self.lines):
                facts.pop(household_id, None)


class RoundFacts:
    """Due dates, doors and lines of the households that a day may ask for."""

    def __init__(self, store: Store, households: Households, names: Names) -> None:
        self._reading = store.reading
        self._touched = store.dues.follow()
        self._households = households
        self._names = names
        self._kept: _Kept | None = None

    def keep_up(self, today: date) -> None:
        """Take in what changed since the last time. Ask before anything else of a day."""
        # Dropped until all is well: what was touched is told once only.
        kept, self._kept = self._kept, None
        changed = self._touched.take() | set(self._reading.stale(MOST_AGAIN + 1))
        areas = self._names.areas()
        base = (today, catalogue.language, self._reading.shown_copies())
        if (
            kept is None
            or kept.base != base
            or kept.areas is not areas
            or len(changed) > MOST_AGAIN
        ):
            self._kept = self._anew(base, areas, today)
        else:
            self._read_again(kept, changed, today)
            self._kept = kept

    def houses(self) -> Mapping[str, House]:
        """Every area that doors stand in, by id."""
        return self._households.houses()

    def dues(self, today: date, promised: AbstractSet[str]) -> dict[str, Due]:
        """What may be asked for today, and the homes to which something has to be brought."""
        kept = self._here()
        found = dict(kept.dues)
        asked = sum(is_planned(due, today) or is_done(due, today) for due in found.values())
        if asked < MOST_DOORS:
            # Only a day with room for them takes homes that nobody ever met.
            if kept.unseen is None:
                every = self._households.dues(today)
                kept.unseen = {key: due for key, due in every.items() if key not in kept.dues}
            found |= kept.unseen
        missing = sorted(promised - found.keys())
        if missing:
            found |= {due.household_id: due for due in self._reading.due(among=missing)}
        return found

    def doors(self, dues: Mapping[str, Due], houses: Mapping[str, House]) -> list[Door]:
        """Where these are; those that are not on this computer are left out."""
        kept = self._here()
        missing = dues.keys() - kept.doors.keys()
        if missing:
            found = self._reading.doors(missing)
            kept.doors |= {key: (area, room, floor) for key, area, room, floor in found}
        return [
            _door(key, kept.doors[key], due, houses)
            for key, due in dues.items()
            if key in kept.doors
        ]

    def lines(self, household_ids: Collection[str]) -> dict[str, HouseholdLine]:
        """The lines of those that are on this computer."""
        kept = self._here()
        missing = set(household_ids) - kept.lines.keys()
        if missing:
            views = self._reading.households(missing)
            kept.lines |= {line.id: line for line in self._households.lines_of(views)}
            for view in views:
                for home in _homes_of_guests(view):
                    kept.guests[home].add(view.household.id)
        return {key: kept.lines[key] for key in household_ids if key in kept.lines}

    def _here(self) -> _Kept:
        assert self._kept is not None, "ask keep_up first"
        return self._kept

    def _anew(self, base: Hashable, areas: Mapping[str, Record], today: date) -> _Kept:
        return _Kept(base, areas, self._households.dues(today, unseen=False))

    def _read_again(self, kept: _Kept, changed: set[str], today: date) -> None:
        if not changed:
            return
        again = changed | set(self._reading.behind(changed))
        again |= {home for key in again for home in kept.guests.get(key, ())}
        kept.forget(again)
        seen = self._reading.due(today, unseen=False, among=again)
        kept.dues |= {due.household_id: due for due in seen}
        if kept.unseen is not None:
            every = self._reading.due(today, among=again)
            rest = (due for due in every if due.household_id not in kept.dues)
            kept.unseen |= {due.household_id: due for due in rest}


def _door(
    household_id: str, at: tuple[str, str, int], due: Due, houses: Mapping[str, House]
) -> Door:
    area, room, floor = at
    return Door(household_id, area if area in houses else "", room, floor, due)


def _homes_of_guests(view: HouseholdView) -> set[str]:
    """The other households that somebody here belongs to by their own word."""
    homes = {str(member.person.get("household_id", "")) for member in view.members}
    return homes - {view.household.id, ""}
