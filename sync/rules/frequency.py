"""How often a household is seen: every care tag has a level, and the shortest interval wins.

A level that begins on a birthday carries that day, so that nothing here depends on today.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import msgspec

from sync.rules.people import birth_of, birthday


class Level(StrEnum):
    """How close a household is kept, shortest interval first; keys of ``codes.CARE_FLOOR``."""

    RED = "red"
    FORTNIGHT = "fortnight"
    YELLOW = "yellow"
    MATERNAL = "maternal"
    BLUE = "blue"
    GREEN = "green"

    __hash__ = str.__hash__

    @property
    def rank(self) -> int:
        """0 for the shortest interval."""
        return _RANKS[self]


_RANKS: Final = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True)
class Interval:
    """A span of whole days or of calendar months."""

    days: int = 0
    months: int = 0

    def after(self, day: date) -> date:
        """The day this span ends; 31 January and one month is the last of February."""
        return add_months(day, self.months) + timedelta(days=self.days)


INTERVALS: Final[Mapping[Level, Interval]] = MappingProxyType(
    {
        Level.RED: Interval(days=7),
        Level.FORTNIGHT: Interval(days=14),
        Level.YELLOW: Interval(months=1),
        Level.MATERNAL: Interval(days=42),
        Level.BLUE: Interval(months=3),
        Level.GREEN: Interval(months=6),
    }
)
"""The longest time between two successful contacts."""

VACANT_INTERVAL: Final = Interval(months=6)
NEW_HOME_INTERVAL: Final = Interval(days=7)
CLOSE_CARE: Final = Interval(days=30)
"""How long a household stays red after a bereavement or a discharge from hospital."""

OLD_AGE: Final = 80
"""From this age an older person alone is seen every week."""

AT_HOME: Final = "living"
"""The residency of those whose care counts: someone who is away leaves the others alone."""

_OLDER: Final = frozenset({"elder_alone", "empty_nest", "aged_80", "left_elder"})
_NEEDING: Final = frozenset({"disabled_elder", "serious_illness", "tekun", "special_family"})
_CHILDREN: Final = frozenset({"left_child", "hard_child", "orphan"})
_BLUE: Final = frozenset({"dibao", "dibao_margin"})
_GREEN: Final = frozenset({"veteran", "party_member"})
_IN_PAIRS: Final = frozenset({"correction", "drug"})
_SEVERE_GRADE: Final = 2
_SMI_HIGH_RISK: Final = 3
_RELEASED_KEY: Final = 1
"""``risk`` of a released person: 1 and more is 重点, 0 or nothing is 一般."""


@dataclass(frozen=True)
class ClosedTag:
    """A tier-3 tag with its risk, where one was assessed."""

    tag: str
    risk: int | None = None


class PersonCare(msgspec.Struct, frozen=True, gc=False):
    """What a resident's visit frequency depends on. ``closed`` is empty where it is not held."""

    tags: frozenset[str] = frozenset()
    birth: date | None = None
    disabled_grade: int | None = None
    fully_dependent: bool = False
    closed: tuple[ClosedTag, ...] = ()


class Demand(msgspec.Struct, frozen=True, gc=False):
    """A level asked for by ``tag``; from the day ``since``, where it does not hold already."""

    level: Level
    tag: str
    since: date | None = None

    def holds(self, on: date) -> bool:
        """True from the day it begins."""
        return self.since is None or self.since <= on


class Resident(msgspec.Struct, frozen=True):
    """One member of a household: the row of the person, and the status of the residency.

    A roster that does not say is taken to mean those who live there.
    """

    person: Mapping[str, object]
    status: str = AT_HOME


def care_of(
    person: Mapping[str, object], closed: Iterable[Mapping[str, object]] = ()
) -> PersonCare:
    """The care of one resident, read from the rows of ``person`` and ``special_care``."""
    tags, grade = person.get("tags"), person.get("disabled_grade")
    return PersonCare(
        tags=frozenset(str(tag) for tag in tags) if isinstance(tags, Iterable) else frozenset(),
        birth=birth_of(person),
        disabled_grade=grade if isinstance(grade, int) else None,
        fully_dependent=bool(person.get("fully_dependent")),
        closed=tuple(_closed_tag(row) for row in closed),
    )


