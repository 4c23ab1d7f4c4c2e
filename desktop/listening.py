"""Hearing of others' work while the window is open."""

from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from desktop.jobs.job import Job
from desktop.jobs.lanes import Lane
from desktop.services.news import News
from sync.errors import DoorstepError

SHORTEST_WAIT_MS: Final = 1_000
"""A wait that brought nothing and was shorter than this counts as a failed one."""

FIRST_PAUSE_MS: Final = 2_000
LONGEST_PAUSE_MS: Final = 3 * 60_000


class Listening(QObject):
    """One wait after another, each a job on a lane of its own.

    It begins after a session that reached the server, and rests from the moment something was
    heard until the next such session: the same news never ring twice, and nobody calls into a
    dead line. Where a proxy allows no long requests the pauses grow to the usual interval.

    Signals:
        heard: the server has something that is not here yet.
    """

    heard = Signal()

    def __init__(self, news: News, lane: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._news = news
        self._lane = lane
        self._job: Job | None = None
        self._stopped = False
        self._since = QElapsedTimer()
        self._pause_ms = FIRST_PAUSE_MS
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self.listen)

    @property
    def waiting(self) -> bool:
        """Whether a wait is under way."""
        return self._job is not None

    def listen(self, *, missed: bool = False) -> None:
        """Wait for news, unless that is done already.

        ``missed`` says that nobody could act on the last ones: they ring again if they are not
        here by now.
        """
        if self._job is not None or self._stopped:
            return
        self._pause.stop()
        self._since.start()
        news = self._news
        self._job = Job(lambda report: (missed and news.missing()) or news.wait())
        self._job.done.connect(self._hear)
        self._job.failed.connect(self._rest)
        self._job.cancelled.connect(self.stop)
        self._lane.start(self._job)

    def stop(self) -> None:
        """For good, and at once."""
        if not self._stopped:
            self._stopped = True
            self._pause.stop()
            self._news.stop()

    def _hear(self, is_news: bool) -> None:
        self._job = None
        if is_news:
            self._pause_ms = FIRST_PAUSE_MS
            self.heard.emit()
        elif self._since.elapsed() < SHORTEST_WAIT_MS:
            self._wait_longer()
        else:
            self._pause_ms = FIRST_PAUSE_MS
            self.listen()

    def _rest(self, error: DoorstepError) -> None:
        self._job = None
        self._wait_longer()

    def _wait_longer(self) -> None:
        if not self._stopped:
            self._pause.start(self._pause_ms)
            self._pause_ms = min(self._pause_ms * 2, LONGEST_PAUSE_MS)
