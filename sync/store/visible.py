"""The one place that decides what people see: pending operations folded over the server's row.

The *shadow* keeps the server's row wherever an operation is pending, and nowhere else. After
every transaction visible = fold(pending, shadow); nothing else writes a row that has pending
operations.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from sync.merge.fold import fold
from sync.schema.canonical import decode_body, encode_body
from sync.schema.registry import ENTITIES
from sync.store import outbox, rows
from sync.store.bulk import by_type, each
from sync.store.outbox import RowKey
from sync.store.rows import NOT_THERE, ServerRow
from sync.store.tables import SHADOW


def server_row(connection: Connection, generation: int, key: RowKey) -> ServerRow:
    """The row as the server wrote it, without what waits here."""
    shadow = _shadow(connection, generation, key)
    if shadow is not None:
        return shadow
    return rows.find(connection, key[0], generation, key[1]) or NOT_THERE


def capture(connection: Connection, generation: int, keys: Iterable[RowKey]) -> None:
    """Keep the server's version of rows that an operation is about to cover."""
    for key in keys:
        if _shadow(connection, generation, key) is None:
            found = rows.find(connection, key[0], generation, key[1]) or NOT_THERE
            set_shadow(connection, generation, key, found)


def set_shadow(connection: Connection, generation: int, key: RowKey, row: ServerRow) -> None:
    """Replace the server's version of a row with pending operations."""
    values = {
        "generation": generation,
        "type": key[0],
        "id": key[1],
        "rev": row.rev,
        "root_id": row.root_id,
        "mark": row.mark,
        "body": None if row.body is None else encode_body(row.body),
    }
    connection.execute(insert(SHADOW).prefix_with("OR REPLACE").values(values))


def shadow_marks(connection: Connection, generation: int) -> dict[RowKey, str]:
    """The server's marks of all rows with pending operations; empty where it has no row."""
    query = select(SHADOW.c.type, SHADOW.c.id, SHADOW.c.mark)
    found = connection.execute(query.where(SHADOW.c.generation == generation))
    return {(type_, row_id): mark for type_, row_id, mark in found}


def drop_shadows(connection: Connection, generation: int, keys: Iterable[RowKey]) -> None:
    """The server's row is the visible one again."""
    for type_, ids in by_type(keys).items():
        where = (SHADOW.c.generation == generation, SHADOW.c.type == type_)
        connection.execute(delete(SHADOW).where(*where, SHADOW.c.id.in_(each(ids))))


def recompute(connection: Connection, generation: int, keys: Iterable[RowKey]) -> set[str]:
    """Write what people see of these rows. Returns the roots of what was or is there."""
    roots: set[str] = set()
    for key in keys:
        roots |= _recompute_one(connection, generation, key)
    return roots


def _recompute_one(connection: Connection, generation: int, key: RowKey) -> set[str]:
    type_, row_id = key
    server = server_row(connection, generation, key)
    pending = outbox.folded(connection, key)
    if pending:
        body = fold(server.body, pending, key).body
    else:
        body = server.body
        drop_shadows(connection, generation, [key])
    if body is None:
        rows.drop(connection, type_, generation, row_id)
        return {server.root_id} - {""}
    root_id = ENTITIES[type_].root_of(row_id, body)
    rows.put(
        connection, type_, generation, row_id, ServerRow(server.rev, root_id, server.mark, body)
    )
    return {root_id, server.root_id} - {""}


def _shadow(connection: Connection, generation: int, key: RowKey) -> ServerRow | None:
    query = select(SHADOW.c.rev, SHADOW.c.root_id, SHADOW.c.mark, SHADOW.c.body).where(
        SHADOW.c.generation == generation, SHADOW.c.type == key[0], SHADOW.c.id == key[1]
    )
    found = connection.execute(query).first()
    if found is None:
        return None
    body = None if found.body is None else decode_body(found.body)
    return ServerRow(found.rev, found.root_id, found.mark, body)
