"""Keeps what was typed on disk, so that a kill costs less than a second of it."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

KEEP_AFTER_MS: Final = 500
TRY_AGAIN_MS: Final = 5_000
"""After the disk refused a draft: soon, and not so soon that its sentence never leaves."""


class DraftKeeper(QObject):
    """Calls ``keep`` half a second after the first change, also while somebody types on.

    Attributes: ``timer``, which a test may fire.
    """

    def __init__(self, keep: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._keep = keep
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(keep)

    def touch(self) -> None:
        """Something changed."""
        if not self.timer.isActive():
            self.timer.start(KEEP_AFTER_MS)

    def failed(self) -> None:
        """What changed could not be kept: try again soon, or when the page goes away."""
        if not self.timer.isActive():
            self.timer.start(TRY_AGAIN_MS)

    def flush(self) -> None:
        """Keep now what changed and was not kept yet: the page goes away."""
        if self.timer.isActive():
            self.timer.stop()
            self._keep()

    def forget(self) -> None:
        """What changed is saved or thrown away: there is nothing to keep."""
        self.timer.stop()
