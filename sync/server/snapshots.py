"""Whole scopes for laptops that begin: made and compressed once, sent to all who may hold them.

A part is text, compressed: one line for each section, ``["person",[[id,rev,root id,body],…]]``.
A section holds rows of one kind in the order of their revisions, so that it compresses well and
goes into a table in one statement.
"""

import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, insert, select

from sync.identity import Clock, local_day
from sync.schema.canonical import digest_text
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.server.database import Database
from sync.server.grants import grants_of
from sync.server.people import Caller
from sync.server.tables import PART, ROW, SCOPE, SNAPSHOT
from sync.wire.messages import Snapshot

MOST_BEHIND: Final = 2_000
"""Rows that the feed brings cheaply: for more, over all scopes, a laptop gets snapshots, and a
snapshot serves until so many revisions came after it."""

LEAST_ROWS: Final = 500
"""A smaller scope comes by the feed anyway: a part costs a request."""

SECTION_BYTES: Final = 192 * 1024
"""Text of one section: a laptop brings it in within some 10 ms."""

PART_BYTES: Final = 2 * 1024 * 1024
"""Text of one part, about 350 kB compressed: what a lost line costs at most."""

MOST_KEPT: Final = 2
"""Snapshots of a scope that are kept: a laptop may be half through the one before."""

MOST_BUILD_S: Final = 2.0
"""So long one pull makes snapshots; the scopes that are left follow in the next one."""

_COPIES: Final = scope_name(ScopeKind.UNIT, "")
_GZIP_LEVEL: Final = 6
_BODY: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
PartKey = tuple[str, int, int]
"""(scope, rev, number) of a part."""


def offers(db: Database, begun: Sequence[str], clock: Clock) -> Mapping[str, Snapshot | None]:
    """What laptops get that have nothing of these scopes yet: small scopes are left to the feed,
    and copies, of which nothing is to stay in a cache once they are taken back.

    ``None`` stands for a scope whose snapshot is still to be made: ask again.
    """
    if not begun:
        return {}  # Nearly every pull: it costs no transaction of its own.
    with db.read() as connection:
        heads = _heads(connection, begun)
    if sum(heads.values()) <= MOST_BEHIND:
        return {}
    until = clock.monotonic() + MOST_BUILD_S
    found: dict[str, Snapshot | None] = {}
    for scope_id, head in heads.items():
        if head < LEAST_ROWS or scope_id.startswith(_COPIES):
            continue
        found[scope_id] = _newest(db, scope_id, head)
        if found[scope_id] is None and clock.monotonic() < until:
            found[scope_id] = _make(db, scope_id)
    return found


def part(db: Database, caller: Caller, key: PartKey, clock: Clock) -> bytes | None:
    """A part as it is sent, or ``None`` where it is gone or not for this caller."""
    scope_id, rev, number = key
    with db.read() as connection:
        grants = grants_of(connection, caller.staff_id, local_day(clock.now()))
        if not grants.may_hold(scope_id):
            return None
        where = (PART.c.scope_id == scope_id, PART.c.rev == rev, PART.c.number == number)
        packed = connection.execute(select(PART.c.packed).where(*where)).scalar_one_or_none()
    return None if packed is None else bytes(packed)


def _heads(connection: Connection, scope_ids: Sequence[str]) -> dict[str, int]:
    query = select(SCOPE.c.scope_id, SCOPE.c.head).where(SCOPE.c.scope_id.in_(scope_ids))
    return {line.scope_id: line.head for line in connection.execute(query)}


def _newest(db: Database, scope_id: str, head: int) -> Snapshot | None:
    query = select(SNAPSHOT.c.offer).where(
        SNAPSHOT.c.scope_id == scope_id, SNAPSHOT.c.rev >= head - MOST_BEHIND
    )
    with db.read() as connection:
        query = query.order_by(SNAPSHOT.c.rev.desc()).limit(1)
        offer = connection.execute(query).scalar_one_or_none()
    return None if offer is None else msgspec.json.decode(offer, type=Snapshot)


