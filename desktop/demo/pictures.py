"""A picture of each screen, taken from the real window on the demo's data."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication

from desktop.app import DoorstepApp
from desktop.demo.cast import MEDIATOR, PASSWORD, SECRETARY, Laptop, demo_in
from desktop.jobs.lanes import InlineLane, Lanes
from desktop.page import Route
from desktop.paths import paths_for
from desktop.services.profiles import Profiles
from desktop.services.workplace import Workplace, open_workplace
from desktop.theme.style import apply_style
from sync.identity import SystemClock

SIZE: Final = (1366, 768)
SETTLING_PASSES: Final = 20
"""Wrapping rows learn their height from their width, one layout pass after the other."""

ROOM: Final = "6-2-1602"


@dataclass(frozen=True)
class Shot:
    """One picture: its name, and the page that is opened for it."""

    name: str
    route: Route


def _worker(place: Workplace) -> Iterator[Shot]:
    home = place.references.household(ROOM).id
    for key in ("today", "households", "building"):
        yield Shot(key, Route(key))
    yield Shot("household", Route("household", home))
    yield Shot("visit", Route("visit", home, "met"))
    yield Shot("mediation_note", Route("mediation_note", home))
    campaign = place.store.reading.rows("campaign")[0]
    yield Shot("campaign", Route("campaign", campaign.id))
    for key in ("campaigns", "matters", "conflicts", "sync", "handbook", "settings"):
        yield Shot(key, Route(key))


def _desk(place: Workplace) -> Iterator[Shot]:
    home = place.references.household(ROOM)
    yield Shot("desk", Route("desk"))
    yield Shot("desk_case", Route("desk", str(home.get("head_id"))))
    yield Shot("certificates", Route("certificates", str(home.get("head_id"))))


def _mediator(place: Workplace) -> Iterator[Shot]:
    cases = place.store.reading.rows("mediation_case", where={"stage": "follow_up"})
    yield Shot("mediation_cases", Route("mediation"))
    yield Shot("mediation_case", Route("case", cases[0].id))
    yield Shot("mediation_figures", Route("mediation_figures"))


def _secretary(place: Workplace) -> Iterator[Shot]:
    del place
    for tab in ("helpers", "staff", "grids", "load"):
        yield Shot(f"people_{tab}", Route("people", tab))
    yield Shot("matters_all", Route("matters"))


def take_pictures(home: Path, folder: Path) -> list[str]:
    """Write ``folder/<name>.png`` for each page of the demo's worker, clerk, secretary and
    mediator; the names are returned. The server runs: the last two are enrolled for it.

    Runs without a display under ``QT_QPA_PLATFORM=offscreen``; work happens inline.
    """
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    cast = demo_in(home)
    for laptop, user in ((cast.secretary, SECRETARY), (cast.mediator, MEDIATOR)):
        cast.enroll(laptop, user)
        laptop.must("sync")
    albums = {
        cast.worker: _worker,
        cast.desk: _desk,
        cast.secretary: _secretary,
        cast.mediator: _mediator,
    }
    names = ["unlock"]
    for laptop, shots in albums.items():
        names += _album(application, laptop, folder, shots)
    return names


def _album(
    application: QApplication,
    laptop: Laptop,
    folder: Path,
    shots: Callable[[Workplace], Iterator[Shot]],
) -> list[str]:
    """The pictures of one laptop's window."""
    inline = InlineLane()
    paths = paths_for(laptop.home)
    root = DoorstepApp(paths, laptop.profile, SystemClock(), Lanes(inline, inline))
    apply_style(application, root.look)
    root.window.resize(*SIZE)
    if shots is _worker:
        root.show_gate()
        root.window.show()
        _grab(application, root, folder, "unlock")
    profile = Profiles(paths.profiles).pick(laptop.profile)
    place = open_workplace(profile, PASSWORD, SystemClock())
    root.skip_tour(profile.name)
    root.show_workspace(place)
    root.window.show()
    names = []
    for shot in shots(place):
        root.go(shot.route)
        names.append(_grab(application, root, folder, shot.name))
    root.window.close()
    return names


def _grab(application: QApplication, root: DoorstepApp, folder: Path, name: str) -> str:
    for _pass in range(SETTLING_PASSES):
        application.processEvents()
    root.window.grab().save(str(folder / f"{name}.png"))
    return name
