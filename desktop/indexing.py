"""Builds the search index while nobody waits: a step at a time on the store lane."""

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.jobs.lanes import Lane
from desktop.page import ask_on
from desktop.services.workplace import Workplace
from sync.errors import DoorstepError

FIRST_MS: Final = 400
"""After the first page is shown: it is read first."""

PAUSE_MS: Final = 15
"""Between two steps, so that what a person asks for comes in between."""


class Indexing(QObject):
    """Goes on until nothing is left, and again when :meth:`begin` is called.

    Signals:
        rested: nothing is left, or it gave up.
    """

    rested = Signal()

    def __init__(self, place: Workplace, lane: Lane, parent: QObject) -> None:
        super().__init__(parent)
        self._place = place
        self._lane = lane
        self._stepping = self._ended = False
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self._step)

    @property
    def is_resting(self) -> bool:
        """Whether no step is under way, and none is to come."""
        return not self._stepping and not self.timer.isActive()

    def begin(self) -> None:
        """Something changed, or the profile was opened just now."""
        if self.is_resting and not self._ended:
            self.timer.start(FIRST_MS)

    def end(self) -> None:
        """The profile is closing, and soon its lane: no further step."""
        self._ended = True
        self.timer.stop()

    def _step(self) -> None:
        self._stepping = True
        ask_on(self._lane, self._place.store.index.step, self._go_on, self._give_up, self)

    def _go_on(self, more: bool) -> None:
        self._stepping = False
        if more and not self._ended:
            self.timer.start(PAUSE_MS)
        else:
            self.rested.emit()

    def _give_up(self, error: DoorstepError) -> None:
        """Searching asks the tables until the next change."""
        self._stepping = False
        self.rested.emit()
