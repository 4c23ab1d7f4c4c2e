"""The pictures in shares: each is taken on a copy of one laptop, by a process of its own."""

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication

from desktop.services.workplace import Workplace
from sync.errors import NotFound
from sync.i18n import LANGUAGES
from tests.shots.crew import take_crew_scenes
from tests.shots.gates import take_gates
from tests.shots.laptops import CREW, ROOM, WORKERS, own_copy
from tests.shots.matrix import (
    CREW_DRESSES,
    DRESSES,
    PAGES_OF,
    STATE_DRESSES,
    State,
    elsewhere,
    take_state,
)
from tests.shots.scenes import take_scenes
from tests.shots.windows import BrokenLane, SilentLane, bare_place

Taker = Callable[[QApplication, Path, Path], Iterator[str]]
"""Takes the pictures of one share: the application, the prepared home, the folder."""

_PARTS: Final = 2
"""Into how many shares the dresses of the largest states go, so that none is waited for alone."""


def _home(place: Workplace) -> str:
    """The household that is looked at; empty where a laptop holds none."""
    try:
        return place.references.household(ROOM).id
    except NotFound:
        return ""


def _worker_scenes(language: str, app: QApplication, home: Path, folder: Path) -> Iterator[str]:
    with own_copy(home, WORKERS) as place:
        household = _home(place)
        yield from take_scenes(app, place, household, language, folder)


def _worker(part: int, language: str, app: QApplication, home: Path, folder: Path) -> Iterator[str]:
    with own_copy(home, WORKERS) as place:
        household = _home(place)
        state = State("offline", place, language, DRESSES[part::_PARTS])
        yield from take_state(app, state, household, folder)


def _without_data(language: str, app: QApplication, home: Path, folder: Path) -> Iterator[str]:
    """What is shown while it loads, where the disk refuses, and what is not on this computer."""
    with own_copy(home, WORKERS) as place:
        household = _home(place)
        for state in (
            State("loading", place, language, STATE_DRESSES, lane=SilentLane()),
            State("error", place, language, STATE_DRESSES, lane=BrokenLane()),
        ):
            yield from take_state(app, state, household, folder)
        away = State("not-here", place, language, STATE_DRESSES, pages=elsewhere())
        yield from take_state(app, away, "nowhere", folder)


def _empty(language: str, app: QApplication, _home: Path, folder: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as new, bare_place(Path(new)) as bare:
        yield from take_state(app, State("empty", bare, language, STATE_DRESSES), "", folder)


def _crew(name: str, language: str, app: QApplication, home: Path, folder: Path) -> Iterator[str]:
    with own_copy(home, name) as place:
        state = State(name, place, language, CREW_DRESSES, pages=PAGES_OF[name])
        yield from take_state(app, state, _home(place), folder)
        yield from take_crew_scenes(app, name, place, language, folder)


def _each_language() -> Iterator[tuple[str, Taker]]:
    for language in LANGUAGES:
        for part in range(_PARTS):
            yield f"offline-{language}-{part}", partial(_worker, part, language)
        yield f"scenes-{language}", partial(_worker_scenes, language)
        yield f"without-{language}", partial(_without_data, language)
        for name in CREW:
            yield f"{name}-{language}", partial(_crew, name, language)
        yield f"empty-{language}", partial(_empty, language)
        yield f"gates-{language}", partial(take_gates, language)


SHARES: Final[dict[str, Taker]] = dict(_each_language())
"""All of them, the longest first."""
