"""A demo that is told to end ends its server, too."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

TOLD_TO_END: Final = 128 + signal.SIGTERM
_LISTEN_MS: Final = 200


@contextmanager
def ends_when_told() -> Iterator[None]:
    """SIGTERM leaves the block like any error: what it opened is closed, and what it began ends."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(TOLD_TO_END)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def ends_window_when_told(application: QApplication) -> None:
    """The same while Qt waits for events, which would hear of no signal by itself."""

    def leave(number: int, frame: FrameType | None) -> None:
        application.exit(TOLD_TO_END)

    signal.signal(signal.SIGTERM, leave)
    # Python hears of a signal when it runs next.
    listening = QTimer(application)
    listening.timeout.connect(lambda: None)
    listening.start(_LISTEN_MS)
