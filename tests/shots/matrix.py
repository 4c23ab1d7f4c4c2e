"""The pages of the app in every kind of window and in every state, with their faults."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication

from desktop.jobs.lanes import Lane
from desktop.services.workplace import Workplace
from desktop.theme.tokens import ThemeName
from tests.shots.geometry import judged
from tests.shots.windows import Dress, opened, routes

SIZES: Final = ((1024, 600), (1366, 768), (1440, 900), (1920, 1080))
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
CREW_DRESSES: Final = (
    *SIZES_AND_TEXTS,
    Dress(1024, 600, theme=ThemeName.DARK),
    Dress(1440, 900, theme=ThemeName.DARK),
)

SEVERAL: Final = ("visit", "case_form")
"""Pages that are shown more than once, told apart by the detail of their route."""

_CASES: Final = ("mediation", "case", "case_form", "case_people", "dossier", "mediation_figures")
PAGES_OF: Final = {
    "desk": ("desk", "certificates", "households", "household", "matters", "conflicts", "held"),
    "mediator": ("today", *_CASES),
    "leader": ("today", "building", "matters", "campaigns", "people", *_CASES),
    "secretary": (
        *("today", "households", "matters", "people", "conflicts", "sync", "reports", "rights"),
        *_CASES,
    ),
    "department": ("matters", "sync"),
    "street": ("matters", "sync"),
    "it": ("devices",),
}
"""What is another's own, or looks otherwise on another's laptop than on the worker's."""


@dataclass(frozen=True)
class State:
    """What the pages are shown in: on whose laptop, in which language and dresses; ``lane`` stands
    for the store where it does not answer, ``pages`` are all of them where it is ``None``."""

    name: str
    place: Workplace
    language: str
    dresses: tuple[Dress, ...]
    lane: Lane | None = None
    pages: Collection[str] | None = None


def elsewhere() -> tuple[str, ...]:
    """Pages of one record, which may be in a grid that is not on this computer."""
    return ("household", "visit", "mediation_note", "case", "dossier", "campaign", "campaign_sheet")


def campaign_of(place: Workplace) -> str:
    """The campaign that asks on this laptop; empty where none does."""
    return next((one.campaign.id for one in place.campaigns.listed()), "")


def case_of(place: Workplace) -> str:
    """The case with the most talks on this laptop; empty where it holds none."""
    lines = sorted(place.case_list.lines(), key=lambda line: line.talks)
    return lines[-1].id if lines else ""


def take_state(
    application: QApplication, state: State, household: str, folder: Path
) -> Iterator[str]:
    """Write ``folder/<state>-<language>/<page>-<window>.png``; each fault is yielded."""
    name, place = f"{state.name}-{state.language}", state.place
    into = folder / name
    into.mkdir(parents=True, exist_ok=True)
    gone = "nowhere" if household == "nowhere" else ""
    wanted = (household, gone or campaign_of(place), gone or case_of(place))
    # A window that is born in its look is made sooner than all of another's pages change theirs.
    for _look, dresses in groupby(sorted(state.dresses, key=_look_of), _look_of):
        alike = list(dresses)
        with opened(application, place, state.language, state.lane, born=alike[0]) as window:
            shown = window.space.pages if state.pages is None else state.pages
            for dress in alike:
                window.wear(dress)
                for route in routes(shown, *wanted):
                    window.go(route)
                    page = f"{route.page}-{route.detail}" if route.page in SEVERAL else route.page
                    found, picture = judged(window.space)
                    picture.save(str(into / f"{page}-{dress}.png"))
                    yield from (f"{name} {page} {dress}: {fault}" for fault in found)


def _look_of(dress: Dress) -> tuple[str, float, bool]:
    return dress.theme.value, dress.scale, dress.compact
