"""Everything that locks an opened profile without being asked by its user."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QWindow

from desktop.locking.idle import IdleWatch, patience
from desktop.locking.notes import NoteWatch
from desktop.locking.session import SessionWatch
from desktop.services.workplace import Workplace
from sync.identity import Clock


class Guard(QObject):
    """Watches while a profile is open.

    Signals:
        due: lock now.
    """

    due = Signal()

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_on = False
        self.idle = IdleWatch(clock, self)
        self.notes = NoteWatch(self)
        self.session = SessionWatch(self)
        for told in (self.idle.due, self.notes.asked, self.session.leaving):
            told.connect(self._tell)

    def begin(self, place: Workplace, window: QWindow) -> None:
        """This profile is open, and ``window`` shows it."""
        self._is_on = True
        usual = patience(place.store.account.user.posts)
        self.idle.begin(window, place.folder.policy.patience(usual))
        self.notes.begin(place.folder)

    def end(self) -> None:
        """It is closed."""
        self._is_on = False
        self.idle.end()
        self.notes.end()

    @Slot()
    def _tell(self) -> None:
        if self._is_on:
            self.due.emit()
