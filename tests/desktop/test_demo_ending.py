"""A demo that is told to end leaves no server behind."""

import signal

import pytest
from PySide6.QtCore import QTimer

from desktop.demo.ending import TOLD_TO_END, ends_when_told, ends_window_when_told


def story(closed):
    with ends_when_told():
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            closed.append("server")


def test_a_told_story_ends_what_it_began():
    """SIGTERM goes through the blocks that stop the server, and says how it ended."""
    before, closed = signal.getsignal(signal.SIGTERM), []
    with pytest.raises(SystemExit) as ended:
        story(closed)
    assert (closed, ended.value.code) == (["server"], TOLD_TO_END)
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_window_that_is_told_to_end_comes_back_from_its_events(qapp):
    """Its caller then stops the server."""
    with ends_when_told():
        ends_window_when_told(qapp)
        QTimer.singleShot(0, lambda: signal.raise_signal(signal.SIGTERM))
        assert qapp.exec() == TOLD_TO_END
