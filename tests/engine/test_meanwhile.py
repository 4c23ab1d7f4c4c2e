"""What a session does while the server has its request."""

from threading import Event, current_thread

import pytest

from sync.engine.line import meanwhile
from sync.errors import ServerUnreachable


def test_it_is_done_beside_the_request_and_before_the_answer_is_used():
    """By another thread; whatever the block waited for, the work is over when it ends."""
    answered = Event()

    def work():
        answered.wait(10)
        return current_thread()

    with meanwhile(work) as found:
        assert not found.done()
        answered.set()

    assert found.done()
    assert found.result() is not current_thread()


def test_a_request_that_fails_raises_what_it_would_without():
    """Nobody asks then what came of the work."""

    def work():
        raise ValueError

    with pytest.raises(ServerUnreachable), meanwhile(work):
        raise ServerUnreachable
