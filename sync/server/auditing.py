"""Where two copies of a scope differ: the parts of its digest, and the rows of some parts."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from sync.identity import Clock, local_day
from sync.schema.canonical import add_mark, bucket_of, digest_text, row_mark
from sync.schema.registry import SCHEMA_VERSION
from sync.server.database import Database
from sync.server.epochs import epoch_of
from sync.server.grants import grants_of
from sync.server.people import Caller
from sync.server.replies import Refused
from sync.server.tables import ROW, SCOPE
from sync.wire.messages import BUCKETS, BucketsReply, RowsReply, RowsRequest, WireRow


def buckets(db: Database, scope_id: str, caller: Caller, clock: Clock) -> BucketsReply:
    """The digest of a scope and its parts, summed over the rows. Raises :class:`Refused`."""
    with db.read() as connection:
        scope = _readable(connection, scope_id, caller, clock)
        epoch = epoch_of(connection)
        sums = [0] * BUCKETS
        columns = (ROW.c.type, ROW.c.id, ROW.c.rev, ROW.c.body_hash)
        for type_, row_id, rev, body_hash in _live(connection, scope_id, *columns):
            part = bucket_of(row_id)
            sums[part] = add_mark(sums[part], row_mark(type_, row_id, rev, body_hash))
    return BucketsReply(
        scope=scope_id,
        epoch=epoch,
        head=scope.head,
        digest=digest_text(int(scope.digest, 16)),
        sums=[digest_text(part) for part in sums],
    )


def fetch(db: Database, asked: RowsRequest, caller: Caller, clock: Clock) -> RowsReply:
    """The live rows of some parts. Raises :class:`Refused`."""
    wanted = set(asked.buckets)
    with db.read() as connection:
        scope = _readable(connection, asked.scope, caller, clock)
        epoch = epoch_of(connection)
        columns = (ROW.c.type, ROW.c.id, ROW.c.rev, ROW.c.root_id, ROW.c.body)
        rows: list[WireRow] = [
            (type_, row_id, rev, root_id, msgspec.Raw(body.encode()))
            for type_, row_id, rev, root_id, body in _live(connection, asked.scope, *columns)
            if bucket_of(row_id) in wanted
        ]
    return RowsReply(
        scope=asked.scope,
        epoch=epoch,
        head=scope.head,
        buckets=asked.buckets,
        rows=rows,
        schema=SCHEMA_VERSION,
    )


def _readable(connection: Connection, scope_id: str, caller: Caller, clock: Clock) -> Any:
    """The scope's line. Nothing tells a scope of somebody else's from one that never was."""
    grants = grants_of(connection, caller.staff_id, local_day(clock.now()))
    query = select(SCOPE.c.head, SCOPE.c.digest).where(SCOPE.c.scope_id == scope_id)
    scope = connection.execute(query).first() if grants.may_hold(scope_id) else None
    if scope is None:
        raise Refused(404, "record.not_found")
    return scope


def _live(connection: Connection, scope_id: str, *columns: Any) -> Iterator[Any]:
    query = select(*columns).where(ROW.c.scope_id == scope_id, ROW.c.deleted.is_(False))
    return iter(connection.execute(query))
