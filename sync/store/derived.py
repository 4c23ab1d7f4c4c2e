"""When each household is due: worked out from its rows, kept beside them, never synced.

Every write notes the households it touched; :meth:`Dues.refresh` works those out again in small
transactions. A due date depends on rows alone and not on today, so it stays true until then.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Select, delete, literal, literal_column, select
from sqlalchemy.dialects.sqlite import insert

from sync.identity import local_day
from sync.rules.due import Due, DueFacts, due_of, facts_of
from sync.rules.frequency import AT_HOME, Resident
from sync.rules.visits import visit_fact
from sync.store import bulk
from sync.store.database import Database
from sync.store.tables import DUE, STALE, shown

BATCH_HOUSEHOLDS: Final = 200
"""Households worked out at a time. They are read without a lock and written in about 5 ms."""

_PERSON_FIELDS: Final = ("id", "household_id", "tags", "birth", "disabled_grade", "fully_dependent")
_VISIT_FIELDS: Final = ("started_at", "result", "next_appointment", "corrects", "void")
_HOUSEHOLD_FIELDS: Final = ("dwelling_id", "care_floor", "moved_in", "red_until")


def mark_stale(connection: Connection, roots: Iterable[str]) -> None:
    """Ask for these households' due dates again. Ids of other rows do no harm."""
    chosen = sorted(set(roots) - {""})
    if chosen:
        mark_stale_from(connection, bulk.each(chosen))


def mark_stale_from(connection: Connection, ids: Select[tuple[str]]) -> None:
    """As :func:`mark_stale`, for the ids that a query gives."""
    # Without a WHERE, SQLite would read ON CONFLICT as the condition of a join.
    once = ids.add_columns(literal(1)).where(literal_column("1"))
    chosen = insert(STALE).from_select(["household_id", "times"], once)
    connection.execute(chosen.on_conflict_do_update(set_={"times": STALE.c.times + 1}))


def encode_due(due: Due) -> str:
    """A due date with everything behind it, as the table keeps it."""
    return msgspec.json.encode(due).decode()


def decode_due(text: str) -> Due:
    """The inverse of :func:`encode_due`."""
    return msgspec.json.decode(text, type=Due)


class Dues:
    """Keeps the table of due dates in step with the rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def refresh(self) -> bool:
        """Work out one batch of what was touched. False when nothing was left to do."""
        with self._database.reading() as connection:
            query = select(STALE.c.household_id, STALE.c.times).limit(BATCH_HOUSEHOLDS)
            waiting = dict(connection.execute(query).all())
            if not waiting:
                return False
            dues = _dues(connection, list(waiting))
        with self._database.writing() as connection:
            again = query.where(STALE.c.household_id.in_(bulk.each(list(waiting))))
            found = connection.execute(again)
            # One that was touched since it was read stays stale and is worked out again.
            _replace(connection, [hid for hid, times in found if waiting[hid] == times], dues)
        return True

    def refresh_these(self, connection: Connection, household_ids: Iterable[str]) -> None:
        """Work these out now, inside the caller's transaction."""
        ids = sorted(set(household_ids))
        if ids:
            _replace(connection, ids, _dues(connection, ids))


def _dues(connection: Connection, ids: Sequence[str]) -> dict[str, Due]:
    found = (due_of(facts) for facts in _facts(connection, ids))
    return {due.household_id: due for due in found if due is not None}


def _replace(connection: Connection, ids: Sequence[str], dues: Mapping[str, Due]) -> None:
    gone = bulk.each(ids)
    connection.execute(delete(STALE).where(STALE.c.household_id.in_(gone)))
    connection.execute(delete(DUE).where(DUE.c.household_id.in_(gone)))
    columns = [_columns(dues[household_id]) for household_id in ids if household_id in dues]
    if columns:
        connection.execute(insert(DUE), columns)


def _columns(due: Due) -> dict[str, Any]:
    return {
        "household_id": due.household_id,
        "due_on": _first_day(due).isoformat(),
        "seen_on": local_day(due.last_visit_at).isoformat() if due.last_visit_at else None,
        "detail": encode_due(due),
    }


def _first_day(due: Due) -> date:
    """The first day on which this household may be asked for, whatever the reason."""
    days = [due.next_due]
    days += [local_day(at) for at in (due.appointment, due.confirm_safe_by) if at]
    if due.failures and due.last_visit_at:
        days.append(local_day(due.last_visit_at))
    return min(days)


def _facts(connection: Connection, ids: Sequence[str]) -> list[DueFacts]:
    households = _rows(connection, "household", "id", ids, ("id", *_HOUSEHOLD_FIELDS))
    dwelling_ids = [row["dwelling_id"] for row in households if row["dwelling_id"]]
    dwellings = {
        row["id"]: row
        for row in _rows(connection, "dwelling", "id", dwelling_ids, ("id", "occupancy"))
    }
    residents = _residents(connection, ids)
    visits = _grouped(
        _rows(connection, "visit", "household_id", ids, ("id", "household_id", *_VISIT_FIELDS))
    )
    return [
        facts_of(
            row["id"],
            row,
            dwellings.get(row["dwelling_id"], {}),
            residents[row["id"]],
            [fact for visit in visits[row["id"]] if (fact := visit_fact(visit["id"], visit))],
        )
        for row in households
    ]


def _residents(connection: Connection, household_ids: Sequence[str]) -> dict[str, list[Resident]]:
    """Each household's people with the status of their residency; without one they live there."""
    people = _rows(connection, "person", "household_id", household_ids, _PERSON_FIELDS)
    columns = ("person_id", "household_id", "status")
    residencies = _rows(connection, "residency", "household_id", household_ids, columns)
    status = {
        (row["household_id"], row["person_id"]): row["status"] or AT_HOME for row in residencies
    }
    grouped: dict[str, list[Resident]] = defaultdict(list)
    for row in people:
        key = (row["household_id"], row["id"])
        grouped[row["household_id"]].append(Resident(row, status.get(key, AT_HOME)))
    return grouped


def _rows(
    connection: Connection, type_: str, column: str, values: Sequence[str], fields: Sequence[str]
) -> list[dict[str, Any]]:
    table = shown(type_)
    query = select(*(table.c[name] for name in fields))
    found = connection.execute(query.where(table.c[column].in_(bulk.each(values)))).all()
    return [dict(zip(fields, row, strict=True)) for row in found]


def _grouped(found: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    grouped: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in found:
        grouped[row["household_id"]].append(row)
    return grouped
