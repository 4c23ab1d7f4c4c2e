"""Counts for the street: of a community it holds what it was called for, and else numbers alone."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from sync.identity import Clock, derived_id, local_day, stamp
from sync.merge.values import Writer
from sync.rules.matter_figures import matter_counts, month_of
from sync.schema.canonical import compact, decode_body
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.server.database import Database
from sync.server.grants import community_rows, grids_in
from sync.server.locked import lock_scopes
from sync.server.many import among
from sync.server.referral_queue import MATTER, WHISTLE
from sync.server.rows import SERVER_CLIENT, Cause
from sync.server.tables import LED_TO, ROW

COUNT: Final = "matter_count"


def count_for_streets(db: Database, clock: Clock) -> None:
    """Count this month and the last one for the street of every community. What stands there
    already is not written again."""
    with db.read() as connection:
        query = select(ROW.c.scope_id, ROW.c.body).where(
            ROW.c.type == "area",
            LED_TO,
            ROW.c.deleted.is_(False),
            ROW.c.scope_id.startswith(scope_name(ScopeKind.COMMUNITY, "")),
        )
        with_street = {
            scope_id.partition(":")[2]
            for scope_id, body in connection.execute(query)
            if decode_body(body).get("level") == "street"
        }
    for community_id in sorted(with_street):
        count_for_street(db, clock, community_id)


def count_for_street(db: Database, clock: Clock, community_id: str) -> None:
    """The same for one community; nothing where no street has come to it."""
    now = clock.now()
    with db.read() as connection:
        areas = community_rows(connection, community_id, "area")
        street = min(
            (key for key, body in areas.items() if body.get("level") == "street"), default=""
        )
        months = _months(local_day(now))
        matters, whistled = _matters(connection, areas, community_id)
    rows = {}
    for month in months if street else ():
        these = [(one, body) for one, body in matters.items() if month_of(body) == month]
        counted = matter_counts(these, whistled, now)
        row_id = derived_id("matter count", community_id, month)
        rows[row_id] = compact({"month": month, "day": local_day(now).isoformat(), **counted})

    def write(connection: Connection) -> None:
        scope_id = scope_name(ScopeKind.UNIT, street)
        locked = lock_scopes(connection, {scope_id}, stamp(now))
        scope = locked.scopes.get(scope_id)
        for row_id, body in rows.items():
            before = scope.row(COUNT, row_id) if scope else None
            if scope is None or (before is not None and before.body == body):
                continue
            row = scope.put(COUNT, row_id, body, deleted=False)
            scope.record(row, (), Cause("", Writer(SERVER_CLIENT, at=locked.at, is_server=True)))
        locked.save()

    if rows:
        db.run(write)


def _months(today: date) -> list[str]:
    first = today.replace(day=1)
    return [(first - timedelta(days=1)).isoformat()[:7], first.isoformat()[:7]]


def _matters(
    connection: Connection, areas: Mapping[str, Mapping[str, Any]], community_id: str
) -> tuple[dict[str, dict[str, Any]], set[str]]:
    """Every matter of a community's grids by its id, and the ids of those with a whistle."""
    grids = grids_in(areas, community_id, community_id)
    scopes = {scope_name(ScopeKind.GRID, grid) for grid in grids}
    query = select(ROW.c.type, ROW.c.id, ROW.c.body).where(
        among(ROW.c.scope_id, "scopes"),
        ROW.c.type.in_((MATTER, WHISTLE)),
        LED_TO,
        ROW.c.deleted.is_(False),
    )
    matters: dict[str, dict[str, Any]] = {}
    whistled: set[str] = set()
    for type_, row_id, text in connection.execute(query, {"scopes": scopes}):
        body = decode_body(text)
        if type_ == MATTER:
            matters[row_id] = body
        elif body.get("whistled_at"):
            whistled.add(str(body.get("matter_id")))
    return matters, whistled
