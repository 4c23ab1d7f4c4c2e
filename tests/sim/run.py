"""Running worlds: which steps a seed brings, what a failure says, and how it is made smaller."""

import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.sim import disks, ground, moves, referring, steps, trouble
from tests.sim.bugs import Bug
from tests.sim.compiled import remembered
from tests.sim.faults import Fault
from tests.sim.ground import Ground
from tests.sim.laws import ALL
from tests.sim.record import Key
from tests.sim.steps import Weighted
from tests.sim.wire import without_threads
from tests.sim.witness import Violation
from tests.sim.world import World

STEPS_OF_A_WORLD = 400
REST_EVERY = 200
SHOWN_LINES = 30
STEPS_OF_A_TEST = 2_500

KINDS: tuple[Weighted, ...] = (
    Weighted(steps.edit, 34),
    Weighted(steps.edit_much, 5),
    Weighted(steps.append, 12),
    Weighted(steps.new_resident, 2),
    Weighted(steps.remove, 3),
    Weighted(steps.restore, 1),
    Weighted(steps.resolve, 6),
    Weighted(referring.report, 2),
    Weighted(referring.hand_on, 4),
    Weighted(referring.take_back, 2),
    Weighted(referring.note_answer, 4),
    Weighted(referring.work_on, 6),
    Weighted(referring.answer, 10),
    Weighted(referring.both_answer, 6),
    Weighted(steps.sync, 10),
    Weighted(trouble.bad_line, 9),
    Weighted(trouble.killed_saving, 2),
    Weighted(trouble.killed_syncing, 4),
    Weighted(steps.restart, 2),
    Weighted(steps.second_instance, 1),
    Weighted(steps.full_disk, 1),
    Weighted(steps.locked_store, 1),
    Weighted(trouble.server_restart, 1),
    Weighted(trouble.sent_again, 2),
    Weighted(trouble.curious, 1),
    Weighted(trouble.clock_jump, 1),
    Weighted(trouble.sleep, 1),
    Weighted(moves.home_moves, 1),
    Weighted(trouble.posts_taken, 1),
    Weighted(trouble.user_disabled, 1),
    Weighted(trouble.put_right, 4),
    Weighted(trouble.poison, 2),
    Weighted(trouble.entry_rewritten, 1),
    Weighted(trouble.newer_app, 1),
    Weighted(disks.cloned, 1),
    Weighted(disks.imaged, 2),
    Weighted(disks.put_back, 1),
    Weighted(disks.let_go_on, 3),
)


@dataclass(frozen=True)
class Plan:
    """What to run. ``world`` picks one world of the seed; ``only`` some of its steps.

    ``wrong_by`` is how far the laptops' clocks are off, one after the other, again and again.
    """

    seed: int = 1
    steps: int = 400
    world: int | None = None
    only: frozenset[int] | None = None
    laws: frozenset[int] = ALL
    faults: frozenset[Fault] = frozenset(Fault)
    without: frozenset[str] = frozenset()
    kinds: tuple[Weighted, ...] = KINDS
    wrong_by: tuple[timedelta, ...] = (timedelta(0),)


@dataclass(frozen=True)
class Failure:
    """A law that does not hold, where, and what led there."""

    seed: int
    world: int
    step: int
    law: int
    what: str
    trace: tuple[str, ...]

    def __str__(self) -> str:
        lines = "\n".join(self.trace[-SHOWN_LINES:])
        again = f"python -m tests.sim --seed {self.seed} --world {self.world}"
        return (
            f"{self.what}\nseed {self.seed}, world {self.world}, step {self.step}\n{lines}\n{again}"
        )


@dataclass
class Result:
    """How a run went. ``seconds`` are those of the processor, ``rows`` those of the last world."""

    steps: int = 0
    worlds: int = 0
    seconds: float = 0.0
    failure: Failure | None = None
    counts: Counter[str] = field(default_factory=Counter)
    looked: Counter[int] = field(default_factory=Counter)
    seals: list[str] = field(default_factory=list)
    rows: dict[str, dict[Key, Any]] = field(default_factory=dict)


@contextmanager
def grounded(folder: Path | None = None) -> Iterator[Ground]:
    """The ground on which worlds begin, in memory where the system allows it."""
    with ExitStack() as stack:
        memory = Path("/dev/shm")
        where = folder or Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(
                    prefix="doorstep-sim-", dir=memory if memory.is_dir() else None
                )
            )
        )
        with _short_ways():
            made = ground.build(where / "ground")
        yield made


