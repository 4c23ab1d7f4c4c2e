"""What the matters of a month came to, counted from the rows themselves."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sync.identity import local_day, parse_stamp
from sync.rules.limits import LampState, matter_light
from sync.schema.matter import SATISFACTION

CONTENT_FROM: Final = 4
"""The score from which somebody is content; 0 is nobody reached."""

_NOT_COUNTED: Final = frozenset({"", "draft", "withdrawn", "void"})


def month_of(matter: Mapping[str, Any]) -> str:
    """The month in which a matter was reported, as 2026-06; empty for one that does not count:
    a draft, one taken back, or one that is answered with another."""
    at = str(matter.get("reported_at") or "")
    if not at or matter.get("duplicate_of") or str(matter.get("stage") or "") in _NOT_COUNTED:
        return ""
    return local_day(parse_stamp(at)).isoformat()[:7]


def matter_counts(
    matters: Iterable[tuple[str, Mapping[str, Any]]], whistled: Collection[str], now: datetime
) -> dict[str, int]:
    """The counts of matters (id, fields), ``whistled`` the ids of those with a whistle."""
    counted = list(matters)
    bodies = [body for _id, body in counted]
    finished = [body for body in bodies if body.get("finished_at")]
    scores = [int(body.get(SATISFACTION) or 0) for body in bodies if body.get("stage") == "closed"]
    return {
        "reported": len(bodies),
        "whistled": sum(one in whistled for one, _body in counted),
        "overdue": sum(matter_light(body, now).state is LampState.RED for body in bodies),
        "finished": len(finished),
        "in_time": sum(_is_in_time(body) for body in finished),
        "closed": len(scores),
        "reached": sum(score > 0 for score in scores),
        "content": sum(score >= CONTENT_FROM for score in scores),
    }


def _is_in_time(body: Mapping[str, Any]) -> bool:
    due = body.get("due_finish")
    return not due or parse_stamp(str(body["finished_at"])) <= parse_stamp(str(due))
