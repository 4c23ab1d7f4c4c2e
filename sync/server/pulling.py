"""Handing out what changed: pages of rows, in the order of their revisions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, select

from sync.errors import StoreBusy
from sync.identity import Clock, local_day, stamp
from sync.schema.canonical import QuietLine, digest_text, quiet_sum
from sync.schema.registry import SCHEMA_VERSION
from sync.server import snapshots
from sync.server.crossing import RETRIES
from sync.server.database import Database
from sync.server.epochs import epoch_of
from sync.server.grants import Grants, grants_of, kept_grants, remember_grants
from sync.server.incoming import IncomingPush
from sync.server.many import among
from sync.server.people import Caller
from sync.server.tables import LANE, ROW, SCOPE
from sync.wire.messages import (
    Lane,
    PullReply,
    PullRequest,
    ScopeCursor,
    ScopePage,
    Snapshot,
    WireRow,
)

MOST_PAGE_ROWS: Final = 10_000
MOST_PAGE_BYTES: Final = 16 * 1024 * 1024
"""A reply stays far below what a laptop accepts, whatever its rows weigh."""
REVOKED: Final = "revoked"
RESET: Final = "reset"
_SCOPES: Final = select(SCOPE.c.scope_id, SCOPE.c.head, SCOPE.c.digest, SCOPE.c.floor).where(
    among(SCOPE.c.scope_id, "scope_ids")
)
_LANES: Final = select(LANE.c.scope_id, LANE.c.next, LANE.c.durable).where(
    LANE.c.client == bindparam("client"), among(LANE.c.scope_id, "scope_ids")
)
_TOMBSTONE: Final = msgspec.Raw(b"null")
_COLUMNS: Final = [
    ROW.c[name]
    for name in (
        "type",
        "id",
        "rev",
        "root_id",
        "deleted",
        "body",
        "home_rev",
        "moved_to",
        "moved_rev",
    )
]

# Made once: making it for each scope costs more than running it.
_NEWER: Final = (
    select(*_COLUMNS)
    .where(ROW.c.scope_id == bindparam("scope"), ROW.c.rev > bindparam("cursor"))
    .order_by(ROW.c.rev)
    .limit(bindparam("most"))
)


def pull(db: Database, request: PullRequest, caller: Caller, clock: Clock) -> PullReply:
    """The next page of each scope asked for, all from one snapshot.

    The caller's grants are remembered before, where something changed them: as a rule they are, and
    the pull costs one transaction.
    """
    now = clock.now()
    offers = snapshots.offers(db, _beginning(db, request, caller, clock), clock)
    for _ in range(RETRIES):
        reply = _pulled(db, request, caller, now, offers)
        if reply is not None:
            return reply
        remember_grants(db, caller.staff_id, local_day(now))
    raise StoreBusy


def sum_after(db: Database, push: IncomingPush, caller: Caller, clock: Clock) -> str:
    """The sum over all that the caller may hold as it stands after a push, which spares a pull that
    would bring nothing. Empty where the push speaks of other grants than these, and for whoever is
    given nothing."""
    if not push.gens or caller.suspended:
        return ""
    with db.read() as connection:
        grants = kept_grants(connection, caller.staff_id, local_day(clock.now()))
        epoch = epoch_of(connection)
        if grants is None or not _speaks_of(grants, epoch, push, push.gens):
            return ""
        reader = _Reader(connection, epoch, 0, {})
        reader.look_up(push.client, grants.scopes)
        return quiet_sum(epoch, reader.lines(grants.scopes, push.gens))


def _pulled(
    db: Database,
    request: PullRequest,
    caller: Caller,
    now: datetime,
    offers: Mapping[str, Snapshot | None],
) -> PullReply | None:
    """Nothing where the caller's grants are not written down as they are now."""
    with db.read() as connection:
        grants = kept_grants(connection, caller.staff_id, local_day(now))
        if grants is None:
            return None
        epoch = epoch_of(connection)
        asked = request.scopes or _held(request, grants, epoch)
        reader = _Reader(connection, epoch, _room(request.limit), offers)
        reader.look_up(request.client, [cursor.scope for cursor in asked])
        pages = [reader.page(cursor, grants) for cursor in asked]
    quiet = ""
    if asked and not request.scopes:
        quiet = quiet_sum(epoch, (_quiet_line(page) for page in pages if _is_still(page)))
        pages = [page for page in pages if not _is_still(page)]
    return PullReply(
        epoch=epoch, grant_rev=grants.rev, server_time=stamp(now), scopes=pages, quiet=quiet
    )


def _held(request: PullRequest, grants: Grants, epoch: str) -> list[ScopeCursor]:
    """What a request names by place alone; nothing where it speaks of other grants than these."""
    if not _speaks_of(grants, epoch, request, request.held):
        return []
    return [
        ScopeCursor(scope, epoch, cursor, gen)
        for scope, (cursor, gen) in zip(grants.scopes, request.held, strict=True)
    ]


