"""A town with two of its computers, enrolled and synced; every test gets copies of its own."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.demo.processes import free_port
from desktop.services.profiles import Profiles
from desktop.services.syncing import NewComputer, Syncing, enroll
from sync.identity import Minter, SystemClock
from sync.server.blobs.stores import FolderStore
from sync.server.checking import check_store
from sync.server.database import Database, open_database
from sync.server.office import Office
from sync.server.people import mint_code
from sync.store import vault
from tests.support.laptops import QUICK
from tests.support.line import Line
from tests.support.processes import PASSWORD, CrashingServer, LaptopProcess, command_server
from tests.support.server import served
from tests.support.stores import Stores
from tests.support.town import CLERK, COMMUNITY, WORKER, Town, found_town


@dataclass(frozen=True)
class Founded:
    """The town as it is on Monday morning, in a folder that is copied and never used."""

    folder: Path
    town: Town

    def copy(self, name: str, target: Path) -> Path:
        """``server``, or the home of ``worker`` or ``desk``, for one test."""
        copied = target / name
        shutil.copytree(self.folder / name, copied)
        return copied


@dataclass(frozen=True)
class Scene:
    """A served town with a worker's and a clerk's laptop, each on a line of its own."""

    town: Town
    data: Path
    server: CrashingServer
    worker: LaptopProcess
    worker_line: Line
    desk: LaptopProcess
    desk_line: Line

    def colleague(self, home: Path, name: str, post: str, area: str) -> LaptopProcess:
        """The computer of a further person, called as its folder is, enrolled and synced."""
        with closing(open_database(self.data)) as database:
            clock = SystemClock()
            office = Office(database, clock, Minter(now=clock.now))
            office.add_user(COMMUNITY, home.name, name)
            office.assign(home.name, post, area)
            enrolled(home, database, home.name, f"http://127.0.0.1:{self.server.port}")
        return LaptopProcess(home)

    def department(self, name: str) -> str:
        """A department is added to the community: its id."""
        with closing(open_database(self.data)) as database:
            clock = SystemClock()
            office = Office(database, clock, Minter(now=clock.now))
            (added,) = office.add_areas(COMMUNITY, [{"level": "department", "name": name}])
        return added


def enrolled(home: Path, database: Database, login: str, url: str) -> None:
    """Enrol a computer whose app keeps everything in ``home``, and sync it once.

    Its password opens with little work, so that a test may type many commands.
    """
    clock = SystemClock()
    profile = Profiles(home / "profiles").reserve(None)
    computer = NewComputer(url, mint_code(database, login, clock).code, device_name=home.name)
    store = enroll(profile, computer, PASSWORD, clock)
    Syncing(store, profile).run()
    store.close()
    vault.change_password(profile.path, PASSWORD, PASSWORD, secrets.token_bytes, QUICK)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """Make the town, enrol a grid worker and a desk clerk, and sync them once."""
    folder = tmp_path_factory.mktemp("founded")
    town = found_town(folder / "server")
    database = open_database(folder / "server")
    with served(database, SystemClock()) as port:
        for name, login in (("worker", WORKER), ("desk", CLERK)):
            enrolled(folder / name, database, login, f"http://127.0.0.1:{port}")
    return Founded(folder, town)


@contextmanager
def served_town(
    founded: Founded, folder: Path, stores: Stores | None = None
) -> Iterator[tuple[str, Database]]:
    """A copy of the town's server in a thread: its address and its store, proved at the end."""
    data = founded.copy("server", folder)
    if stores is not None:
        stores.take_over(data)
    database = open_database(data)
    with served(database, SystemClock(), FolderStore(data / "blobs")) as port:
        yield f"http://127.0.0.1:{port}", database
    with closing(open_database(data)) as again:
        assert check_store(again).differences == []


@pytest.fixture
def scene(founded: Founded, tmp_path: Path, stores: Stores) -> Iterator[Scene]:
    """A fresh copy of it all, the server running as a process, on either store.

    Whatever happened, the store is proved at the end: digests, receipts and gapless revisions.
    """
    data = founded.copy("server", tmp_path)
    stores.take_over(data)
    laptops = [LaptopProcess(founded.copy(name, tmp_path)) for name in ("worker", "desk")]
    with ExitStack() as open_things:
        port = free_port()
        server = open_things.enter_context(CrashingServer(data, port))
        lines = [open_things.enter_context(Line(port)) for _ in laptops]
        for laptop, line in zip(laptops, lines, strict=True):
            laptop.reach(line.url)
        yield Scene(founded.town, data, server, laptops[0], lines[0], laptops[1], lines[1])
    checked = command_server(data, "check")
    assert checked.code == 0, checked.out + checked.err
