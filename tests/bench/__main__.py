"""Measure everything, print the table, keep it in ``build/bench.json``.

``python -m tests.bench [NAME …]`` measures only the cases whose names begin so.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from desktop.demo.cast import Laptop
from tests.bench.agreement import agreement
from tests.bench.desk import desk
from tests.bench.distance import distance
from tests.bench.doors import doors
from tests.bench.dossier import dossier
from tests.bench.figures import Figure, write
from tests.bench.frame import frames, memory
from tests.bench.holding import held
from tests.bench.keys import keys
from tests.bench.live import live
from tests.bench.packaged import packaged
from tests.bench.rush import rush
from tests.bench.scaling import scaling
from tests.bench.screens import household, picture
from tests.bench.searching import searching
from tests.bench.server import server
from tests.bench.soak import soak
from tests.bench.starting import start
from tests.bench.syncing import first_sync, nothing, pull, push
from tests.bench.talks import talks
from tests.bench.world import World, world

SIZES: Final = tuple(map(int, os.environ.get("BENCH_SIZES", "1000,10000").split(",")))
"""Households; ``BENCH_SIZES`` measures in communities of others."""

Case = Callable[[World, int], Iterator[Figure]]
"""Measures one thing in a community of so many households."""

Lone = Callable[[Path], Iterator[Figure]]
"""Measures one thing in an empty folder of its own."""


def _by_the_first(case: Callable[[World, Laptop, int], Iterator[Figure]]) -> Case:
    """A case of one laptop that holds everything already; :func:`first_sync` leaves one."""

    def run(there: World, households: int) -> Iterator[Figure]:
        return case(there, there.filled_laptop(), households)

    return run


CASES: Final[Mapping[str, Case]] = {
    "first": first_sync,
    "push": _by_the_first(push),
    "pull": _by_the_first(pull),
    "nothing": _by_the_first(nothing),
    "start": start,
    "doors": _by_the_first(doors),
    "held": held,
    "household": household,
    "memory": memory,
}
LONE: Final[Mapping[str, Lone]] = {
    "picture": picture,
    "distance": distance,
    "talks": talks,
    "dossier": dossier,
    "agreement": agreement,
    "rush": rush,
    "soak": soak,
    "live": live,
    "server": server,
    "scaling": scaling,
    "searching": searching,
    "desk": desk,
    "keys": keys,
    "frames": frames,
    "packaged": packaged,
}


def measure(wanted: tuple[str, ...]) -> list[Figure]:
    """Every figure of the wanted cases, printed as it is known."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="doorstep-bench-") as folder:
        for figure in _figures(Path(folder), wanted):
            print(figure.line(), flush=True)
            figures.append(figure)
    return figures


def _figures(folder: Path, wanted: tuple[str, ...]) -> Iterator[Figure]:
    cases = [case for name, case in CASES.items() if name.startswith(wanted)]
    for households in SIZES if cases else ():
        with world(folder / str(households), households) as there:
            for case in cases:
                yield from case(there, households)
    for name, lone in LONE.items():
        if name.startswith(wanted):
            place = folder / name
            place.mkdir()
            yield from lone(place)


if __name__ == "__main__":
    write(measure(tuple(sys.argv[1:]) or ("",)), Path("build/bench.json"))
    sys.exit(0)
