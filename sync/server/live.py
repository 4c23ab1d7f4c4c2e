"""Telling who waits that a scope moved on: pokes ``{scope, head}``, which carry no data.

One small query, a few times a second and only while somebody waits, is the source of all pokes:
it sees what any process committed, on any database. A commit of this process asks for it at
once. Nobody who waits holds a thread. A lost poke costs nothing: laptops sync by themselves.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, select
from starlette.concurrency import run_in_threadpool

from sync.errors import DoorstepError
from sync.identity import Clock, local_day
from sync.server.bugs import place_of
from sync.server.database import Database
from sync.server.grants import grants_of
from sync.server.people import Caller
from sync.server.replies import Refused
from sync.server.tables import ACCOUNT, DEVICE, SCOPE

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 0.3
LOOK_AT_MOST_EVERY_S: Final = 0.05
"""A rush of commits asks for one look, not for a look each."""

CHECK_EVERY_S: Final = 1.5
"""How soon a revoked computer or a changed post ends a wait."""

LONGEST_WAIT_S: Final = 25.0
HEARTBEAT_S: Final = 15.0
LONGEST_STREAM_S: Final = 600.0
MOST_WAITING: Final = 4_000
MOST_OF_ONE_COMPUTER: Final = 2
"""A computer that lost its line and called again leaves its former wait behind."""

FULL_RETRY_S: Final = 60
_MOST_IN_QUERY: Final = 1_000

T = TypeVar("T")


@dataclass(eq=False)
class Watcher:
    """One who waits. ``seen`` are the heads it knows; ``news`` those that differ from them."""

    caller: Caller
    grant_rev: int
    seen: dict[str, int]
    news: dict[str, int] = field(default_factory=dict)
    over: bool = False
    signed_out: bool = False
    _bell: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, heads: Mapping[str, int]) -> None:
        """Compare with what is known; wakes whoever waits where something differs."""
        for scope_id, head in heads.items():
            if self.seen.get(scope_id, head) != head:
                self.news[scope_id] = self.seen[scope_id] = head
        if self.news:
            self._bell.set()

    def end(self) -> None:
        """Nothing more comes."""
        self.over = True
        self._bell.set()

    async def wait(self, seconds: float) -> dict[str, int]:
        """The next news; empty after ``seconds``, or at the end."""
        try:
            await asyncio.wait_for(self._bell.wait(), seconds)
        except TimeoutError:
            return {}
        self._bell.clear()
        news, self.news = self.news, {}
        return news


class Lookout:
    """Watches the heads of the scopes that somebody waits for. One for each server process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._watchers: list[Watcher] = []
        self._heads: dict[str, int] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._nudged = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._watchers)

    async def watch(self, caller: Caller, known: Mapping[str, int]) -> Watcher:
        """Begin to wait for the caller's scopes; ``known`` are the heads that the caller has, 0
        where none is named. Scopes that may not be held are never told of.

        Leave by :meth:`leave`. Raises :class:`Refused` where too many wait.
        """
        if len(self._watchers) >= MOST_WAITING:
            raise Refused(503, "live.full", retry_after=FULL_RETRY_S)
        grant_rev, heads = await run_in_threadpool(self._granted, caller)
        watcher = Watcher(caller, grant_rev, {scope: known.get(scope, 0) for scope in heads})
        self._admit(watcher)
        # The last look may have been earlier than this reading, or later.
        watcher.tell({scope: max(head, self._heads.get(scope, 0)) for scope, head in heads.items()})
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """No more news for this one. The last one who leaves ends the looking."""
        if watcher in self._watchers:
            self._watchers.remove(watcher)

    def nudge(self) -> None:
        """Something was committed here: look now. Any thread may call it."""
        if self._loop is not None and self._watchers:
            self._loop.call_soon_threadsafe(self._nudged.set)

    def close(self) -> None:
        """The server stops: everybody who waits is answered. Called on the server's loop."""
        self._closed = True
        for watcher in self._watchers:
            watcher.end()
        self._nudged.set()

    def _admit(self, watcher: Watcher) -> None:
        mine = [one for one in self._watchers if one.caller.client_id == watcher.caller.client_id]
        for former in mine[: max(0, len(mine) + 1 - MOST_OF_ONE_COMPUTER)]:
            former.end()
        self._watchers.append(watcher)
        if self._closed:
            watcher.end()
        elif self._looking is None or self._looking.done():
            self._loop = asyncio.get_running_loop()
            self._looking = self._loop.create_task(self._look_on())

    async def _look_on(self) -> None:
        """Look while somebody waits. A look that fails is followed by the next one."""
        time = asyncio.get_running_loop().time
        check_at = time() + CHECK_EVERY_S
        while self._watchers and not self._closed:
            await self._look()
            if time() >= check_at:
                await self._check()
                check_at = time() + CHECK_EVERY_S
            await asyncio.sleep(LOOK_AT_MOST_EVERY_S)
            await self._nudge_or_turn()
        self._heads = {}

    async def _nudge_or_turn(self) -> None:
        try:
            await asyncio.wait_for(self._nudged.wait(), LOOK_EVERY_S)
        except TimeoutError:
            return
        self._nudged.clear()

    async def _look(self) -> None:
        watchers = list(self._watchers)
        heads = await _calmly(self._read_heads, watchers)
        if heads is None:
            return
        moved = {scope: head for scope, head in heads.items() if self._heads.get(scope) != head}
        self._heads = heads
        for watcher in watchers if moved else ():
            watcher.tell({scope: moved[scope] for scope in watcher.seen.keys() & moved.keys()})

    async def _check(self) -> None:
        for watcher in await _calmly(self._changed_callers, list(self._watchers)) or ():
            watcher.end()

    # --- On a thread of the pool, each for a moment -----------------------------------------------

    def _granted(self, caller: Caller) -> tuple[int, dict[str, int]]:
        """The caller's ``grant_rev``, and the head of each scope they may hold."""
        with self._database.read() as connection:
            grants = grants_of(connection, caller.staff_id, local_day(self._clock.now()))
            heads = dict.fromkeys(grants.scopes, 0) | _heads_of(connection, grants.scopes)
        return grants.rev, heads

    def _read_heads(self, watchers: Iterable[Watcher]) -> dict[str, int]:
        wanted = sorted(set().union(*(watcher.seen for watcher in watchers)))
        with self._database.read() as connection:
            return _heads_of(connection, wanted)

    def _changed_callers(self, watchers: Iterable[Watcher]) -> list[Watcher]:
        """Whoever is signed out, or has other grants than when they began to wait."""
        by_client: dict[str, list[Watcher]] = {}
        for watcher in watchers:
            by_client.setdefault(watcher.caller.client_id, []).append(watcher)
        changed = []
        today = local_day(self._clock.now())
        with self._database.read() as connection:
            for line in _devices(connection, sorted(by_client)):
                signed_out = bool(line.revoked_at or line.disabled_at)
                # Forgotten grants are worked out here; remembered ones are only compared.
                rev = (
                    line.grant_rev if line.grants_of else grants_of(connection, line.id, today).rev
                )
                for watcher in by_client[line.client_id]:
                    if signed_out or rev != watcher.grant_rev:
                        watcher.signed_out, watcher.grant_rev = signed_out, rev
                        changed.append(watcher)
        return changed