def _make(db: Database, scope_id: str) -> Snapshot:
    """Make the snapshot of a scope as it stands, and let go of those that nobody needs."""
    with db.read() as connection:
        scope = select(SCOPE.c.head, SCOPE.c.digest).where(SCOPE.c.scope_id == scope_id)
        head, digest = connection.execute(scope).one()
        moved = _moved(connection, scope_id)
        counted = _Counted(_live_rows(connection, scope_id))
        packed = [gzip.compress(text, _GZIP_LEVEL, mtime=0) for text in _parts(counted)]
    offer = Snapshot(
        rev=head,
        rows=counted.rows,
        bytes=sum(map(len, packed)),
        parts=[sha256(one).hexdigest() for one in packed],
        homes=moved,
        digest=digest_text(int(digest, 16)),
        fields={type_: sorted(names) for type_, names in counted.fields.items()},
    )
    with db.write() as connection:
        _keep(connection, scope_id, offer, packed)
    return offer


def _keep(connection: Connection, scope_id: str, offer: Snapshot, packed: Sequence[bytes]) -> None:
    # Two processes may have made the same one: the rows of a revision are always the same.
    connection.execute(select(SCOPE.c.head).where(SCOPE.c.scope_id == scope_id).with_for_update())
    revs = select(SNAPSHOT.c.rev).where(SNAPSHOT.c.scope_id == scope_id)
    held = sorted(connection.execute(revs).scalars())
    if offer.rev in held:
        return
    text = msgspec.json.encode(offer).decode()
    connection.execute(insert(SNAPSHOT).values(scope_id=scope_id, rev=offer.rev, offer=text))
    parts = [
        {"scope_id": scope_id, "rev": offer.rev, "number": number, "packed": one}
        for number, one in enumerate(packed)
    ]
    if parts:
        connection.execute(insert(PART), parts)
    for old in held[: max(0, len(held) + 1 - MOST_KEPT)]:
        for table in (PART, SNAPSHOT):
            connection.execute(
                delete(table).where(table.c.scope_id == scope_id, table.c.rev == old)
            )


class _Counted:
    """Rows on their way, counted, and the fields that occur in those of each kind."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._rows = rows
        self.rows = 0
        self.fields: dict[str, set[str]] = defaultdict(set)

    def __iter__(self) -> Iterator[Any]:
        for row in self._rows:
            self.rows += 1
            self.fields[row.type].update(_BODY.decode(row.body))
            yield row


def _live_rows(connection: Connection, scope_id: str) -> Iterable[Any]:
    query = (
        select(ROW.c.type, ROW.c.id, ROW.c.rev, ROW.c.root_id, ROW.c.body)
        .where(ROW.c.scope_id == scope_id, ROW.c.deleted.is_(False))
        .order_by(ROW.c.type, ROW.c.rev)
    )
    return connection.execution_options(yield_per=2_000).execute(query)


def _moved(connection: Connection, scope_id: str) -> dict[str, dict[str, int]]:
    """How often rows of the scope moved, by kind and id."""
    query = select(ROW.c.type, ROW.c.id, ROW.c.home_rev).where(
        ROW.c.scope_id == scope_id, ROW.c.home_rev > 0, ROW.c.deleted.is_(False)
    )
    found: dict[str, dict[str, int]] = {}
    for type_, row_id, home_rev in connection.execute(query):
        found.setdefault(type_, {})[row_id] = home_rev
    return found


def _parts(rows: Iterable[Any]) -> Iterator[bytes]:
    part: list[bytes] = []
    size = 0
    for section in _sections(rows):
        part.append(section)
        size += len(section)
        if size >= PART_BYTES:
            yield b"".join(part)
            part, size = [], 0
    if part:
        yield b"".join(part)


def _sections(rows: Iterable[Any]) -> Iterator[bytes]:
    kind = ""
    entries: list[bytes] = []
    size = 0
    for type_, row_id, rev, root_id, body in rows:
        if entries and (type_ != kind or size >= SECTION_BYTES):
            yield _section(kind, entries)
            entries, size = [], 0
        kind = type_
        entries.append(msgspec.json.encode((row_id, rev, root_id, msgspec.Raw(body.encode()))))
        size += len(entries[-1])
    if entries:
        yield _section(kind, entries)


def _section(kind: str, entries: Iterable[bytes]) -> bytes:
    return b"[" + msgspec.json.encode(kind) + b",[" + b",".join(entries) + b"]]\n"
