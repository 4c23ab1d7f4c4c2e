"""One law alone in simulated worlds: it holds there, and finds the bugs planted for it."""

import pytest

from tests.sim.bugs import ALL_BUGS, Bug
from tests.sim.ground import Ground
from tests.sim.run import Plan, hunt, run

STEPS = 150
MOST_STEPS = 2_500
"""Within which each planted bug is found."""

SEEDS = {
    "a cloned laptop keeps its name": 3,
    "a conflict is closed by the next arrival": 8,
    "a copy is written before its answers are taken home": 2,
    "a decision is not guarded": 3,
    "a department keeps what it was called off from": 7,
    "a department's answer is put over the community's word": 7,
    "a refilled copy forgets what is pending": 6,
    "a reply that comes too late is applied": 6,
    "a revoked scope stays": 2,
    "a savepoint is skipped": 6,
    "an entry may be changed": 5,
    "answers do not come home once the household moved": 6,
    "anybody may write": 8,
    "the cursor moves before the data": 4,
    "two copies of a computer go on as one": 3,
    "what waits for a department is not passed on at a start": 3,
}
"""Where the worlds of the first seed come to it late: of eight seeds the one that is quickest."""


def bugs_of(law: int) -> list[object]:
    """The bugs that a law is made to find, as parameters of a test."""
    found = [pytest.param(bug, id=bug.name) for bug in ALL_BUGS if bug.laws[0] == law]
    assert found, f"no bug is planted for law {law}"
    return found


def holds(law: int, ground: Ground) -> None:
    """Fail where the law does not hold, or was never looked at."""
    result = run(Plan(seed=100 + law, steps=STEPS, laws=frozenset({0, law})), ground)

    assert result.failure is None, str(result.failure)
    assert result.looked[law]


def is_found(law: int, bug: Bug, ground: Ground) -> None:
    """Fail where the law lets a planted bug pass."""
    seed = SEEDS.get(bug.name, 1)
    failure = hunt(bug, ground, MOST_STEPS, seed, laws=frozenset({law})).failure

    assert failure is not None, f"{bug.name}: not found in {MOST_STEPS} steps"
    assert failure.law == law, str(failure)
