"""One simulated world: a server, four laptops, and everything that is known about them."""

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from itertools import cycle
from pathlib import Path
from random import Random

from sqlalchemy import select

from sync.engine.report import SyncReport
from sync.errors import (
    DeviceSuspended,
    DiskFull,
    DoorstepError,
    NetworkError,
    SignedOut,
    StoreBusy,
    UpgradeNeeded,
)
from sync.server import people
from sync.server.checking import check_store
from sync.server.tables import DEVICE_KEY
from sync.store.replica import EMPTY_TEXT
from tests.sim.clocks import LaptopClock, WorldClock
from tests.sim.faults import Fault, Weather
from tests.sim.ground import PEOPLE, Ground, Person, copy, minter_of
from tests.sim.laptop import SimLaptop
from tests.sim.laws import ALL
from tests.sim.laws.held import server_rows
from tests.sim.laws.laptop_side import LaptopLaws
from tests.sim.laws.referred import Referred
from tests.sim.laws.server_side import Rights, ServerLaws, lanes_of
from tests.sim.limits import swapped
from tests.sim.posts import Posts
from tests.sim.record import ServerRecord
from tests.sim.server import SimServer
from tests.sim.wire import Answer, Request
from tests.sim.witness import Judge, Violation, Witness

MOST_ROUNDS = 6
"""Sessions of each laptop within which all must be in step once nothing goes wrong any more."""

KEPT_PUSHES = 12
EXPECTED = (NetworkError, SignedOut, UpgradeNeeded, DiskFull, StoreBusy)
"""How a session may end when something goes wrong around it."""


@dataclass
class Chance:
    """The randomness of the present step: what ids are made from, too."""

    now: Random = field(default_factory=lambda: Random(0))

    def randbytes(self, count: int) -> bytes:
        """Bytes for an id."""
        return self.now.randbytes(count)


