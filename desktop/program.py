"""The window's process, from its start to its end."""

import gc
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop import crash
from desktop.app import DoorstepApp
from desktop.garbage import WindowCollector
from desktop.input_method import prepare_input_method
from desktop.jobs.lanes import LooseLane, ThreadLane, threaded_lanes
from desktop.locking.fresh import taken_over
from desktop.locking.guard import Guard
from desktop.locking.leaving import Leaving, keep_no_dumps
from desktop.paths import Paths
from desktop.services.policy import NO_POLICY, Policy, PolicyBroken
from desktop.services.policy_sources import machine_policy
from desktop.services.updates import this_program
from desktop.theme.style import dress
from desktop.update_watch import watch_for
from sync import __version__
from sync.identity import SystemClock

LANE_TURN_S: Final = 0.001


def open_window(
    paths: Paths, profile: str | None, begun: Callable[[DoorstepApp], None] = lambda root: None
) -> int:
    """Run the app until its window closes; the exit code is returned. ``begun`` is told of the
    window once it stands."""
    handed = taken_over()
    crash.start_log(paths.logs)
    keep_no_dumps()
    prepare_input_method()
    application = QApplication(sys.argv[:1])
    collector = WindowCollector(application)
    lanes, threads = threaded_lanes()
    guard = Guard(SystemClock())
    policy, broken = _policy_or_why_not()
    root = DoorstepApp(paths, profile, SystemClock(), lanes, guard=guard, policy=policy)
    root.leaving = Leaving()
    root.stood.connect(collector.keep)
    if handed is not None:
        root.take_over(handed)
    installed = this_program(__version__)
    watch = watch_for(installed, policy, SystemClock(), lanes.net)
    if watch is not None:
        root.watch_updates(watch)
    dress(application, root.look)
    if broken is None:
        root.show_gate()
    else:
        root.show_held_shut(broken)
    if handed is not None and handed.minimised:
        root.window.showMinimized()
    else:
        root.window.show()
    if installed is not None:  # The window stands: this version has proved itself.
        QTimer.singleShot(0, partial(installed.versions.confirm, __version__))
    settle_in()
    begun(root)
    code = application.exec()
    finish(root, threads)
    return code


def _policy_or_why_not() -> tuple[Policy, PolicyBroken | None]:
    try:
        return machine_policy(), None
    except PolicyBroken as broken:
        return NO_POLICY, broken


def settle_in() -> None:
    """The window is open: from here on nothing in this process stops it for long."""
    # What is loaded now stays until the end. Looking through all of it again for what could go
    # stopped the window for 80 ms and more, several times in a first sync.
    gc.freeze()
    # A lane that works keeps the interpreter for so long where the window wants it. Each call of
    # the store gives it away and wants it back: at the usual 5 ms the two wait for each other.
    sys.setswitchinterval(LANE_TURN_S)


def finish(root: DoorstepApp, threads: Sequence[ThreadLane | LooseLane]) -> None:
    """Close the profile if it is open; sessions stop, what waits to be saved is saved."""
    root.close_profile()
    for thread in threads:
        thread.close()
