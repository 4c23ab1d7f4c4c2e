"""One who pushes, as a process: ``python -m tests.bench.pusher FOLDER LOGIN bare|push [COUNT]``.

It says when it is ready, waits for a line, pushes for some seconds, and prints one JSON object.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import quantiles
from time import perf_counter, process_time
from typing import Final

import msgspec
import psutil
from sqlalchemy import select, text

from sync.identity import Minter, SystemClock, local_day
from sync.merge.operation import Op, encode_op
from sync.server import scopes
from sync.server.database import Database, open_database
from sync.server.grants import remember_grants
from sync.server.incoming import IncomingPush
from sync.server.people import Caller, caller_of, enroll, mint_code
from sync.server.serving import keep_what_is_loaded
from sync.server.tables import ROW

SECONDS: Final = 10.0
BARE_TABLES: Final = (
    "CREATE TABLE bare_scope (id text PRIMARY KEY, head integer NOT NULL)",
    "CREATE TABLE bare_row (scope_id text, rev integer, body text, PRIMARY KEY (scope_id, rev))",
)
_BODY: Final = json.dumps({"note": "x" * 120})


def bare(database: Database, random: Random) -> Callable[[], None]:
    """The transaction that any gapless revision needs, with nothing of ours in it."""
    names = list(homes_of(database))
    connection = database.engine.raw_connection()
    cursor = connection.cursor()

    def once() -> None:
        scope = random.choice(names)
        cursor.execute("SELECT head FROM bare_scope WHERE id = %s FOR UPDATE", (scope,))
        (head,) = cursor.fetchone() or (0,)
        cursor.execute("INSERT INTO bare_row VALUES (%s, %s, %s)", (scope, head + 1, _BODY))
        cursor.execute("UPDATE bare_scope SET head = %s WHERE id = %s", (head + 1, scope))
        connection.commit()

    return once


def pushing(database: Database, random: Random, login: str, count: int) -> Callable[[], None]:
    """A push of ``count`` visits to a scope drawn at random, as the route does it."""
    clock, minter = SystemClock(), Minter()
    homes = homes_of(database)
    enrolled = enroll(database, mint_code(database, login, clock).code, "x", "", clock, minter)
    next_seq = dict.fromkeys(homes, 1)

    def once() -> None:
        scope = random.choice(list(homes))
        first = next_seq[scope]
        next_seq[scope] += count
        ops = [
            Op(
                minter.new_id(),
                seq=first + number,
                kind="append",
                type="visit",
                id=minter.new_id(),
                f={"household_id": (None, random.choice(homes[scope])), "result": (None, "met")},
            )
            for number in range(count)
        ]
        raws = [msgspec.Raw(encode_op(op)) for op in ops]
        caller = _caller(database, enrolled.token)
        remember_grants(database, caller.staff_id, local_day(clock.now()))
        request = IncomingPush(scope, enrolled.client_id, first, raws)
        reply = scopes.push(database, request, caller, clock)
        assert {each.outcome for each in reply.outcomes} == {"applied"}, reply

    return once


def _caller(database: Database, token: str) -> Caller:
    with database.read() as connection:
        found = caller_of(connection, token)
    assert found is not None
    return found


def homes_of(database: Database) -> dict[str, list[str]]:
    """The households of each grid."""
    homes: dict[str, list[str]] = {}
    with database.read() as connection:
        query = select(ROW.c.scope_id, ROW.c.id).where(ROW.c.type == "household")
        for scope, row_id in connection.execute(query):
            homes.setdefault(scope, []).append(row_id)
    return homes


def _backend(database: Database) -> psutil.Process:
    """The process of PostgreSQL behind the one connection of this one."""
    with database.read() as connection:
        found: int = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return psutil.Process(found)


def main(folder: str, login: str, mode: str, count: str = "1") -> None:
    """Push until the time is over."""
    database = open_database(Path(folder))
    random = Random(login)
    once = (
        bare(database, random) if mode == "bare" else pushing(database, random, login, int(count))
    )
    once()
    keep_what_is_loaded()  # As the server does.
    print("ready", flush=True)
    sys.stdin.readline()
    each: list[float] = []
    serving = _backend(database)
    started, cpu, served = perf_counter(), process_time(), sum(serving.cpu_times()[:2])
    while perf_counter() - started < SECONDS:
        before = perf_counter()
        once()
        each.append(perf_counter() - before)
    report = {
        "count": len(each),
        "seconds": perf_counter() - started,
        "cpu": process_time() - cpu,
        "cpu_there": sum(serving.cpu_times()[:2]) - served,
        "p95": quantiles(each, n=20)[-1],
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
