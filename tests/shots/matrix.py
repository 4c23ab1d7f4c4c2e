"""Every page of ``desktop.screens`` in every kind of window and in every state, with its faults."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication

from desktop.jobs.lanes import Lane
from desktop.services.workplace import Workplace
from desktop.theme.tokens import ThemeName
from sync.i18n import LANGUAGES
from tests.shots.geometry import faults
from tests.shots.windows import BrokenLane, Dress, SilentLane, bare_place, opened, routes

SIZES: Final = ((1024, 600), (1366, 768), (1920, 1080))
SCALES: Final = (1.0, 1.25, 1.5, 2.0)
SIZES_AND_TEXTS: Final = (
    *(Dress(width, height) for width, height in SIZES),
    *(Dress(1366, 768, scale) for scale in SCALES[1:]),
    *(Dress(1024, 600, scale) for scale in SCALES[1:]),
)
DRESSES: Final = (
    *SIZES_AND_TEXTS,
    *(Dress(width, height, theme=ThemeName.DARK) for width, height in SIZES),
    Dress(1366, 768, 1.5, ThemeName.DARK),
    Dress(1366, 768, compact=True),
)
STATE_DRESSES: Final = (
    Dress(1366, 768),
    Dress(1024, 600, 2.0),
    Dress(1366, 768, theme=ThemeName.DARK),
)

SEVERAL: Final = ("visit", "case_form")
"""Pages that are shown more than once, told apart by the detail of their route."""

State = tuple[str, Workplace, str, Lane | None, tuple[Dress, ...]]


CREW_DRESSES: Final = (*SIZES_AND_TEXTS, Dress(1366, 768, theme=ThemeName.DARK))


def take_crew(
    application: QApplication, crew: Mapping[str, Workplace], folder: Path
) -> Iterator[str]:
    """The same of the laptops of others, by their names: what a worker's does not hold."""
    for name, place in crew.items():
        for language in LANGUAGES:
            state = (f"{name}-{language}", place, language, None, CREW_DRESSES)
            yield from _take(application, state, "", folder)


def take_matrix(
    application: QApplication, place: Workplace, household: str, folder: Path
) -> Iterator[str]:
    """Write ``folder/<state>/<page>-<window>.png`` for all of it; each fault is yielded."""
    with tempfile.TemporaryDirectory() as home, bare_place(Path(home)) as bare:
        states: list[State] = []
        for language in LANGUAGES:
            states += [
                (f"offline-{language}", place, language, None, DRESSES),
                (f"empty-{language}", bare, language, None, STATE_DRESSES),
                (f"loading-{language}", place, language, SilentLane(), STATE_DRESSES),
                (f"error-{language}", place, language, BrokenLane(), STATE_DRESSES),
            ]
        for state in states:
            yield from _take(application, state, household, folder)


def campaign_of(place: Workplace) -> str:
    """The campaign that asks on this laptop; empty where none does."""
    return next((one.campaign.id for one in place.campaigns.listed()), "")


def case_of(place: Workplace) -> str:
    """The case with the most talks on this laptop; empty where it holds none."""
    lines = sorted(place.case_list.lines(), key=lambda line: line.talks)
    return lines[-1].id if lines else ""


def _take(application: QApplication, state: State, household: str, folder: Path) -> Iterator[str]:
    name, place, language, lane, dresses = state
    into = folder / name
    into.mkdir(parents=True)
    with opened(application, place, language, lane) as window:
        for dress in dresses:
            window.wear(dress)
            wanted = (household, campaign_of(place), case_of(place))
            for route in routes(window.space.pages, *wanted):
                window.go(route)
                page = f"{route.page}-{route.detail}" if route.page in SEVERAL else route.page
                window.space.grab().save(str(into / f"{page}-{dress}.png"))
                for fault in faults(window.space):
                    yield f"{name} {page} {dress}: {fault}"
