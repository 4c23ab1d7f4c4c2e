"""Law 16: clocks that are wrong by ten years change estimated times and nothing else."""

from datetime import timedelta

import pytest

from sync.identity import parse_stamp
from sync.merge.times import Estimate, Sure
from sync.server import scopes
from tests.sim.bugs.server import wall_clock_wins
from tests.sim.limits import swapped
from tests.sim.run import Plan, run

STEPS = 300
UNTIL_IT_SHOWS = 100
"""Enough for whose clock is fast to matter: with six seeds of six it did within 80."""

YEARS = timedelta(days=3650)


def rows(ground, *wrong_by, steps=STEPS):
    """Every row of a world, without its times, in which the laptops' clocks are wrong by this."""
    plan = Plan(
        16, steps, laws=frozenset({0}), without=frozenset({"clock_jump"}), wrong_by=wrong_by
    )
    result = run(plan, ground)
    assert result.failure is None, str(result.failure)
    return result.rows


def by_their_clocks(ops, receipt):
    """What the laptops' clocks said, and nothing that the server knows better."""
    return {op.op_id: Estimate(parse_stamp(op.at), Sure.UNKNOWN) for op in ops}


@pytest.fixture(scope="module")
def rows_by_right_clocks(ground):
    """What the steps end in where every clock is right."""
    return rows(ground, timedelta(0))


@pytest.mark.parametrize("wrong_by", [(YEARS,), (-YEARS,), (YEARS, -YEARS)])
def test_the_law_holds(ground, rows_by_right_clocks, wrong_by):
    """The same steps end in the same rows, with as many open conflicts."""
    assert rows(ground, *wrong_by) == rows_by_right_clocks


def test_a_planted_bug_is_found(ground):
    """The later wall clock wins, by its own word: then it matters whose clock is fast."""
    with wall_clock_wins.install(), swapped(scopes, "estimates", by_their_clocks):
        wrong = rows(ground, YEARS, -YEARS, steps=UNTIL_IT_SHOWS)
        assert wrong != rows(ground, timedelta(0), steps=UNTIL_IT_SHOWS)
