"""A picture of each screen, taken from the real window on the demo's data."""

import sys
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication

from desktop.app import DoorstepApp
from desktop.demo.cast import PASSWORD, demo_in
from desktop.jobs.lanes import InlineLane, Lanes
from desktop.page import Route
from desktop.paths import paths_for
from desktop.services.profiles import Profiles
from desktop.services.workplace import open_workplace
from desktop.theme.style import apply_style
from sync.identity import SystemClock

SIZE: Final = (1366, 768)
SETTLING_PASSES: Final = 20
"""Wrapping rows learn their height from their width, one layout pass after the other."""

SECTIONS: Final = ("today", "households", "building", "conflicts", "sync")
RECORD_PAGES: Final = ("household", "visit", "mediation_note")
BEGUN: Final = {"visit": "met"}
"""What a page is opened with beside its record: a visit form with its result chosen."""

ROOM: Final = "6-2-1602"


def take_pictures(home: Path, folder: Path) -> list[str]:
    """Write ``folder/<page>.png`` for each page of the demo's worker; the names are returned.

    Runs without a display under ``QT_QPA_PLATFORM=offscreen``; work happens inline.
    """
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    inline = InlineLane()
    paths = paths_for(home)
    root = DoorstepApp(paths, "worker", SystemClock(), Lanes(inline, inline))
    apply_style(application, root.look)
    root.show_gate()
    root.window.resize(*SIZE)
    root.window.show()
    names = [_grab(application, root, folder, "unlock")]
    profile = Profiles(paths.profiles).pick(demo_in(home).worker.profile)
    place = open_workplace(profile, PASSWORD, SystemClock())
    household = place.references.household(ROOM).id
    root.skip_tour(profile.name)
    root.show_workspace(place)
    for key in SECTIONS:
        root.go(Route(key))
        names.append(_grab(application, root, folder, key))
    for key in RECORD_PAGES:
        root.go(Route(key, household, BEGUN.get(key, "")))
        names.append(_grab(application, root, folder, key))
    root.go(Route("settings"))
    names.append(_grab(application, root, folder, "settings"))
    root.window.close()
    return names


def _grab(application: QApplication, root: DoorstepApp, folder: Path, name: str) -> str:
    for _pass in range(SETTLING_PASSES):
        application.processEvents()
    root.window.grab().save(str(folder / f"{name}.png"))
    return name
