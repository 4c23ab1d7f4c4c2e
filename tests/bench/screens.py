"""How soon a household is open, and how quickly the picture of a building is painted.

``python -m tests.bench.screens household HOME COUNT`` and ``… picture ROUNDS`` are the children:
one process each, off the screen, and what they print is one JSON object.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Final

from tests.bench.figures import Figure
from tests.bench.laptop import NoNetwork, opened
from tests.bench.world import World, child

OPENED: Final = 60
ROUNDS: Final = 40
SIZE: Final = (1366, 768)
FLOORS, ROOMS = 33, 16


def household(there: World, households: int) -> Iterator[Figure]:
    """From the wish for another household to its painted page, on a leader's laptop that holds
    all of them."""
    from desktop.demo.cast import Laptop

    home = there.demo.home / "laptops" / "leader"
    laptop = Laptop(home, "bench")
    there.demo.enroll(laptop, "liujianping")
    child("laptop", "sync", str(home))
    told = child("screens", "household", str(home), str(OPENED))
    name = f"household opens, {households:,} households"
    yield Figure(f"{name}: 95 of 100 within", late(told["seconds"]) * 1000, "ms", target=100)
    yield Figure(f"{name}: reading it alone", late(told["reading"]) * 1000, "ms")


def picture(place: Path) -> Iterator[Figure]:
    """A tower of 528 rooms: painted whole, and with the selection moved."""
    told = child("screens", "picture", str(ROUNDS))
    name = f"building picture, {FLOORS} × {ROOMS} rooms"
    yield Figure(f"{name}: whole, 95 of 100 within", late(told["whole"]) * 1000, "ms", target=50)
    yield Figure(f"{name}: next door, 95 of 100", late(told["moved"]) * 1000, "ms", target=16)
    yield Figure(
        f"{name}: other colours, 95 of 100", late(told["coloured"]) * 1000, "ms", target=50
    )


def late(seconds: Sequence[float]) -> float:
    """The time that 95 of 100 take at most."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, round(len(ordered) * 0.95))]


def _timed(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def open_households(home: str, count: str) -> dict[str, list[float]]:
    """Open ``count`` households from all over the community, one after the other."""
    from PySide6.QtWidgets import QApplication

    from desktop.app import DoorstepApp
    from desktop.jobs.lanes import InlineLane, Lanes
    from desktop.page import Route
    from desktop.paths import paths_for
    from desktop.services.opening import open_household
    from desktop.theme.style import dress
    from sync.identity import SystemClock

    application = QApplication([])
    root = DoorstepApp(paths_for(Path(home)), None, SystemClock(), Lanes(InlineLane(), NoNetwork()))
    dress(application, root.look)
    place = opened(home)
    root.show_workspace(place)
    root.window.resize(*SIZE)
    root.window.show()
    every = [row.id for row in place.store.reading.rows("household")]
    chosen = every[:: max(1, len(every) // int(count))]

    def go(household_id: str) -> None:
        root.go(Route("household", household_id))
        application.processEvents()
        root.window.repaint()

    go(chosen[0])
    seconds = [_timed(lambda key=key: go(key)) for key in chosen[1:]]  # type: ignore[misc]
    reading = [
        _timed(lambda key=key: open_household(place, key))  # type: ignore[misc]
        for key in chosen[1:]
    ]
    root.window.close()
    return {"seconds": seconds, "reading": reading}


def paint_picture(rounds: str) -> dict[str, list[float]]:
    """A map in a window of usual size, painted anew, walked over, and coloured otherwise."""
    from PySide6.QtWidgets import QApplication

    from desktop.theme.provider import ThemeProvider
    from desktop.theme.tokens import ThemeName, load_theme
    from desktop.viewmodels.building import BuildingDoors
    from desktop.viewmodels.building_cells import Colouring
    from desktop.viewmodels.cell_list import CellListModel
    from desktop.widgets.building_map import BuildingMap
    from tests.support.doors import TODAY, due, tower

    application = QApplication([])
    facts = tower(FLOORS, ROOMS, 2, lambda n: due(n % 200, in_days=-1 if n % 11 == 0 else 40))
    doors = BuildingDoors(facts, (facts.line,), TODAY)
    view, model = BuildingMap(ThemeProvider(load_theme(ThemeName.LIGHT)), "tower"), CellListModel()
    view.setModel(model)
    view.resize(1130, 620)
    view.show()

    def colour(to: Colouring) -> None:
        made = doors.picture(to)
        view.set_grid(made.grid)
        model.replace(made.cells)
        view.viewport().repaint()

    def whole() -> None:
        view._forget()
        view.viewport().repaint()

    def move(at: int) -> None:
        view.setCurrentIndex(model.index(at % model.rowCount(), 0))
        view.viewport().repaint()

    colour(Colouring.VISITS)
    application.processEvents()
    colours = list(Colouring)
    count = int(rounds)
    told = {
        "whole": [_timed(whole) for _ in range(count)],
        "moved": [_timed(lambda at=at: move(at * 17)) for at in range(count)],  # type: ignore[misc]
        "coloured": [
            _timed(lambda at=at: colour(colours[at % len(colours)]))  # type: ignore[misc]
            for at in range(count)
        ],
    }
    view.close()
    return told


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    name, *arguments = sys.argv[1:]
    print(json.dumps({"household": open_households, "picture": paint_picture}[name](*arguments)))
