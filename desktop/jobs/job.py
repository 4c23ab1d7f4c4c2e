"""One slow task off the Qt thread, its progress, its end."""

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop import crash
from sync.errors import Bug, DoorstepError
from sync.progress import Cancelled, Progress

Task = Callable[[Progress], Any]
"""Work that reports between batches; what it returns arrives with ``done``."""


class Job(QObject):
    """Emits one of done, failed, cancelled: once, and last.

    Signals: ``progressed`` (untranslated step, so far, in all), ``done`` (the task's result),
    ``failed`` (a DoorstepError, always presentable), ``cancelled``, and ``settled`` after any end.
    """

    progressed = Signal(str, int, int)
    done = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    settled = Signal()

    def __init__(self, task: Task, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task = task
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Ask the task to stop at its next report."""
        self._stop.set()

    def report(self, step: str, so_far: int, in_all: int) -> None:
        """Called by the task between batches: the only place where it can be cancelled."""
        if self._stop.is_set():
            raise Cancelled
        self.progressed.emit(step, so_far, in_all)

    def run(self) -> None:
        """Do the work; called by a lane, on its thread."""
        try:
            result = self._task(self.report)
        except Cancelled:
            self.cancelled.emit()
        except DoorstepError as error:
            self.failed.emit(error)
        except Exception as error:  # noqa: BLE001  (a lane outlives a bug; the report keeps its trace)
            crash.log.error("job\n%s", crash.trace_of(error))
            self.failed.emit(Bug())
        else:
            self.done.emit(result)
        finally:
            self.settled.emit()
