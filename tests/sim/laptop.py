"""One laptop of a simulated world: a real profile, killed, copied and filled up at will."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import event

from sync.engine.report import SyncReport
from sync.engine.session import SyncEngine
from sync.identity import Minter
from sync.store.account import Account
from sync.store.database import FILE_NAME, _connect
from sync.store.store import Store
from sync.store.vault import Key
from sync.wire.client import Client
from sync.wire.messages import EnrollRequest
from sync.wire.signing import NOBODY, public_of
from tests.sim.clocks import LaptopClock
from tests.sim.compiled import Compiled
from tests.sim.faults import Weather, fair
from tests.sim.ground import SERVER_URL, copy
from tests.sim.server import SimServer
from tests.sim.transport import SimTransport, Watch
from tests.support.laptops import Killed


class SimLaptop:
    """A computer with one profile, of ``login``. ``minter`` draws from the world's chance."""

    def __init__(
        self,
        name: str,
        login: str,
        folder: Path,
        key: Key,
        clock: LaptopClock,
        minter: Minter,
        server: SimServer,
        watch: Watch,
        compiled: Compiled,
        between: Callable[["SimLaptop"], None],
    ) -> None:
        self.name = name
        self.login = login
        self.folder = folder
        self.clock = clock
        self.checked: dict[str, tuple[Any, ...]] = {}
        self._key = key
        self._minter = minter
        self._server = server
        self._watch = watch
        self._compiled = compiled
        self._between = between
        self._lives = 0
        self.open()

    def open(self) -> None:
        """Start the app."""
        self.store = Store.open_with(self.folder, self._key, clock=self.clock, minter=self._minter)
        self._compiled.lend_store(self.store)
        self._connect()

    def _connect(self) -> None:
        who = self.store.credentials()
        self.transport = SimTransport(
            self._server, who, self._watch, before=lambda: self._between(self)
        )
        self.engine = SyncEngine(self.store, Client(self.transport), pause=self.clock.world.pass_by)

    @property
    def client(self) -> str:
        """The computer, as the server knows it."""
        return self.store.account.client_id.partition("~")[0]

    def enrol_anew(self, code: str) -> None:
        """Spend a new code of the same person, as the app does; all work stays."""
        key = self._minter.random_bytes(32)
        unknown = SimTransport(self._server, NOBODY, self._watch)
        asked = EnrollRequest(code, self.name, login=self.login, key=public_of(key))
        reply = Client(unknown).enroll(asked)
        self.store.begin_again(Account.from_enrolment(SERVER_URL, self.name, reply, key))
        self._connect()

    def close(self) -> None:
        """End the app as a person does."""
        self.store.close()

    def restart(self) -> None:
        """Close and open again."""
        self.close()
        self.open()

    def open_twice(self) -> Store:
        """A second instance of the app on the same profile."""
        return Store.open_with(self.folder, self._key, clock=self.clock, minter=self._minter)

    def sync(self, weather: Weather | None = None) -> SyncReport:
        """One session in this weather."""
        self.transport.weather = weather or fair()
        self.transport.in_session = 0
        try:
            return self.engine.run()
        finally:
            self.transport.weather = fair()

    def go_on_from(self, image: Path) -> None:
        """The process is gone, without a goodbye; the next one finds ``image`` on the disk."""
        # Nothing may be written back into the file: what is in memory is lost.
        self.store.database._readers.dispose()
        self.store.database._writer.dispose()
        self.store.journal.close()
        self.store._lock.release()
        shutil.rmtree(self.folder)
        image.rename(self.folder)
        self.checked.clear()
        self.open()

    def image(self) -> Path:
        """A copy of the profile as it is on the disk now."""
        self._lives += 1
        target = self.folder.with_name(f"{self.name}-{self._lives}")
        copy(self.folder, target)
        return target

    def killed_in(self, work: Callable[[], object], point: int) -> bool:
        """Do some work, and end the process at its ``point``-th commit. Whether it came to that.

        Odd points lie just before a commit, even ones just after the one before.
        """
        death = _Death(self, point)
        try:
            with death:
                work()
        except BaseException:
            # On its way out the killed one may have met whatever was half done.
            if death.image is None:
                raise
        if death.image is not None:
            self.go_on_from(death.image)
        return death.image is not None

    @contextmanager
    def disk_full(self) -> Iterator[None]:
        """The file cannot grow by a single page. A real SQLITE_FULL, whatever is written."""
        with self._writer() as cursor:
            pages = cursor.execute("PRAGMA page_count").fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count={pages}").fetchall()
        try:
            yield
        finally:
            with self._writer() as cursor:
                cursor.execute("PRAGMA max_page_count=4294967294").fetchall()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Another process writes for longer than this one waits. A real SQLITE_BUSY."""
        other = _connect(self.folder / FILE_NAME, self._key, 0)
        with self._writer() as cursor:
            cursor.execute("PRAGMA busy_timeout=0").fetchall()
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            other.close()
            with self._writer() as cursor:
                cursor.execute("PRAGMA busy_timeout=5000").fetchall()

    @contextmanager
    def _writer(self) -> Iterator[Any]:
        raw = self.store.database._writer.raw_connection()
        cursor = raw.cursor()
        try:
            yield cursor
        finally:
            # A statement that is left half read would keep the connection from a checkpoint.
            cursor.close()
            raw.close()

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A cursor for plain SQL, of the readers' pool: the laws look at much, often."""
        raw = self.store.database._readers.raw_connection()
        try:
            yield raw.cursor()
        finally:
            raw.close()


class _Death:
    """Ends the process at a commit point: takes the disk's image there, then nothing more runs."""

    def __init__(self, laptop: SimLaptop, point: int) -> None:
        self.image: Path | None = None
        self._laptop = laptop
        self._engine = laptop.store.database._writer
        self._left = point

    def _strike(self, *_: Any) -> None:
        self._left -= 1
        if self._left == 0:
            self.image = self._laptop.image()
            raise Killed

    def __enter__(self) -> None:
        for name in ("begin", "commit"):
            event.listen(self._engine, name, self._strike)

    def __exit__(self, *_: object) -> None:
        for name in ("begin", "commit"):
            event.remove(self._engine, name, self._strike)


def crash_point(chance: Random) -> int:
    """Mostly early, now and then far into a long piece of work."""
    return 1 + min(int(chance.expovariate(1 / 4)), 40)
