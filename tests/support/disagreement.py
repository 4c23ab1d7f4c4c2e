"""Two people of one grid, on two real laptops of one real server, who write differently."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.services.profiles import Connection, ProfileFolder
from desktop.services.workplace import Workplace, workplace_on
from sync.identity import Clock
from sync.store import records
from sync.store.records import Edit
from tests.support.laptops import TestLaptop, enrolled
from tests.support.server import RunningServer

HOME = "household-1602"
DWELLING = "dwelling-1602"
WANG = "person-wang"
XIAOYAN = "person-xiaoyan"
SECOND_HOME = "household-102"
SECOND_DWELLING = "dwelling-102"


@dataclass
class Side:
    """One of the two: the services of a profile, and the way to the server."""

    laptop: TestLaptop
    place: Workplace

    def change(self, type_: str, row_id: str, **fields: Any) -> None:
        """Edit a row without a network."""
        self.laptop.patch(type_, row_id, **fields)

    def remove(self, type_: str, row_id: str) -> None:
        """Remove a row without a network."""
        self.place.store.records.write([records.delete(type_, row_id)])

    def sync(self) -> None:
        """One whole session."""
        self.laptop.sync()


@dataclass
class Pair:
    """陈晓禾 walks the grid, 刘建平 leads it; both know 1602 by heart."""

    worker: Side
    leader: Side
    server: RunningServer
    folder: Path
    clock: Clock

    def meet(self) -> None:
        """The worker sends first, the leader second, and both hear of the other."""
        for side in (self.worker, self.leader, self.worker):
            side.sync()

    def third(self, login: str, post: str, name: str) -> Side:
        """Somebody else, with a computer of their own, synced once."""
        self.server.add_user(login, post, self.server.grids["第3网格"], name)
        side = side_of(self.folder, self.server, login, self.clock)
        side.sync()
        return side


@contextmanager
def two_who_differ(folder: Path, server: RunningServer, clock: Clock) -> Iterator[Pair]:
    """Two laptops that hold the same two homes, before anyone changed anything."""
    grid = server.grids["第3网格"]
    server.add_user("chen", "grid_worker", grid, "陈晓禾")
    server.add_user("liu", "grid_leader", grid, "刘建平")
    worker = side_of(folder, server, "chen", clock)
    leader = side_of(folder, server, "liu", clock)
    worker.sync()
    worker.place.store.records.write(_homes(f"grid:{grid}"))
    worker.sync()
    leader.sync()
    pair = Pair(worker, leader, server, folder, clock)
    try:
        yield pair
    finally:
        for side in (worker, leader):
            side.place.close()


def side_of(folder: Path, server: RunningServer, login: str, clock: Clock) -> Side:
    """Somebody who has an account, on a computer that has not synced yet."""
    profile = ProfileFolder(login, folder / login)
    laptop = enrolled(profile.path, server, login, clock)
    profile.remember(Connection(server.base_url))
    return Side(laptop, workplace_on(profile, laptop.store, clock))


def _homes(grid: str) -> list[Edit]:
    def row(type_: str, row_id: str, **fields: Any) -> Edit:
        return records.create(type_, fields, scope_id=grid, row_id=row_id)

    return [
        row("dwelling", DWELLING, room="6-2-1602", floor=16, door_note="听力弱，敲门要久一点。"),
        row("household", HOME, dwelling_id=DWELLING, head_id=WANG, contact="13900001180"),
        row("person", WANG, household_id=HOME, name="王桂兰", sex="2", birth="1948-02-01"),
        row("person", XIAOYAN, household_id=HOME, name="王晓燕", sex="2", birth="1975-04-01"),
        row("residency", "lives-wang", person_id=WANG, household_id=HOME, relation="0"),
        row(
            "residency",
            "lives-xiaoyan",
            person_id=XIAOYAN,
            household_id=HOME,
            relation="3",
            status="living",
        ),
        row("dwelling", SECOND_DWELLING, room="9-1-102", floor=1),
        row("household", SECOND_HOME, dwelling_id=SECOND_DWELLING, contact="13700000001"),
        row("person", "person-xu", household_id=SECOND_HOME, name="许志强", sex="1"),
    ]