def running(special_care: Mapping[str, object], on: date) -> bool:
    """Whether a row of tier-3 care still holds on the day ``on``: an ended tag asks nothing."""
    until = special_care.get("valid_to")
    return not until or date.fromisoformat(str(until)) >= on


def _closed_tag(row: Mapping[str, object]) -> ClosedTag:
    risk = row.get("risk")
    return ClosedTag(str(row.get("tag", "")), risk if isinstance(risk, int) else None)


def demands(people: Iterable[PersonCare]) -> list[Demand]:
    """Every level that the residents of one household ask for. ``people`` are those living there:
    someone is alone when nobody else is."""
    household = list(people)
    sole = len(household) == 1
    return [
        demand
        for person in household
        if person.tags or person.closed
        for demand in _of_person(person, sole=sole)
    ]


def care_floor(people: Iterable[PersonCare], on: date) -> str | None:
    """The shortest interval over tags of all tiers, as a key of ``codes.CARE_FLOOR``.

    The server writes it into the household, so that a laptop without the tier-3 rows reaches
    the same due date. ``None`` where no tag asks for anything.
    """
    levels = [demand.level for demand in demands(people) if demand.holds(on)]
    return min(levels, key=lambda level: level.rank).value if levels else None


def two_people(people: Iterable[PersonCare]) -> bool:
    """True where nobody goes alone: correction, recovery, and a high risk in mental health."""
    return any(
        closed.tag in _IN_PAIRS or (closed.tag == "smi" and (closed.risk or 0) >= _SMI_HIGH_RISK)
        for person in people
        for closed in person.closed
    )


def _of_person(person: PersonCare, *, sole: bool) -> list[Demand]:
    found = [Demand(level, tag) for tag in sorted(person.tags) if (level := _level(tag, person))]
    alone = sole or "elder_alone" in person.tags
    if alone:
        found += _red_when_alone(person)
    return found + [
        Demand(level, closed.tag) for closed in person.closed if (level := _closed_level(closed))
    ]


def _red_when_alone(person: PersonCare) -> list[Demand]:
    """Old and alone, or helpless and alone: every week."""
    helpless = person.tags & _NEEDING if person.fully_dependent else frozenset()
    found = [Demand(Level.RED, tag) for tag in sorted(helpless)]
    older = sorted(person.tags & _OLDER)
    if "aged_80" in older:
        found.append(Demand(Level.RED, "aged_80"))
    elif older and person.birth:
        found.append(Demand(Level.RED, older[0], since=birthday(person.birth, OLD_AGE)))
    return found


def _level(tag: str, person: PersonCare) -> Level | None:
    if tag in _OLDER or tag in _NEEDING or tag in _CHILDREN:
        return Level.YELLOW
    if tag == "disabled":
        severe = person.disabled_grade is not None and person.disabled_grade <= _SEVERE_GRADE
        return Level.YELLOW if severe else Level.BLUE
    if tag == "maternal":
        return Level.MATERNAL
    if tag in _BLUE:
        return Level.BLUE
    return Level.GREEN if tag in _GREEN else None


def _closed_level(closed: ClosedTag) -> Level | None:
    if closed.tag == "smi":
        return _smi_level(closed.risk)
    if closed.tag in _IN_PAIRS:
        return Level.YELLOW
    if closed.tag == "released":
        return Level.YELLOW if (closed.risk or 0) >= _RELEASED_KEY else Level.BLUE
    # Someone hurt at home is seen as their protection plan says, which is no fixed interval.
    return None


def _smi_level(risk: int | None) -> Level:
    if risk is None:
        return Level.YELLOW  # Not assessed yet is no reason to come less often.
    if risk >= _SMI_HIGH_RISK:
        return Level.FORTNIGHT
    return Level.YELLOW if risk else Level.BLUE


@lru_cache(4096)
def end_of_interval(level: Level, day: date) -> date:
    """The last day that keeps a level's interval: a community has few days of last contact."""
    return INTERVALS[level].after(day)


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
