"""What the window itself costs: a frame of a long list, and the memory it holds."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from desktop.demo.cast import Laptop
from tests.bench.figures import Figure
from tests.bench.world import World, child

ROWS = 5_000
FRAME_S = 0.016
HELD_MB = 250.0


def frames(folder: Path) -> Iterator[Figure]:
    """A list of 5,000 rows, scrolled by the wheel and by its handle."""
    seconds = child("window", "scroll", str(ROWS))["seconds"]
    name = f"scrolling {ROWS:,} rows, a frame"
    p95 = quantiles(seconds, n=20)[-1]
    yield Figure(f"{name}: p95", p95 * 1000, "ms", target=FRAME_S * 1000)
    yield Figure(f"{name}: median", median(seconds) * 1000, "ms")


def memory(there: World, households: int) -> Iterator[Figure]:
    """After a walk through the pages, on a laptop that holds a whole grid's community."""
    home = there.demo.home / "laptops" / "memory"
    laptop = Laptop(home, "memory")
    there.demo.enroll(laptop, "chenxiaohe")
    child("laptop", "sync", str(home))
    told = child("window", "memory", str(home))
    name = f"the window after a walk through its pages, {households:,} households"
    yield Figure(f"{name}: held", told["held_mb"], "MB", target=HELD_MB)
    yield Figure(f"{name}: peak", told["peak_mb"], "MB")
