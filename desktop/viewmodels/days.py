"""Days as people say them: 6月18日 星期四, 周日 6月21日."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sync.i18n import N_, _
from sync.identity import LOCAL_ZONE
from sync.rules.reason import clock_text, day_text

_WEEKDAYS: Final = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
_SHORT: Final = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_TINY: Final = (N_("Mo"), N_("Tu"), N_("We"), N_("Th"), N_("Fr"), N_("Sa"), N_("Su"))


def weekday(day: date) -> str:
    """The weekday in full, for a heading."""
    return _(_WEEKDAYS[day.weekday()])


def short_weekday(day: date) -> str:
    """The weekday in short, beside a date."""
    return _(_SHORT[day.weekday()])


def short_weekdays() -> tuple[str, ...]:
    """All seven in short, Monday first."""
    return tuple(_(name) for name in _SHORT)


def tiny_weekdays() -> tuple[str, ...]:
    """All seven over narrow columns, Monday first."""
    return tuple(_(name) for name in _TINY)


def day_and_weekday(day: date, today: date) -> str:
    """6月21日 周日, with the year where it is not this one."""
    return f"{day_text(day, today)} {short_weekday(day)}"


def moment_words(moment: datetime, today: date) -> str:
    """6月21日 周日 15:00, in China."""
    day = moment.astimezone(LOCAL_ZONE).date()
    return f"{day_and_weekday(day, today)} {clock_text(moment)}"


@dataclass(frozen=True)
class DayChoice:
    """A day that is offered, in words."""

    day: date
    words: str


def put_off_days(today: date) -> list[DayChoice]:
    """Days to put a visit off to: the next three, Saturday, and Monday."""
    ahead = [today + timedelta(days=days) for days in (1, 2, 3)]
    saturday = today + timedelta(days=(5 - today.weekday()) % 7)
    monday = today + timedelta(days=7 - today.weekday())
    chosen = sorted({*ahead, saturday, monday} - {today})
    tomorrow = _(N_("tomorrow"))
    return [
        DayChoice(
            day,
            f"{tomorrow} {day_and_weekday(day, today)}"
            if day == ahead[0]
            else day_and_weekday(day, today),
        )
        for day in chosen
    ]
