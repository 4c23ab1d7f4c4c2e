"""What an incremental sync costs beside a small store and a large one: it should be the same."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

from desktop.demo.cast import Laptop
from tests.bench.figures import Figure
from tests.bench.world import child, world

SMALL: Final = 1_000
LARGE: Final = 50_000
VISITS: Final = 50
ROUNDS: Final = 7


def scaling(folder: Path) -> Iterator[Figure]:
    """Fifty visits up in one grid, and down at a colleague's; the floor is the small store's."""
    small, large = _measured(folder, SMALL), _measured(folder, LARGE)
    for what, seconds in large.items():
        name = f"{VISITS} visits {what}, {LARGE:,} beside {SMALL:,} households"
        yield Figure(name, seconds, "s", small[what], 1.3)


def _measured(folder: Path, households: int) -> dict[str, float]:
    """Median seconds of a session, up and down."""
    with world(folder / str(households), households) as there:
        writer, reader = there.laptop("writer"), there.laptop("reader")
        heads = child("laptop", "sync", str(writer.home))["heads"]
        child("laptop", "sync", str(reader.home))
        grid = next(scope for scope in sorted(heads) if scope.startswith("grid:"))
        rounds = [_round(writer, reader, grid) for _ in range(ROUNDS)]
    return {what: median(one[what] for one in rounds) for what in rounds[0]}


def _round(writer: Laptop, reader: Laptop, grid: str) -> dict[str, float]:
    child("laptop", "visits", str(writer.home), str(VISITS), grid)
    return {
        "up": child("laptop", "sync", str(writer.home))["seconds"],
        "down": child("laptop", "sync", str(reader.home))["seconds"],
    }
