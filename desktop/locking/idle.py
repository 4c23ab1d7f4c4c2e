"""Nobody touched the app for a while: whoever comes by now is somebody else."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QWindow

from sync.identity import Clock

LOOK_EVERY_MS: Final = 5_000
USUAL: Final = timedelta(minutes=5)
AT_THE_DESK: Final = timedelta(minutes=2)
"""A resident stands in front of that screen, and it is turned to the room."""

_DESK: Final = "desk_clerk"
_TOUCHES: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


def patience(posts: Collection[str]) -> timedelta:
    """After how long without a touch the app locks for somebody with these posts."""
    return AT_THE_DESK if _DESK in posts else USUAL


class IdleWatch(QObject):
    """Looks every few seconds how long ago the app was touched.

    Time asleep counts: the wall clock and the uptime are both asked, and the longer one holds. A
    wall clock that is set forward locks too early, which costs a password.

    Signals:
        due: nobody touched the app for as long as it may be.
    """

    due = Signal()

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._patience = USUAL
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._window: QWindow | None = None
        # What an input method composes never passes a window as a key.
        QGuiApplication.inputMethod().cursorRectangleChanged.connect(self.touch)
        self.touch()

    def begin(self, window: QWindow, patience: timedelta) -> None:
        """Watch from now on whether somebody is at this window."""
        if window is not self._window:
            window.installEventFilter(self)
            self._window = window
        self._patience = patience
        self.touch()
        self._timer.start()

    def end(self) -> None:
        """There is nothing to lock."""
        self._timer.stop()

    @Slot()
    def touch(self) -> None:
        """Somebody is there."""
        self._wall, self._up = self._clock.now(), self._clock.monotonic()

    @Slot()
    def look(self) -> None:
        """Ask for the lock if nobody was there for too long."""
        by_the_wall = self._clock.now() - self._wall
        by_uptime = timedelta(seconds=self._clock.monotonic() - self._up)
        if max(by_the_wall, by_uptime) >= self._patience:
            self.due.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A window's own events are few: those of its widgets, which are many, are not seen."""
        if event.type() in _TOUCHES:
            self.touch()
        return False
