"""One thread ends everything that takes too long."""

from threading import Event

from sync.wire.deadlines import Deadlines

LONG_S = 60.0
SOON_S = 0.05
PATIENCE_S = 10.0


def test_what_takes_too_long_is_ended_and_the_rest_goes_on():
    """Each by its own deadline."""
    deadlines, late, early = Deadlines(), Event(), Event()

    with deadlines.within(LONG_S, late.set), deadlines.within(SOON_S, early.set):
        assert early.wait(PATIENCE_S)

    assert not late.is_set()


def test_what_is_done_in_time_is_not_ended_later():
    """Its connection may carry the next exchange by then."""
    deadlines, done, next_one = Deadlines(), Event(), Event()

    with deadlines.within(SOON_S, done.set):
        pass
    with deadlines.within(2 * SOON_S, next_one.set):
        assert next_one.wait(PATIENCE_S)

    assert not done.is_set()


def test_a_deadline_that_begins_later_may_be_over_first():
    """While the thread waits for one that is far away."""
    deadlines, waiting, over = Deadlines(), Event(), Event()
    with deadlines.within(SOON_S, waiting.set):
        waiting.wait(PATIENCE_S)

    with deadlines.within(LONG_S, over.set):
        for _ in range(2):
            soon = Event()
            with deadlines.within(SOON_S, soon.set):
                assert soon.wait(PATIENCE_S)

    assert not over.is_set()
