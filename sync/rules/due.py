"""When a household is due for a visit, and why. Computed on both sides, never sent.

Nothing here depends on today: a :class:`Due` changes only with the household's rows, so it can be
kept in a table. What depends on today (the lamp, the round) is a function that is given the day.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace

from sync.identity import LOCAL_ZONE
from sync.rules.frequency import (
    AT_HOME,
    NEW_HOME_INTERVAL,
    VACANT_INTERVAL,
    Demand,
    Level,
    PersonCare,
    Resident,
    care_of,
    demands,
    end_of_interval,
)
from sync.rules.visits import CONTACTS, Band, History, VisitFact, band_of, standing

ANY_DAY: Final = date.min
"""The due day of a home that nobody ever met and whose moving in is not known."""

RETRY_DAYS: Final = 3
REFUSAL_DAYS: Final = 14
MOST_KNOCKS: Final = 3
"""After this many unanswered knocks: leave a card and call the contact."""

CONFIRM_SAFE_BY: Final = time(18)
_TELLING: Final = CONTACTS | {"refused", "vacant"}
_LIVING: Final = frozenset({AT_HOME, "away"})
_LOOKS: Final = CONTACTS | {"vacant"}


class DueFacts(msgspec.Struct, frozen=True, gc=False):
    """All that decides when one household is due.

    ``care_floor`` is the server's word over tags of every tier, ``people`` the care this copy
    holds of those who live there, ``statuses`` the residency of everyone who ever did.
    """

    household_id: str
    care_floor: str | None = None
    people: tuple[PersonCare, ...] = ()
    statuses: tuple[str, ...] = ()
    occupancy: str | None = None
    moved_in: date | None = None
    red_until: date | None = None
    postponed_to: date | None = None
    visits: tuple[VisitFact, ...] = ()

    @property
    def lived_in(self) -> bool:
        """True while somebody lives here, away for a while or not."""
        return not _LIVING.isdisjoint(self.statuses)


def facts_of(
    household_id: str,
    household: Mapping[str, object],
    dwelling: Mapping[str, object],
    residents: Iterable[Resident],
    visits: Iterable[VisitFact],
) -> DueFacts:
    """The facts from the rows of a household. What is held of tier 3 has no say here: it is in
    the household's ``care_floor`` for everyone alike."""
    everyone = [one if one.status else replace(one, status=AT_HOME) for one in residents]
    return DueFacts(
        household_id=household_id,
        care_floor=_text(household, "care_floor"),
        people=tuple(care_of(one.person) for one in everyone if one.status == AT_HOME),
        statuses=tuple(one.status for one in everyone),
        occupancy=_text(dwelling, "occupancy"),
        moved_in=_day(household, "moved_in"),
        red_until=_day(household, "red_until"),
        postponed_to=_day(household, "postponed_to"),
        visits=tuple(visits),
    )


def _text(row: Mapping[str, object], name: str) -> str | None:
    value = row.get(name)
    return value if isinstance(value, str) and value else None


def _day(row: Mapping[str, object], name: str) -> date | None:
    value = _text(row, name)
    return date.fromisoformat(value) if value else None


class Why(StrEnum):
    """Which rule set the day. ``sync.rules.reason`` says it in a sentence."""

    CARE = "care"  # args: tag, level
    FLOOR = "floor"  # args: level; a tag that this computer does not hold
    HOME = "home"  # every home without a tag
    CLOSE_CARE = "close_care"  # args: until
    NEW_HOME = "new_home"  # args: day
    VACANT = "vacant"

    __hash__ = str.__hash__


_RANKS: Final = {why: rank for rank, why in enumerate(Why)}


