"""Steps beside a session: done until nothing is left, at rest after it, and never failing alone."""

import threading

import pytest

from sync.engine.meanwhile import meanwhile
from sync.errors import DiskFull


def test_steps_follow_each_other_until_nothing_is_left():
    """And begin again when there is more."""
    left, gone = [1, 2, 3], threading.Event()

    def step():
        if not left:
            gone.set()
            return False
        left.pop()
        return True

    with meanwhile(step) as work:
        for _ in range(2):
            work.more()
            assert gone.wait(10)
            work.check()
            assert left == []
            gone.clear()
            left.append(4)
    assert left == [4]


def test_the_end_waits_for_the_step_under_way_and_begins_no_other():
    """Whoever goes on alone must not meet it."""
    under_way, may_end, done = threading.Event(), threading.Event(), []

    def step():
        under_way.set()
        assert may_end.wait(10)
        done.append(1)
        return True

    with meanwhile(step) as work:
        work.more()
        assert under_way.wait(10)
        work.end()
        may_end.set()
    assert done == [1]


def test_what_a_step_raised_is_raised_by_the_session():
    """A full disk is nobody's secret."""

    def step():
        raise DiskFull

    with pytest.raises(DiskFull), meanwhile(step) as work:
        work.more()
