"""``python -m tests.sim``: run worlds, replay one, make a failure smaller, try planted bugs."""

import argparse
import sys
from dataclasses import replace
from hashlib import sha256

from tests.sim.bugs import ALL_BUGS
from tests.sim.faults import Fault
from tests.sim.run import Plan, Result, grounded, hunt, run, shrunk


def main() -> int:
    """Run what the command line asks for; 1 where a law does not hold."""
    asked = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--steps", type=int, default=2_000)
    asked.add_argument("--world", type=int, help="this world of the seed alone")
    asked.add_argument("--without", default="", help="kinds of steps to leave out, with commas")
    asked.add_argument("--only", default="", help="these steps of the world alone, with commas")
    asked.add_argument("--shrink", action="store_true", help="leave out what a failure needs not")
    asked.add_argument("--fair", default="", help="faults of the line to leave out, with commas")
    asked.add_argument("--bugs", action="store_true", help="plant each bug and see it found")
    asked.add_argument("--bug", default="", help="the one with this in its name alone")
    said = asked.parse_args()
    if said.bugs or said.bug:
        return _hunt(said.bug, said.steps, said.seed)
    only = frozenset(map(int, said.only.split(","))) if said.only else None
    plan = Plan(
        seed=said.seed,
        steps=400 if said.world is not None else said.steps,
        world=said.world,
        only=only,
        without=frozenset(filter(None, said.without.split(","))),
        faults=frozenset(Fault) - frozenset(Fault(name) for name in said.fair.split(",") if name),
    )
    with grounded() as on:
        result = run(plan, on, _tell)
        print()
        _report(result)
        if result.failure is None:
            return 0
        print(result.failure)
        if said.shrink:
            kept = shrunk(plan, result.failure, on)
            world = result.failure.world
            small = run(replace(plan, steps=400, world=world, only=frozenset(kept)), on)
            print("with these steps alone:", ",".join(map(str, kept)))
            print(small.failure)
    return 1


def _hunt(name: str, steps: int, seed: int) -> int:
    missed = 0
    with grounded() as on:
        for bug in (each for each in ALL_BUGS if name in each.name):
            result = hunt(bug, on, steps, seed)
            failure = result.failure
            found = failure is not None and failure.law in bug.laws
            missed += not found
            what = failure.what.splitlines()[0][:90] if failure else ""
            print(
                f"{'found' if found else 'MISSED':<7}{bug.name:<58}{result.steps:>6} {what}",
                flush=True,
            )
            if failure is not None and not found:
                print(failure)
    return 1 if missed else 0


def _tell(result: Result) -> None:
    rate = result.steps / max(result.seconds, 0.001)
    line = f"\r{result.steps:>9,} steps, {result.worlds:>6,} worlds, {rate:6.1f} steps/s"
    print(line, end="", file=sys.stderr, flush=True)


def _report(result: Result) -> None:
    for name, count in sorted(result.counts.items()):
        print(f"  {name:<24}{count:>9,}")
    seal = sha256("".join(result.seals).encode()).hexdigest()[:16]
    print(f"seals {seal}")
    looked = ", ".join(f"{law}: {count:,}" for law, count in sorted(result.looked.items()))
    print(f"looked at laws {looked}")
    rate = result.steps / max(result.seconds, 0.001)
    print(f"{result.steps:,} steps in {result.seconds:.1f} s ({rate:.1f} a second)")


if __name__ == "__main__":
    sys.exit(main())