class Due(msgspec.Struct, frozen=True):
    """When a household is due, and what stands behind it. Every value is one that JSON knows.

    ``next_due`` is the last day that keeps the rule, :data:`ANY_DAY` where nobody was ever met.
    ``failures`` counts unanswered knocks since somebody last opened, ``tried`` their times of day.
    ``appointment`` is one that no visit has kept yet, ``confirm_safe_by`` the moment by which a
    red household that did not answer has to be known safe; ``wait_until`` follows a refusal.
    ``postponed_to`` is the day to which somebody put the visit off, whatever the rule says.
    """

    household_id: str
    level: Level
    next_due: date
    reason_key: Why
    reason_args: dict[str, str] = {}
    last_met: date | None = None
    last_contact: str | None = None
    last_result: str | None = None
    last_visit_at: datetime | None = None
    failures: int = 0
    tried: tuple[Band, ...] = ()
    better: tuple[Band, ...] = ()
    retry_by: date | None = None
    wait_until: date | None = None
    confirm_safe_by: datetime | None = None
    appointment: datetime | None = None
    postponed_to: date | None = None

    @property
    def never_met(self) -> bool:
        """True where no visit ever reached anyone."""
        return self.last_met is None

    @property
    def card_due(self) -> bool:
        """True after the last knock worth trying: leave a card and call the contact."""
        return self.failures >= MOST_KNOCKS

    @property
    def span(self) -> int:
        """Days from the last contact to the due day; 0 where there was none."""
        return (self.next_due - self.last_met).days if self.last_met else 0


class _Rule(msgspec.Struct, frozen=True):
    """One reason to come, and the day by which it wants somebody met."""

    day: date
    level: Level
    why: Why
    args: Mapping[str, str]

    @property
    def order(self) -> tuple[date, int, int]:
        """The earliest day wins, then the closer level, then the reason that says most."""
        return self.day, self.level.rank, _RANKS[self.why]


def due_of(facts: DueFacts) -> Due | None:
    """When the household is due. ``None`` where nobody is left to visit: death and moving away
    stop every task at once, a vacant home is still looked at. What a later version wrote, or
    what has no date, is :func:`unreadable`."""
    try:
        return _due_of(facts)
    except (ValueError, OverflowError):
        return unreadable(facts.household_id)


def unreadable(household_id: str) -> Due:
    """A household whose rows this version cannot read may be called at on any day, so that it
    neither drops out of the round nor keeps the others from theirs."""
    return Due(household_id, Level.GREEN, ANY_DAY, Why.HOME)


def _due_of(facts: DueFacts) -> Due | None:
    stood = standing(facts.visits)
    vacant = _is_vacant(facts, stood)
    if not vacant and not facts.lived_in:
        return None
    past = History(stood, _LOOKS if vacant else CONTACTS)
    rules = [_vacant_rule(past)] if vacant else _rules(facts, past)
    rule = rules[0] if len(rules) == 1 else min(rules, key=lambda rule: rule.order)
    return _due(facts, past, rule)


def _is_vacant(facts: DueFacts, stood: Sequence[VisitFact]) -> bool:
    """Recorded as vacant, or found so where no care tag asks for more than a look.

    Someone with a tag may lie behind a door that looked empty: there, "vacant" is a knock that
    nobody answered until the residents are recorded as moved out.
    """
    if not facts.lived_in:
        return facts.occupancy == "vacant"
    if facts.occupancy != "vacant" and not _found_vacant(stood, facts.moved_in):
        return False
    return not (facts.care_floor or facts.red_until or demands(facts.people))


def _found_vacant(stood: Sequence[VisitFact], moved_in: date | None) -> bool:
    """Whether the last visit that told anything found nobody there, and nobody moved in since."""
    since = (visit for visit in stood if moved_in is None or visit.day > moved_in)
    told = (visit.result for visit in reversed(list(since)) if visit.result in _TELLING)
    return next(told, "") == "vacant"


def _vacant_rule(past: History) -> _Rule:
    looked = past.met
    day = VACANT_INTERVAL.after(looked.day) if looked else ANY_DAY
    return _Rule(day, Level.GREEN, Why.VACANT, {})


