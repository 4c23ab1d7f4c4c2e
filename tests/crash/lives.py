"""One laptop that is killed again and again, at named points, while it works with a real server.

Each life is a forked process that opens the profile, proves what it finds, works and is killed.
The profile and the server stay, so that what one kill leaves is what the next life begins with.
"""

import json
import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event, select

from desktop.demo.processes import ServerProcess, free_port
from sync.engine.session import SyncEngine
from sync.errors import DoorstepError
from sync.identity import Minter, SystemClock
from sync.server.checking import check_store
from sync.server.database import create_database, open_database
from sync.server.office import Office
from sync.server.people import mint_code
from sync.server.tables import RECEIPT
from sync.store import records, vault
from sync.store.account import Account
from sync.store.store import Store
from sync.store.vault import Key
from sync.wire.client import Client
from sync.wire.messages import EnrollRequest
from sync.wire.transport import HttpTransport, Link, Meantime, Reply, Traffic, nothing
from tests.crash.proof import lost, torn
from tests.sim.compiled import Compiled
from tests.support.laptops import PASSWORD, new_store

HOUSEHOLDS = 8
STEPS = 8


@dataclass
class Fuse:
    """Ends the process at the ``nth`` time that it comes to the point ``name``; counts them all."""

    name: str = ""
    nth: int = 0
    seen: Counter[str] = field(default_factory=Counter)

    def at(self, name: str) -> None:
        """The process is at this point."""
        self.seen[name] += 1
        if name == self.name and self.seen[name] == self.nth:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class FusedTransport:
    """The real way to the server, with a point before each request and one after each answer."""

    way: HttpTransport
    fuse: Fuse
    phase: str = "start"

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
        """One exchange."""
        name = "/".join(path.split("/")[:3])
        self.fuse.at(f"before {name}")
        reply = self.way.exchange(method, path, body, deadline_s=deadline_s, meanwhile=meanwhile)
        self.phase = name
        self.fuse.at(f"answer of {name}")
        return reply


class Life:
    """What one process does with the profile."""

    def __init__(self, store: Store, fuse: Fuse, tell: Callable[[str, Any], None]) -> None:
        self._store = store
        self._tell = tell
        account = self._store.account
        way = HttpTransport(Link(account.server, account.token))
        self._transport = FusedTransport(way, fuse)
        self._engine = SyncEngine(self._store, Client(self._transport), pause=lambda seconds: None)
        writer = self._store.database._writer
        event.listen(writer, "commit", lambda connection: fuse.at(f"{self._phase}: commit"))
        event.listen(writer.pool, "checkin", lambda *_: fuse.at(f"{self._phase}: committed"))

    @property
    def _phase(self) -> str:
        return self._transport.phase

    def prove(self, told: list[str]) -> None:
        """What the life before left."""
        missing = lost(self._store, told)
        faults = [f"{len(missing)} saved operations lost"] if missing else []
        for state in self._store.reading.scopes():
            faults += torn(self._store, state.scope_id)
        if faults:
            self._tell("faults", faults)

    def work(self, chance: random.Random, scope: str) -> None:
        """Save and sync, in any order."""
        for _ in range(STEPS):
            self._transport.phase = "save"
            if chance.random() < 0.25:
                self.sync()
            else:
                self._save(chance, scope)

    def sync(self) -> None:
        """One session; a dead line is no fault of the laptop's."""
        self._transport.phase = "session"
        try:
            report = self._engine.run()
        except DoorstepError as error:
            self._tell("session", error.code)
        else:
            self._tell("session", {"pending": report.pending, "differing": report.differing})

    def _save(self, chance: random.Random, scope: str) -> None:
        households = self._store.reading.rows("household", limit=HOUSEHOLDS)
        if len(households) < HOUSEHOLDS:
            edits = [records.create("household", {"best_time": "晚上"}, scope_id=scope)]
        elif chance.random() < 0.5:
            fields = {"best_time": chance.choice(["早上", "中午", "晚上", "周末"])}
            edits = [records.patch("household", chance.choice(households).id, fields)]
        else:
            fields = {"household_id": chance.choice(households).id, "text": "说楼道灯不亮"}
            edits = [records.append("note", fields, scope_id=scope)]
        for op_id in self._store.records.write(edits).op_ids:
            if op_id:
                self._tell("told", op_id)


