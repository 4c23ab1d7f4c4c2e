"""Until when a matter has to be accepted, finished and answered, and the lamp that says so.

The server works the limits out when a matter changes and sends them with it; a laptop does the
same for what it has not sent yet. A lamp compares moments that both of them hold, so it shows the
same everywhere at the same instant.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from sync.identity import LOCAL_ZONE, local_time, parse_stamp, stamp
from sync.rules.workdays import after_work, end_of, workday_after, working_time
from sync.schema.matter import STAGES

AMBER_SHARE: Final = 0.7
ANSWER_WORKDAYS: Final = 3
CHECK_IN_WORKDAYS: Final = 2

_REPORTED: Final = frozenset({"reported"})
_ANSWERING: Final = frozenset({"finished", "verified", "feedback"})
_IN_THE_OFFICE: Final = frozenset({"received", "forwarded", "approved"})
"""Stages of a service case in which nobody waits for the resident."""

_BEGINS_ANEW: Final = frozenset({"whistled", "suspended", "reopened"})
"""Stages from which on another limit counts, and whatever follows a matter on hold."""


class Span(NamedTuple):
    """A limit that began: from ``amber`` on it is nearly gone, at ``due`` it is."""

    amber: datetime
    due: datetime


Limit = Callable[[datetime], Span]


def clock_limit(length: timedelta) -> Limit:
    """A limit that runs day and night."""
    return lambda start: Span(start + length * AMBER_SHARE, start + length)


def worked_limit(length: timedelta) -> Limit:
    """A limit in hours of work."""
    return lambda start: Span(after_work(start, length * AMBER_SHARE), after_work(start, length))


def workday_limit(count: int) -> Limit:
    """A limit in working days: until the end of the ``count``-th after the day it began."""
    return lambda start: until_day(start, workday_after(local_time(start).date(), count))


def same_day(start: datetime) -> Span:
    """Until midnight: a simple thing is done on the day it is told, in the evening, too."""
    midnight = datetime.combine(
        local_time(start).date() + timedelta(days=1), datetime.min.time(), LOCAL_ZONE
    )
    return Span(start + (midnight - start) * AMBER_SHARE, midnight)


def until_day(start: datetime, day: date) -> Span:
    """Until work ends on a day that was named. Where no work lies between, time itself counts."""
    due = end_of(day)
    length = working_time(start, due)
    if length:
        return Span(after_work(start, length * AMBER_SHARE), due)
    return Span(start + (due - start) * AMBER_SHARE, due)


ACCEPT: Final[Mapping[str, Limit]] = MappingProxyType(
    {
        "critical": clock_limit(timedelta(minutes=10)),
        "urgent": clock_limit(timedelta(hours=2)),
        "general": worked_limit(timedelta(hours=4)),
        "prominent": workday_limit(1),
        "major": workday_limit(2),
    }
)
"""By urgency; what is simple needs no acceptance of its own."""

FINISH: Final[Mapping[str, Limit]] = MappingProxyType(
    {
        "critical": clock_limit(timedelta(hours=24)),
        "urgent": clock_limit(timedelta(hours=24)),
        "simple": same_day,
        "general": workday_limit(3),
        "prominent": workday_limit(7),
        "major": workday_limit(15),
    }
)
_USUAL: Final = "general"
_WHISTLED: Final = "major"


class LampState(StrEnum):
    """How a limit stands. What has none, or is over, has no lamp."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    NONE = ""


@dataclass(frozen=True)
class Light:
    """A lamp with the limit that it is about. ``what`` is accept, finish, answer or review."""

    state: LampState
    what: str = ""
    due: datetime | None = None


NO_LIGHT: Final = Light(LampState.NONE)


def limits_of(
    before: Mapping[str, Any] | None, after: Mapping[str, Any], at: str
) -> dict[str, Any]:
    """The fields of a matter that follow from the others, once it was changed at ``at`` (a stamp).

    ``before`` is the matter as it was, with its limits; ``None`` for a new one.
    """
    former = before or {}
    stage, left = str(after.get("stage") or ""), str(former.get("stage") or "")
    fields: dict[str, Any] = {name: former.get(name) for name in LIMIT_FIELDS}
    if stage in ("", "draft") or (left != stage and STAGES.is_closed(stage)):
        return fields
    if not fields["limit_from"] or (stage != left and _begins_anew(left, stage)):
        fields["limit_from"] = at
    if stage not in _ANSWERING:
        fields["finished_at"] = None
    elif not fields["finished_at"]:
        fields["finished_at"] = at
    return fields | _spans_of(after, fields)


