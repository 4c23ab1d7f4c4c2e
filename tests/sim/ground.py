"""The ground on which every world begins: made once, then copied, so that a world costs little."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import update

from sync.engine.session import SyncEngine
from sync.identity import Minter, derived_id, stamp
from sync.merge.values import Writer
from sync.server.bulk import FreshRow, bulk_create
from sync.server.database import Database, create_database
from sync.server.locked import lock_scopes
from sync.server.office import Office
from sync.server.own_secret import keep_secret
from sync.server.people import enroll, mint_code
from sync.server.reading import user_info
from sync.server.signatures import learn_key
from sync.server.tables import META
from sync.store import vault
from sync.store.account import Account
from sync.store.store import Store
from sync.store.vault import Key
from sync.wire.client import Client
from sync.wire.signing import public_of
from tests.sim.clocks import WorldClock
from tests.sim.compiled import Compiled
from tests.sim.server import SimServer
from tests.sim.transport import SimTransport
from tests.support.laptops import PASSWORD, QUICK

COMMUNITY = "heping"
EPOCH = "0000000001"
SERVER_URL = "https://sim.invalid"
HOMES = (12, 8)
"""Households of the first and the second grid."""


@dataclass(frozen=True)
class Post:
    """Somebody's post in a grid, by its place in ``Ground.grids``, or in the whole community."""

    name: str
    grid: int | None


@dataclass(frozen=True)
class Person:
    """Somebody with a laptop."""

    login: str
    posts: tuple[Post, ...]


PEOPLE = (
    Person("chen", (Post("grid_worker", 0),)),
    Person("liu", (Post("grid_leader", 0),)),
    Person("zhao", (Post("grid_worker", 0), Post("grid_worker", 1))),
    Person("meng", (Post("desk_clerk", None),)),
)


@dataclass(frozen=True)
class Home:
    """One household. ``scope`` is where it began."""

    id: str
    dwelling: str
    people: tuple[str, str]
    scope: str


@dataclass(frozen=True)
class Ground:
    """Folders to copy, and who and what is in them."""

    folder: Path
    grids: tuple[str, str]
    homes: tuple[Home, ...]
    staff: dict[str, str]
    keys: dict[str, Key]
    clock: WorldClock
    on_server: Compiled = field(default_factory=Compiled)
    on_laptops: Compiled = field(default_factory=Compiled)

    @property
    def server(self) -> Path:
        """The folder of the server's store."""
        return self.folder / "server"

    def laptop(self, login: str) -> Path:
        """The folder of somebody's profile."""
        return self.folder / "laptops" / login


def minter_of(chance: Random, clock: WorldClock) -> Minter:
    """Ids that follow from a seed. Their time is the true one: no wrong clock changes an id."""
    return Minter(random_bytes=chance.randbytes, now=clock.now)


def build(folder: Path, empty: Callable[[Path], Database] = create_database) -> Ground:
    """Make the server's store with two grids, and four enrolled laptops that hold all of it.

    ``empty`` makes the store for the server in a folder, on whatever database.
    """
    clock, chance = WorldClock(), Random(0)
    minter = minter_of(chance, clock)
    _make_known(empty(folder / "server"))
    server = SimServer(folder / "server", clock, minter, Compiled())
    grids = _people(server.office)
    homes = _homes(grids)
    _fill(server, grids, homes, clock)
    made = Ground(folder, grids, homes, {p.login: _staff(p.login) for p in PEOPLE}, {}, clock)
    for person in PEOPLE:
        made.keys[person.login] = _laptop(made, server, person.login, minter)
    server.write_requests()
    server.stop()
    return made


def copy(source: Path, target: Path) -> None:
    """Another copy of a folder with a store in it, closed or not."""
    ignored = shutil.ignore_patterns("*-shm", "lock")
    shutil.copytree(source, target, ignore=ignored)


def _make_known(database: Database) -> None:
    """Its secrets are known, so that a run can be repeated."""
    with database.write() as connection:
        connection.execute(update(META).where(META.c.name == "epoch").values(value=EPOCH))
        keep_secret(connection, database.column_key, bytes.fromhex("17" * 32))
    database.close()


def _staff(login: str) -> str:
    return derived_id("staff", login)


def _people(office: Office) -> tuple[str, str]:
    office.add_community(COMMUNITY, "和平社区")
    areas = [{"level": "grid", "name": f"第{number}网格"} for number in (1, 2)]
    first, second = office.add_areas(COMMUNITY, areas)
    for person in PEOPLE:
        office.add_user(COMMUNITY, person.login, person.login)
        for post in person.posts:
            area = COMMUNITY if post.grid is None else (first, second)[post.grid]
            office.assign(person.login, post.name, area)
    return first, second


def _homes(grids: tuple[str, str]) -> tuple[Home, ...]:
    return tuple(
        Home(
            id=derived_id("home", str(grid), str(at)),
            dwelling=derived_id("dwelling", str(grid), str(at)),
            people=(
                derived_id("person", str(grid), str(at), "0"),
                derived_id("person", str(grid), str(at), "1"),
            ),
            scope=f"grid:{grids[grid]}",
        )
        for grid in range(len(HOMES))
        for at in range(HOMES[grid])
    )


def _fill(
    server: SimServer, grids: tuple[str, str], homes: tuple[Home, ...], clock: WorldClock
) -> None:
    for grid in grids:
        scope_id = f"grid:{grid}"
        rows = [row for home in homes if home.scope == scope_id for row in _rows(home)]
        with server.database.write() as connection:
            locked = lock_scopes(connection, {scope_id}, stamp(clock.now()))
            bulk_create(locked, scope_id, rows, Writer("import", "import", at=locked.at), grid)
            locked.save()


def _rows(home: Home) -> list[FreshRow]:
    rows: list[FreshRow] = [
        ("dwelling", home.dwelling, {"room": f"6-1-{home.id[:4]}", "floor": 3}),
        ("household", home.id, {"dwelling_id": home.dwelling, "contact": "13800000000"}),
    ]
    for person in home.people:
        body: dict[str, Any] = {"household_id": home.id, "name": "王桂兰", "tags": ["aged_80"]}
        rows.append(("person", person, body))
        lives = {"household_id": home.id, "person_id": person, "status": "living"}
        rows.append(("residency", derived_id("residency", person), lives))
    return rows


def _laptop(made: Ground, server: SimServer, login: str, minter: Minter) -> Key:
    clock = made.clock
    code = mint_code(server.database, login, clock).code
    enrolled = enroll(server.database, code, f"{login}'s", "", clock, minter)
    with server.database.read() as connection:
        user = user_info(connection, enrolled.account, clock)
    key = sha256(login.encode()).digest()
    with server.database.write() as connection:
        learn_key(connection, enrolled.client_id, public_of(key), clock)
    account = Account(SERVER_URL, enrolled.client_id, enrolled.token, f"{login}'s", user, key)
    folder = made.laptop(login)
    folder.mkdir(parents=True)
    store = Store.create(folder, PASSWORD, account, clock=clock, minter=minter, work=QUICK)
    way = SimTransport(server, store.credentials(), lambda request, answer: None)
    SyncEngine(store, Client(way), pause=clock.pass_by).run()
    store.close()
    return vault.unlock(folder, PASSWORD)
