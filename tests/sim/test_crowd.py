"""The worlds' steps by concurrent writers on PostgreSQL: several processes on one database."""

import pytest

from tests.sim.bugs import ALL_BUGS
from tests.sim.crowd import crowd, crowded_ground
from tests.sim.witness import Violation
from tests.support.postgres import postgres
from tests.support.stores import POSTGRESQL, stores

__all__ = ["postgres", "stores"]

STEPS = 40
MOST_CROWDS = 15
"""Crowds that a planted bug may hide in: real writers race differently each time."""

AT_REST = {1, 2, 3, 6, 9, 10, 11}
FOUND = {
    "a repeated operation is written again": 2,
    "the later wall clock wins": 9,
    "a candidate is not kept": 10,
}
"""Planted bugs that show whoever comes first, and the law that finds each."""

pytestmark = pytest.mark.parametrize("stores", [POSTGRESQL], indirect=True)


@pytest.fixture
def on(stores, tmp_path):
    """The ground of one crowd."""
    with crowded_ground(stores, tmp_path / "ground") as made:
        yield made


def test_the_laws_hold_when_everybody_writes_at_once(on, tmp_path):
    """Told from what is there once all have come to rest."""
    world = crowd(1, STEPS, on, tmp_path / "crowd")

    assert set(world.judge.looked) >= AT_REST


@pytest.mark.parametrize("name", FOUND)
def test_a_planted_bug_is_found(name, stores, tmp_path):
    """The law alone finds it, in one of a few crowds: who comes first is nobody's to say."""
    (bug,) = (bug for bug in ALL_BUGS if bug.name == name)

    found = _first_violation(bug, stores, tmp_path)

    assert found is not None
    assert found.law == FOUND[name], str(found)


def _first_violation(bug, stores, tmp_path):
    for seed in range(2, 2 + MOST_CROWDS):
        here = tmp_path / str(seed)
        with crowded_ground(stores, here / "ground") as on, bug.install():
            try:
                crowd(seed, STEPS, on, here / "crowd", frozenset({FOUND[bug.name]}))
            except Violation as found:
                return found
    return None
