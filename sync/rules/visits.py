"""A household's visits as the rules read them: which stand, who opened, and when of the day."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import Final

import msgspec

from sync.identity import local_day, local_time, parse_stamp

CONTACTS: Final = frozenset({"met", "met_family"})
"""Results that count as a successful contact, whoever went and by whatever way."""

USUAL_FROM: Final = 3
USUAL_SHARE: Final = 0.6
USUAL_WITHIN: Final = timedelta(days=365)
"""A time of day is called usual from so many visits, with this share of them, within a year."""

EVENING_FROM: Final = time(18)
_NOON_HOUR: Final = 12
_EVENING_HOUR: Final = EVENING_FROM.hour


class Band(StrEnum):
    """A part of the day. People are home in the evening, so an evening visit counts."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"

    __hash__ = str.__hash__  # That of an enumeration is Python, and ten times as slow.


_LATEST_FIRST: Final = tuple(reversed(Band))
_SILENT: Final = frozenset({"not_home", "vacant"})
_MOMENT: Final = attrgetter("at", "id")


class VisitFact(msgspec.Struct, frozen=True, gc=False):
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


class History:
    """A household's visits as the rules see them: those that stand, oldest first.

    ``met`` is the last successful contact (for a vacant home: the last look at it), ``knocks``
    the unanswered ones since somebody opened, or since the home was looked at.
    """

    def __init__(self, visits: tuple[VisitFact, ...], looks: frozenset[str]) -> None:
        self.visits = visits
        self.looks = looks
        self.met = self.last_of(looks)
        self.knocks: list[VisitFact] = []
        for visit in reversed(visits):
            if visit.result in looks or visit.result == "refused":
                break
            if visit.result in _SILENT:
                self.knocks.append(visit)
        self.knocks.reverse()

    def last_of(self, results: frozenset[str]) -> VisitFact | None:
        """The latest visit with one of these results."""
        for visit in reversed(self.visits):
            if visit.result in results:
                return visit
        return None

    @property
    def better_bands(self) -> tuple[Band, ...]:
        """Times of day not tried since: first where this home opened most often, then evenings."""
        opened = [band_of(visit.at) for visit in self.visits if visit.result in CONTACTS]
        likely = _likely(tuple(map(opened.count, _LATEST_FIRST)))
        if not self.knocks:
            return likely
        tried = [band_of(knock.at) for knock in self.knocks]
        return tuple(band for band in likely if band not in tried)

    @property
    def open_appointment(self) -> datetime | None:
        """The appointment made last, unless somebody has been there on its day or later."""
        for number in range(len(self.visits) - 1, -1, -1):
            appointment = self.visits[number].appointment
            if appointment:
                day = local_day(appointment)
                kept = any(visit.day >= day for visit in self.visits[number + 1 :])
                return None if kept else appointment
        return None


@lru_cache(256)
def _likely(opened: tuple[int, ...]) -> tuple[Band, ...]:
    """The parts of the day, first where a home opened most often: told of the latest first."""
    often = dict(zip(_LATEST_FIRST, opened, strict=True))
    return tuple(sorted(_LATEST_FIRST, key=lambda band: -often[band]))


def standing(visits: Iterable[VisitFact]) -> tuple[VisitFact, ...]:
    """The visits that count, oldest first: what was taken back or corrected is left out, and a
    wrong door was no visit to this home."""
    every = list(visits)
    replaced = {visit.corrects for visit in every if visit.corrects}
    counted = [
        visit
        for visit in every
        if not visit.void and visit.id not in replaced and visit.result != "wrong"
    ]
    if len(counted) > 1:
        counted.sort(key=_MOMENT)
    return tuple(counted)


def usual_band(visits: Iterable[VisitFact], now: datetime) -> tuple[Band, int, int] | None:
    """The time of day at which this home mostly opens, how often, and of how many times.

    ``None`` while there are too few visits of the last year that met somebody, or where no time
    of day stands out.
    """
    since = now - USUAL_WITHIN
    met = [band_of(v.at) for v in standing(visits) if v.result in CONTACTS and v.at >= since]
    if len(met) < USUAL_FROM:
        return None
    band = max(Band, key=met.count)
    often = met.count(band)
    return (band, often, len(met)) if often >= USUAL_SHARE * len(met) else None


def band_of(moment: datetime) -> Band:
    """The part of the day in China: morning until noon, evening from 18:00."""
    hour = local_time(moment).hour
    if hour < _NOON_HOUR:
        return Band.MORNING
    return Band.AFTERNOON if hour < _EVENING_HOUR else Band.EVENING


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
