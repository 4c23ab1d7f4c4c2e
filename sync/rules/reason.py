"""A due visit in words: its lamp, and the one spoken sentence that says why.

A tag of tier 2 is said only where the household has been opened (``most_tier=2``): lists name
tier 1 alone. What the server knows of tier 3 has no name here at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sync.i18n import N_, _
from sync.identity import LOCAL_ZONE, local_day
from sync.rules.due import ANY_DAY, Due, Why
from sync.rules.visits import Band
from sync.schema import codes
from sync.schema.tags import TAGS

SOON_FROM: Final = 0.7
"""The share of the interval after which a lamp turns yellow."""

_JOINED: Final = " · "
_MONTHS: Final = (
    N_("Jan"),
    N_("Feb"),
    N_("Mar"),
    N_("Apr"),
    N_("May"),
    N_("Jun"),
    N_("Jul"),
    N_("Aug"),
    N_("Sep"),
    N_("Oct"),
    N_("Nov"),
    N_("Dec"),
)
_DAY: Final = N_("{day} {month}")
_DAY_OF_YEAR: Final = N_("{day} {month} {year}")

BANDS: Final[Mapping[Band, str]] = MappingProxyType(
    {
        Band.MORNING: N_("in the morning"),
        Band.AFTERNOON: N_("in the afternoon"),
        Band.EVENING: N_("in the evening"),
    }
)
_WHY: Final[Mapping[Why, str]] = MappingProxyType(
    {
        Why.CARE: N_("{tag}: a visit {often}"),
        Why.FLOOR: N_("a visit {often}"),
        Why.HOME: N_("every home is asked {often}"),
        Why.CLOSE_CARE: N_("close care until {until}: a visit {often}"),
        Why.NEW_HOME: N_("new here since {day}: a first visit within 7 days"),
        Why.VACANT: N_("a vacant home: a look {often}"),
    }
)
_DAYS: Final = frozenset({"day", "until"})
_NEVER_MET: Final = N_("nobody met yet")
_LAST_MET: Final = N_("last on {day}, {result}")
_CONFIRM_SAFE: Final = N_("no answer, confirm they are safe by {time}")
_LEAVE_CARD: Final = N_("no answer {count} times, leave a card and call the contact")
_TRY_ONCE_MORE: Final = N_("no answer, try {band}")
_TRY_AGAIN: Final = N_("no answer {count} times, try {band}")
_WAIT: Final = N_("refused, leave them in peace until {day}")
_APPOINTED_TODAY: Final = N_("appointment today at {time}")
_APPOINTED: Final = N_("appointment {day} {time}")


class Lamp(StrEnum):
    """The state of a visit by its shape: square, triangle, disc, ring."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    NOT_DUE = "not_due"


@dataclass(frozen=True)
class Light:
    """A lamp and its words, such as "5 days late"; ``days`` late, or left where positive."""

    lamp: Lamp
    text: str
    days: int = 0

    @property
    def words(self) -> str:
        """The words in the language in use."""
        return _(self.text).format(days=abs(self.days))


def light(due: Due, today: date) -> Light:
    """Overdue is red; due today or soon is yellow; met not long ago is green; a ring otherwise."""
    if due.next_due == ANY_DAY:
        return Light(Lamp.NOT_DUE, _NEVER_MET)
    left = (due.next_due - today).days
    if left < 0:
        return Light(Lamp.RED, N_("{days} days late") if left < -1 else N_("1 day late"), left)
    return Light(Lamp.YELLOW, N_("due today")) if left == 0 else _not_due(due, today, left)


def _not_due(due: Due, today: date, left: int) -> Light:
    """The light of a home that its rule does not ask for yet: another reason may."""
    if due.appointment and local_day(due.appointment) <= today:
        if local_day(due.appointment) < today:
            return Light(Lamp.YELLOW, N_("appointment missed"), left)
        return Light(Lamp.NOT_DUE, N_("appointment today"), left)
    if due.failures:
        return Light(Lamp.NOT_DUE, N_("not met last time"), left)
    words = N_("due in {days} days") if left > 1 else N_("due tomorrow")
    if due.never_met:
        return Light(Lamp.NOT_DUE, words, left)
    soon = due.span - left >= SOON_FROM * due.span
    return Light(Lamp.YELLOW if soon else Lamp.GREEN, words, left)


def sentence(due: Due, today: date, *, most_tier: int = 1) -> str:
    """Why somebody goes there, in one sentence: the rule, then how it stands."""
    parts = [why(due, today, most_tier=most_tier), standing_words(due, today)]
    return _JOINED.join(part for part in parts if part)


def why(due: Due, today: date, *, most_tier: int = 1) -> str:
    """The rule that set the day, or the appointment where there is one today."""
    if due.appointment and local_day(due.appointment) <= today:
        day = local_day(due.appointment)
        text = _APPOINTED_TODAY if day == today else _APPOINTED
        return _(text).format(day=day_text(day, today), time=clock_text(due.appointment))
    key, args = due.reason_key, due.reason_args
    tag = TAGS.get(args.get("tag", ""))
    if key is Why.CARE and (tag is None or tag.tier > most_tier):
        key = Why.FLOOR
    days = {name: day_text(date.fromisoformat(args[name]), today) for name in _DAYS & set(args)}
    often = _(codes.CARE_FLOOR[due.level.value])
    return _(_WHY[key]).format(tag=_(tag.label) if tag else "", often=often, **days)


def trouble_words(due: Due, today: date) -> str:
    """What is in the way: nobody answered, or they refused. Empty where nothing is."""
    if due.confirm_safe_by:
        return _(_CONFIRM_SAFE).format(time=clock_text(due.confirm_safe_by))
    if due.card_due:
        return _(_LEAVE_CARD).format(count=due.failures)
    if due.failures:
        text = _TRY_AGAIN if due.failures > 1 else _TRY_ONCE_MORE
        return _(text).format(count=due.failures, band=_(BANDS[_next_band(due)]))
    if due.wait_until and due.wait_until >= today:
        return _(_WAIT).format(day=day_text(due.wait_until, today))
    return ""


def standing_words(due: Due, today: date) -> str:
    """How it stands: nobody answered, they refused, or when somebody was last met."""
    trouble = trouble_words(due, today)
    if trouble:
        return trouble
    if due.last_met is None or due.last_contact is None:
        return _(_NEVER_MET)
    result = _(codes.RESULT[due.last_contact])
    return _(_LAST_MET).format(day=day_text(due.last_met, today), result=result)


def day_text(day: date, today: date) -> str:
    """A day as it is said, with the year where it is not this one."""
    text = _DAY if day.year == today.year else _DAY_OF_YEAR
    return _(text).format(day=day.day, month=_(_MONTHS[day.month - 1]), year=day.year)


def clock_text(moment: datetime) -> str:
    """The time of day in China, such as 18:00."""
    return moment.astimezone(LOCAL_ZONE).strftime("%H:%M")


def _next_band(due: Due) -> Band:
    return due.better[0] if due.better else Band.EVENING
