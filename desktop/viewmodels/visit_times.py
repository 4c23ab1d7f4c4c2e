"""Times of a visit form: when to try again, when to come next, and a day typed by hand."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final

from desktop.viewmodels.days import day_and_weekday, short_weekday
from sync.i18n import N_, _
from sync.identity import LOCAL_ZONE
from sync.rules.due import RETRY_DAYS
from sync.rules.reason import BANDS, clock_text
from sync.rules.visits import CONTACTS, Band, VisitFact, band_of, standing, usual_band

MOST_SLOTS: Final = 4
SHOWN_BACK_DAYS: Final = 180
"""Knocks and contacts older than this say little about when somebody is home."""

_CALL_AT: Final[Mapping[Band, time]] = MappingProxyType(
    {Band.MORNING: time(9, 30), Band.AFTERNOON: time(15), Band.EVENING: time(18, 30)}
)
_EARLIEST: Final = time(8, 30)
_LATEST: Final = time(20)
_DAY: Final = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?")
_TIME: Final = re.compile(r"(\d{1,2})(?:[:.点时](\d{2})?分?)?|(\d{1,2})(\d{2})")


@dataclass(frozen=True)
class Slot:
    """A time to come again, in two lines of words."""

    at: datetime
    words: str
    note: str


@dataclass(frozen=True)
class Mark:
    """What happened at one time of the week: somebody opened, or nobody did."""

    weekday: int
    band: Band
    met: bool


def retry_slots(visits: Iterable[VisitFact], better: Sequence[Band], now: datetime) -> list[Slot]:
    """Times within three days when somebody may be home, in order of time.

    ``better`` are the times of day not tried yet, the likeliest first; where all were tried, every
    one counts. A weekday on which this home opened before goes first.
    """
    opened = [
        (v.at.astimezone(LOCAL_ZONE).weekday(), band_of(v.at))
        for v in standing(visits)
        if v.result in CONTACTS
    ]
    bands = list(better) or list(reversed(Band))
    today = now.astimezone(LOCAL_ZONE).date()
    found: list[tuple[tuple[int, int, int], datetime]] = []
    for ahead in range(RETRY_DAYS + 1):
        day = today + timedelta(days=ahead)
        for rank, band in enumerate(bands):
            at = datetime.combine(day, _CALL_AT[band], LOCAL_ZONE)
            if at > now:
                seen = opened.count((day.weekday(), band))
                found.append(((-seen, rank, ahead), at))
    chosen = sorted(at for _order, at in sorted(found)[:MOST_SLOTS])
    return [_slot(at, today) for at in chosen]


def _slot(at: datetime, today: date) -> Slot:
    day = at.date()
    spoken = {0: _(N_("today")), 1: _(N_("tomorrow"))}.get((day - today).days, short_weekday(day))
    words = _(N_("{day} {band}")).format(day=spoken, band=_(BANDS[band_of(at)]))
    note = clock_text(at) if day == today else day_and_weekday(day, today)
    return Slot(at, words, note)


def in_days(days: int, now: datetime, visits: Iterable[VisitFact] = ()) -> datetime:
    """So many days from now, when this home mostly opens; where that is not known, at the half
    hour nearest to now and within visiting hours."""
    local = now.astimezone(LOCAL_ZONE)
    usual = usual_band(visits, now)
    if usual is not None:
        day = local.date() + timedelta(days=days)
        return datetime.combine(day, _CALL_AT[usual[0]], LOCAL_ZONE)
    rounded = local + timedelta(minutes=15)
    clock = time(rounded.hour, 30 if rounded.minute >= 30 else 0)
    clock = min(max(clock, _EARLIEST), _LATEST)
    return datetime.combine(local.date() + timedelta(days=days), clock, LOCAL_ZONE)


def parse_day(text: str, today: date) -> date | None:
    """The day that somebody typed: 6-21, 6月21日 or 2026-06-21; ``None`` where it is none.

    Without a year it is the next such day.
    """
    found = _DAY.fullmatch(_plain(text))
    if found is None:
        return None
    year = int(found[1]) if found[1] else today.year
    try:
        day = date(year, int(found[2]), int(found[3]))
        return day.replace(year=year + 1) if not found[1] and day < today else day
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """The time that somebody typed: 15:00, 15点, 1500 or 15; ``None`` where it is none."""
    found = _TIME.fullmatch(_plain(text))
    if found is None:
        return None
    hour, minute = (found[3], found[4]) if found[3] else (found[1], found[2] or "0")
    try:
        return time(int(hour), int(minute))
    except ValueError:
        return None


def week_marks(visits: Iterable[VisitFact], now: datetime) -> list[Mark]:
    """When of the week somebody opened or nobody did, the latest word for each time."""
    since = now - timedelta(days=SHOWN_BACK_DAYS)
    marks: dict[tuple[int, Band], Mark] = {}
    for visit in standing(visits):
        met = visit.result in CONTACTS
        if visit.at >= since and (met or visit.result == "not_home"):
            weekday, band = visit.at.astimezone(LOCAL_ZONE).weekday(), band_of(visit.at)
            marks[weekday, band] = Mark(weekday, band, met)
    return list(marks.values())


def last_opened(visits: Iterable[VisitFact]) -> str:
    """When of the week somebody was met last, such as 周六晚上; empty where nobody ever was."""
    met = [visit for visit in standing(visits) if visit.result in CONTACTS]
    if not met:
        return ""
    day = short_weekday(met[-1].day)
    return _(N_("{day} {band}")).format(day=day, band=_(BANDS[band_of(met[-1].at)]))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