class World:
    """Everything of one world. Made on a copy of the ground, thrown away at its end."""

    def __init__(
        self,
        ground: Ground,
        folder: Path,
        *,
        laws: frozenset[int] = ALL,
        faults: frozenset[Fault] = frozenset(Fault),
        wrong_by: tuple[timedelta, ...] = (timedelta(0),),
        people: tuple[Person, ...] = PEOPLE,
    ) -> None:
        self.ground = ground
        self.people = people
        self.folder = folder
        self.faults = faults
        self.chance = Chance()
        self.clock = WorldClock(ground.clock.moment + timedelta(hours=1))
        self.minter = minter_of(self.chance, self.clock)  # type: ignore[arg-type]
        self.judge = Judge(laws)
        self.witness = Witness()
        self.counts: Counter[str] = Counter()
        self.trace: list[str] = []
        self.pushes: list[tuple[str, Request]] = []
        self.clients: dict[str, str] = {}
        """The computer that each token was given to."""
        self.doubted: set[str] = set()
        """Computers that the server may take for two: copied, put back, or repeated too late."""
        self._seal = sha256()
        self.server = self._serve()
        self.posts = Posts(ground, self.server, self.clock)
        self.record = self._recorded()
        self.referred = Referred(self.judge, self.witness, self.record, ground)
        self.server_laws = ServerLaws(
            self.judge,
            self.witness,
            self.record,
            Rights(self._may_hold, self._may_read),
            self.referred,
        )
        self.laptop_laws = self._laptop_laws()
        self.images: dict[str, Path] = {}
        """An old copy of each laptop's disk, where somebody made one."""
        self._holders: dict[str, Person] = {}
        self.laptops: dict[str, SimLaptop] = {}
        self._begin(wrong_by)

    def _serve(self) -> SimServer:
        copy(self.ground.server, self.folder / "server")
        return SimServer(self.folder / "server", self.clock, self.minter, self.ground.on_server)

    def _recorded(self) -> ServerRecord:
        return ServerRecord(self.server, self.judge)

    def _laptop_laws(self) -> LaptopLaws:
        return LaptopLaws(self.judge, self.witness, self.record)

    def _begin(self, wrong_by: tuple[timedelta, ...]) -> None:
        self.server_laws.begin()
        for person, off in zip(self.people, cycle(wrong_by), strict=False):
            self.add_laptop(person.login, person, self.ground.laptop(person.login), off)

    def close(self) -> None:
        """Throw it all away."""
        for laptop in self.laptops.values():
            laptop.close()
        self.server.stop()
        shutil.rmtree(self.folder)

    def add_laptop(
        self, name: str, person: Person, source: Path, wrong_by: timedelta = timedelta(0)
    ) -> SimLaptop:
        """Another computer of somebody, with a copy of this profile on it."""
        copy(source, self.folder / name)
        return self.use_laptop(name, person, self.folder / name, wrong_by)

    def use_laptop(
        self, name: str, person: Person, folder: Path, wrong_by: timedelta = timedelta(0)
    ) -> SimLaptop:
        """The computer of somebody whose profile is in this folder."""
        self.laptops[name] = SimLaptop(
            name,
            person.login,
            folder,
            self.ground.keys[person.login],
            LaptopClock(self.clock, wrong_by),
            self.minter,
            self.server,
            self._watch(name),
            self.ground.on_laptops,
            self.laptop_laws.copies,
        )
        self._note_token(self.laptops[name])
        return self.laptops[name]

    def _note_token(self, laptop: SimLaptop) -> None:
        self.clients[laptop.store.account.token] = laptop.client
        self._holders[laptop.store.account.token] = person_of(laptop)

    def is_suspended(self, laptop: SimLaptop) -> bool:
        """Whether the server takes this computer for two and gives it nothing."""
        return self._is_suspended(laptop.client)

    def _is_suspended(self, client: str) -> bool:
        mine = DEVICE_KEY.c.client_id == client
        with self.server.database.read() as connection:
            return bool(connection.execute(select(DEVICE_KEY.c.suspended_at).where(mine)).scalar())

    def enrol_anew(self, laptop: SimLaptop) -> None:
        """Give somebody a new code for a computer. Nobody counts how many they have here."""
        with swapped(people, "MOST_DEVICES", len(self.clients) + len(self.people)):
            code = people.mint_code(self.server.database, laptop.login, self.clock).code
            before = laptop.client
            laptop.enrol_anew(code)
        self.witness.enrolled_anew(before, laptop.client)
        self._note_token(laptop)
        self.laptop_laws.after_anything(laptop)

    def _watch(self, name: str) -> Callable[[Request, Answer | None], None]:
        def watch(request: Request, answer: Answer | None) -> None:
            if lanes_of(request):  # One that turned over on the way is in nobody's hands whole.
                self.pushes = [*self.pushes, (name, request)][-KEPT_PUSHES:]
            self.server_laws.after(request, answer)

        return watch

    def _may_hold(self, token: str) -> frozenset[str]:
        holder = self._holders.get(token)
        return self.posts.granted(holder) if holder else frozenset()

    def _may_read(self, token: str) -> frozenset[str]:
        suspended = token in self.clients and self._is_suspended(self.clients[token])
        return frozenset() if suspended else self._may_hold(token)

    def granted_to(self, laptop: SimLaptop) -> frozenset[str]:
        """The scopes that somebody's laptop may hold now."""
        return self.posts.granted(person_of(laptop))

    def office_wrote(self) -> None:
        """The server wrote something that no laptop sent it: the laws are told."""
        self.server_laws.office_wrote()

    # --- What happens ----------------------------------------------------------------------

    def note(self, line: str) -> None:
        """One line of the trace. The same seed gives the same lines, and the same seal."""
        self.trace.append(line)
        self._seal.update(line.encode())

    def seal(self) -> str:
        """What this world was like, in few letters: equal for equal worlds."""
        self._seal.update(repr(sorted(self.record.heads().items())).encode())
        return self._seal.hexdigest()[:16]

    def session(self, laptop: SimLaptop, weather: Weather | None = None) -> SyncReport | None:
        """One session, however it ends; nothing if it was ended by what goes wrong around it."""
        try:
            report = laptop.sync(weather)
        except EXPECTED as error:
            alone = not isinstance(error, DeviceSuspended) or laptop.client in self.doubted
            self.judge.hold(19, alone, "taken for two, and is one:", laptop.name)
            self.counts[f"session {error.code}"] += 1
            self.note(f"  {laptop.name}: {error.code} {dict(error.details)}")
            self.laptop_laws.after_anything(laptop)
            return None
        except DoorstepError as error:
            raise Violation(0, f"a session ended with {type(error).__name__}") from error
        finally:
            self.counts.update(
                {f"fault {fault}": n for fault, n in laptop.transport.befell.items()}
            )
            laptop.transport.befell.clear()
        self.note(f"  {laptop.name}: {report.pushed} up, {report.pulled} down {report.stuck or ''}")
        self.laptop_laws.after_anything(laptop)
        if weather is None:
            self.laptop_laws.sealed(laptop, sorted(self.granted_to(laptop)))
        return report

    # --- Rest -----------------------------------------------------------------------------

    def come_to_rest(self) -> None:
        """Laws 6 and 19: nothing goes wrong any more, and within some rounds all are in step."""
        self.note("rest")
        self.counts["rest"] += 1
        for person in PEOPLE:
            if person.login in self.posts.without:
                self.posts.give_back(person)
                self.office_wrote()
        for _ in range(MOST_ROUNDS):
            if self._round():
                break
        else:
            self.judge.hold(6, False, "never came to rest")
        self._all_ended()
        for laptop in self.laptops.values():
            granted = self.granted_to(laptop)
            if self.judge.asks(6):
                self._in_step(laptop, granted)
            self.laptop_laws.sealed(laptop, sorted(granted))
        self.referred.at_rest()
        if self.judge.asks(3, 6):
            wrong = check_store(self.server.database).differences
            self.judge.hold(3, not wrong, "the server's store:", *wrong[:2])

    def _round(self) -> bool:
        for laptop in self.laptops.values():
            report = self.session_at_rest(laptop)
            fine = report is not None and not report.stuck and not report.differing
            self.judge.hold(19, fine, "a session without faults did not get through:", laptop.name)
        return all(
            self.laptop_laws.in_step(laptop, self.granted_to(laptop))
            for laptop in self.laptops.values()
        )

    def session_at_rest(self, laptop: SimLaptop) -> SyncReport | None:
        """A session in fair weather, with a new code where the computer is taken for two."""
        report = self.session(laptop)
        if report is None and self.is_suspended(laptop):
            self.enrol_anew(laptop)
            report = self.session(laptop)
        return report

    def _all_ended(self) -> None:
        for op_id, one in self.witness.saved.items():
            if not one.lost_with_disk:
                self.judge.hold(19, bool(one.outcome), "never ended:", op_id, one.op.kind)

    def _in_step(self, laptop: SimLaptop, granted: frozenset[str]) -> None:
        hold = self.judge.hold
        hold(6, not laptop.store.replica.lanes(), "the outbox is not empty:", laptop.name)
        with laptop.reading() as cursor:
            shadows = cursor.execute("SELECT count(*) FROM shadow").fetchone()[0]
            hold(6, shadows == 0, "shadows are left on", laptop.name)
            query = "SELECT scope_id, no, digest FROM generation WHERE shown"
            shown = {row[0]: row[1:] for row in cursor.execute(query).fetchall()}
            held = {scope: server_rows(cursor, no) for scope, (no, _) in shown.items()}
        for scope in sorted(granted):
            log = self.record.log(scope)
            equal = held.get(scope) == log.at(log.head)
            hold(6, equal, "rows differ from the server's:", laptop.name, scope)
            # The server proves its sum from its rows; these are the same rows.
            equal = (shown[scope][1] or EMPTY_TEXT) == (log.digest or EMPTY_TEXT)
            hold(6, equal, "the digest is wrong:", laptop.name, scope)
        proven = sorted(granted)[self.counts["rest"] % len(granted)]
        hold(6, laptop.store.replica.verify_deep(proven), "the digest is not proved:", proven)


def person_of(laptop: SimLaptop) -> Person:
    """Whose laptop it is."""
    return next(person for person in PEOPLE if person.login == laptop.login)
