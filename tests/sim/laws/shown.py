"""What a department is to hold of the community's matters: the rule once more, written apart.

Told from the rows of the grids alone, as :mod:`tests.sim.record` has them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sync.identity import derived_id
from sync.schema.canonical import compact, decode_body
from tests.sim.record import Key, ServerRecord

ANSWERS = frozenset({"checked_in_at", "checked_in_by", "arrived_at", "opinion", "finished_at"})
"""What a department writes about its part."""

OVER = frozenset({"closed", "withdrawn", "void"})
_LINE = ANSWERS | {
    *("unit", "deadline", "due_check_in", "amber_check_in", "due_finish", "amber_finish")
}
_LIMITS = frozenset(
    {
        *("limit_from", "due_accept", "amber_accept", "due_finish", "amber_finish"),
        *("finished_at", "due_answer", "amber_answer"),
    }
)
_ALWAYS = _LIMITS | {
    *("no", "category", "urgency", "stage", "deadline", "extended_to", "review_on")
}
WORDS = frozenset({"title", "subject", "text", "place"})
"""What there is of a matter as long as somebody has to do something about it."""

MAY_READ: Mapping[str, frozenset[str]] = {
    "matter": _ALWAYS | WORDS,
    "whistle_unit": _LINE | {"matter_id"},
}
"""The fields that may come to a department at all."""


@dataclass(frozen=True)
class Copy:
    """A row that the department is to hold. ``disputed`` fields wait for a person of the community:
    until then the department reads its own word."""

    body: Mapping[str, Any]
    disputed: frozenset[str] = frozenset()


def copy_id(row_id: str, scope: str) -> str:
    """The id under which a department holds a row."""
    return derived_id("referral", row_id, scope)


def copies(record: ServerRecord, scope: str, unit: str) -> dict[Key, Copy]:
    """All that the department ``unit`` holds in its ``scope``."""
    found: dict[Key, Copy] = {}
    grids = [name for name in record.heads() if name.startswith("grid:")]
    rows = {
        key: decode_body(body)
        for grid in grids
        for key, (_, body) in record.log(grid).at(record.log(grid).head).items()
        if key[0] in ("matter", "whistle", "whistle_unit", "conflict")
    }
    for (type_, row_id), line in rows.items():
        matter_id = str(line.get("matter_id"))
        matter = rows.get(("matter", matter_id))
        if type_ != "whistle_unit" or str(line.get("unit")).strip() != unit or matter is None:
            continue
        shown_as = copy_id(matter_id, scope)
        told = {name: line.get(name) for name in _LINE} | {"matter_id": shown_as}
        waits = frozenset(_disputed(rows, row_id)) & ANSWERS
        found[type_, copy_id(row_id, scope)] = Copy(compact(told), waits)
        found["matter", shown_as] = Copy(_matter(record, rows, matter_id, matter))
    return found


def _disputed(rows: Mapping[Key, Mapping[str, Any]], line_id: str) -> Iterator[str]:
    for (type_, _), body in rows.items():
        about = (body.get("target_type"), body.get("target_id"))
        waits = type_ == "conflict" and body.get("status") == "open"
        if waits and about == ("whistle_unit", line_id):
            yield str(body["field"])


def _matter(
    record: ServerRecord,
    rows: Mapping[Key, Mapping[str, Any]],
    matter_id: str,
    matter: Mapping[str, Any],
) -> dict[str, Any]:
    told = {name: matter.get(name) for name in _ALWAYS}
    if matter.get("stage") in OVER:
        return compact(told)
    told |= {name: matter.get(name) for name in WORDS}
    if matter.get("visit_id"):
        told["text"] = "\n".join(_reasons(rows, matter_id))
    told["place"] = matter.get("place") or _address(record, str(matter.get("household_id")))
    return compact(told)


def _reasons(rows: Mapping[Key, Mapping[str, Any]], matter_id: str) -> list[str]:
    """Why the department was whistled for, each reason once."""
    calls = [
        body
        for (type_, _), body in rows.items()
        if type_ == "whistle" and body.get("matter_id") == matter_id and body.get("whistled_at")
    ]
    return sorted({str(body["reason"]) for body in calls if body.get("reason")})


def _address(record: ServerRecord, household_id: str) -> str:
    home = record.latest(("household", household_id))
    door_id = str(decode_body(home.body).get("dwelling_id")) if home else ""
    door = record.latest(("dwelling", door_id))
    body = decode_body(door.body) if door else {}
    return str(body.get("address") or body.get("room") or "")
