"""The demo in a window: the app as the worker, already unlocked."""

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from desktop import crash
from desktop.app import DoorstepApp
from desktop.demo.cast import PASSWORD, demo_in
from desktop.demo.ending import ends_window_when_told
from desktop.demo.pictures import take_pictures
from desktop.garbage import WindowCollector
from desktop.input_method import prepare_input_method
from desktop.jobs.lanes import threaded_lanes
from desktop.locking.guard import Guard
from desktop.paths import paths_for
from desktop.program import finish
from desktop.services.profiles import Profiles
from desktop.services.workplace import open_workplace
from desktop.theme.style import dress
from sync.identity import SystemClock


def open_demo_window(home: Path, shots: Path | None) -> int:
    """Run the app as the demo's worker until its window closes."""
    if shots is not None:
        take_pictures(home, shots)
    paths = paths_for(home)
    crash.start_log(paths.logs)
    prepare_input_method()
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    collector = WindowCollector(application)
    lanes, threads = threaded_lanes()
    # The demo's people are invented; that it locks itself is part of what is shown.
    root = DoorstepApp(paths, "worker", SystemClock(), lanes, guard=Guard(SystemClock()))
    root.stood.connect(collector.keep)
    dress(application, root.look)
    folder = Profiles(paths.profiles).pick(demo_in(home).worker.profile)
    root.window.show()  # Before the workspace: the guard watches a window that is there.
    root.show_workspace(open_workplace(folder, PASSWORD, SystemClock()))
    ends_window_when_told(application)
    code = application.exec()
    finish(root, threads)
    return code
