"""One thread ends everything that takes too long."""

import os
from threading import Event

import pytest

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


def test_whoever_is_done_waits_for_the_end_that_was_called():
    """Else it would end what comes next on the same connection."""
    deadlines, called, left = Deadlines(), Event(), Event()
    overtaken: list[bool] = []

    def end() -> None:
        called.set()
        overtaken.append(left.wait(SOON_S))

    with deadlines.within(SOON_S, end):
        assert called.wait(PATIENCE_S)
    left.set()

    assert overtaken == [False]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process is forked there")
def test_a_forked_process_watches_over_its_own():
    """The thread stays behind in the other one, and with it what it waits on."""
    deadlines, mine = Deadlines(), Event()
    with deadlines.within(LONG_S, mine.set):
        assert _is_over(deadlines)  # The thread waits again by now.
        child = os.fork()
        if child == 0:
            os._exit(0 if all(_is_over(deadlines) for _ in range(3)) else 1)
        _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert not mine.is_set()


def _is_over(deadlines: Deadlines) -> bool:
    over = Event()
    with deadlines.within(SOON_S, over.set):
        return over.wait(PATIENCE_S)


def test_an_end_that_fails_leaves_the_others_theirs(caplog):
    """One that is over at the same time, and one that waits already."""
    deadlines, beside, later = Deadlines(), Event(), Event()

    def fail() -> None:
        raise RuntimeError

    with (
        deadlines.within(SOON_S, fail),
        deadlines.within(SOON_S, beside.set),
        deadlines.within(2 * SOON_S, later.set),
    ):
        assert beside.wait(PATIENCE_S)
        assert later.wait(PATIENCE_S)

    assert [record.name for record in caplog.records] == ["doorstep.deadlines"]
