"""The app's own window without a screen, worked as a person works it, with its own threads.

``doors HOME COUNT`` opens Today and saves visits, ``household HOME COUNT`` opens households: one
process each, and what it prints is one JSON object.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter, sleep
from typing import Any, Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from desktop.app import DoorstepApp
from desktop.garbage import WindowCollector
from desktop.jobs.lanes import CALM_MS, Lanes, ThreadLane
from desktop.page import Route
from desktop.pages.household import HouseholdPage
from desktop.pages.today import TodayPage
from desktop.pages.visit import VisitPage
from desktop.paths import paths_for
from desktop.program import settle_in
from desktop.services.opening import open_household
from desktop.services.visits import VisitForm
from desktop.services.workplace import Workplace
from desktop.theme.style import dress
from desktop.workspace import Workspace
from sync.identity import SystemClock
from tests.bench.laptop import NoNetwork, opened
from tests.bench.screens import timed_once

SIZE: Final = (1366, 768)
LONGEST_S: Final = 60.0
"""No answer takes that long: what was waited for does not come."""
_WAIT: Final = QEventLoop.ProcessEventsFlag.WaitForMoreEvents


class Window:
    """One window on a filled laptop. Between two things that are timed a person walks, and the
    store lane comes to rest."""

    def __init__(self, home: Path) -> None:
        self._application = QApplication([])
        collector = WindowCollector(self._application)  # As the app does.
        self._store = ThreadLane("store", 1, drains=True)
        lanes = Lanes(self._store, NoNetwork(), calm_ms=CALM_MS)
        self._root = DoorstepApp(paths_for(home), None, SystemClock(), lanes)
        self._root.stood.connect(collector.keep)
        dress(self._application, self._root.look)
        self.place: Workplace = opened(str(home))
        while self.place.store.index.step():
            pass  # As it is a minute after unlocking.
        self._root.show_workspace(self.place)
        self._root.window.resize(*SIZE)
        self._root.window.show()
        settle_in()
        self.rest()

    def page(self, kind: type[Any]) -> Any:
        """The page of this kind."""
        return self._workspace.pages[kind.KEY]

    @property
    def _workspace(self) -> Workspace:
        assert self._root._workspace is not None
        return self._root._workspace

    def go(self, page: str, record_id: str = "") -> None:
        """Ask for a page."""
        self._root.go(Route(page, record_id))

    def rest(self) -> None:
        """Wait until everything that was asked for is there, also what waited for a calm moment
        and what that asked for, and until no page is made ahead. Raises TimeoutError."""
        ends = QDeadlineTimer(int(LONGEST_S * 1000))
        calm_since = perf_counter()
        while perf_counter() - calm_since < 2 * CALM_MS / 1000:
            _check(ends)
            sleep(0.001)
            self._application.processEvents()
            if self._store._running or self._workspace._making.isActive():
                calm_since = perf_counter()

    def seconds_of(self, act: Callable[[], object], is_there: Callable[[], bool]) -> float:
        """From the act to the painted answer, waiting as a window waits: asleep. Raises
        TimeoutError."""
        waking = QTimer()  # An answer that never comes would leave it asleep for ever.
        waking.start(int(LONGEST_S * 1000))
        ends = QDeadlineTimer(int(LONGEST_S * 1000))
        started = perf_counter()
        act()
        while not is_there():
            _check(ends)
            self._application.processEvents(_WAIT)
        self._application.processEvents()  # Laid out and painted.
        return perf_counter() - started

    def close(self) -> None:
        """End as the app ends."""
        self._root.window.close()
        self._store.close()
        self.place.close()


@contextmanager
def window(home: str) -> Iterator[Window]:
    """A window, closed at the end."""
    shown = Window(Path(home))
    try:
        yield shown
    finally:
        shown.close()


def doors(home: str, count: str) -> dict[str, object]:
    """Seconds of opening Today, every other time after a save, and of saving a visit until the
    next door is shown."""
    with window(home) as shown:
        openings = [_open_today(shown, is_new=bool(at % 2)) for at in range(int(count))]
        first = next(door for door in shown.place.today.round().on_the_way() if not door.done)
        shown.go("visit", first.id)
        shown.rest()
        saves = [_save_visit(shown) for _ in range(int(count))]
        _record(shown)
        started = perf_counter()
        found = shown.place.today.round()
        anew = perf_counter() - started
    return {"openings": openings, "saves": saves, "doors": found.total, "anew": anew}


def _open_today(shown: Window, *, is_new: bool) -> float:
    """From another page to the list and the card of its first door."""
    page = shown.page(TodayPage)
    shown.go("settings")
    shown.rest()
    if is_new:
        _record(shown)
    told: list[bool] = []
    page.headed.connect(lambda: told.append(True))
    return shown.seconds_of(
        partial(shown.go, "today"), lambda: bool(told) and not page.beside.is_reading
    )


def _record(shown: Window) -> None:
    """A visit that was saved on another page: the day is another one."""
    door = next(door for door in shown.place.today.round().on_the_way() if not door.done)
    home = shown.place.households.record(door.id)
    shown.place.visits.record(home, VisitForm(result="met"))


def _save_visit(shown: Window) -> float:
    visit = shown.page(VisitPage)
    visit.fields.choose_result("met")
    shown.rest()
    before = visit._household_id
    return shown.seconds_of(
        lambda: visit._save(onward=True),
        lambda: visit._state is not None and visit._household_id != before,
    )


def household(home: str, count: str) -> dict[str, object]:
    """Seconds of opening households from all over the community, and of reading them alone."""
    with window(home) as shown:
        every = [row.id for row in shown.place.store.reading.rows("household")]
        chosen = every[:: max(1, len(every) // int(count))]
        page = shown.page(HouseholdPage)
        seconds = []
        for key in chosen:
            is_there = partial(_shows, page, key)
            seconds.append(shown.seconds_of(partial(shown.go, "household", key), is_there))
            shown.rest()
        reading = [timed_once(partial(open_household, shown.place, key)) for key in chosen]
    # The first one also builds what is shown of any.
    return {"seconds": seconds[1:], "reading": reading[1:]}


def _shows(page: Any, key: str) -> bool:
    return page._opened is not None and page._opened.card.line.id == key


def _check(ends: QDeadlineTimer) -> None:
    if ends.hasExpired():
        raise TimeoutError(f"no answer within {LONGEST_S:.0f} s")


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    print(json.dumps({"doors": doors, "household": household}[name](*arguments)))
