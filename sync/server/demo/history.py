"""A year of visits behind each door, told backwards from how the household stands today.

Backwards, because the end is what matters: the last contact decides who is overdue on the demo's
day, and everything before it keeps the interval that the household's care asks for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from sync.identity import LOCAL_ZONE, stamp
from sync.rules.frequency import INTERVALS, VACANT_INTERVAL, Interval, Level
from sync.schema.canonical import compact
from sync.server.demo.model import Home, PastVisit
from sync.server.demo.words import Phrase, note

YEAR_DAYS: Final = 365
_SUNDAY: Final = 6
_APPOINTED_DAYS_AGO: Final = 5
_HOURS: Final = {"morning": (9, 11), "afternoon": (14, 17), "evening": (18, 20)}
_CARED_FOR: Final = frozenset({"elder_alone", "empty_nest", "aged_80", "left_elder"})


@dataclass(frozen=True)
class Entry:
    """A visit as it will be written, but for the household and the visitor."""

    at: datetime
    fields: dict[str, Any]


class Year:
    """Writes the past year of one household after another, from one source of randomness."""

    def __init__(self, rng: Random, today: date) -> None:
        self._rng = rng
        self._today = today
        self._used: set[str] = set()

    def visits(self, home: Home, floor: str | None, moved_in: date | None) -> list[Entry]:
        """The visits of a household whose care asks for the level ``floor``, oldest first.

        Nobody called before it moved in.
        """
        self._used.clear()
        if home.story.visits:
            entries = [self._told(home, visit) for visit in home.story.visits]
        else:
            interval = VACANT_INTERVAL if not home.members else INTERVALS[Level(floor or "green")]
            entries = [
                entry
                for contact in self._contacts(home, interval, moved_in)
                for entry in self._contact(home, contact)
            ]
            entries += self._since(home)
        entries.sort(key=lambda entry: entry.at)
        return self._with_appointment(entries, home) if home.story.appointment else entries

    def _contacts(self, home: Home, interval: Interval, moved_in: date | None) -> Iterator[date]:
        """The days somebody was met, the latest first."""
        if home.story.new is not None:
            return
        start = max(self._today - timedelta(days=YEAR_DAYS), moved_in or date.min)
        span = (interval.after(self._today) - self._today).days
        day = self._last_contact(home, interval, span)
        # The last one stands even before the year began: it is what today's date follows from.
        yield day
        while True:
            share = self._rng.uniform(0.72, 1.0)
            if self._rng.random() < 0.06:
                share = self._rng.uniform(1.02, 1.25)
            day = _workday(day - timedelta(days=max(1, round(span * share))))
            if day < start:
                return
            yield day

    def _last_contact(self, home: Home, interval: Interval, span: int) -> date:
        """Such that the household is due as its story says, or not due yet."""
        if home.story.late is not None:
            return _latest_before(interval, self._today - timedelta(days=home.story.late), span)
        if home.story.appointment:
            return self._today - timedelta(days=_APPOINTED_DAYS_AGO)
        longest = span - 8 if home.story.knocks or home.story.refused else span - 1
        day = _workday(self._today - timedelta(days=self._rng.randint(1, max(1, longest))))
        while interval.after(day) <= self._today:
            day += timedelta(days=1)
        earliest = max([days for days, _ in home.story.knocks] + [home.story.refused or 0])
        return min(day, self._today - timedelta(days=earliest + 1))

    def _contact(self, home: Home, day: date) -> Iterator[Entry]:
        """One contact, with the knock before it that nobody answered, now and then."""
        if not home.members:
            yield self._entry(home, day, "morning", "vacant", self._note(home, "vacant"))
            return
        audience = _audience(home)
        if self._rng.random() < (0.25 if audience == "tenant" else 0.14):
            earlier = _workday(day - timedelta(days=self._rng.randint(1, 3)))
            yield self._entry(home, earlier, "morning", "not_home", self._note(home, "not_home"))
        others = len(home.members) > 1 and self._rng.random() < 0.2
        band = self._rng.choice(
            ("morning", "afternoon", "evening") if audience == "elder" else ("evening", "afternoon")
        )
        result = "met_family" if others else "met"
        yield self._entry(home, day, band, result, self._note(home, audience))

    def _since(self, home: Home) -> Iterator[Entry]:
        """What came after the last contact: knocks that nobody answered, a refusal."""
        story = home.story
        for days_ago, clock in story.knocks:
            said = self._note(home, "not_home")
            yield self._told(home, PastVisit(days_ago, clock, "not_home", said.text))
        if story.refused is not None:
            said = self._note(home, "refused")
            yield self._told(home, PastVisit(story.refused, "16:10", "refused", said.text))

    def _with_appointment(self, entries: list[Entry], home: Home) -> list[Entry]:
        """The last visit made an appointment for today."""
        *before, last = entries
        clock = time.fromisoformat(home.story.appointment)
        made = {
            "note": home.story.appointment_note,
            "next_appointment": stamp(datetime.combine(self._today, clock, LOCAL_ZONE)),
        }
        return [*before, Entry(last.at, last.fields | made)]

    def _entry(self, home: Home, day: date, band: str, result: str, said: Phrase) -> Entry:
        first, last = _HOURS[band]
        clock = time(self._rng.randint(first, last), self._rng.randrange(0, 60, 5))
        at = datetime.combine(day, clock, LOCAL_ZONE)
        reached = result in ("met", "met_family")
        fields = {
            "started_at": stamp(at),
            "method": self._method(reached),
            "purposes": self._purposes(home) if reached else None,
            "result": result,
            "condition": said.condition if reached else None,
            "note": said.text,
            "needs": sorted(said.needs) if reached else None,
            "hazards": sorted(said.hazards) if reached else None,
        }
        return Entry(at, compact(fields))

    def _told(self, home: Home, visit: PastVisit) -> Entry:
        """A visit that a sample home tells itself."""
        day = self._today - timedelta(days=visit.days_ago)
        at = datetime.combine(day, time.fromisoformat(visit.clock), LOCAL_ZONE)
        reached = visit.result in ("met", "met_family")
        fields = {
            "started_at": stamp(at),
            "method": visit.method if reached else "door",
            "purposes": self._purposes(home) if reached else None,
            "result": visit.result,
            "condition": visit.condition,
            "note": visit.note,
            "needs": sorted(visit.needs),
            "hazards": sorted(visit.hazards),
        }
        return Entry(at, compact(fields))

    def _note(self, home: Home, audience: str) -> Phrase:
        """Words that fit the household and that nobody wrote there this year, while they last."""
        said, bare = note(self._rng, audience, _facts(home), self._used)
        self._used.add(bare)
        return said

    def _method(self, reached: bool) -> str:
        if not reached:
            return "door"
        return self._rng.choices(("home", "door", "phone", "outdoor"), (66, 22, 7, 5))[0]

    def _purposes(self, home: Home) -> list[str]:
        if _audience(home) == "elder":
            return ["care"]
        return [self._rng.choice(("info", "hazard", "policy"))]


def _audience(home: Home) -> str:
    if home.kind in ("group_rented", "rented_family"):
        return "tenant"
    cared_for = any(member.tags & _CARED_FOR for member in home.members)
    return "elder" if cared_for else "family"


def _facts(home: Home) -> list[str]:
    """What a note may take for granted."""
    ages = [member.age for member in home.members]
    facts = ["alone" if len(ages) == 1 else "shared"]
    if any(age <= 1 for age in ages):
        facts.append("baby")
    if any(5 <= age <= 10 for age in ages):
        facts.append("child")
    return facts


def _latest_before(interval: Interval, due: date, span: int) -> date:
    """The contact after which somebody was due on the day ``due``.

    Where no day leads there (nothing is a month before 31 March), the nearest one before.
    """
    day = due - timedelta(days=span + 3)
    while interval.after(day + timedelta(days=1)) <= due:
        day += timedelta(days=1)
    return day


def _workday(day: date) -> date:
    """``day``, or the Saturday before a Sunday."""
    return day - timedelta(days=1) if day.weekday() == _SUNDAY else day
