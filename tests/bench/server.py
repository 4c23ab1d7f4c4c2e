"""Many who push at once to a server on PostgreSQL, beside the bare transaction under a lock.

Each pusher is a process with a connection of its own and writes to scopes drawn at random, first
with nothing but SQL (lock the scope's row, insert one row, raise the head, commit), then through
the server's own push: the same commits with a merge, claims, history, receipts and a digest.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, Final

from sync.identity import Minter, SystemClock, stamp
from sync.merge.values import Writer
from sync.server.bulk import bulk_create
from sync.server.checking import check_store
from sync.server.database import Database, create_database
from sync.server.locked import lock_scopes
from sync.server.office import Office
from tests.bench.figures import Figure
from tests.bench.pusher import BARE_TABLES
from tests.support.postgres import running_postgres

SCOPES: Final = 64
HOUSEHOLDS: Final = 30
PUSHERS: Final = 8
VISITS: Final = (1, 10)
COMMUNITY: Final = "bench"


def server(folder: Path) -> Iterator[Figure]:
    """Pushes a second over 64 scopes on PostgreSQL with its own settings, so with every fsync."""
    with running_postgres() as postgres, postgres.database() as url:
        database = create_database(folder / "server", url)
        _furnish(database)
        bare = _all(folder / "server", "bare")
        yield Figure(f"server, {SCOPES} scopes: bare transactions a second", _rate(bare), "/s")
        for visits in VISITS:
            pushed = _all(folder / "server", "push", str(visits))
            name = f"server, {SCOPES} scopes, {visits} in a push"
            yield Figure(f"{name}: pushes a second", _rate(pushed), "/s")
            each, floor = 1e3 / _rate(pushed), 1e3 / _rate(bare)
            yield Figure(f"{name}: time of the machine", each, "ms", floor)
            yield Figure(f"{name}: processor in Python", _cpu(pushed, "cpu"), "ms")
            there, bare_there = _cpu(pushed, "cpu_there"), _cpu(bare, "cpu_there")
            yield Figure(f"{name}: processor in PostgreSQL", there, "ms", bare_there)
            yield Figure(f"{name}: p95", median(one["p95"] for one in pushed) * 1e3, "ms")
        differences = check_store(database).differences
        database.close()
    if differences:
        raise RuntimeError(differences[0])


def _furnish(database: Database) -> None:
    """One community with 64 grids, a clerk for each pusher, and the bare tables."""
    clock, minter = SystemClock(), Minter()
    office = Office(database, clock, minter)
    office.add_community(COMMUNITY, "社区")
    names = [{"level": "grid", "name": f"第{number + 1}网格"} for number in range(SCOPES)]
    grids = [f"grid:{grid}" for grid in office.add_areas(COMMUNITY, names)]
    for number in range(PUSHERS):
        office.add_user(COMMUNITY, f"clerk{number}", f"clerk{number}")
        office.assign(f"clerk{number}", "desk_clerk", COMMUNITY)
    with database.write() as connection:
        locked = lock_scopes(connection, grids, stamp(clock.now()))
        for grid in grids:
            homes = [("household", minter.new_id(), {}) for _ in range(HOUSEHOLDS)]
            bulk_create(locked, grid, homes, Writer("bench"), "bench")
        locked.save()
        for statement in BARE_TABLES:
            connection.exec_driver_sql(statement)
        for grid in grids:
            connection.exec_driver_sql("INSERT INTO bare_scope VALUES (%s, 0)", (grid,))


def _all(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """What all pushers did, let go at the same moment."""
    command = [sys.executable, "-m", "tests.bench.pusher", str(folder)]
    started = [
        subprocess.Popen(
            [*command, f"clerk{number}", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        for number in range(PUSHERS)
    ]
    for process in started:
        assert process.stdout is not None
        process.stdout.readline()
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [json.loads(process.communicate()[0]) for process in started]


def _rate(reports: list[dict[str, Any]]) -> float:
    return sum(one["count"] / one["seconds"] for one in reports)


def _cpu(reports: list[dict[str, Any]], where: str) -> float:
    """Milliseconds of processor time for each transaction."""
    return sum(one[where] for one in reports) / sum(one["count"] for one in reports) * 1e3
