"""Law 16: clocks that are wrong by ten years change estimated times and nothing else."""

from datetime import timedelta

import pytest

from tests.sim.bugs.server import wall_clock_wins
from tests.sim.conftest import ground
from tests.sim.run import Plan, run

__all__ = ["ground"]

STEPS = 300
YEARS = timedelta(days=3650)


def rows(ground, *wrong_by):
    """Every row of a world, without its times, in which the laptops' clocks are wrong by this."""
    plan = Plan(
        16, STEPS, laws=frozenset({0}), without=frozenset({"clock_jump"}), wrong_by=wrong_by
    )
    result = run(plan, ground)
    assert result.failure is None, str(result.failure)
    return result.rows


@pytest.mark.parametrize("wrong_by", [(YEARS,), (-YEARS,), (YEARS, -YEARS)])
def test_the_law_holds(ground, wrong_by):
    """The same steps end in the same rows, with as many open conflicts."""
    assert rows(ground, *wrong_by) == rows(ground, timedelta(0))


def test_a_planted_bug_is_found(ground):
    """The later wall clock wins: then it matters whose clock is fast."""
    with wall_clock_wins.install():
        assert rows(ground, YEARS, -YEARS) != rows(ground, timedelta(0))
