"""Rows and receipts inside one snapshot: what :mod:`sync.store.reading` is made of."""

import json
from collections.abc import Iterable, Mapping, Set
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, select

from sync.merge.operation import Outcome
from sync.schema.canonical import compact, decode_body
from sync.store.bulk import each
from sync.store.record import Delivery, DeliveryState, Record
from sync.store.tables import known_fields, shown

_STATES: Final[Mapping[str, DeliveryState]] = {
    "": DeliveryState.WAITING,
    Outcome.APPLIED: DeliveryState.DELIVERED,
    Outcome.NOOP: DeliveryState.DELIVERED,
    Outcome.CONFLICT: DeliveryState.CONFLICT,
    Outcome.HELD: DeliveryState.HELD,
}


def rows_of(
    connection: Connection,
    type_: str,
    *,
    where: Mapping[str, Any] | None = None,
    ids: Iterable[str] | None = None,
    scope_id: str = "",
    limit: int = 0,
) -> list[Record]:
    """Rows whose fields equal ``where`` (a list: any of it), in order of their ids.

    ``limit`` 0 is all.
    """
    table = shown(type_)
    fields = known_fields(type_)
    query = select(
        *(table.c[name] for name in ("id", "scope_id", "rev", "root_id", "extra", *fields))
    ).order_by(table.c.id)
    for name, value in (where or {}).items():
        column = table.c[name]
        many = isinstance(value, list | tuple | set | frozenset)
        query = query.where(column.in_(each(sorted(value))) if many else column == value)
    if ids is not None:
        query = query.where(table.c.id.in_(each(list(ids))))
    if scope_id:
        query = query.where(table.c.scope_id == scope_id)
    if limit:
        query = query.limit(limit)
    return [_record(type_, fields, found) for found in connection.execute(query)]


def rows_by_id(connection: Connection, type_: str, ids: Iterable[str | None]) -> dict[str, Record]:
    """Those of ``ids`` that are here, by id."""
    wanted = sorted({row_id for row_id in ids if row_id})
    return {row.id: row for row in rows_of(connection, type_, ids=wanted)} if wanted else {}


def deliveries(connection: Connection, query: Select[Any]) -> list[Delivery]:
    """The receipts of the operations that ``query`` selects whole."""
    conflicts = shown("conflict")
    still_open = select(conflicts.c.id).where(conflicts.c.status == "open")
    asking = set(connection.execute(still_open).scalars())
    return [_delivery(found, asking) for found in connection.execute(query)]


def _record(type_: str, fields: tuple[str, ...], found: Row[Any]) -> Record:
    row_id, scope_id, rev, root_id, extra, *values = tuple(found)
    body = compact(dict(zip(fields, values, strict=True)))
    if extra:
        body.update(decode_body(extra))
    return Record(type_, row_id, scope_id, rev, root_id, body)


def _delivery(found: Row[Any], asking: Set[str]) -> Delivery:
    state = _STATES[found.outcome]
    if state is DeliveryState.CONFLICT and asking.isdisjoint(json.loads(found.conflicts)):
        state = DeliveryState.DELIVERED  # What it met was settled meanwhile.
    return Delivery(
        op_id=found.op_id,
        kind=found.kind,
        type=found.type,
        row_id=found.row_id,
        scope_id=found.scope_id,
        saved_at=found.saved_at,
        state=state,
        at=found.at,
        code=found.code,
    )