@dataclass
class World:
    """The server's data and the laptop's profile, as they are after the last life."""

    server: Path
    profile: Path
    key: Key
    scope: str
    told: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    compiled: Compiled = field(default_factory=Compiled)

    def open(self) -> Store:
        """The profile, with what all lives have in common: a key that was made from the password
        once, and statements that were compiled once."""
        clock = SystemClock()
        minter = Minter(now=clock.now)
        store = Store.open_with(self.profile, self.key, clock=clock, minter=minter)
        self.compiled.lend_store(store)
        return store

    def live(self, fuse: Fuse, act: Callable[[Life], None]) -> bool:
        """One life in a process of its own; whether it was killed."""
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            os._exit(self._be(fuse, act, write))
        os.close(write)
        with os.fdopen(read, encoding="utf-8") as lines:
            for line in lines:
                self.hear(json.loads(line), fuse)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        if not killed and os.waitstatus_to_exitcode(status) != 0:
            self.faults.append(f"{fuse.name}: the next life could not begin")
        return killed

    def _be(self, fuse: Fuse, act: Callable[[Life], None], pipe: int) -> int:
        def tell(kind: str, what: Any) -> None:
            os.write(pipe, json.dumps([kind, what]).encode() + b"\n")

        try:
            life = Life(self.open(), fuse, tell)
            life.prove(self.told)
            act(life)
            tell("seen", dict(fuse.seen))
        except BaseException as error:  # noqa: BLE001  # The parent hears of it.
            tell("faults", [f"{type(error).__name__}: {error}"])
            return 1
        return 0

    def hear(self, line: list[Any], fuse: Fuse) -> None:
        """What a life tells."""
        kind, what = line
        if kind == "told":
            self.told.append(what)
        elif kind == "seen":
            fuse.seen.update(what)
        elif kind == "faults":
            self.faults += [f"{fuse.name} {fuse.nth}: {fault}" for fault in what]
        elif kind == "session" and isinstance(what, dict) and what["differing"]:
            self.faults.append(f"{fuse.name}: the copy differs from the server's")


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """A community with one grid and one enrolled laptop; its server runs until the end."""
    clock = SystemClock()
    data = folder / "server"
    database = create_database(data)
    office = Office(database, clock, Minter(now=clock.now))
    office.add_community("fenghe", "丰和社区")
    (grid,) = office.add_areas("fenghe", [{"level": "grid", "name": "第3网格"}])
    office.add_user("fenghe", "chenxiaohe", "陈晓禾")
    office.assign("chenxiaohe", "grid_worker", grid)
    code = mint_code(database, "chenxiaohe", clock).code
    database.close()
    with ServerProcess(data, free_port()) as server:
        way = HttpTransport(Link(server.url))
        reply = Client(way).enroll(EnrollRequest(code, "laptop"))
        way.close()
        account = Account.from_enrolment(server.url, "laptop", reply)
        profile = folder / "profile"
        new_store(profile, account, clock).close()
        yield World(data, profile, vault.unlock(profile, PASSWORD), f"grid:{grid}")


def kill_often(folder: Path, kills: int, seed: int) -> dict[str, Any]:
    """So many kills at points taken in turn, then a rest, and what the server has of it all."""
    chance = random.Random(seed)
    with world(folder) as there:
        there.live(Fuse(), Life.sync)
        _warm(there, random.Random(seed))
        points = _points(there, chance)
        killed: Counter[str] = Counter()
        turn = 0
        while sum(killed.values()) < kills:
            name = points[turn % len(points)]
            turn += 1
            fuse = Fuse(name, chance.randint(1, 4))
            work = random.Random(chance.random())
            if there.live(fuse, lambda life, work=work: life.work(work, there.scope)):
                killed[name] += 1
        for _ in range(2):
            there.live(Fuse(), Life.sync)
        faults = there.faults + _at_rest(there)
    return {
        "kills": sum(killed.values()),
        "points": dict(killed),
        "told": len(there.told),
        "faults": faults,
    }


def _warm(there: World, chance: random.Random) -> None:
    """A day in this process: what it imports and compiles, each life that is forked has."""
    store = there.open()
    try:
        life = Life(store, Fuse(), lambda kind, what: there.hear([kind, what], Fuse()))
        life.prove([])
        life.work(chance, there.scope)
        life.sync()
    finally:
        store.close()


def _points(there: World, chance: random.Random) -> list[str]:
    """Lives without a fuse, to learn which points there are."""
    seen: Counter[str] = Counter()
    for _ in range(3):
        fuse = Fuse()
        work = random.Random(chance.random())
        there.live(fuse, lambda life, work=work: life.work(work, there.scope))
        seen.update(fuse.seen)
    return sorted(seen)


def _at_rest(there: World) -> list[str]:
    """Laws 1 to 3 at the end: the server has each operation that was told, once."""
    database = open_database(there.server)
    try:
        with database.read() as connection:
            receipts = Counter(connection.execute(select(RECEIPT.c.op_id)).scalars())
        faults = [*check_store(database).differences]
    finally:
        database.close()
    absent = [op_id for op_id in there.told if receipts[op_id] != 1]
    return faults + ([f"{len(absent)} operations are not on the server"] if absent else [])
