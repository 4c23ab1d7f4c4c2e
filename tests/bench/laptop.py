"""One laptop as a process of its own, so that its memory is its own. Prints one JSON object.

``sync HOME``           one session
``quiet HOME COUNT URL`` sessions of an app that is open: the first one, and the median of the rest,
                        in turn with bare requests for ``URL``
``visits HOME COUNT``   saves visits, the seconds of each; with a third word in that scope alone
``push HOME COUNT FILE`` saves visits and syncs, in an app that is open
``pull HOME OTHER COUNT`` syncs what a colleague saved and sent since, in an app that is open
``today HOME``          from the start of the process to a painted Today
"""

import gc
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

import requests

from desktop.demo.cast import PASSWORD
from desktop.paths import paths_for
from desktop.services.profiles import Profiles
from desktop.services.syncing import report_document
from desktop.services.visits import VisitForm
from desktop.services.workplace import Workplace, open_workplace
from sync.identity import SystemClock
from tests.bench.figures import memory_mb
from tests.bench.world import child

APP_TURN_S = 0.001
COLLEAGUE = "刘建平"
"""Who came along, where two have to go."""
FEW = 5
"""Visits of the session before the one that is measured."""

PAUSE_S = 0.05
"""Before each quiet session, and each bare request beside it: an app has minutes between two, after
which nothing of either is in a processor's cache any more."""

PLACES = ("卫生间", "厨房", "楼道", "阳台", "门口", "浴室", "楼梯")


def note(number: int) -> str:
    """What a worker writes after a visit: no two the same, like those of any two real ones."""
    upper, lower, place = 118 + number % 47, 68 + number % 31, PLACES[number % len(PLACES)]
    return f"血压{upper}/{lower}，药按时吃。说{place}地滑，想装扶手，{number}号来看过一次。"


def opened(home: str) -> Workplace:
    """The only profile of ``home``."""
    folder = Profiles(paths_for(Path(home)).profiles).pick(None)
    return open_workplace(folder, PASSWORD, SystemClock())


def _settle_in() -> None:
    """As ``desktop.program.settle_in``, which would bring all of Qt into what is measured."""
    gc.freeze()
    sys.setswitchinterval(APP_TURN_S)


def sync(home: str) -> dict[str, object]:
    """One session's report, with this process's peak memory."""
    place = opened(home)
    _settle_in()
    try:
        told = _told(place)
    finally:
        place.close()
    return told | {"peak_mb": memory_mb("VmHWM")}


def _told(place: Workplace) -> dict[str, object]:
    """The report of a session: its ``seconds`` end when the result is told, ``due_seconds`` when
    the due dates of all that came are worked out too."""
    started = perf_counter()
    report = place.syncing.run()
    return report_document(report) | {"due_seconds": perf_counter() - started}


def quiet(home: str, count: str, url: str) -> dict[str, object]:
    """Sessions one after the other, as an app that stays open has them every few minutes, and as
    many bare requests between them."""
    place = opened(home)
    _settle_in()
    floors = []
    try:
        first = place.syncing.run()
        reports = []
        for _ in range(int(count)):
            sleep(PAUSE_S)
            floors.append(_bare_request(url))
            sleep(PAUSE_S)
            reports.append(place.syncing.run())
    finally:
        place.close()
    return report_document(reports[-1]) | {
        "seconds": median(report.seconds for report in reports),
        "first_seconds": first.seconds,
        "floor_seconds": median(floors),
    }


def _bare_request(url: str) -> float:
    started = perf_counter()
    requests.get(url, timeout=60).raise_for_status()
    return perf_counter() - started


def visits(home: str, count: str, scope: str = "") -> dict[str, object]:
    """Seconds of each of ``count`` saved visits."""
    place = opened(home)
    try:
        return {"seconds": _save(place, int(count), scope)}
    finally:
        place.close()


def push(home: str, count: str, file: str) -> dict[str, object]:
    """A session of an open app in which ``count`` visits were saved since the one before; one with
    a few visits came earlier, so that its statements are made, as after any day's first.

    The report of it, the seconds of each saving, and in ``file`` the operations as they travel.
    """
    place = opened(home)
    _settle_in()
    try:
        place.syncing.run()
        _save(place, FEW, "")
        place.syncing.run()
        seconds = _save(place, int(count), "")
        replica = place.store.replica
        raws = [op.raw for scope in replica.lanes() for op in replica.waiting(scope)]
        Path(file).write_bytes(b"[" + b",".join(raws) + b"]")
        report = place.syncing.run()
    finally:
        place.close()
    return report_document(report) | {"saved": seconds}


def pull(home: str, other: str, count: str) -> dict[str, object]:
    """A session of an open app, after a colleague's ``count`` visits reached the server; a few of
    them came earlier, as in :func:`push`."""
    place = opened(home)
    _settle_in()
    try:
        place.syncing.run()
        for visits in (str(FEW), count):
            child("laptop", "visits", other, visits)
            child("laptop", "sync", other)
            told = _told(place)
        return told
    finally:
        place.close()


def _save(place: Workplace, count: int, scope: str) -> list[float]:
    households = place.store.reading.rows("household", scope_id=scope, limit=count)
    seconds = []
    for number, household in enumerate(households):
        form = VisitForm("met", note=note(number), needs=("repair",), went_with=COLLEAGUE)
        started = perf_counter()
        place.visits.record(household, form)
        seconds.append(perf_counter() - started)
    return seconds


def today(home: str) -> dict[str, object]:
    """Open the window on Today, painted once with its rows; how many there are."""
    from PySide6.QtWidgets import QApplication

    from desktop.app import DoorstepApp
    from desktop.jobs.lanes import InlineLane, Lanes
    from desktop.theme.style import apply_style

    application = QApplication([])
    lane = InlineLane()
    root = DoorstepApp(paths_for(Path(home)), None, SystemClock(), Lanes(lane, NoNetwork()))
    apply_style(application, root.look)
    started = perf_counter()
    place = opened(home)
    unlocked = perf_counter() - started
    root.show_workspace(place)
    root.window.resize(1366, 768)
    root.window.show()
    application.processEvents()
    root.window.grab()
    doors = len(list(place.today.round().doors()))
    root.window.close()
    return {"doors": doors, "unlock_seconds": unlocked}


class NoNetwork:
    """A lane on which nothing runs: this laptop stands in a lift."""

    def start(self, job: object) -> None:
        """Keep nothing, run nothing."""


_CHILDREN: Mapping[str, Callable[..., dict[str, object]]] = {
    "sync": sync,
    "quiet": quiet,
    "visits": visits,
    "push": push,
    "pull": pull,
    "today": today,
}


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    name, *arguments = sys.argv[1:]
    print(json.dumps(_CHILDREN[name](*arguments)))
