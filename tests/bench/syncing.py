"""What a worker waits for on a good line: first sync, five hundred visits up, a quiet sync."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles

from sqlcipher3 import dbapi2 as sqlcipher

from desktop.demo.cast import Laptop
from tests.bench.figures import Figure, timed
from tests.bench.laptop import note
from tests.bench.world import World, child

VISITS = 500
SAVES = 50
MANY_ROWS = 60_000
"""From here on a first sync is judged by what its rows cost."""
ROUNDS = 3
PUSHES = 7
"""Rounds of a push: what else a machine does shows more in so short a time."""


def first_sync(there: World, households: int) -> Iterator[Figure]:
    """A new laptop takes the whole community, beside one compressed file and one bulk insert.

    Round by round, so that what else the machine does meets both; the server makes its snapshots
    before, once for all laptops. The time ends when the result is told: every row durable, in its
    typed table with its indexes, and proved equal. Due dates, which the floor does not have, are
    worked out after that; the time until the last of them stands below.
    """
    name = f"first sync, {households:,} households"
    rows = there.offer_rows()
    there.filled_laptop()
    floors, takes, reports = [], [], []
    for number in range(ROUNDS):
        floors.append(_fetched(there, "fetch", f"first{number}"))
        reports.append(child("laptop", "sync", str(there.laptop(f"first{number}").home)))
        takes.append(_fetched(there, "take", f"take{number}"))
    seconds, floor, least = (_median("seconds", found) for found in (reports, floors, takes))
    yield Figure(f"{name}: records", rows, "")
    # In a small community the few requests weigh most: its goal is the time on a line (`distance`).
    goal = 1.25 if rows >= MANY_ROWS else 0
    yield Figure(f"{name}: time", seconds, "s", floor, goal)
    yield Figure(f"{name}: time, beside unread rows", seconds, "s", least)
    yield Figure(f"{name}: time, due dates included", _median("due_seconds", reports), "s", floor)
    down, floor = (_median("bytes_down", found) for found in (reports, floors))
    yield Figure(f"{name}: bytes down", down / 1e6, "MB", floor / 1e6, 1.15)
    yield Figure(f"{name}: peak memory", max(one["peak_mb"] for one in reports), "MB", target=300)


def _fetched(there: World, how: str, name: str) -> dict[str, float]:
    """One round of the floor."""
    url = f"{there.floor_url}/rows.json.gz"
    return child("floors", how, url, f"{there.floor_folder}/{name}.db")


def _median(what: str, found: Sequence[Mapping[str, float]]) -> float:
    return median(one[what] for one in found)


def push(there: World, laptop: Laptop, households: int) -> Iterator[Figure]:
    """Five hundred visits go up, beside one POST of the same and one insert transaction.

    Both sides take turns. The app is open, as when a worker comes back with them; the first
    session of a new process, which makes its statements too, stands beside it.
    """
    ops = str(there.floor_folder / "ops.json")
    # The first visit of a home that tells of a need makes a matter too: another amount.
    child("laptop", "push", str(laptop.home), str(VISITS), ops)
    floors, reports = [], []
    for _ in range(PUSHES):
        reports.append(child("laptop", "push", str(laptop.home), str(VISITS), ops))
        floors.append(child("floors", "send", there.floor_url, ops))
    child("laptop", "visits", str(laptop.home), str(VISITS))
    first = child("laptop", "sync", str(laptop.home))
    name = f"{VISITS} visits up, {households:,} households"
    seconds, floor = (median(one["seconds"] for one in found) for found in (reports, floors))
    yield Figure(f"{name}: time", seconds, "s", floor, 6)
    yield Figure(f"{name}: time of the first session", first["seconds"], "s", floor)
    up, floor_up = (median(one["bytes_up"] for one in found) for found in (reports, floors))
    yield Figure(f"{name}: bytes up", up / 1e3, "kB", floor_up / 1e3, 1.5)
    yield Figure(f"{name}: requests", reports[-1]["requests"], "", target=1)
    times = [one for report in reports for one in report["saved"]]
    bare = _bare_save() * 1e3
    name = f"save of a visit, {households:,} households"
    yield Figure(f"{name}: median", median(times) * 1e3, "ms", bare)
    yield Figure(f"{name}: p95", quantiles(times, n=20)[-1] * 1e3, "ms")


def pull(there: World, laptop: Laptop, households: int) -> Iterator[Figure]:
    """A colleague's five hundred visits come down, beside one GET and one bulk insert into a file
    that holds the community already, with a key and an index by root: to find the place of each
    row in it is most of what the floor does too. One into an empty file without a key stands below.

    The app is open, as when a colleague's work makes it ask; the first session of a new process,
    which makes its statements too, stands beside it. The time ends when the result is told and
    the visits can be read; the time until their homes' due dates are worked out follows.
    """
    there.offer_rows()
    _fetched(there, "keep", "keyed")
    colleague = there.laptop("colleague")
    child("laptop", "sync", str(colleague.home))
    _visited(colleague)
    child("laptop", "sync", str(laptop.home))
    there.offer_rows(newest=VISITS)
    floors, keyed, reports = [], [], []
    for number in range(ROUNDS):
        floors.append(_fetched(there, "fetch", f"down{number}"))
        shutil.copy(there.floor_folder / "keyed.db", there.floor_folder / f"keyed{number}.db")
        keyed.append(_fetched(there, "keep", f"keyed{number}"))
        reports.append(child("laptop", "pull", str(laptop.home), str(colleague.home), str(VISITS)))
    _visited(colleague)
    first = child("laptop", "sync", str(laptop.home))
    name = f"{VISITS} changes down, {households:,} households"
    seconds, floor = (_median("seconds", found) for found in (reports, floors))
    yield Figure(f"{name}: time", seconds, "s", _median("seconds", keyed), 3)
    yield Figure(f"{name}: time, beside rows without a key", seconds, "s", floor)
    yield Figure(f"{name}: time, due dates included", _median("due_seconds", reports), "s", floor)
    yield Figure(f"{name}: time of the first session", first["seconds"], "s", floor)
    down, floor = (_median("bytes_down", found) for found in (reports, floors))
    yield Figure(f"{name}: bytes down", down / 1e3, "kB", floor / 1e3, 1.3)
    yield Figure(f"{name}: requests", reports[-1]["requests"], "", target=1)


def _visited(colleague: Laptop) -> None:
    """Five hundred new visits are on the server."""
    child("laptop", "visits", str(colleague.home), str(VISITS))
    child("laptop", "sync", str(colleague.home))


def nothing(there: World, laptop: Laptop, households: int) -> Iterator[Figure]:
    """A quiet sync of an app that is open, beside one bare request to the same server; both sides
    take turns."""
    child("laptop", "sync", str(laptop.home))
    url = f"{there.demo.server.url}/health"
    reports = [child("laptop", "quiet", str(laptop.home), "20", url) for _ in range(ROUNDS)]
    report, floor = reports[-1], _median("floor_seconds", reports)
    name = f"nothing to do, {households:,} households"
    yield Figure(f"{name}: time", _median("seconds", reports), "s", floor, 3)
    first = _median("first_seconds", reports)
    yield Figure(f"{name}: time of the first session", first, "s", floor)
    yield Figure(f"{name}: bytes up", report["bytes_up"], "B", target=1000)
    yield Figure(f"{name}: bytes down", report["bytes_down"], "B", target=1000)
    yield Figure(f"{name}: requests", report["requests"], "", target=1)


def _bare_save() -> float:
    """Seconds of one insert and one durable commit in an encrypted file."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlcipher.connect(str(Path(folder) / "bare.db"), isolation_level=None)
        connection.execute(f"PRAGMA key = \"x'{os.urandom(32).hex()}'\"")
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TABLE visit (body TEXT)")
        seconds = timed(
            lambda: connection.execute("INSERT INTO visit VALUES (?)", (note(1),)), rounds=SAVES
        )
        connection.close()
    return seconds