def _speaks_of(
    grants: Grants, epoch: str, request: PullRequest | IncomingPush, places: Sequence[object]
) -> bool:
    """Whether a request that names scopes by their places alone means these."""
    meant = epoch, grants.rev, len(grants.scopes)
    return (request.epoch, request.grant_rev, len(places)) == meant


def _is_still(page: ScopePage) -> bool:
    """Whether a page tells nothing that its sum would not tell."""
    return page.done and page.cursor == page.head and not page.problem


def _quiet_line(page: ScopePage) -> QuietLine:
    lane = page.lane
    return page.scope, page.head, page.gen, page.digest, lane.next, lane.durable


def _told(kept_digest: str) -> str:
    """A scope's digest as it travels."""
    return digest_text(int(kept_digest, 16))


def _beginning(db: Database, request: PullRequest, caller: Caller, clock: Clock) -> list[str]:
    """The scopes of the request that the laptop has nothing of yet, if it takes snapshots."""
    if not request.snapshots:
        return []
    begun = [asked.scope for asked in request.scopes if not asked.cursor]
    if not begun:
        return []
    with db.read() as connection:
        grants = grants_of(connection, caller.staff_id, local_day(clock.now()))
    return [scope_id for scope_id in begun if grants.may_hold(scope_id)]


def _room(limit: int) -> int:
    return max(1, min(limit, MOST_PAGE_ROWS))


class _Reader:
    """Reads page after page until the reply is full."""

    def __init__(
        self,
        connection: Connection,
        epoch: str,
        rows_left: int,
        offers: Mapping[str, Snapshot | None],
    ) -> None:
        self._connection = connection
        self._epoch = epoch
        self._rows_left = rows_left
        self._bytes_left = MOST_PAGE_BYTES
        self._offers = offers
        self._scopes: dict[str, Any] = {}
        self._lanes: dict[str, Lane] = {}

    def look_up(self, client: str, scope_ids: Sequence[str]) -> None:
        """Read where the scopes and this client's lanes in them stand."""
        if not scope_ids:
            return
        asked = {"client": client, "scope_ids": scope_ids}
        self._scopes = {line.scope_id: line for line in self._connection.execute(_SCOPES, asked)}
        for scope_id, number, durable in self._connection.execute(_LANES, asked):
            self._lanes[scope_id] = Lane(number, durable)

    def lines(self, scope_ids: Sequence[str], gens: Sequence[int]) -> Iterator[QuietLine]:
        """What a laptop says of copies that have everything; nothing of a scope that is not there,
        which makes its sum another one."""
        for scope_id, gen in zip(scope_ids, gens, strict=True):
            if (scope := self._scopes.get(scope_id)) is not None:
                lane = self._lanes.get(scope_id) or Lane()
                yield scope_id, scope.head, gen, _told(scope.digest), lane.next, lane.durable

    def page(self, asked: ScopeCursor, grants: Grants) -> ScopePage:
        """One scope's page; the request's epoch, cursor and gen are echoed in it."""
        page = ScopePage(
            scope=asked.scope,
            epoch=asked.epoch,
            cursor=asked.cursor,
            gen=asked.gen,
            to=asked.cursor,
            head=0,
            done=True,
            lane=self._lanes.get(asked.scope) or Lane(),
            schema=SCHEMA_VERSION,
        )
        scope = self._scopes.get(asked.scope) if grants.may_hold(asked.scope) else None
        if scope is None:
            page.problem = REVOKED
            return page
        page.head = scope.head
        if asked.cursor and (
            asked.epoch != self._epoch or not scope.floor <= asked.cursor <= scope.head
        ):
            page.problem = RESET
            return page
        if page.scope in self._offers:
            page.done = False
            page.snapshot = self._offers[page.scope]
            return page
        self._fill(page, scope)
        return page

    def _fill(self, page: ScopePage, scope: Any) -> None:
        if page.cursor < scope.head:
            page.rows = self._rows(page)
            # The row that was written last still has the head, so the last page ends there.
            page.to = page.rows[-1][2] if page.rows else page.cursor
        page.done = page.to == scope.head
        page.digest = _told(scope.digest) if page.done else ""

    def _rows(self, page: ScopePage) -> list[WireRow]:
        if self._rows_left <= 0 or self._bytes_left <= 0:
            return []
        asked = {"scope": page.scope, "cursor": page.cursor, "most": self._rows_left}
        lines = self._connection.execute(_NEWER, asked)
        return list(self._taken(lines, page))

    def _taken(self, lines: Iterable[Any], page: ScopePage) -> Iterable[WireRow]:
        for type_, row_id, rev, root_id, deleted, text, home_rev, moved_to, moved_rev in lines:
            if self._bytes_left <= 0:
                return
            body = _TOMBSTONE if deleted else msgspec.Raw(text.encode())
            self._rows_left -= 1
            self._bytes_left -= len(bytes(body))
            if moved_to:
                page.moved[root_id] = (moved_to, moved_rev)
            elif home_rev:
                page.homes[row_id] = home_rev
            yield type_, row_id, rev, root_id, body
