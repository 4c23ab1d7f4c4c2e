"""The app's window on real threads, as it runs at somebody's desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import shiboken6
from PySide6.QtWidgets import QLabel

from desktop.app import DoorstepApp
from desktop.jobs.lanes import threaded_lanes
from desktop.paths import paths_for
from desktop.program import finish
from desktop.services.profiles import Profiles
from desktop.services.workplace import open_workplace
from sync.identity import SystemClock
from tests.support.processes import PASSWORD


@contextmanager
def open_app(home: Path, password: str = PASSWORD) -> Iterator[DoorstepApp]:
    """The only profile of ``home``, unlocked, in its window. It syncs by itself, and listens."""
    clock = SystemClock()
    lanes, threads = threaded_lanes()
    root = DoorstepApp(paths_for(home), None, clock, lanes)
    root.window.resize(1366, 768)
    root.window.show()
    folder = Profiles(paths_for(home).profiles).pick(None)
    root.show_workspace(open_workplace(folder, password, clock))
    try:
        yield root
    finally:
        root.close_profile()
        # Whoever still waits for an answer of a lane goes before the lanes do.
        shiboken6.delete(root.window)
        finish(root, threads)


def words_of(root: DoorstepApp) -> str:
    """Every word that the window shows."""
    labels = root.window.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())
