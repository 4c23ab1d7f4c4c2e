"""A seed says everything: the same one brings the same world, in whatever process."""

import os
import subprocess
import sys

from tests.sim import steps
from tests.sim.run import Plan, run
from tests.sim.steps import Weighted
from tests.sim.witness import Violation

STEPS = 80


def test_a_seed_brings_the_same_world_again(ground):
    """Heads, digests and every line of the trace; another seed brings another world."""
    first, again, other = (run(Plan(seed=seed, steps=STEPS), ground) for seed in (41, 41, 42))

    assert first.failure is again.failure is other.failure is None
    assert first.seals == again.seals
    assert first.seals != other.seals


def test_another_process_brings_the_same_world():
    """No order of a set, no secret of the computer has a part in it."""
    seals = []
    for hashing in ("1", "2"):
        command = [sys.executable, "-m", "tests.sim", "--seed", "41", f"--steps={STEPS}"]
        surroundings = {**os.environ, "PYTHONHASHSEED": hashing}
        done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=True)
        seals.append([line for line in done.stdout.splitlines() if line.startswith("seals ")])

    assert seals[0] == seals[1] != []


def test_a_failure_says_how_to_see_it_again(ground):
    """Seed, world, step, the last lines of the trace, and the command."""

    def breaks_a_law(world, chance):
        raise Violation(4, "planted")

    kinds = (Weighted(steps.edit, 9), Weighted(breaks_a_law, 1))
    failure = run(Plan(seed=3, steps=STEPS, kinds=kinds), ground).failure

    assert failure is not None
    assert failure.law == 4
    assert f"--seed 3 --world {failure.world}" in str(failure)
    assert f"{failure.step} breaks_a_law" in str(failure)
