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
from sync.rules.matter_rights import line_of
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

NOTE = "老两口吵了一夜"
REPORTER = "王桂兰的女儿"
"""What a visit wrote down and who told a matter: no business of a department."""

WITH_MATTERS = ((0, 0), (0, 1), (1, 0))
"""Those of them, by grid and number, that have a matter from the beginning."""

UNIT = "市监局"
"""The one department that has a computer of its own."""

OUTSIDE = "partner"
"""The post of whoever answers for a department."""


@dataclass(frozen=True)
class Post:
    """Somebody's post in a grid, by its place in ``Ground.grids``; else in the whole community, or
    in the department."""

    name: str
    grid: int | None = None


@dataclass(frozen=True)
class Person:
    """Somebody with a laptop."""

    login: str
    posts: tuple[Post, ...]

    @property
    def is_outside(self) -> bool:
        """Whether they are of the department, and of nothing in the community."""
        return any(post.name == OUTSIDE for post in self.posts)


PEOPLE = (
    Person("chen", (Post("grid_worker", 0),)),
    Person("liu", (Post("grid_leader", 0),)),
    Person("zhao", (Post("grid_worker", 0), Post("grid_worker", 1))),
    # Who whistles for the department is of the office.
    Person("meng", (Post("desk_clerk"), Post("secretary"))),
    Person("shi", (Post(OUTSIDE),)),
)


@dataclass(frozen=True)
class Home:
    """One household. ``scope`` is where it began; some have a ``matter`` from the beginning, one
    of them out of a visit."""

    id: str
    dwelling: str
    people: tuple[str, str]
    scope: str
    matter: str = ""
    is_visited: bool = False


@dataclass(frozen=True)
class Ground:
    """Folders to copy, and who and what is in them."""

    folder: Path
    grids: tuple[str, str]
    unit: str
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

    @property
    def unit_scope(self) -> str:
        """What the department holds."""
        return f"unit:{self.unit}"

    def area_of(self, post: Post) -> str:
        """Where a post is held."""
        return _area_of(post, self.grids, self.unit)

    def laptop(self, login: str) -> Path:
        """The folder of somebody's profile."""
        return self.folder / "laptops" / login


def minter_of(chance: Random, clock: WorldClock) -> Minter:
    """Ids that follow from a seed. Their time is the true one: no wrong clock changes an id."""
    return Minter(random_bytes=chance.randbytes, now=clock.now)


def build(folder: Path, empty: Callable[[Path], Database] = create_database) -> Ground:
    """Make the server's store with two grids and a department, and an enrolled laptop of each of
    :data:`PEOPLE` that holds all that is theirs.

    ``empty`` makes the store for the server in a folder, on whatever database.
    """
    clock, chance = WorldClock(), Random(0)
    minter = minter_of(chance, clock)
    _make_known(empty(folder / "server"))
    server = SimServer(folder / "server", clock, minter, Compiled())
    grids, unit = _areas(server.office)
    homes = _homes(grids)
    _fill(server, grids, homes, clock)
    _people(server.office, grids, unit)
    staff = {person.login: _staff(person.login) for person in PEOPLE}
    made = Ground(folder, grids, unit, homes, staff, {}, clock)
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


def _area_of(post: Post, grids: tuple[str, str], unit: str) -> str:
    if post.grid is not None:
        return grids[post.grid]
    return unit if post.name == OUTSIDE else COMMUNITY


def _areas(office: Office) -> tuple[tuple[str, str], str]:
    office.add_community(COMMUNITY, "和平社区")
    areas = [{"level": "grid", "name": f"第{number}网格"} for number in (1, 2)]
    areas.append({"level": "department", "name": UNIT})
    first, second, unit = office.add_areas(COMMUNITY, areas)
    return (first, second), unit


def _people(office: Office, grids: tuple[str, str], unit: str) -> None:
    for person in PEOPLE:
        office.add_user(COMMUNITY, person.login, person.login)
        for post in person.posts:
            office.assign(person.login, post.name, _area_of(post, grids, unit))


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
            matter=derived_id("matter", str(grid), str(at)) if (grid, at) in WITH_MATTERS else "",
            is_visited=(grid, at) == WITH_MATTERS[1],
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
    return [*rows, *_matter(home)] if home.matter else rows


def _matter(home: Home) -> list[FreshRow]:
    """One for which the department was whistled for before anybody here began."""
    about = {"household_id": home.id, "matter_id": home.matter}
    whistle_id, moment = derived_id("call", home.matter), "2026-06-17T01:00:00Z"
    # The same as others, but that a visit found it.
    found = {"source": "visit", "visit_id": derived_id("visit", home.matter), "text": NOTE}
    seen = {"source": "patrol", "text": "电梯停运。"}
    matter = {"household_id": home.id, "stage": "whistled", "deadline": "2026-06-30"}
    matter |= found if home.is_visited else seen
    call = {"units": [UNIT], "reason": "物业修不了", "called_at": moment, "whistled_at": moment}
    line = {"whistle_id": whistle_id, "unit": UNIT}
    return [
        ("matter", home.matter, matter | {"reporter": REPORTER}),
        ("whistle", whistle_id, about | call),
        ("whistle_unit", line_of(whistle_id, UNIT), about | line),
    ]


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