def _rules(facts: DueFacts, past: History) -> list[_Rule]:
    """Every rule that holds for a home where people live."""
    met = past.met.day if past.met else None
    start = facts.moved_in if met is None else met
    asked = demands(facts.people)
    rules = [_interval_rule(Demand(Level.GREEN, ""), start, Why.HOME)]
    rules += [_interval_rule(_begun(demand, start, past), start, Why.CARE) for demand in asked]
    if facts.care_floor:
        rules.append(_interval_rule(Demand(Level(facts.care_floor), ""), start, Why.FLOOR))
    if facts.moved_in and (met is None or met < facts.moved_in):
        rules.append(_new_home_rule(facts, facts.moved_in, asked))
    if facts.red_until:
        rules += _close_care(facts.red_until, start)
    return rules


def _begun(demand: Demand, start: date | None, past: History) -> Demand:
    """A level that had begun when somebody first knocked at a home nobody ever met: from there
    on it is due on any day, like everything else there."""
    knocked = past.visits[-1].day if past.visits else None
    if start is None and knocked and demand.holds(knocked):
        return replace(demand, since=None)
    return demand


def _interval_rule(demand: Demand, start: date | None, why: Why) -> _Rule:
    day = end_of_interval(demand.level, start) if start else ANY_DAY
    if demand.since:
        day = max(day, demand.since)
    args = {"level": demand.level.value} if why is not Why.HOME else {}
    return _Rule(day, demand.level, why, args | ({"tag": demand.tag} if demand.tag else {}))


def _new_home_rule(facts: DueFacts, moved_in: date, asked: Iterable[Demand]) -> _Rule:
    """The first visit, at the level that the household's care has anyway."""
    day = NEW_HOME_INTERVAL.after(moved_in)
    levels = [Level.GREEN] + [demand.level for demand in asked if demand.holds(day)]
    if facts.care_floor:
        levels.append(Level(facts.care_floor))
    closest = min(levels, key=lambda level: level.rank)
    return _Rule(day, closest, Why.NEW_HOME, {"day": moved_in.isoformat()})


def _close_care(until: date, start: date | None) -> list[_Rule]:
    """Red until a day: a visit that would fall due after it is no longer asked for."""
    day = end_of_interval(Level.RED, start) if start else ANY_DAY
    if day > until:
        return []
    return [_Rule(day, Level.RED, Why.CLOSE_CARE, {"until": until.isoformat()})]


def _due(facts: DueFacts, past: History, rule: _Rule) -> Due:
    met, knocks = past.met, past.knocks
    last = past.visits[-1] if past.visits else None
    waits = _wait_until(past)
    return Due(
        household_id=facts.household_id,
        level=rule.level,
        next_due=max(rule.day, waits) if waits else rule.day,
        reason_key=rule.why,
        reason_args=dict(rule.args),
        last_met=met.day if met else None,
        last_contact=met.result if met else None,
        last_result=last.result if last else None,
        last_visit_at=last.at if last else None,
        failures=len(knocks),
        tried=tuple(dict.fromkeys([band_of(knock.at) for knock in knocks])) if knocks else (),
        better=past.better_bands,
        retry_by=_retry_by(knocks),
        wait_until=waits,
        confirm_safe_by=_confirm_safe_by(rule.level, knocks),
        appointment=past.open_appointment,
        postponed_to=facts.postponed_to,
    )


def _wait_until(past: History) -> date | None:
    """After a refusal nobody knocks for two weeks, unless somebody was met since."""
    last = past.last_of(past.looks | {"refused"})
    if last is None or last.result != "refused":
        return None
    return last.day + timedelta(days=REFUSAL_DAYS)


def _retry_by(knocks: Sequence[VisitFact]) -> date | None:
    if not 0 < len(knocks) < MOST_KNOCKS:
        return None
    return knocks[-1].day + timedelta(days=RETRY_DAYS)


def _confirm_safe_by(level: Level, knocks: Sequence[VisitFact]) -> datetime | None:
    """18:00 of the day a red household first did not answer; at once where it is later."""
    if level is not Level.RED or not knocks:
        return None
    first = knocks[0]
    return max(first.at, datetime.combine(first.day, CONFIRM_SAFE_BY, LOCAL_ZONE))
