"""A household's visits as the rules read them: which stand, who opened, and when of the day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final

from sync.identity import LOCAL_ZONE, local_day, parse_stamp

CONTACTS: Final = frozenset({"met", "met_family"})
"""Results that count as a successful contact, whoever went and by whatever way."""

EVENING_FROM: Final = time(18)
_NOON: Final = time(12)


class Band(StrEnum):
    """A part of the day. People are home in the evening, so an evening visit counts."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


@dataclass(frozen=True)
class VisitFact:
    """What the rules read of a visit. One named by another's ``corrects`` no longer stands."""

    id: str
    at: datetime
    result: str
    appointment: datetime | None = None
    corrects: str = ""
    void: bool = False

    @property
    def day(self) -> date:
        """The day of work, in China."""
        return local_day(self.at)


@dataclass(frozen=True)
class History:
    """A household's visits as the rules see them: those that stand, oldest first."""

    visits: tuple[VisitFact, ...]
    looks: frozenset[str]

    def last_of(self, results: frozenset[str]) -> VisitFact | None:
        """The latest visit with one of these results."""
        return next((visit for visit in reversed(self.visits) if visit.result in results), None)

    @property
    def met(self) -> VisitFact | None:
        """The last successful contact (for a vacant home: the last look at it)."""
        return self.last_of(self.looks)

    @property
    def knocks(self) -> list[VisitFact]:
        """The unanswered knocks since somebody opened, or since the home was looked at."""
        opened = self.last_of(self.looks | {"refused"})
        since = self.visits.index(opened) + 1 if opened else 0
        silent = {"not_home", "vacant"}
        return [visit for visit in self.visits[since:] if visit.result in silent]

    @property
    def better_bands(self) -> tuple[Band, ...]:
        """Times of day not tried since: first where this home opened most often, then evenings."""
        tried = {band_of(knock.at) for knock in self.knocks}
        opened = [band_of(visit.at) for visit in self.visits if visit.result in CONTACTS]
        likely = sorted(Band, key=lambda band: (-opened.count(band), -list(Band).index(band)))
        return tuple(band for band in likely if band not in tried)

    @property
    def open_appointment(self) -> datetime | None:
        """The appointment made last, unless somebody has been there on its day or later."""
        made = next((visit for visit in reversed(self.visits) if visit.appointment), None)
        if made is None or made.appointment is None:
            return None
        day = local_day(made.appointment)
        after = self.visits[self.visits.index(made) + 1 :]
        return None if any(visit.day >= day for visit in after) else made.appointment


def standing(visits: Iterable[VisitFact]) -> tuple[VisitFact, ...]:
    """The visits that count, oldest first: what was taken back or corrected is left out, and a
    wrong door was no visit to this home."""
    every = list(visits)
    replaced = {visit.corrects for visit in every if visit.corrects}
    counted = (
        visit
        for visit in every
        if not visit.void and visit.id not in replaced and visit.result != "wrong"
    )
    return tuple(sorted(counted, key=lambda visit: (visit.at, visit.id)))


def band_of(moment: datetime) -> Band:
    """The part of the day in China: morning until noon, evening from 18:00."""
    clock = moment.astimezone(LOCAL_ZONE).time()
    if clock < _NOON:
        return Band.MORNING
    return Band.AFTERNOON if clock < EVENING_FROM else Band.EVENING


def visit_fact(visit_id: str, body: Mapping[str, object]) -> VisitFact | None:
    """The fact of a visit's row; ``None`` for one without a time, which no rule can place."""
    started = body.get("started_at")
    if not isinstance(started, str):
        return None
    appointment = body.get("next_appointment")
    return VisitFact(
        id=visit_id,
        at=parse_stamp(started),
        result=str(body.get("result") or ""),
        appointment=parse_stamp(appointment) if isinstance(appointment, str) else None,
        corrects=str(body.get("corrects") or ""),
        void=bool(body.get("void")),
    )
