"""Morning: two thousand laptops come to work within ten minutes, on the cores of one machine."""

import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles
from time import perf_counter, sleep
from typing import Final

from sqlalchemy import select

from desktop.demo.processes import ServerProcess, free_port
from sync.server.database import create_database
from sync.server.tables import SCOPE
from tests.bench.city import Session, Worker, check_of, city, resident_mb, session
from tests.bench.figures import Figure
from tests.support.postgres import running_postgres

LAPTOPS: Final = 2_000
WINDOW_S: Final = float(os.environ.get("RUSH_SECONDS", "600"))
"""How long the morning lasts; ``RUSH_SECONDS`` makes it another one."""

STORES: Final = os.environ.get("RUSH_STORES", "sqlite,postgresql").split(",")
COMMUNITIES: Final = 100
AT_ONCE: Final = 64


def rush(folder: Path) -> Iterator[Figure]:
    """Each laptop says hello, asks for news, sends its visits and asks again; on either store."""
    if "sqlite" in STORES:
        yield from _morning(folder / "sqlite", "SQLite", "")
    if "postgresql" in STORES:
        with running_postgres() as postgres, postgres.database() as url:
            yield from _morning(folder / "postgresql", "PostgreSQL", url)


def _morning(folder: Path, store: str, url: str) -> Iterator[Figure]:
    database = create_database(folder, url)
    workers = list(city(database, COMMUNITIES, LAPTOPS // COMMUNITIES))
    with database.read() as connection:
        heads = {row.scope_id: row.head for row in connection.execute(select(SCOPE))}
    database.close()
    for worker in workers:
        worker.heads = dict(heads)  # They held everything the evening before.
    server = ServerProcess(folder, free_port())
    name = f"morning rush, {store}"
    with server:
        yield Figure(f"{name}: server's memory before", resident_mb(server.pid), "MB")
        sessions = _live(workers, server.url)
        yield Figure(f"{name}: server's memory after", resident_mb(server.pid), "MB")
    seconds = [one.seconds for one in sessions]
    failed = sorted({one.problem for one in sessions} - {""})
    name = f"{name}, {len(workers):,} laptops in {WINDOW_S:.0f} s"
    yield Figure(f"{name}: errors", sum(1 for one in sessions if one.problem), "")
    yield Figure(f"{name}: a session, median", quantiles(seconds, n=2)[0], "s")
    yield Figure(f"{name}: a session, p95", quantiles(seconds, n=20)[-1], "s")
    if failed:
        raise RuntimeError(f"laptops met errors: {', '.join(failed)}")
    check_of(folder)


def _live(workers: list[Worker], url: str) -> list[Session]:
    """Let them come at random moments of the window, whether or not the server keeps up."""
    moments = random.Random(7)
    arrivals = sorted((moments.uniform(0, WINDOW_S), at) for at in range(len(workers)))
    started = perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = []
        for due, at in arrivals:
            sleep(max(0.0, due - (perf_counter() - started)))
            running.append(pool.submit(session, workers[at], url))
        return [one.result() for one in running]
