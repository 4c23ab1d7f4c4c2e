"""A long day: laptops that come again and again to one server, whose memory must stay flat."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Final

from desktop.demo.processes import ServerProcess, free_port
from sync.server.database import create_database
from tests.bench.city import Session, Worker, check_of, city, resident_mb, session
from tests.bench.figures import Figure

SOAK_S: Final = float(os.environ.get("SOAK_SECONDS", "180"))
"""How long the day lasts; ``SOAK_SECONDS`` makes it another one."""

WARM_UP: Final = 1 / 3
"""The part of the day after which the memory has to stay where it is: until then statements are
compiled, and every thread and connection comes into being."""

COMMUNITIES: Final = 4
LAPTOPS: Final = 8
AT_ONCE: Final = 8
MOST_GROWTH: Final = 1.1


def soak(folder: Path) -> Iterator[Figure]:
    """Whole sessions without a pause: hello, news, five visits, news."""
    database = create_database(folder)
    workers = list(city(database, COMMUNITIES, LAPTOPS))
    database.close()
    server = ServerProcess(folder, free_port())
    name = f"soak, {SOAK_S:.0f} s"
    with server:
        yield Figure(f"{name}: server's memory at the start", resident_mb(server.pid), "MB")
        sessions = _for_seconds(SOAK_S * WARM_UP, workers, server.url)
        warm = resident_mb(server.pid)
        yield Figure(f"{name}: server's memory once warm", warm, "MB")
        sessions += _for_seconds(SOAK_S * (1 - WARM_UP), workers, server.url)
        at_the_end = resident_mb(server.pid)
        yield Figure(f"{name}: server's memory at the end", at_the_end, "MB", warm, MOST_GROWTH)
    failed = sorted({one.problem for one in sessions} - {""})
    seconds = [one.seconds for one in sessions]
    yield Figure(f"{name}: sessions a second", len(sessions) / SOAK_S, "/s")
    yield Figure(f"{name}: a session, median", median(seconds) * 1e3, "ms")
    yield Figure(f"{name}: a session, p95", quantiles(seconds, n=20)[-1] * 1e3, "ms")
    yield Figure(f"{name}: errors", sum(1 for one in sessions if one.problem), "")
    if failed:
        raise RuntimeError(f"laptops met errors: {', '.join(failed)}")
    check_of(folder)


def _for_seconds(seconds: float, workers: list[Worker], url: str) -> list[Session]:
    """Each of several threads lets its own laptops come, one after the other."""
    until = perf_counter() + seconds

    def day(mine: list[Worker]) -> list[Session]:
        done: list[Session] = []
        while perf_counter() < until:
            done.append(session(mine[len(done) % len(mine)], url))
        return done

    with ThreadPoolExecutor(AT_ONCE) as pool:
        days = pool.map(day, (workers[at::AT_ONCE] for at in range(AT_ONCE)))
        return [one for each in days for one in each]
