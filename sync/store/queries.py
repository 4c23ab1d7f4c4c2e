"""Rows and receipts inside one snapshot: what :mod:`sync.store.reading` is made of."""

import json
from collections.abc import Iterable, Mapping, Set
from enum import Enum
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, bindparam, literal, select

from sync.merge.operation import Outcome
from sync.schema.canonical import compact, decode_body
from sync.store.lists import bound, encode_texts
from sync.store.record import Delivery, DeliveryState, Record
from sync.store.tables import TABLES, is_shown, known_fields, scope_of, shown

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
    fields: tuple[str, ...] = (),
) -> list[Record]:
    """Rows whose fields equal ``where`` (a list: any of it), in order of their ids.

    ``limit`` 0 is all. Named ``fields`` are the only ones read, for long lists.
    """
    conditions, values = [], {}
    for name, value in (where or {}).items():
        many = isinstance(value, list | tuple | set | frozenset)
        match = _Match.ANY_OF if many else _Match.NOTHING if value is None else _Match.EQUAL
        conditions.append((name, match))
        if match is not _Match.NOTHING:
            values[name] = encode_texts(sorted(value)) if many else value
    if ids is not None:
        conditions.append(("id", _Match.ANY_OF))
        values["id"] = encode_texts(ids)
    if scope_id:
        conditions.append(("scope_id", _Match.EQUAL))
        values["scope_id"] = scope_id
    chosen = fields or known_fields(type_)
    query = _rows_query(type_, chosen, tuple(conditions), is_whole=not fields)
    if limit:
        query = query.limit(limit)
    return [_record(type_, chosen, found) for found in connection.execute(query, values).all()]


class _Match(Enum):
    EQUAL = "equal"
    ANY_OF = "any_of"
    NOTHING = "nothing"


@cache
def _rows_query(
    type_: str,
    fields: tuple[str, ...],
    conditions: tuple[tuple[str, _Match], ...],
    *,
    is_whole: bool,
) -> Select[Any]:
    """Made once for each kind of question: making it costs more than a few rows do.

    A field that is asked for twice has one value: nobody does that.
    """
    table = TABLES[type_]
    extra = table.c.extra if is_whole else literal(None).label("extra")
    head = (table.c.id, scope_of(table).label("scope_id"), table.c.rev, table.c.root_id, extra)
    query = select(*head, *(table.c[name] for name in fields)).where(is_shown(table))
    query = query.order_by(table.c.id)
    for name, match in conditions:
        column = scope_of(table) if name == "scope_id" else table.c[name]
        if match is _Match.ANY_OF:
            query = query.where(column.in_(bound(name)))
        elif match is _Match.EQUAL:
            query = query.where(column == bindparam(name, type_=column.type))
        else:
            query = query.where(column.is_(None))
    return query


def rows_by_id(
    connection: Connection, type_: str, ids: Iterable[str | None], fields: tuple[str, ...] = ()
) -> dict[str, Record]:
    """Those of ``ids`` that are here, by id; of each the ``fields``, or all of it."""
    wanted = sorted({row_id for row_id in ids if row_id})
    found = rows_of(connection, type_, ids=wanted, fields=fields) if wanted else []
    return {row.id: row for row in found}


def deliveries(connection: Connection, query: Select[Any]) -> list[Delivery]:
    """The receipts of the operations that ``query`` selects whole."""
    every = connection.execute(query).all()
    if not every:
        return []
    asking = set(connection.execute(_still_open()).scalars())
    return [_delivery(found, asking) for found in every]


@cache
def _still_open() -> Select[Any]:
    conflicts = shown("conflict")
    return select(conflicts.c.id).where(conflicts.c.status == "open")


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
