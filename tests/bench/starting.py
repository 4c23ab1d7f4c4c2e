"""How soon the app can be used."""

from collections.abc import Iterator
from statistics import median

from desktop.demo.cast import Laptop
from tests.bench.figures import Figure
from tests.bench.world import World, child


def start(there: World, households: int) -> Iterator[Figure]:
    """From the start of the process to a painted Today, beside a bare window."""
    home = there.demo.home / "laptops" / "worker"
    laptop = Laptop(home, "bench")
    there.demo.enroll(laptop, "chenxiaohe")
    child("laptop", "sync", str(home))
    runs = [child("laptop", "today", str(home)) for _ in range(4)][1:]
    floors = [child("floors", "window") for _ in range(4)][1:]
    name = f"start to a usable Today, {households:,} households"
    wall, floor = median(one["wall"] for one in runs), median(one["wall"] for one in floors)
    yield Figure(f"{name}: time", wall, "s", floor, 1.5)
    yield Figure(f"{name}: of it unlocking", median(one["unlock_seconds"] for one in runs), "s")
    yield Figure(f"{name}: doors", runs[-1]["doors"], "")
