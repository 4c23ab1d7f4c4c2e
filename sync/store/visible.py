"""The one place that decides what people see: pending operations folded over the server's row.

The *shadow* keeps the server's row wherever an operation is pending, and nowhere else. After
every transaction visible = fold(pending, shadow); nothing else writes a row that has pending
operations.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from sqlalchemy import Connection, Delete, Text, bindparam, delete, func, insert, select, tuple_

from sync.merge.fold import fold
from sync.schema.canonical import decode_body, encode_body
from sync.schema.registry import ENTITIES
from sync.store import homes, outbox, rows
from sync.store.bulk import Place
from sync.store.lists import bound
from sync.store.outbox import RowKey
from sync.store.rows import NOT_THERE, ServerRow
from sync.store.tables import GENERATION, SHADOW
from sync.wire.messages import WireRow

# Made once: making these statements costs more than running them.
_SET_SHADOW: Final = insert(SHADOW).prefix_with("OR REPLACE")
_GET_SHADOW: Final = select(SHADOW.c.rev, SHADOW.c.root_id, SHADOW.c.mark, SHADOW.c.body).where(
    SHADOW.c.generation == bindparam("generation"),
    SHADOW.c.type == bindparam("type"),
    SHADOW.c.id == bindparam("id"),
)
_SHADOW_MARKS: Final = select(SHADOW.c.generation, SHADOW.c.type, SHADOW.c.id, SHADOW.c.mark).where(
    SHADOW.c.generation.in_(bound("copies"))
)


def _dropping() -> Delete:
    place = func.jsonb_each(bindparam("places", type_=Text())).table_valued("value").c.value
    asked = select(*(func.json_extract(place, f"$[{number}]") for number in range(3)))
    return delete(SHADOW).where(tuple_(SHADOW.c.generation, SHADOW.c.type, SHADOW.c.id).in_(asked))


_DROP_SHADOWS: Final = _dropping()


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
    connection.execute(_SET_SHADOW, values)


def keep_lingering(connection: Connection, generation: int, row: WireRow) -> None:
    """A tombstone came for a row that stays shown for now: no row of the server's any more, so
    it counts for nothing, but people see it and their edits as before."""
    key = (row[0], row[1])
    before = server_row(connection, generation, key)
    set_shadow(connection, generation, key, ServerRow(row[2], row[3], "", before.body))


def settle_homes(connection: Connection, generation: int, keys: Iterable[RowKey]) -> set[str]:
    """See that each of these rows is shown once, by the copy in which it lives."""
    moved = homes.known_among(connection, keys)
    return {root for key in moved for root in _settle_home(connection, generation, key)}


def shadow_marks(connection: Connection, generations: Iterable[int]) -> dict[Place, str]:
    """The server's marks of all rows with pending operations in some copies; empty where it has
    no row."""
    copies = {"copies": msgspec.json.encode(list(generations)).decode()}
    found = connection.execute(_SHADOW_MARKS, copies).all()
    return {(generation, type_, row_id): mark for generation, type_, row_id, mark in found}


def drop_shadows(connection: Connection, places: Iterable[Place]) -> None:
    """The server's row is the visible one again."""
    chosen = list(places)
    if chosen:
        connection.execute(_DROP_SHADOWS, {"places": msgspec.json.encode(chosen).decode()})


def recompute(connection: Connection, generation: int, keys: Iterable[RowKey]) -> set[str]:
    """Write what people see of these rows. Returns the roots of what was or is there."""
    roots: set[str] = set()
    wanted = set(keys)
    moved = homes.known_among(connection, wanted)
    for key in wanted:
        if key in moved and (
            _hidden(connection, generation, key) or _written_elsewhere(connection, generation, key)
        ):
            continue
        roots |= _recompute_one(connection, generation, key)
    return roots


def recompute_others(connection: Connection, generation: int, keys: Iterable[RowKey]) -> set[str]:
    """As :func:`recompute`, in whatever other copies these rows stand."""
    roots: set[str] = set()
    for key in homes.known_among(connection, keys):
        for other in homes.other_copies(connection, generation, key):
            if outbox.folded(connection, key):
                capture(connection, other, [key])
            roots |= recompute(connection, other, [key])
    return roots


def recompute_in(connection: Connection, touched: Mapping[str, Iterable[RowKey]]) -> set[str]:
    """As :func:`recompute`, of rows by scope, where a copy of it is shown."""
    roots: set[str] = set()
    shown = select(GENERATION.c.scope_id, GENERATION.c.no).where(GENERATION.c.shown)
    for scope_id, no in connection.execute(shown).all() if touched else ():
        roots |= recompute(connection, no, touched.get(scope_id, ()))
    return roots


def _settle_home(connection: Connection, generation: int, key: RowKey) -> set[str]:
    return recompute(connection, generation, [key]) | recompute_others(
        connection, generation, [key]
    )


def release(connection: Connection) -> set[str]:
    """Let go of what lingers without a reason. Returns the roots that this touched."""
    roots: set[str] = set()
    for generation, keys in homes.arrived(connection).items():
        roots |= recompute(connection, generation, keys)
    return roots


def _hidden(connection: Connection, generation: int, key: RowKey) -> bool:
    """Take the row out of sight where another copy shows it; what the server holds in this one
    is kept aside, because the digest counts it."""
    server = server_row(connection, generation, key)
    if not homes.is_elsewhere(connection, generation, key, held=bool(server.mark)):
        return False
    if server.mark:
        capture(connection, generation, [key])
    else:
        drop_shadows(connection, [(generation, *key)])
    rows.drop(connection, key[0], generation, key[1])
    return True


def _written_elsewhere(connection: Connection, generation: int, key: RowKey) -> bool:
    """Leave nothing of a row in a copy whose server has none, and in whose lane nobody wrote about
    it: what is pending shows in the copy of its own lane."""
    if server_row(connection, generation, key).body is not None:
        return False
    scope = select(GENERATION.c.scope_id).where(GENERATION.c.no == generation)
    lanes = outbox.lanes_on(connection, key)
    if not lanes or connection.execute(scope).scalar() in lanes:
        return False
    drop_shadows(connection, [(generation, *key)])
    rows.drop(connection, key[0], generation, key[1])
    return True


def _recompute_one(connection: Connection, generation: int, key: RowKey) -> set[str]:
    type_, row_id = key
    server = server_row(connection, generation, key)
    pending = outbox.folded(connection, key)
    if pending:
        body = fold(server.body, pending, key).body
    else:
        body = server.body
        if server.mark or body is None:
            # What lingers is no row of the server's any more: its shadow is all there is of it.
            drop_shadows(connection, [(generation, *key)])
    if body is None:
        rows.drop(connection, type_, generation, row_id)
        return {server.root_id} - {""}
    root_id = ENTITIES[type_].root_of(row_id, body)
    rows.put(
        connection, type_, generation, row_id, ServerRow(server.rev, root_id, server.mark, body)
    )
    return {root_id, server.root_id} - {""}


def _shadow(connection: Connection, generation: int, key: RowKey) -> ServerRow | None:
    by = {"generation": generation, "type": key[0], "id": key[1]}
    found = connection.execute(_GET_SHADOW, by).first()
    if found is None:
        return None
    body = None if found.body is None else decode_body(found.body)
    return ServerRow(found.rev, found.root_id, found.mark, body)
