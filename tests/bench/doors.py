"""What a worker waits for between two doors: Today opens, a visit is saved, the next one is up."""

from collections.abc import Iterator
from typing import Final

from desktop.demo.cast import Laptop
from tests.bench.figures import Figure
from tests.bench.world import World, child

ROUNDS: Final = 40
TODAY_MS: Final = 100.0
SAVE_MS: Final = 50.0


def doors(there: World, filled: Laptop, households: int) -> Iterator[Figure]:
    """The slowest of twenty, as people feel it; saving includes the durable commit."""
    measured = child("app", "doors", str(filled.home), str(ROUNDS))
    for name, key, goal in (
        ("Today opens", "openings", TODAY_MS),
        ("visit saved, next door shown", "saves", SAVE_MS),
    ):
        slow = p95(measured[key])
        yield Figure(f"{name}, p95, {households:,} households", slow * 1000, "ms", target=goal)
    yield Figure(f"the day made anew, {households:,} households", measured["anew"] * 1000, "ms")
    yield Figure(f"doors of that day, {households:,} households", measured["doors"], "")


def p95(seconds: list[float]) -> float:
    """The value that nineteen of twenty stay below."""
    return sorted(seconds)[int(len(seconds) * 0.95)]
