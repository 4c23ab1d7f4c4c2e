"""The care categories of one household: how often each asks for somebody, and when next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sync.rules.due import Due, Why
from sync.rules.frequency import INTERVALS, Demand, Level, care_of, demands
from sync.schema.tags import TAGS
from sync.store.record import Member

HONOURS: Final = frozenset({"veteran", "party_member"})
"""Tags of tier 1 that ask for no care."""

MOST_TIER: Final = 2
_AT_HOME: Final = "living"


@dataclass(frozen=True)
class CareLine:
    """One care tag of tier 1 or 2. ``next_due`` is ``None`` while nobody was ever met."""

    tag: str
    level: Level
    next_due: date | None


def is_care(list_tags: Iterable[str], due: Due) -> bool:
    """Whether a list may count a home as care: by tags and rules of tiers 1 and 2 alone."""
    asked = due.reason_key in {Why.CARE, Why.CLOSE_CARE} and due.level is not Level.GREEN
    return asked or bool(set(list_tags) - HONOURS)


def care_lines(members: Iterable[Member], due: Due | None, today: date) -> tuple[CareLine, ...]:
    """Each tag once, with the shortest interval that holds for it today, in the hand-book's order.

    Several residents may carry the same tag; the household's own due date is ``due``.
    """
    if due is None:
        return ()
    asked = demands(care_of(member.person.fields) for member in members if _at_home(member))
    closest: dict[str, Demand] = {}
    for demand in asked:
        if demand.holds(today) and TAGS[demand.tag].tier <= MOST_TIER:
            held = closest.get(demand.tag)
            if held is None or demand.level.rank < held.level.rank:
                closest[demand.tag] = demand
    return tuple(
        CareLine(tag, closest[tag].level, _next(closest[tag], due))
        for tag in TAGS
        if tag in closest
    )


def _next(demand: Demand, due: Due) -> date | None:
    if due.last_met is None:
        return None
    day = INTERVALS[demand.level].after(due.last_met)
    return max(day, demand.since) if demand.since else day


def _at_home(member: Member) -> bool:
    return member.residency is None or member.residency.get("status", _AT_HOME) == _AT_HOME
