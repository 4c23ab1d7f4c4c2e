"""One eighth of the steps that every test run takes; apart, so that they run side by side."""

import pytest

from tests.sim.run import holds


@pytest.mark.timeout(600)  # Many steps, not slow ones.
def test_every_law_holds_in_these_worlds(ground):
    """Whatever goes wrong around them."""
    holds(ground, seed=5)
