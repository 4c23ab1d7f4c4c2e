"""The working calendar of China, on the device: days of work, hours of work, and what lies between.

Holidays and the weekends that are worked in their place come from ``chinese_calendar``, as the
State Council announces them each autumn for the next year. In a year that is not announced yet
the weekends alone are free; the next update of the app knows better.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

import chinese_calendar

from sync.identity import LOCAL_ZONE, local_time

HOURS: Final = ((time(9), time(12)), (time(14), time(18)))
"""When an office works, on the clocks of China."""

DAY_ENDS: Final = HOURS[-1][1]
_LAST_WEEKDAY: Final = 4
_MOST_DAYS: Final = 3660
"""Ten years: no limit lies further ahead, so that a spoiled one cannot run for ever."""


@cache
def is_workday(day: date) -> bool:
    """Whether offices work on that day."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() <= _LAST_WEEKDAY


def workday_after(day: date, count: int) -> date:
    """The ``count``-th working day after ``day``, which itself never counts."""
    ahead = (day + timedelta(days=n) for n in range(1, _MOST_DAYS))
    workdays = (each for each in ahead if is_workday(each))
    return next(each for number, each in enumerate(workdays, start=1) if number == count)


def end_of(day: date) -> datetime:
    """When work ends on that day."""
    return datetime.combine(day, DAY_ENDS, LOCAL_ZONE)


def working_time(start: datetime, end: datetime) -> timedelta:
    """How much of the time between two moments is work; nothing where ``end`` comes first."""
    inside = (min(close, end) - max(open_, start) for open_, close in _spans(start, end))
    return sum((each for each in inside if each > timedelta(0)), timedelta(0))


def after_work(start: datetime, needed: timedelta) -> datetime:
    """The moment at which ``needed`` hours of work have passed since ``start``."""
    left = needed
    for open_, close in _spans(start, start + timedelta(days=_MOST_DAYS)):
        begins = max(open_, start)
        if begins < close and close - begins >= left:
            return begins + left
        left -= max(close - begins, timedelta(0))
    return start + needed


def _spans(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The hours of work of each day that the time between two moments touches."""
    day, last = local_time(start).date(), local_time(end).date()
    for _count in range(_MOST_DAYS):
        if day > last:
            return
        yield from _hours_of(day)
        day += timedelta(days=1)


@cache
def _hours_of(day: date) -> tuple[tuple[datetime, datetime], ...]:
    """When work begins and ends on that day; empty where there is none."""
    if not is_workday(day):
        return ()
    return tuple(
        (datetime.combine(day, opens, LOCAL_ZONE), datetime.combine(day, closes, LOCAL_ZONE))
        for opens, closes in HOURS
    )
