"""``python -m tests.sim.crowd``: the worlds' steps by real concurrent writers on PostgreSQL.

Each person is a process with laptops of their own and a server process of their own, and all of
these are on one database: nobody waits for anybody but in the database. What came of it is looked
at when all have come to rest, because who was first is nobody's to say beforehand.
"""

import argparse
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

from tests.sim import disks, ground, moves, steps, trouble
from tests.sim.compiled import Compiled, remembered
from tests.sim.ground import PEOPLE, Ground, Person
from tests.sim.laptop import SimLaptop
from tests.sim.laws import ALL
from tests.sim.laws.at_rest import AtRest, FinalRecord
from tests.sim.laws.laptop_side import LaptopLaws
from tests.sim.laws.server_side import lanes_of
from tests.sim.record import Key
from tests.sim.run import KINDS, take_step
from tests.sim.server import SimServer
from tests.sim.steps import Weighted
from tests.sim.wire import Answer, Request, without_threads
from tests.sim.witness import Saved, Violation
from tests.sim.world import MOST_ROUNDS, World
from tests.support.postgres import running_postgres
from tests.support.stores import POSTGRESQL, Stores

# What one process does for another, or what looks at the server's state in mid-flight.
_APART = (
    *(trouble.posts_taken, trouble.user_disabled, trouble.put_right, trouble.curious),
    moves.home_moves,
)
ALONE: tuple[Weighted, ...] = tuple(
    kind for kind in KINDS if kind.step not in (*_APART, trouble.entry_rewritten)
)
assert len(ALONE) == len(KINDS) - len(_APART) - 1
assert {disks.cloned, steps.edit} <= {kind.step for kind in ALONE}


@dataclass
class Left:
    """What a process leaves behind: its laptops' folders, and what was saved on them."""

    laptops: Mapping[str, tuple[str, Path]]
    saved: Mapping[str, Saved]
    pushes: Sequence[tuple[str, Request]]
    doubted: frozenset[str]
    formerly: Mapping[str, str]
    trace: Sequence[str]
    failure: str = ""


class _OwnSql(Compiled):
    """PostgreSQL's dialect knows its connection: nothing is lent."""

    def lend(self, engines: Any) -> None:
        """Nothing."""


class _Alone(LaptopLaws):
    """A laptop's laws as far as they can be told without looking at the server."""

    def _base(self, one: Saved) -> None:
        pass

    def copies(self, laptop: SimLaptop) -> None:
        pass

    def journal(self, laptop: SimLaptop) -> None:
        """Law 1, the laptop's half: what is in the journal is what was saved."""
        self.unchanged(laptop)


class Crowded(World):
    """One person's part of a world whose server is everybody's."""

    def _serve(self) -> SimServer:
        return SimServer(self.ground.server, self.clock, self.minter, _OwnSql())

    def _recorded(self) -> FinalRecord:
        return FinalRecord(self.server, self.judge)

    def _laptop_laws(self) -> LaptopLaws:
        return _Alone(self.judge, self.witness, self.record)

    def _begin(self, wrong_by: tuple[timedelta, ...]) -> None:
        for person in self.people:
            self.add_laptop(person.login, person, self.ground.laptop(person.login))

    def _watch(self, name: str) -> Callable[[Request, Answer | None], None]:
        def watch(request: Request, answer: Answer | None) -> None:
            if request.path.endswith("/push"):
                self.pushes = [*self.pushes, (name, request)][-40:]

        return watch

    def office_wrote(self) -> None:
        """Nothing: what the server did is looked at once all are at rest."""

    def close(self) -> None:
        """End the processes; the folders stay."""
        for laptop in self.laptops.values():
            laptop.close()
        self.server.stop()


