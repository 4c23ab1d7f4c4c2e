"""The end of the process that held the data: within a second of the lock, drafts first."""

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication

from desktop import crash
from desktop.jobs.job import Job
from desktop.jobs.lanes import Lane
from desktop.locking.fresh import Handed, start_fresh
from desktop.paths import Paths
from sync.store.store import Store

LONGEST_MS: Final = 700
"""So long a session that is under way may take to end. All that was said to be saved is on the
disk before it is said, so that the end of this process loses none of it."""


def end_now() -> None:
    """Without waiting for any thread: one may hang in a dead network."""
    os._exit(0)


class Leaving(QObject):
    """Starts the fresh process once the drafts are on the disk, and ends this one once the store is
    closed. Where a draft was refused or no process starts, this one stays and shows the lock."""

    def __init__(
        self,
        end: Callable[[], None] = end_now,
        start: Callable[[Paths, Handed], None] = start_fresh,
    ) -> None:
        super().__init__()
        self._end = end
        self._start = start
        self._is_fresh_there = False
        self._handed: tuple[Paths, Callable[[], Handed]] | None = None

    def begin(self, lane: Lane, store: Store, paths: Paths, handed: Callable[[], Handed]) -> None:
        """Ask ``lane`` for the drafts, before it is asked to close the store; ``handed`` is asked
        once they are there."""
        keeping = Job(partial(_keep_drafts, store))
        self._handed = (paths, handed)
        keeping.done.connect(self._go)
        lane.start(keeping)

    @Slot(object)
    def _go(self, _done: object) -> None:
        assert self._handed is not None
        try:
            paths, handed = self._handed
            self._start(paths, handed())
        except OSError as error:
            crash.log.error("no fresh process for the lock: %s", type(error).__name__)
            return
        self._is_fresh_there = True
        QTimer.singleShot(LONGEST_MS, self._end)

    @Slot()
    def closed(self) -> None:
        """The store is closed."""
        if self._is_fresh_there:
            self._end()


def _keep_drafts(store: Store, _report: object) -> None:
    store.drafts.try_again()


def forget_clipboard() -> None:
    """What was copied here is nobody else's to paste after the lock."""
    clipboard = QGuiApplication.clipboard()
    if clipboard.ownsClipboard():
        clipboard.clear()


def keep_no_dumps() -> None:
    """A crash leaves no picture of the memory on the disk."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
