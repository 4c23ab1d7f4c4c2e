"""How soon a desk's open window shows what a worker has synced: nobody touches the desk.

``python -m tests.bench.live DESK WORKER`` measures on two homes, and prints one JSON object.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Final

from desktop.demo.cast import PASSWORD, WORKER, Laptop
from tests.bench.figures import Figure
from tests.bench.laptop import opened
from tests.bench.world import child, world

HOUSEHOLDS: Final = 1_000
NOTES: Final = 20
TARGET_S: Final = 2.0
_GIVE_UP_S: Final = 60.0


def live(folder: Path) -> Iterator[Figure]:
    """From the beginning of the worker's session to the word on the desk's screen."""
    with world(folder / "world", HOUSEHOLDS) as there:
        homes = []
        for user in (there.reader, WORKER):
            laptop = Laptop(there.demo.home / "laptops" / user, "bench")
            there.demo.enroll(laptop, user)
            child("laptop", "sync", str(laptop.home))
            homes.append(str(laptop.home))
        found = child("live", *homes)
    name = f"a worker's sync on the desk's screen, {HOUSEHOLDS:,} households"
    yield Figure(f"{name}: median", median(found["seconds"]), "s", target=TARGET_S)
    yield Figure(f"{name}: slowest of {NOTES}", max(found["seconds"]), "s", target=TARGET_S)


def measure(desk_home: str, worker_home: str) -> dict[str, object]:
    """Seconds of each note, from the worker's session to the desk's window."""
    from PySide6.QtWidgets import QApplication

    from desktop.page import Route
    from tests.support.windows import open_app, words_of

    application = QApplication([])
    worker = opened(worker_home)
    seconds = []

    def until(is_so: object) -> None:
        ends = perf_counter() + _GIVE_UP_S
        while not is_so():  # type: ignore[operator]
            if perf_counter() > ends:
                raise TimeoutError
            application.processEvents()
            sleep(0.002)  # The desk's other threads share these cores.

    with open_app(Path(desk_home), PASSWORD) as desk:
        household = worker.store.reading.rows("household", limit=1)[0]
        desk.go(Route("household", household.id))
        for number in range(NOTES):
            until(lambda: desk.runner.listening)
            note = f"第{number}次：燃气软管换好了。"
            worker.notes.write(household, note)
            started = perf_counter()
            worker.syncing.run()
            until(lambda note=note: note in words_of(desk))
            seconds.append(perf_counter() - started)
    worker.close()
    return {"seconds": seconds}


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    print(json.dumps(measure(*sys.argv[1:])))
