"""What the server computes for every laptop: pinyin, and how close a household is kept.

The frequency is computed over tags of every tier; a laptop without the tier-3 rows reaches the
same due date from ``care_floor``.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from sync.identity import local_day, parse_stamp
from sync.merge.settle import Change
from sync.merge.values import Writer
from sync.rules.frequency import PersonCare, care_floor, care_of, running, two_people
from sync.rules.pinyin import py
from sync.schema.canonical import compact
from sync.server.locked import ASKS_FOR_CARE, Locked
from sync.server.openscope import OpenScope
from sync.server.rows import SERVER_CLIENT, Cause, StoredRow

_NAMED: Final = frozenset({"area", "staff", "person"})
_LIVING: Final = frozenset({"living", None})


def with_pinyin(type_: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with the initials and the pinyin of its name, where the entity keeps them."""
    if type_ not in _NAMED:
        return dict(body)
    name = body.get("name")
    return compact({**body, "py": py(str(name)) if name else None})


def refresh_households(locked: Locked, touched: Iterable[StoredRow]) -> None:
    """Write the visit frequency of the households that these rows belong to, where it changed.

    A household in a scope that is not locked is left alone: whoever writes tier-3 care locks
    its grid as well (``locked.home_scopes``).
    """
    households = {row.root_id for row in touched if row.type in ASKS_FOR_CARE}
    refresh_each(locked, households)


def refresh_each(locked: Locked, households: Iterable[str]) -> None:
    """The same, of households named by their ids."""
    for household_id in sorted(households):
        scope = locked.scopes.get(locked.home("household", household_id))
        row = scope.row("household", household_id) if scope is not None else None
        if scope is not None and row is not None and not row.deleted:
            _refresh(locked, scope, row)


def _refresh(locked: Locked, scope: OpenScope, household: StoredRow) -> None:
    before = household.body
    today = local_day(parse_stamp(locked.at))
    rows = ((row.type, row.id, _of_whom(scope, row)) for row in locked.below(household.id))
    computed = care_fields(care_of_rows(rows, today), today)
    after = compact({**before, **computed})
    if after == before:
        return
    changes = [
        Change("household", household.id, name, before.get(name), value)
        for name, value in computed.items()
        if (before.get(name) or None) != (value or None)
    ]
    writer = Writer(SERVER_CLIENT, at=locked.at, is_server=True)
    row = scope.put("household", household.id, after, deleted=False)
    scope.record(row, changes, Cause("", writer))


def _of_whom(scope: OpenScope, row: StoredRow) -> Mapping[str, Any]:
    """A row's body; care of a record that is another name of somebody is care of them."""
    body = row.body
    if row.type != "special_care":
        return body
    person = scope.row("person", str(body.get("person_id", "")))
    alias = person.body.get("alias_of") if person is not None else None
    return {**body, "person_id": alias} if alias else body


def care_fields(people: Iterable[PersonCare], today: date) -> dict[str, Any]:
    """The two fields of a household that follow from the care of those who live there."""
    living = list(people)
    return {"care_floor": care_floor(living, today), "two_people": two_people(living)}


def care_of_rows(
    rows: Iterable[tuple[str, str, Mapping[str, Any]]], today: date
) -> list[PersonCare]:
    """The care of the people living in one household, from its rows as (type, id, body)."""
    people: dict[str, Mapping[str, Any]] = {}
    status: dict[str, str | None] = {}
    closed: dict[str, list[Mapping[str, Any]]] = {}
    for type_, row_id, body in rows:
        person_id = str(body.get("person_id", ""))
        if type_ == "person":
            people[row_id] = body
        elif type_ == "residency":
            status[person_id] = body.get("status")
        elif type_ == "special_care" and running(body, today):
            closed.setdefault(person_id, []).append(body)
    return [
        care_of(body, closed.get(person_id, ()))
        for person_id, body in people.items()
        if status.get(person_id) in _LIVING
    ]
