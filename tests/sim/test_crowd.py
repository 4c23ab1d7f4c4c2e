"""The worlds' steps by concurrent writers on PostgreSQL: several processes on one database."""

import pytest

from tests.sim.bugs import ALL_BUGS
from tests.sim.crowd import crowd, crowded_ground
from tests.sim.witness import Violation
from tests.support.postgres import postgres
from tests.support.stores import POSTGRESQL, stores

__all__ = ["postgres", "stores"]

STEPS = 40
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
def test_a_planted_bug_is_found(name, on, tmp_path):
    """The law alone finds it."""
    (bug,) = (bug for bug in ALL_BUGS if bug.name == name)

    with bug.install(), pytest.raises(Violation) as found:
        crowd(2, STEPS, on, tmp_path / "crowd", frozenset({FOUND[name]}))

    assert found.value.law == FOUND[name], str(found.value)
