"""A small invented town for journeys: few homes, and names that stand nowhere else."""

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from sync.identity import Minter, SystemClock, derived_id, stamp
from sync.merge.values import Writer
from sync.server.bulk import bulk_create
from sync.server.database import create_database
from sync.server.locked import lock_scopes
from sync.server.office import Office

COMMUNITY: Final = "heping"
HOMES: Final = 25
PEOPLE: Final = 2 * HOMES
FLOORS: Final = 13
WORKER: Final = "chen"
CLERK: Final = "meng"
WORKER_NAME: Final = "陈晓禾"
CLERK_NAME: Final = "孟雪"

_FAMILY: Final = "亓仉佴逄郏郗鄢阚隗蒯爨靳麴夔禚笪缑咎戢虢舄訾貊妫"
_GIVEN: Final = "翀翾昶晟彧骞祎颢璟垚淼焱鑫犇骉羴赟龢龑靓"
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class Resident:
    """One invented person. ``name`` and ``id_no`` are what no file may hold in plain."""

    id: str
    name: str
    id_no: str
    phone: str


@dataclass(frozen=True)
class Home:
    """One household with its two people, by room."""

    id: str
    room: str
    contact: str
    people: tuple[Resident, Resident]


@dataclass(frozen=True)
class Town:
    """One grid with all its homes. ``grid`` and ``ids`` name its two scopes."""

    grid: str
    ids: str
    homes: tuple[Home, ...]

    @property
    def canaries(self) -> list[str]:
        """The 50 names and 50 ID numbers that a scan looks for."""
        people = [person for home in self.homes for person in home.people]
        return [person.name for person in people] + [person.id_no for person in people]


def found_town(folder: Path, seed: int = 7) -> Town:
    """Make a server's store in ``folder`` with the town, a grid worker and a desk clerk."""
    database = create_database(folder)
    clock = SystemClock()
    office = Office(database, clock, Minter(now=clock.now))
    office.add_community(COMMUNITY, "和平社区")
    (estate,) = office.add_areas(COMMUNITY, [{"level": "estate", "name": "和平苑"}])
    (grid,) = office.add_areas(COMMUNITY, [{"level": "grid", "name": "第3网格"}])
    house = {"level": "building", "name": "6号楼", "parent_id": estate, "grid_id": grid}
    (building,) = office.add_areas(COMMUNITY, [house])
    office.add_user(COMMUNITY, WORKER, WORKER_NAME)
    office.assign(WORKER, "grid_worker", grid)
    office.add_user(COMMUNITY, CLERK, CLERK_NAME)
    office.assign(CLERK, "desk_clerk", COMMUNITY)
    town = Town(f"grid:{grid}", f"id:{grid}", _homes(Random(seed)))
    with database.write() as connection:
        locked = lock_scopes(connection, {town.grid, town.ids}, stamp(clock.now()))
        writer = Writer("import", "import", at=locked.at)
        bulk_create(locked, town.ids, _id_rows(town), writer, "founding-ids")
        bulk_create(locked, town.grid, _grid_rows(town, building), writer, "founding")
        locked.save()
    database.close()
    return town


def _homes(random: Random) -> tuple[Home, ...]:
    names = random.sample([a + b + c for a in _FAMILY for b in _GIVEN for c in _GIVEN], PEOPLE)
    people = [
        Resident(derived_id("resident", str(at)), name, _id_number(random), f"139{at:08}")
        for at, name in enumerate(names)
    ]
    return tuple(
        Home(
            id=derived_id("home", str(at)),
            room=f"6-{1 + at // FLOORS}-{1 + at % FLOORS}01",
            contact=f"138{at:08}",
            people=(people[2 * at], people[2 * at + 1]),
        )
        for at in range(HOMES)
    )


def _id_number(random: Random) -> str:
    born = f"19{random.randint(30, 99)}{random.randint(1, 12):02}{random.randint(1, 28):02}"
    digits = f"{random.randint(110101, 659004)}{born}{random.randint(0, 999):03}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _ID_WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def _grid_rows(town: Town, building: str) -> list[tuple[str, str, dict[str, object]]]:
    rows: list[tuple[str, str, dict[str, object]]] = []
    for home in town.homes:
        dwelling = derived_id("dwelling", home.id)
        floor = int(home.room.rsplit("-", 1)[1]) // 100
        rows += [
            ("dwelling", dwelling, {"building_id": building, "room": home.room, "floor": floor}),
            (
                "household",
                home.id,
                {"dwelling_id": dwelling, "head_id": home.people[0].id, "contact": home.contact},
            ),
        ]
        for relation, person in enumerate(home.people):
            body = {"household_id": home.id, "name": person.name, "phone": person.phone}
            lives = {"person_id": person.id, "household_id": home.id, "relation": str(relation)}
            rows += [
                ("person", person.id, body | {"birth": "1948-03-02", "tags": ["aged_80"]}),
                ("residency", derived_id("lives", person.id), lives | {"status": "living"}),
            ]
    return rows


def _id_rows(town: Town) -> list[tuple[str, str, dict[str, object]]]:
    return [
        (
            "id_number",
            derived_id("number", person.id),
            {
                "person_id": person.id,
                "household_id": home.id,
                "id_type": "111",
                "id_no": person.id_no,
            },
        )
        for home in town.homes
        for person in home.people
    ]