async def _calmly(read: Callable[[list[Watcher]], T], watchers: list[Watcher]) -> T | None:
    """What ``read`` finds, on a thread of the pool; nothing where it fails. The next look follows
    soon, and whoever waits must not wait for ever because of one that failed."""
    try:
        return await run_in_threadpool(read, watchers)
    except DoorstepError:
        return None  # The store was busy for a moment.
    except Exception as error:  # noqa: BLE001  (logged without its text, which may quote data)
        log.error("live: %s", place_of(error))
        return None


def _devices(connection: Connection, client_ids: list[str]) -> list[Any]:
    """Computers, each beside its account."""
    found: list[Any] = []
    for part in _parts(client_ids):
        query = (
            select(DEVICE.c.client_id, DEVICE.c.revoked_at, ACCOUNT)
            .join(ACCOUNT, ACCOUNT.c.id == DEVICE.c.account_id)
            .where(DEVICE.c.client_id.in_(part))
        )
        found += connection.execute(query).all()
    return found


def _heads_of(connection: Connection, scope_ids: list[str]) -> dict[str, int]:
    heads: dict[str, int] = {}
    for part in _parts(scope_ids):
        query = select(SCOPE.c.scope_id, SCOPE.c.head).where(SCOPE.c.scope_id.in_(part))
        heads |= {line.scope_id: line.head for line in connection.execute(query)}
    return heads


def _parts(names: list[str]) -> Iterable[list[str]]:
    """As many names as one statement takes on every database."""
    return (names[at : at + _MOST_IN_QUERY] for at in range(0, len(names), _MOST_IN_QUERY))
