"""Morning: two thousand laptops come to work within ten minutes, on the cores of one machine."""

import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from time import perf_counter, sleep
from typing import Final

from sqlalchemy import select

from desktop.demo.processes import ServerProcess, free_port
from sync.errors import DoorstepError
from sync.identity import Minter, SystemClock, stamp
from sync.merge.operation import Op, OpKind
from sync.merge.values import Writer
from sync.server.bulk import bulk_create
from sync.server.database import Database, create_database
from sync.server.locked import lock_scopes
from sync.server.office import Office
from sync.server.people import enroll, mint_code
from sync.server.tables import SCOPE
from sync.wire.client import Client
from sync.wire.messages import PullRequest, PushRequest, ScopeCursor
from sync.wire.transport import Link, RequestsTransport
from tests.bench.figures import Figure

LAPTOPS: Final = 2_000
WINDOW_S: Final = float(os.environ.get("RUSH_SECONDS", "600"))
"""How long the morning lasts; ``RUSH_SECONDS`` makes it another one."""

COMMUNITIES: Final = 100
GRIDS: Final = 4
HOUSEHOLDS: Final = 30
VISITS: Final = 5
AT_ONCE: Final = 64


@dataclass(frozen=True)
class Worker:
    """One enrolled laptop: what it needs to speak to the server, and nothing of a store."""

    client_id: str
    token: str
    grid_scope: str
    households: tuple[str, ...]


@dataclass(frozen=True)
class Morning:
    """How one laptop's session went."""

    seconds: float
    problem: str = ""


def rush(folder: Path) -> Iterator[Figure]:
    """Each laptop says hello, asks for news, sends its visits and asks again."""
    database = create_database(folder / "server")
    workers = list(_city(database))
    epoch = database.epoch
    with database.read() as connection:
        heads = {row.scope_id: row.head for row in connection.execute(select(SCOPE))}
    database.close()
    server = ServerProcess(folder / "server", free_port())
    with server:
        pid = server.pid
        yield Figure("morning rush: server's memory before", _resident_mb(pid), "MB")
        mornings = _live(workers, server.url, epoch, heads)
        yield Figure("morning rush: server's memory after", _resident_mb(pid), "MB")
    seconds = [one.seconds for one in mornings]
    failed = sorted({one.problem for one in mornings} - {""})
    name = f"morning rush, {len(workers):,} laptops in {WINDOW_S:.0f} s"
    yield Figure(f"{name}: errors", sum(1 for one in mornings if one.problem), "")
    yield Figure(f"{name}: a session, median", quantiles(seconds, n=2)[0], "s")
    yield Figure(f"{name}: a session, p95", quantiles(seconds, n=20)[-1], "s")
    if failed:
        raise RuntimeError(f"laptops met errors: {', '.join(failed)}")


def _city(database: Database) -> Iterator[Worker]:
    """Communities with grids, households and enrolled workers."""
    clock = SystemClock()
    minter = Minter()
    office = Office(database, clock, minter)
    for number in range(COMMUNITIES):
        community = f"community-{number}"
        office.add_community(community, f"第{number}社区")
        names = [{"level": "grid", "name": f"第{at + 1}网格"} for at in range(GRIDS)]
        grids = office.add_areas(community, names)
        homes = [_homes(database, f"grid:{grid}", minter) for grid in grids]
        for at in range(LAPTOPS // COMMUNITIES):
            login = f"worker-{number}-{at}"
            office.add_user(community, login, login)
            office.assign(login, "grid_worker", grids[at % GRIDS])
            code = mint_code(database, login, clock).code
            enrolled = enroll(database, code, "rush", "", clock, minter)
            yield Worker(
                enrolled.client_id, enrolled.token, f"grid:{grids[at % GRIDS]}", homes[at % GRIDS]
            )


def _homes(database: Database, scope_id: str, minter: Minter) -> tuple[str, ...]:
    homes = tuple(minter.new_id() for _ in range(HOUSEHOLDS))
    rows = [("household", home, {"best_time": "晚上"}) for home in homes]
    with database.write() as connection:
        locked = lock_scopes(connection, [scope_id], stamp(SystemClock().now()))
        bulk_create(locked, scope_id, rows, Writer("rush"), "rush")
        locked.save()
    return homes


def _live(workers: list[Worker], url: str, epoch: str, heads: dict[str, int]) -> list[Morning]:
    """Let them come at random moments of the window, whether or not the server keeps up."""
    moments = random.Random(7)
    arrivals = sorted((moments.uniform(0, WINDOW_S), at) for at in range(len(workers)))
    started = perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = []
        for due, at in arrivals:
            sleep(max(0.0, due - (perf_counter() - started)))
            running.append(pool.submit(_session, workers[at], url, epoch, heads))
        return [one.result() for one in running]


def _session(worker: Worker, url: str, epoch: str, heads: dict[str, int]) -> Morning:
    started = perf_counter()
    transport = RequestsTransport(Link(url, worker.token))
    try:
        _talk(worker, Client(transport), epoch, heads)
    except DoorstepError as error:
        return Morning(perf_counter() - started, error.code)
    finally:
        transport.close()
    return Morning(perf_counter() - started)


def _talk(worker: Worker, client: Client, epoch: str, heads: dict[str, int]) -> None:
    hello = client.hello()
    cursors = [ScopeCursor(scope, epoch, heads.get(scope, 0)) for scope in hello.grants]
    client.pull(PullRequest(worker.client_id, cursors, hello.grant_rev))
    minter = Minter()
    ops = [
        Op(
            op_id=minter.new_id(),
            seq=seq,
            kind=OpKind.APPEND,
            type="visit",
            id=minter.new_id(),
            f={
                "household_id": (None, worker.households[seq % HOUSEHOLDS]),
                "result": (None, "met"),
                "started_at": (None, "2026-11-21T09:30:00Z"),
                "note": (None, "血压138/86，药按时吃。"),
            },
        )
        for seq in range(1, VISITS + 1)
    ]
    reply = client.push(PushRequest(worker.grid_scope, worker.client_id, 1, ops))
    if [one.outcome for one in reply.outcomes] != ["applied"] * VISITS:
        raise RuntimeError("a visit was not taken")
    client.pull(PullRequest(worker.client_id, cursors, hello.grant_rev))


def _resident_mb(pid: int) -> float:
    """The memory that a process holds now (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
