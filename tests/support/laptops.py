"""Real laptops for tests: encrypted stores in temporary folders, the real engine, real HTTP."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sync.engine.report import SyncReport
from sync.engine.session import SyncEngine
from sync.errors import ServerUnreachable
from sync.identity import Clock, Minter
from sync.store import records
from sync.store.account import Account
from sync.store.store import Store
from sync.store.vault import Work
from sync.wire.client import Client
from sync.wire.messages import EnrollRequest, UserInfo
from sync.wire.signing import public_of
from sync.wire.transport import HttpTransport, Link, Meantime, Reply, Traffic, Transport, nothing

PASSWORD = "four calm words here"
QUICK = Work(memory_kib=1024, time_cost=1, parallelism=1)
"""Little work for a password, so that tests about other things are quick."""


@dataclass
class TickingClock:
    """A clock that a test moves; every look at it is a second later."""

    moment: datetime = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The next second."""
        self.moment += timedelta(seconds=1)
        return self.moment

    def monotonic(self) -> float:
        """Seconds since the epoch, which never run back here."""
        return self.moment.timestamp()


class Killed(BaseException):
    """The process is gone: no handler of ours runs."""


@dataclass(frozen=True)
class Accident:
    """What happens to one request: ``error`` instead of an answer, or ``after`` the server's."""

    error: BaseException
    after: bool = False


LOST = Accident(ServerUnreachable())
REPLY_LOST = Accident(ServerUnreachable(), after=True)


@dataclass
class FaultyTransport:
    """The real way to the server, with accidents: used up one a request, ``None`` for none."""

    way: Transport
    accidents: list[Accident | None] = field(default_factory=list)
    watch: Callable[[str], None] = lambda path: None

    @property
    def traffic(self) -> Traffic:
        """What the real way counted."""
        return self.way.traffic

    def exchange(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        deadline_s: float = 60.0,
        meanwhile: Meantime = nothing,
    ) -> Reply:
        """One exchange, or its accident."""
        self.watch(path)
        accident = self.accidents.pop(0) if self.accidents else None
        if accident is not None and not accident.after:
            raise accident.error
        reply = self.way.exchange(method, path, body, deadline_s=deadline_s, meanwhile=meanwhile)
        if accident is not None:
            raise accident.error
        return reply

    def hang_up(self) -> None:
        """As on the real way."""
        self.way.hang_up()


@dataclass
class TestLaptop:
    """One enrolled computer."""

    __test__ = False

    store: Store
    transport: FaultyTransport
    engine: SyncEngine

    def sync(self) -> SyncReport:
        """One whole session."""
        return self.engine.run()

    def patch(self, type_: str, row_id: str, **fields: Any) -> str:
        """Change fields; the operation's id."""
        return self.store.records.write([records.patch(type_, row_id, fields)]).op_ids[0]

    def append(self, type_: str, scope_id: str, **fields: Any) -> str:
        """Write an entry; its id."""
        edit = records.append(type_, fields, scope_id=scope_id)
        return self.store.records.write([edit]).row_ids[0]

    def value(self, type_: str, row_id: str, field_name: str) -> Any:
        """What people see in a field."""
        found = self.store.reading.find(type_, row_id)
        return found.get(field_name) if found else None


def account_of(client_id: str = "client", token: str = "token") -> Account:
    """An account that no server knows."""
    user = UserInfo("staff", "chen", "陈晓禾", ["grid_worker"], "fenghe", "丰和社区")
    return Account("http://127.0.0.1:9", client_id, token, "laptop", user)


def new_store(folder: Path, account: Account | None = None, clock: Clock | None = None) -> Store:
    """A new profile with a quick password."""
    folder.mkdir(parents=True, exist_ok=True)
    clock = clock or TickingClock()
    minter = Minter(now=clock.now)
    return Store.create(
        folder, PASSWORD, account or account_of(), clock=clock, minter=minter, work=QUICK
    )


def open_store(folder: Path, clock: Clock | None = None) -> Store:
    """The profile again, as after a restart."""
    clock = clock or TickingClock()
    return Store.open(folder, PASSWORD, clock=clock, minter=Minter(now=clock.now))


def engine_for(store: Store) -> tuple[SyncEngine, FaultyTransport]:
    """An engine that reaches the store's own server, through faults that a test may add."""
    who = store.credentials()
    way = HttpTransport(Link(store.account.server, who.token, signer=who.signer))
    transport = FaultyTransport(way)
    return SyncEngine(store, Client(transport), pause=lambda seconds: None), transport


def enrolled(
    folder: Path, server: Any, login: str, clock: Clock | None = None, key: bytes = b""
) -> TestLaptop:
    """A new computer of ``login``, enrolled over HTTP; with a ``key`` it signs."""
    client = Client(HttpTransport(Link(server.base_url)))
    device = folder.name
    public = public_of(key) if key else b""
    reply = client.enroll(EnrollRequest(server.code_for(login), device, key=public))
    account = Account.from_enrolment(server.base_url, device, reply, key)
    store = new_store(folder, account, clock)
    engine, transport = engine_for(store)
    return TestLaptop(store, transport, engine)


@contextmanager
def laptop(folder: Path, server: Any, login: str) -> Iterator[TestLaptop]:
    """An enrolled computer that is closed at the end."""
    made = enrolled(folder, server, login)
    try:
        yield made
    finally:
        made.store.close()