class Together(Crowded):
    """The same world once everybody has done their part, with all that they left."""

    def __init__(
        self,
        on: Ground,
        folder: Path,
        left: Sequence[Left],
        begun: Mapping[Key, str],
        laws: frozenset[int],
    ) -> None:
        self._left = left
        self._begun = begun
        super().__init__(on, folder, laws=laws)

    def _begin(self, wrong_by: tuple[timedelta, ...]) -> None:
        for each in self._left:
            self.witness.saved |= each.saved
            self.pushes += each.pushes
            self.doubted |= each.doubted
            self.witness.formerly |= each.formerly
            for name, (login, folder) in each.laptops.items():
                person = next(person for person in PEOPLE if person.login == login)
                self.use_laptop(name, person, folder)

    def come_to_rest(self) -> None:
        """Everybody is in step, and every law that can be told afterwards holds."""
        assert isinstance(self.record, FinalRecord)
        for _ in range(MOST_ROUNDS):
            for laptop in self.laptops.values():
                report = self.session_at_rest(laptop)
                self.judge.hold(19, report is not None and not report.stuck, "stuck:", laptop.name)
            self.record.look()
            if all(
                self.laptop_laws.in_step(laptop, self.granted_to(laptop))
                for laptop in self.laptops.values()
            ):
                break
        else:
            self.judge.hold(6, False, "never came to rest")
        at_rest = AtRest(self.judge, self.witness, self.record, self._begun)
        at_rest.look()
        self._all_ended()
        laws = LaptopLaws(self.judge, self.witness, self.record)
        for laptop in self.laptops.values():
            laws.after_anything(laptop)
            self._in_step(laptop, self.granted_to(laptop))
        at_rest.proven()
        at_rest.again(self._everything_again)

    def _everything_again(self) -> None:
        """Every push that is remembered comes again, several at a time."""

        def send(each: tuple[str, Request]) -> None:
            self.laptops[each[0]].transport.resend(each[1])

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(send, filter(self._has_arrived, self.pushes)))

    def _has_arrived(self, each: tuple[str, Request]) -> bool:
        """Not what went under with a disk: it would be news to the server."""
        assert isinstance(self.record, FinalRecord)
        ops = [op["op_id"] for lane in lanes_of(each[1]).values() for op in lane]
        return all(op_id in self.record.stored.receipts for op_id in ops)


def live(
    person: Person, seed: int, count: int, on: Ground, folder: Path, laws: frozenset[int]
) -> Left:
    """One person's steps."""
    world = Crowded(on, folder, laws=laws, people=(person,))
    failure = ""
    try:
        for at in range(count):
            take_step(world, ALONE, Random(f"{seed}/{person.login}/{at}"), at)
    except (Violation, Exception) as error:  # noqa: BLE001  # Whatever falls over is a finding.
        failure = f"{person.login}: {type(error).__name__}: {error}"
    laptops = {name: (one.login, one.folder) for name, one in world.laptops.items()}
    world.close()
    doubted, formerly = frozenset(world.doubted), world.witness.formerly
    return Left(laptops, world.witness.saved, world.pushes, doubted, formerly, world.trace, failure)


def crowd(seed: int, count: int, on: Ground, folder: Path, laws: frozenset[int] = ALL) -> Together:
    """Everybody's steps at once, each ``count``. Raises :class:`Violation` where one of these
    laws does not hold."""
    fork = get_context("fork")
    ways = {person: folder / f"{person.login}.left" for person in PEOPLE}

    def work(person: Person, way: Path) -> None:
        way.write_bytes(pickle.dumps(live(person, seed, count, on, folder / person.login, laws)))

    folder.mkdir(parents=True)
    begun = _bodies(on, folder)
    workers = [fork.Process(target=work, args=each) for each in ways.items()]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    left = [pickle.loads(way.read_bytes()) for way in ways.values()]  # noqa: S301  # Ours.
    for each in left:
        if each.failure:
            raise Violation(0, "\n".join([each.failure, *each.trace[-30:]]))
    world = Together(on, folder, left, begun, laws)
    try:
        world.come_to_rest()
    finally:
        world.close()
    return world


def _bodies(on: Ground, folder: Path) -> Mapping[Key, str]:
    """The rows as they are before anybody writes."""
    world = Crowded(on, folder, people=())
    try:
        assert isinstance(world.record, FinalRecord)
        world.record.look()
        return world.record.bodies()
    finally:
        world.close()


@contextmanager
def crowded_ground(made: Stores, folder: Path) -> Iterator[Ground]:
    """The ground of one crowd, on a database of its own."""
    with ExitStack() as stack:
        stack.enter_context(without_threads())
        stack.enter_context(remembered())
        yield ground.build(folder, made.make)


def main() -> int:
    """Run some crowds; 1 where a law does not hold."""
    asked = argparse.ArgumentParser(prog="python -m tests.sim.crowd", description=__doc__)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--crowds", type=int, default=5)
    asked.add_argument("--steps", type=int, default=200, help="of each of the five people")
    said = asked.parse_args()
    failures = 0
    with running_postgres() as postgres, tempfile.TemporaryDirectory() as folder:
        for seed in range(said.seed, said.seed + said.crowds):
            here = Path(folder) / str(seed)
            with ExitStack() as lasting:
                made = Stores(POSTGRESQL, postgres, lasting)
                on = lasting.enter_context(crowded_ground(made, here / "ground"))
                try:
                    world = crowd(seed, said.steps, on, here / "crowd")
                except Violation as error:
                    failures += 1
                    print(f"seed {seed}: {error}", flush=True)
                    continue
            looked = ", ".join(f"{law}: {n:,}" for law, n in sorted(world.judge.looked.items()))
            ops = len(world.witness.saved)
            print(f"seed {seed}: {ops:,} operations, looked at laws {looked}", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
