"""One eighth of the steps that every test run takes; apart, so that they run side by side."""

from tests.sim.run import holds


def test_every_law_holds_in_these_worlds(ground):
    """Whatever goes wrong around them."""
    holds(ground, seed=3)
