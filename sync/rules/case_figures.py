"""How mediation goes, in figures that each open their cases.

A case counts as concluded on the day on which it was agreed or failed; one that was accepted and
declined afterwards is concluded without agreement. 化解率 = agreed ÷ concluded in the period, with
the open ones beside it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple


class Outcome(StrEnum):
    """What a case came to."""

    OPEN = ""
    AGREED = "agreed"
    FAILED = "failed"
    DECLINED = "declined"


@dataclass(frozen=True)
class CaseFact:
    """What the figures need of one case. Days are those of the events; ``cents`` is what was
    agreed to be paid; ``oral``: no written agreement was needed. ``type`` names the entity.
    ``household_id`` is where an oral mediation was written down."""

    id: str
    type: str = "mediation_case"
    dispute: str = ""
    scale: str = ""
    origin: str = ""
    grid_id: str = ""
    accepted_on: date | None = None
    outcome: Outcome = Outcome.OPEN
    concluded_on: date | None = None
    performed_on: date | None = None
    followed_up_on: date | None = None
    confirmed_on: date | None = None
    satisfaction: int | None = None
    oral: bool = False
    cents: int = 0
    household_id: str = ""


class Period(NamedTuple):
    """Days from the first to the last, both counted."""

    first: date
    last: date

    def has(self, day: date | None) -> bool:
        """Whether a day is in it."""
        return day is not None and self.first <= day <= self.last


@dataclass(frozen=True)
class CaseFigures:
    """Each figure is the cases that it counts. ``open``: under way on the last day."""

    accepted: tuple[CaseFact, ...]
    agreed: tuple[CaseFact, ...]
    failed: tuple[CaseFact, ...]
    concluded: tuple[CaseFact, ...]
    same_day: tuple[CaseFact, ...]
    performed: tuple[CaseFact, ...]
    followed_up: tuple[CaseFact, ...]
    satisfied: tuple[CaseFact, ...]
    asked: tuple[CaseFact, ...]
    open: tuple[CaseFact, ...]

    @property
    def rate(self) -> float | None:
        """化解率, of 1; ``None`` while nothing was concluded."""
        return len(self.agreed) / len(self.concluded) if self.concluded else None

    @property
    def satisfaction(self) -> float | None:
        """Scores of 4 and 5 of all that were reached, of 1; ``None`` while nobody was."""
        return len(self.satisfied) / len(self.asked) if self.asked else None


SATISFIED_FROM: Final = 4


def figures(facts: Iterable[CaseFact], period: Period) -> CaseFigures:
    """The figures of a period."""
    known = list(facts)

    def those(test: Callable[[CaseFact], bool]) -> tuple[CaseFact, ...]:
        return tuple(one for one in known if test(one))

    concluded = those(lambda one: _is_concluded(one) and period.has(one.concluded_on))
    asked = those(lambda one: period.has(one.followed_up_on) and bool(one.satisfaction))
    return CaseFigures(
        accepted=those(lambda one: period.has(one.accepted_on)),
        agreed=tuple(one for one in concluded if one.outcome is Outcome.AGREED),
        failed=tuple(one for one in concluded if one.outcome is not Outcome.AGREED),
        concluded=concluded,
        same_day=tuple(one for one in concluded if is_same_day(one)),
        performed=those(lambda one: period.has(one.performed_on)),
        followed_up=those(lambda one: period.has(one.followed_up_on)),
        satisfied=tuple(one for one in asked if (one.satisfaction or 0) >= SATISFIED_FROM),
        asked=asked,
        open=those(lambda one: is_open(one, period.last)),
    )


def is_same_day(one: CaseFact) -> bool:
    """Whether it was agreed on the day on which it was accepted."""
    return one.outcome is Outcome.AGREED and one.concluded_on == one.accepted_on


def is_open(one: CaseFact, day: date) -> bool:
    """Whether it was under way at the end of a day."""
    if one.accepted_on is None or one.accepted_on > day:
        return False
    return one.concluded_on is None or one.concluded_on > day


def _is_concluded(one: CaseFact) -> bool:
    """A clue that was declined before anybody accepted it was no case yet."""
    return one.accepted_on is not None and one.outcome is not Outcome.OPEN


def months_of(year: int) -> list[Period]:
    """The twelve months of a year."""
    starts = [date(year, month, 1) for month in range(1, 13)] + [date(year + 1, 1, 1)]
    return [
        Period(first, date.fromordinal(after.toordinal() - 1)) for first, after in pairwise(starts)
    ]


def by(
    facts: Sequence[CaseFact], key: Callable[[CaseFact], str], period: Period
) -> dict[str, CaseFigures]:
    """The figures of each group, such as each kind of dispute, in the order of their keys."""
    groups: dict[str, list[CaseFact]] = {}
    for one in facts:
        groups.setdefault(key(one), []).append(one)
    return {name: figures(groups[name], period) for name in sorted(groups)}
