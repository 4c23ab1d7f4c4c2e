"""Many rows at once: one SQL statement over a JSON part, without an object per row.

SQLite takes the part apart by itself, which costs less than binding each value and leaves the
interpreter free for the other threads meanwhile.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from itertools import islice
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.sql import FromClause

from sync.schema.canonical import row_mark
from sync.schema.policy import Kind
from sync.schema.registry import ENTITIES, SCHEMA_VERSION
from sync.store import rows
from sync.store.rows import ServerRow
from sync.store.tables import OTHER, TABLES
from sync.wire.messages import WireRow

BATCH_ROWS: Final = 500
"""Rows of one sync transaction: the person who saves meanwhile waits for one of these at most."""

TOMBSTONE: Final = b"null"
# Where a part's entry keeps what: [id, rev, root, mark, body].
_ID, _REV, _ROOT, _MARK, _BODY = "$[0]", "$[1]", "$[2]", "$[3]", "$[4]"


def batches(wire_rows: Sequence[WireRow]) -> Iterator[list[WireRow]]:
    """The rows in lists of at most :data:`BATCH_ROWS`, in order."""
    rest = iter(wire_rows)
    while batch := list(islice(rest, BATCH_ROWS)):
        yield batch


def mark_of(row: WireRow) -> str:
    """A live row's share of the digest, 32 hex digits; empty for a tombstone."""
    type_, row_id, rev, _, body = row
    if bytes(body) == TOMBSTONE:
        return ""
    return f"{row_mark(type_, row_id, rev, sha256(body).hexdigest()):032x}"


def write(
    connection: Connection, generation: int, wire_rows: Iterable[WireRow], schema: int
) -> None:
    """Put ``wire_rows`` in place in one generation: live ones written, tombstones removed.

    ``schema`` is the version the sender wrote them in: above ours, fields may be unknown.
    """
    live: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    gone: dict[str, list[str]] = defaultdict(list)
    for row in wire_rows:
        type_, row_id, rev, root_id, body = row
        if bytes(body) == TOMBSTONE:
            gone[type_].append(row_id)
        else:
            live[type_].append((row_id, rev, root_id, mark_of(row), body))
    for type_, part in live.items():
        _write_live(connection, generation, type_, part, schema)
    for type_, ids in gone.items():
        remove(connection, generation, type_, ids)


def remove(connection: Connection, generation: int, type_: str, ids: Sequence[str]) -> None:
    """Take rows of one kind out of a generation."""
    table = TABLES.get(type_, OTHER)
    where = [table.c.generation == generation, table.c.id.in_(each(ids))]
    if table is OTHER:
        where.append(OTHER.c.type == type_)
    connection.execute(delete(table).where(*where))


def marks(
    connection: Connection, generation: int, type_: str, ids: Sequence[str]
) -> dict[str, str]:
    """The marks of those of ``ids`` that a generation holds."""
    table = TABLES.get(type_, OTHER)
    where = [table.c.generation == generation, table.c.id.in_(each(ids))]
    if table is OTHER:
        where.append(OTHER.c.type == type_)
    found = connection.execute(select(table.c.id, table.c.mark).where(*where))
    return dict(found.all())


def bodies(
    connection: Connection, type_: str, generation: int, ids: Sequence[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The bodies of those of ``ids`` that a generation holds, as people see them."""
    table = TABLES[type_]
    where = (table.c.generation == generation, table.c.id.in_(each(ids)))
    for found in connection.execute(select(table).where(*where)).mappings():
        yield found["id"], rows.body_of(type_, found)


def each(texts: Sequence[str]) -> Any:
    """``texts`` as a subquery: one bound value, however many there are."""
    part = msgspec.json.encode(texts).decode()
    return select(func.json_each(part).table_valued("value").c.value)


def by_type(keys: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The ids of (type, id) keys, kind by kind."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for type_, row_id in keys:
        grouped[type_].append(row_id)
    return dict(grouped)


def _write_live(
    connection: Connection,
    generation: int,
    type_: str,
    part: list[tuple[Any, ...]],
    schema: int,
) -> None:
    if type_ in ENTITIES and schema > SCHEMA_VERSION:
        # Unknown fields are rare and must survive: told apart one row at a time.
        for row_id, rev, root_id, mark, body in part:
            row = ServerRow(rev, root_id, mark, msgspec.json.decode(body))
            rows.put(connection, type_, generation, row_id, row)
        return
    statement = _insert_known(type_) if type_ in ENTITIES else _insert_other()
    values = {"generation_no": generation, "part": msgspec.json.encode(part).decode()}
    if type_ not in ENTITIES:
        values["row_type"] = type_
    connection.execute(statement, values)


@cache
def _insert_known(type_: str) -> Insert:
    table = TABLES[type_]
    entries, value = _entries()
    fields = ENTITIES[type_].fields
    chosen: dict[str, ColumnElement[Any]] = {
        **_local_columns(value),
        **{name: _field(value, table.c[name], fields[name].kind) for name in fields},
    }
    return _insert(table, chosen, entries)


@cache
def _insert_other() -> Insert:
    entries, value = _entries()
    chosen: dict[str, ColumnElement[Any]] = {
        **_local_columns(value),
        "type": bindparam("row_type"),
        "body": value.op("->")(_BODY),
    }
    return _insert(OTHER, chosen, entries)


def _entries() -> tuple[FromClause, ColumnElement[Any]]:
    """The part as a table, and the column that holds one entry."""
    entries = func.json_each(bindparam("part")).table_valued("value")
    return entries, entries.c.value


def _insert(table: Table, chosen: dict[str, ColumnElement[Any]], entries: FromClause) -> Insert:
    statement = insert(table).prefix_with("OR REPLACE")
    return statement.from_select(list(chosen), select(*chosen.values()).select_from(entries))


def _local_columns(value: ColumnElement[Any]) -> dict[str, ColumnElement[Any]]:
    return {
        "generation": bindparam("generation_no"),
        "id": func.json_extract(value, _ID),
        "rev": func.json_extract(value, _REV),
        "root_id": func.json_extract(value, _ROOT),
        "mark": func.json_extract(value, _MARK),
    }


def _field(value: ColumnElement[Any], column: ColumnElement[Any], kind: Kind) -> ColumnElement[Any]:
    path = f"{_BODY}.{column.key}"
    if kind is Kind.JSON:
        return value.op("->")(path)  # Stays JSON: a bare text keeps its quotes.
    extracted = func.json_extract(value, path)
    return func.coalesce(extracted, literal(0)) if kind is Kind.FLAG else extracted