@contextmanager
def _short_ways() -> Iterator[None]:
    """While worlds run, and no longer: other tests of this process go the usual ways."""
    with without_threads(), remembered():
        yield


def run(plan: Plan, on: Ground, progress: Callable[[Result], None] | None = None) -> Result:
    """World after world until the steps are made or a law does not hold."""
    result, started = Result(), time.process_time()
    number = plan.world or 0
    while result.steps < plan.steps and result.failure is None:
        count = min(STEPS_OF_A_WORLD, plan.steps - result.steps)
        with _short_ways():
            _one(plan, number, count, on, result)
        number += 1
        result.seconds = time.process_time() - started
        if progress:
            progress(result)
    return result


def holds(on: Ground, seed: int, steps: int = STEPS_OF_A_TEST) -> None:
    """Fail, with all that is needed to see it again, where a law does not hold."""
    result = run(Plan(seed=seed, steps=steps), on)
    if result.failure is not None:
        raise AssertionError(str(result.failure))
    unseen = ALL - frozenset(result.looked) - {0, 16}
    if unseen:
        raise AssertionError(f"never looked at: laws {sorted(unseen)}")


def hunt(bug: Bug, on: Ground, steps: int, seed: int = 1, laws: frozenset[int] = ALL) -> Result:
    """A run with a planted bug, which ends with its being found, or does not."""
    with bug.install():
        return run(Plan(seed=seed, steps=steps, laws=laws), on)


def kinds_for(plan: Plan) -> Sequence[Weighted]:
    """The steps of this plan."""
    return [kind for kind in plan.kinds if kind.name not in plan.without]


def _one(plan: Plan, number: int, count: int, on: Ground, result: Result) -> None:
    folder = on.folder.parent / f"world-{plan.seed}-{number}"
    world = World(on, folder, laws=plan.laws, faults=plan.faults, wrong_by=plan.wrong_by)
    at = 0
    try:
        for at in range(count):
            if plan.only is None or at in plan.only:
                _step(plan, number, at, world)
            result.steps += 1
        world.come_to_rest()
        result.seals.append(world.seal())
        result.rows = world.record.rows_without_times()
    except Violation as error:
        result.failure = Failure(plan.seed, number, at, error.law, str(error), tuple(world.trace))
    except Exception as error:  # noqa: BLE001  # Whatever falls over is a finding.
        said = f"law 0: {type(error).__name__}: {error}\n{_where(error)}"
        result.failure = Failure(plan.seed, number, at, 0, said, tuple(world.trace))
    finally:
        result.worlds += 1
        result.counts.update(world.counts)
        result.looked.update(world.judge.looked)
        world.close()


def _step(plan: Plan, number: int, at: int, world: World) -> None:
    take_step(world, kinds_for(plan), Random(f"{plan.seed}/{number}/{at}"), at)
    if at % REST_EVERY == REST_EVERY - 1 and at != STEPS_OF_A_WORLD - 1:
        world.come_to_rest()


def take_step(world: World, kinds: Sequence[Weighted], chance: Random, at: int) -> None:
    """What this chance brings, whether it is the first step of a world or another."""
    world.chance.now = chance
    world.clock.pass_by(chance.choice([1, 20, 300, 1800]))
    world.server.write_requests()
    kind = chance.choices(kinds, [kind.weight for kind in kinds])[0]
    world.counts[kind.name] += 1
    world.note(f"{at} {kind.name}")
    world.note(f"  {kind.step(world, chance)}")


def _where(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)[-12:])


def shrunk(plan: Plan, failure: Failure, on: Ground) -> list[int]:
    """The steps that are needed for a failure of the same law, found by leaving others out."""
    wanted = list(range(failure.step + 1))
    size = len(wanted) // 2
    while size:
        start = 0
        while start < len(wanted):
            rest = wanted[:start] + wanted[start + size :]
            tried = replace(plan, steps=failure.step + 1, world=failure.world, only=frozenset(rest))
            found = run(tried, on).failure
            if found is not None and found.law == failure.law:
                wanted = rest
            else:
                start += size
        size //= 2
    return wanted
