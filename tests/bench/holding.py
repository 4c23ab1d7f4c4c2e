"""What a person feels of a session that runs in another thread: the window, and a save.

As a child: ``python -m tests.bench.holding HOME``. Prints one JSON object.
"""

import gc
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import quantiles
from threading import Event, Thread
from time import perf_counter

from tests.bench.figures import Figure
from tests.bench.laptop import opened
from tests.bench.world import World, child

TICK_MS = 4
IDLE_S = 1.0
BETWEEN_SAVES_S = 0.05


def held(there: World, households: int) -> Iterator[Figure]:
    """A first sync beside a Qt loop and somebody who saves twenty times a second.

    The gaps of the loop before it tell what this machine does by itself.
    """
    told = child("holding", str(there.laptop("held").home))
    name = f"during a first sync, {households:,} households"
    idle = f"beside it idle, {households:,} households"
    yield Figure(f"{name}: window held, p99", _p99(told["held"]), "ms", target=16)
    yield Figure(f"{name}: window held, longest", max(told["held"]), "ms", target=50)
    yield Figure(f"{idle}: window held, p99", _p99(told["idle"]), "ms")
    yield Figure(f"{idle}: window held, longest", max(told["idle"]), "ms")
    yield Figure(f"{name}: a save, p99", _p99(told["saves"]), "ms")
    yield Figure(f"{name}: a save, longest", max(told["saves"]), "ms", target=50)


def _p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100)[-1] if len(values) > 1 else max(values)


def watched(home: str) -> dict[str, list[float]]:
    """Milliseconds between two ticks of a Qt timer beyond its interval, and those of each save."""
    from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

    _application = QCoreApplication([])
    place = opened(home)
    gc.freeze()  # As the app does once its window is open.
    moments: list[float] = []
    timer = QTimer()
    timer.setInterval(TICK_MS)
    timer.timeout.connect(lambda: moments.append(perf_counter()))
    timer.start()
    loop = QEventLoop()
    QTimer.singleShot(int(IDLE_S * 1000), loop.quit)
    loop.exec()
    idle, saves, over = _gaps(moments), [], Event()
    moments.clear()

    def session() -> None:
        try:
            place.syncing.run()
        finally:
            over.set()

    def saving() -> None:
        while not over.wait(BETWEEN_SAVES_S):
            started = perf_counter()
            place.store.drafts.keep("visit:bench", {"note": "血压138/86"})
            saves.append((perf_counter() - started) * 1000)

    threads = [Thread(target=session), Thread(target=saving)]
    for thread in threads:
        thread.start()
    end = QTimer()
    end.timeout.connect(lambda: loop.quit() if over.is_set() else None)
    end.start(TICK_MS)
    loop.exec()
    for thread in threads:
        thread.join()
    place.close()
    return {"idle": idle, "held": _gaps(moments), "saves": saves}


def _gaps(moments: Sequence[float]) -> list[float]:
    return [max(0.0, (after - before) * 1000 - TICK_MS) for before, after in pairwise(moments)]


if __name__ == "__main__":
    print(json.dumps(watched(sys.argv[1])))
