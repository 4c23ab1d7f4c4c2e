"""Proving a copy from what is stored in it, and mending the rows that differ.

Marks that are kept beside the rows are not believed here: each row is written down in its
canonical form again and summed up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, Table, bindparam, select

from sync.schema.canonical import add_mark, bucket_of, digest_text, encode_body
from sync.store import generations, promote, rows, visible
from sync.store.bulk import TOMBSTONE
from sync.store.database import Database
from sync.store.generations import Copy
from sync.store.outbox import RowKey
from sync.store.tables import OTHER, SHADOW, TABLES
from sync.wire.messages import BUCKETS, Lane, RowsReply, ScopePage, WireRow


@dataclass(frozen=True)
class Proof:
    """What a shown copy's stored rows sum up to. ``kept`` is the sum kept beside them."""

    epoch: str
    cursor: int
    kept: str
    sums: tuple[str, ...]

    @property
    def digest(self) -> str:
        """The sum over all parts."""
        return total(self.sums)


def total(sums: Sequence[str]) -> str:
    """The digest whose parts these are."""
    digest = 0
    for part in sums:
        digest = add_mark(digest, int(part, 16))
    return digest_text(digest)


def prove(database: Database, scope_id: str) -> Proof | None:
    """Sum a scope up again from its stored rows; nothing where it is not shown."""
    with database.reading() as connection:
        copy = generations.shown_copy(connection, scope_id)
        if copy is None:
            return None
        sums = [0] * BUCKETS
        for (_, row_id), mark in _marks(connection, copy.no):
            part = bucket_of(row_id)
            sums[part] = add_mark(sums[part], int(mark, 16))
    return Proof(copy.epoch, copy.cursor, copy.digest, tuple(digest_text(part) for part in sums))


def mend(database: Database, told: RowsReply) -> bool:
    """Put the rows of some parts as the server has them; pending edits stay laid over them.

    False where the copy stands at another revision by now: then nothing was changed.
    """
    with database.reading() as connection:
        copy = generations.shown_copy(connection, told.scope)
        if copy is None:
            return False
        wrong = _wrong(connection, copy.no, told)
    with database.writing() as connection:
        now = generations.shown_copy(connection, told.scope)
        if now is None or (now.epoch, now.cursor) != (told.epoch, told.head) or now.staged:
            return False
        promote.promote(connection, [(now, _page(now, wrong))])
    return True


def _page(copy: Copy, wire_rows: list[WireRow]) -> ScopePage:
    """The rows as a page that leads no further than the copy stands already."""
    return ScopePage(
        scope=copy.scope_id,
        epoch=copy.epoch,
        cursor=copy.cursor,
        gen=copy.no,
        to=copy.cursor,
        head=copy.head,
        done=True,
        lane=Lane(),
        rows=wire_rows,
    )


def recount(database: Database, scope_id: str) -> str:
    """Keep the sum of the stored rows as the copy's own from now on; what it is."""
    proof = prove(database, scope_id)
    if proof is None:
        return ""
    with database.writing() as connection:
        copy = generations.shown_copy(connection, scope_id)
        if copy is not None and (copy.epoch, copy.cursor) == (proof.epoch, proof.cursor):
            generations.advance(connection, copy.no, digest=proof.digest)
    return proof.digest


def _wrong(connection: Connection, no: int, told: RowsReply) -> list[WireRow]:
    """The server's rows that are not here just so, and a tombstone for each that it has not."""
    parts = set(told.buckets)
    here = {key: mark for key, mark in _marks(connection, no) if bucket_of(key[1]) in parts}
    wrong: list[WireRow] = []
    for row in told.rows:
        type_, row_id, rev, _, body = row
        mark = rows.mark_text(type_, row_id, rev, bytes(body).decode())
        if here.pop((type_, row_id), "") != mark:
            wrong.append(row)
    return wrong + [_not_there(connection, no, key) for key in here]


def _not_there(connection: Connection, no: int, key: RowKey) -> WireRow:
    root_id = visible.server_row(connection, no, key).root_id if key[0] in TABLES else ""
    return (*key, 0, root_id, msgspec.Raw(TOMBSTONE))


def _marks(connection: Connection, no: int) -> Iterator[tuple[RowKey, str]]:
    """The server's live rows of a copy with their marks, worked out from what is stored."""
    shadowed = {(type_, row_id) for _, type_, row_id in visible.shadow_marks(connection, [no])}
    for type_ in TABLES:
        for found in connection.execute(_live(type_), {"of": no}).mappings():
            key = (type_, found["id"])
            if key not in shadowed:
                text = encode_body(rows.body_of(type_, found))
                yield key, rows.mark_text(*key, found["rev"], text)
    for table in (OTHER, SHADOW):
        for type_, row_id, rev, body in connection.execute(_texts(table), {"of": no}):
            yield (type_, row_id), rows.mark_text(type_, row_id, rev, body)


@cache
def _live(type_: str) -> Select[Any]:
    table = TABLES[type_]
    return select(table).where(table.c.generation == bindparam("of"), table.c.mark != "")


@cache
def _texts(table: Table) -> Select[Any]:
    of_copy = (table.c.generation == bindparam("of"), table.c.body.is_not(None))
    # What lingers after a move has a body and no mark: it is no row of this scope any more.
    columns = (table.c.type, table.c.id, table.c.rev, table.c.body)
    return select(*columns).where(*of_copy, table.c.mark != "")


def server_rows(connection: Connection, no: int) -> dict[RowKey, tuple[int, str]]:
    """The server's rows as a copy holds them: (rev, canonical body) each."""
    held: dict[RowKey, tuple[int, str]] = {}
    for type_, table in TABLES.items():
        query = select(table).where(table.c.generation == no, table.c.mark != "")
        for found in connection.execute(query).mappings():
            body = encode_body(rows.body_of(type_, found))
            held[type_, found["id"]] = (found["rev"], body)
    query = select(OTHER.c.type, OTHER.c.id, OTHER.c.rev, OTHER.c.body)
    for type_, row_id, rev, body in connection.execute(query.where(OTHER.c.generation == no)):
        held[type_, row_id] = (rev, body)
    for _, *key_parts in visible.shadow_marks(connection, [no]):
        key = (key_parts[0], key_parts[1])
        server = visible.server_row(connection, no, key)
        held.pop(key, None)
        if server.body is not None and server.mark:
            held[key] = (server.rev, encode_body(server.body))
    return held
