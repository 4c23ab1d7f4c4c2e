"""Syncing by itself while the window is open: soon after a save, as soon as somebody else's work
reached the server, and every few minutes."""

import threading
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.jobs.job import Job, Task
from desktop.jobs.lanes import Lane
from desktop.listening import Listening
from desktop.services.syncing import Syncing
from sync.engine.report import SyncReport
from sync.errors import DoorstepError
from sync.i18n import N_
from sync.progress import Progress

AFTER_SAVE_MS = 5_000
EVERY_MS = 3 * 60_000
WHILE_OFFLINE_MS = 20_000
"""How often a lost network is tried again: who steps out of the lift is not made to wait."""


class SyncRunner(QObject):
    """At most one session at a time. Nobody waits for it; it can be cancelled.

    Signals:
        started: a session began.
        progressed: untranslated step, so far, in all.
        told: the :class:`SyncReport`, while due dates are still worked out: what came is there.
        ended: the same, once all is done.
        failed: a DoorstepError; saved work stays and the next try comes by itself.
        cancelled: the person stopped it.
        errand_done, errand_failed: a courier's errand ended, with its result or its error.
    """

    started = Signal()
    progressed = Signal(str, int, int)
    told = Signal(object)
    ended = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    errand_done = Signal(object)
    errand_failed = Signal(object)

    def __init__(
        self,
        syncing: Syncing,
        lane: Lane,
        parent: QObject | None = None,
        *,
        live: Lane | None = None,
    ) -> None:
        super().__init__(parent)
        self._syncing = syncing
        self._lane = lane
        self._job: Job | None = None
        self._idle = threading.Event()
        self._idle.set()
        self._soon = QTimer(self, singleShot=True, interval=AFTER_SAVE_MS)
        self._soon.timeout.connect(self.run_now)
        self._regular = QTimer(self, interval=EVERY_MS)
        self._regular.timeout.connect(self.run_now)
        self._listening = Listening(syncing.news(), live, self) if live is not None else None
        if self._listening is not None:
            self._listening.heard.connect(self._run_for_news)
        self._missed = self._told_to_wait = False
        self.last_report: SyncReport | None = None
        self.last_error: DoorstepError | None = None

    @property
    def running(self) -> bool:
        """Whether a session is under way."""
        return self._job is not None

    @property
    def listening(self) -> bool:
        """Whether news from the server arrive by themselves."""
        return self._listening is not None and self._listening.waiting

    def start_regularly(self) -> None:
        """Sync now and from time to time."""
        self._regular.start()
        self.run_now()

    def stop(self) -> None:
        """No more sessions; one under way is asked to stop."""
        self._regular.stop()
        self._soon.stop()
        if self._listening is not None:
            self._listening.stop()
        self.cancel()

    def run_soon(self) -> None:
        """Something was saved: sync when the person pauses, or when the server asked to be."""
        if not self._told_to_wait:
            self._soon.start()

    def run_now(self) -> None:
        """Begin a session unless one is under way."""
        if self._job is None:
            job = Job(partial(self._alone, partial(self._syncing.run, told=self.told.emit)))
            job.done.connect(self._end)
            job.failed.connect(self._fail)
            self._begin(job)

    def _run_for_news(self) -> None:
        """A session under way may have asked already: if so, another one follows it."""
        self._missed = self._missed or self._job is not None
        self.run_now()

    def run_errand(self, errand: Task) -> bool:
        """Do a courier's errand in the place of a session; False while one is under way.

        Ends with ``errand_done``, ``errand_failed`` or ``cancelled``.
        """
        if self._job is not None:
            return False
        job = Job(partial(self._alone, errand))
        job.done.connect(self._end_errand)
        job.failed.connect(self._fail_errand)
        self._begin(job)
        return True

    def _begin(self, job: Job) -> None:
        self._job = job
        job.progressed.connect(self.progressed)
        job.cancelled.connect(self._stopped)
        self.started.emit()
        self._lane.start(job)

    def cancel(self) -> None:
        """Ask the session under way to stop between two batches; it waits for no answer more."""
        if self._job is not None:
            self._job.cancel()
            self._syncing.break_off()

    def wait_idle(self) -> None:
        """Wait until no session uses the store; call :meth:`stop` first, off the Qt thread."""
        self._idle.wait()

    def _alone(self, task: Task, report: Progress) -> Any:
        """Whatever uses the store and the server, on the lane's thread."""
        self._idle.clear()
        try:
            # One that was stopped while it queued ends here: the store may be closed by now.
            report(N_("Starting"), 0, 0)
            return task(report)
        finally:
            self._idle.set()

    def _end(self, report: SyncReport) -> None:
        self._job = None
        self.last_report, self.last_error = report, None
        self._told_to_wait = False
        self._try_again_every(EVERY_MS)
        self._listen()
        self.ended.emit(report)

    def _end_errand(self, done: object) -> None:
        self._job = None
        self._listen()
        self.errand_done.emit(done)

    def _fail_errand(self, error: DoorstepError) -> None:
        self._job = None
        self._listen()
        self.errand_failed.emit(error)

    def _fail(self, error: DoorstepError) -> None:
        self._job = None
        self.last_error = error
        # A server that says when to come again is not asked sooner.
        asked_for_ms = int(error.details.get("retry_after", 0)) * 1000
        self._told_to_wait = asked_for_ms > 0
        usual_ms = WHILE_OFFLINE_MS if error.retryable else EVERY_MS
        self._try_again_every(max(usual_ms, asked_for_ms))
        self.failed.emit(error)

    def _stopped(self) -> None:
        self._job = None
        self._listen()
        self.cancelled.emit()

    def _listen(self) -> None:
        missed, self._missed = self._missed, False
        if self._listening is not None and self._regular.isActive():
            self._listening.listen(missed=missed)

    def _try_again_every(self, interval_ms: int) -> None:
        if self._regular.isActive() and self._regular.interval() != interval_ms:
            self._regular.start(interval_ms)
