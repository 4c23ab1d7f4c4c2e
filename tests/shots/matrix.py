"""Every page of ``desktop.screens`` in every kind of window and in every state, with its faults."""

import tempfile
from collections.abc import Iterator
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
DRESSES: Final = (
    *(Dress(width, height) for width, height in SIZES),
    *(Dress(1366, 768, scale) for scale in SCALES[1:]),
    *(Dress(1024, 600, scale) for scale in SCALES[1:]),
    *(Dress(width, height, theme=ThemeName.DARK) for width, height in SIZES),
    Dress(1366, 768, 1.5, ThemeName.DARK),
    Dress(1366, 768, compact=True),
)
STATE_DRESSES: Final = (
    Dress(1366, 768),
    Dress(1024, 600, 2.0),
    Dress(1366, 768, theme=ThemeName.DARK),
)

State = tuple[str, Workplace, str, Lane | None, tuple[Dress, ...]]


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


def _take(application: QApplication, state: State, household: str, folder: Path) -> Iterator[str]:
    name, place, language, lane, dresses = state
    into = folder / name
    into.mkdir(parents=True)
    with opened(application, place, language, lane) as window:
        for dress in dresses:
            window.wear(dress)
            for route in routes(window.space.pages, household, campaign_of(place)):
                window.go(route)
                page = f"{route.page}-{route.detail}" if route.page == "visit" else route.page
                window.space.grab().save(str(into / f"{page}-{dress}.png"))
                for fault in faults(window.space):
                    yield f"{name} {page} {dress}: {fault}"
