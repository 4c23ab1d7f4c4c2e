"""How soon a household is open, and how quickly the picture of a building is painted.

``python -m tests.bench.screens picture ROUNDS`` is the child: a process of its own, off the
screen, and what it prints is one JSON object.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Final

from tests.bench.figures import Figure
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
    told = child("app", "household", str(home), str(OPENED))
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


def timed_once(work: Callable[[], object]) -> float:
    """Seconds of this one time."""
    started = perf_counter()
    work()
    return perf_counter() - started


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
        "whole": [timed_once(whole) for _ in range(count)],
        "moved": [timed_once(lambda at=at: move(at * 17)) for at in range(count)],  # type: ignore[misc]
        "coloured": [
            timed_once(lambda at=at: colour(colours[at % len(colours)]))  # type: ignore[misc]
            for at in range(count)
        ],
    }
    view.close()
    return told


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    name, *arguments = sys.argv[1:]
    print(json.dumps({"picture": paint_picture}[name](*arguments)))
