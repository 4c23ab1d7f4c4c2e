"""The same work over a line of 50 ms and 10 Mbit/s: a phone's hot spot in an old yard."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from desktop.demo.cast import Laptop
from desktop.demo.processes import free_port
from tests.bench.figures import Figure
from tests.bench.syncing import VISITS
from tests.bench.world import World, child, world

HOUSEHOLDS: Final = 1_000
ROUND_TRIP_MS: Final = 50
MBIT_S: Final = 10
FAR: Final = 2
"""Laptops at the end of the line: with the near one as many as a person may have."""


def distance(folder: Path) -> Iterator[Figure]:
    """First sync, visits up, a colleague's visits down, nothing to do; goals in seconds.

    The app is open, as in the cases beside it, and comes to the server over a new connection.
    """
    with world(folder / "world", HOUSEHOLDS) as there, _far(there) as url:
        near = there.laptop("near")
        child("laptop", "sync", str(near.home))
        # The matters that the first visits report exist from then on: later ones go up alone.
        _visited(near)
        laptops = [there.laptop(f"far{number}", url) for number in range(FAR)]
        firsts = [child("laptop", "sync", str(laptop.home)) for laptop in laptops]
        yield from _figures("first sync", firsts, 1.5)
        ops = str(there.floor_folder / "ops.json")
        ups = [child("laptop", "push", str(each.home), str(VISITS), ops) for each in laptops]
        yield from _figures(f"{VISITS} visits up", ups, 0.35)
        child("laptop", "sync", str(near.home))
        downs = [
            child("laptop", "pull", str(each.home), str(near.home), str(VISITS)) for each in laptops
        ]
        yield from _figures(f"{VISITS} changes down", downs, 0.35)
        quiet = [child("laptop", "quiet", str(each.home), "5", f"{url}/health") for each in laptops]
        yield from _figures("nothing to do", quiet, 0.12)


def _visited(laptop: Laptop) -> None:
    child("laptop", "visits", str(laptop.home), str(VISITS))
    child("laptop", "sync", str(laptop.home))


def _figures(what: str, reports: list[dict[str, float]], goal: float) -> Iterator[Figure]:
    """The time, and the requests that each paid a round trip for."""
    name = f"50 ms and 10 Mbit/s, {HOUSEHOLDS:,} households: {what}"
    yield Figure(name, median(one["seconds"] for one in reports), "s", target=goal)
    yield Figure(f"{name}, requests", median(one["requests"] for one in reports), "")


@contextmanager
def _far(there: World) -> Iterator[str]:
    """The server's address at the end of the line."""
    port = free_port()
    numbers = (port, there.demo.server.port, ROUND_TRIP_MS, MBIT_S)
    line = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.link", *(str(number) for number in numbers)],
        stdout=subprocess.PIPE,
    )
    try:
        assert line.stdout is not None
        line.stdout.readline()  # It says when it listens.
        yield f"http://127.0.0.1:{port}"
    finally:
        line.kill()
        line.wait()