def _begins_anew(left: str, stage: str) -> bool:
    # What is taken back never was: the limit of before counts on.
    undone = STAGES.may_go_back(left, stage)
    return (stage in _BEGINS_ANEW and not undone) or left == "suspended"


def _spans_of(body: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, str | None]:
    start = parse_stamp(fields["limit_from"])
    urgency = str(body.get("urgency") or _USUAL)
    told: dict[str, str | None] = {}
    accept = ACCEPT.get(urgency)
    if str(body.get("stage")) in _REPORTED:
        told |= _told("accept", accept(start) if accept else None)
    told |= _told("finish", _finish(body, urgency, start))
    finished = fields.get("finished_at")
    answer = workday_limit(ANSWER_WORKDAYS)(parse_stamp(finished)) if finished else None
    return told | _told("answer", answer)


def _finish(body: Mapping[str, Any], urgency: str, start: datetime) -> Span:
    stage = str(body.get("stage"))
    named = body.get("review_on") if stage == "suspended" else _named_day(body)
    day = date.fromisoformat(str(named)) if named else None
    if day is not None and day >= local_time(start).date():
        return until_day(start, day)
    return FINISH[_WHISTLED if stage in ("whistled", "suspended") else urgency](start)


def _named_day(body: Mapping[str, Any]) -> Any:
    """The later of the day that was promised and the day it was extended to."""
    return max(body.get(name) or "" for name in ("deadline", "extended_to")) or None


def _told(what: str, span: Span | None) -> dict[str, str | None]:
    return {
        f"amber_{what}": stamp(span.amber) if span else None,
        f"due_{what}": stamp(span.due) if span else None,
    }


LIMIT_FIELDS: Final = (
    *("limit_from", "due_accept", "amber_accept", "due_finish", "amber_finish"),
    *("finished_at", "due_answer", "amber_answer"),
)


def unit_limits(body: Mapping[str, Any], at: str) -> dict[str, str | None]:
    """Until when a department that is called in has to check in and to finish."""
    start = parse_stamp(at)
    day = body.get("deadline")
    finish = until_day(start, date.fromisoformat(str(day))) if day else FINISH[_WHISTLED](start)
    return _told("check_in", workday_limit(CHECK_IN_WORKDAYS)(start)) | _told("finish", finish)


def matter_light(body: Mapping[str, Any], now: datetime) -> Light:
    """The lamp of a matter at ``now``: of what it waits for in its stage."""
    stage = str(body.get("stage") or "")
    if not stage or stage == "draft" or STAGES.is_closed(stage) or body.get("duplicate_of"):
        return NO_LIGHT
    if stage in _ANSWERING:
        return light_of(body, "answer", now)
    if stage in _REPORTED and body.get("due_accept"):
        return light_of(body, "accept", now)
    light = light_of(body, "finish", now)
    return Light(light.state, "review", light.due) if stage == "suspended" else light


def unit_light(body: Mapping[str, Any], now: datetime) -> Light:
    """The lamp of a department: of checking in, then of finishing."""
    if body.get("finished_at"):
        return NO_LIGHT
    return light_of(body, "finish" if body.get("checked_in_at") else "check_in", now)


def service_light(body: Mapping[str, Any], now: datetime) -> Light:
    """The lamp of a service case: its item's own limit, as long as the office has it in hand."""
    if body.get("stage") not in _IN_THE_OFFICE or not (body.get("due") and body.get("received_at")):
        return NO_LIGHT
    received = parse_stamp(str(body["received_at"]))
    span = until_day(received, date.fromisoformat(str(body["due"])))
    state = LampState.GREEN if now < span.amber else LampState.YELLOW
    return Light(LampState.RED if now >= span.due else state, "finish", span.due)


def worst(lights: list[Light]) -> Light:
    """The lamp that has to be seen: a matter does not hide behind a silent department."""
    order = [LampState.RED, LampState.YELLOW, LampState.GREEN, LampState.NONE]
    return min(lights, key=lambda light: order.index(light.state), default=NO_LIGHT)


def light_of(body: Mapping[str, Any], what: str, now: datetime) -> Light:
    """The lamp of one limit of a row."""
    due, amber = body.get(f"due_{what}"), body.get(f"amber_{what}")
    if not due:
        return NO_LIGHT
    at = stamp(now)
    if at >= due:
        state = LampState.RED
    else:
        state = LampState.YELLOW if amber and at >= amber else LampState.GREEN
    return Light(state, what, parse_stamp(due))
