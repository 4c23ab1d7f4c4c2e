"""The ground: estates, buildings, doors, and which grid each building belongs to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final


@dataclass(frozen=True)
class Door:
    """One door: the short form that people type, the address they read, the floor."""

    room: str
    address: str
    floor: int


@dataclass(frozen=True)
class BuildingPlan:
    """A building; a yard of an old courtyard has neither units nor floors."""

    number: int
    grid: str
    floors: int = 1
    units: int = 0
    per_floor: int = 0
    lift: bool = False

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.number}号楼" if self.units else f"{self.number}号院"

    @property
    def doors(self) -> int:
        """How many doors it has."""
        return self.floors * max(1, self.units) * self.per_floor

    def each_door(self, estate: str) -> Iterator[Door]:
        """Every door from the ground up."""
        for unit in range(1, self.units + 1):
            for floor in range(1, self.floors + 1):
                for place in range(1, self.per_floor + 1):
                    number = f"{floor}{place:02}"
                    room = f"{self.number}-{unit}-{number}"
                    yield Door(room, f"{estate}{self.name}{unit}单元{number}", floor)
        if not self.units:
            for place in range(1, self.per_floor + 1):
                yield Door(f"{self.number}-{place}", f"{estate}{self.name}{place}号", 1)


@dataclass(frozen=True)
class EstatePlan:
    """A compound with a character: ``homes`` weighs what kinds of household live there."""

    name: str
    homes: Mapping[str, float]
    buildings: tuple[BuildingPlan, ...]
    level: str = "estate"
    property_name: str = ""


@dataclass(frozen=True)
class UserPlan:
    """Someone who works here: the posts, each with the names of its areas (none: everywhere)."""

    login: str
    name: str
    post: str
    grids: tuple[str, ...] = ()


@dataclass(frozen=True)
class CommunityPlan:
    """A whole community. ``micro_grids`` counts them by grid, ``late`` how many doors of a grid
    are overdue besides the sample homes; ``residents`` is met exactly where it is given."""

    id: str
    name: str
    estates: tuple[EstatePlan, ...]
    users: tuple[UserPlan, ...]
    micro_grids: Mapping[str, int]
    late: Mapping[str, int]
    residents: int | None = None
    samples: bool = False
    county: str = "禾川区"
    street: str = "云岭街道"
    code: str = field(default="990101001001")

    @property
    def households(self) -> int:
        """How many doors there are: a household behind each."""
        return sum(b.doors for estate in self.estates for b in estate.buildings)

    def households_of(self, grid: str) -> int:
        """How many doors one grid has."""
        buildings = (b for estate in self.estates for b in estate.buildings)
        return sum(building.doors for building in buildings if building.grid == grid)

    def shares_of(self, grid: str) -> list[int]:
        """How many doors each micro-grid of a grid has, in walking order: about as many each."""
        doors, count = self.households_of(grid), self.micro_grids[grid]
        ends = [doors * number // count for number in range(count + 1)]
        return [end - start for start, end in pairwise(ends)]


NEW_ESTATE: Final = {
    "elder_alone": 4.0,
    "elder_couple": 9.0,
    "couple": 9.0,
    "nuclear": 41.0,
    "three_generations": 17.0,
    "single": 4.0,
    "single_parent": 3.0,
    "left_behind": 1.5,
    "group_rented": 2.0,
    "rented_family": 5.0,
    "vacant": 4.5,
}
OLD_ESTATE: Final = NEW_ESTATE | {
    "elder_alone": 9.0,
    "elder_couple": 15.0,
    "nuclear": 31.0,
    "rented_family": 8.0,
}
RENTED_ESTATE: Final = NEW_ESTATE | {
    "elder_alone": 2.0,
    "elder_couple": 4.0,
    "nuclear": 28.0,
    "three_generations": 9.0,
    "group_rented": 16.0,
    "rented_family": 27.0,
    "vacant": 5.0,
}
YARD: Final = OLD_ESTATE | {"elder_alone": 12.0, "left_behind": 4.0, "group_rented": 6.0}

GRIDS: Final = ("第1网格", "第2网格", "第3网格", "第4网格")


def _walk_up(number: int, grid: str, floors: int = 6, units: int = 3) -> BuildingPlan:
    return BuildingPlan(number, grid, floors, units, per_floor=2)


def _tower(number: int, grid: str, floors: int, units: int = 1, per_floor: int = 4) -> BuildingPlan:
    return BuildingPlan(number, grid, floors, units, per_floor, lift=True)


FENGHE: Final = CommunityPlan(
    id="fenghe",
    name="丰和社区",
    estates=(
        EstatePlan(
            "丰和苑",
            NEW_ESTATE,
            (
                _walk_up(1, GRIDS[0]),
                _walk_up(2, GRIDS[0]),
                _walk_up(3, GRIDS[0], floors=7),
                _tower(4, GRIDS[0], floors=18),
                _walk_up(5, GRIDS[1]),
                _tower(6, GRIDS[2], floors=33, units=2),
                _walk_up(7, GRIDS[1]),
                _walk_up(8, GRIDS[1], floors=7, units=2),
                _walk_up(9, GRIDS[2]),
                _tower(10, GRIDS[2], floors=10, units=2, per_floor=2),
                _tower(11, GRIDS[2], floors=18),
                _tower(12, GRIDS[1], floors=11, per_floor=2),
            ),
            property_name="安居物业",
        ),
        EstatePlan(
            "纺织厂家属院",
            OLD_ESTATE,
            tuple(_walk_up(n, GRIDS[1] if n < 5 else GRIDS[3], floors=7) for n in range(1, 6)),
        ),
        EstatePlan(
            "枫林里",
            RENTED_ESTATE,
            tuple(_tower(n, GRIDS[0] if n == 1 else GRIDS[3], floors=25) for n in range(1, 4)),
        ),
        EstatePlan(
            "平安巷院落",
            YARD,
            tuple(BuildingPlan(n, GRIDS[3], per_floor=8) for n in range(1, 8)),
            level="courtyard",
        ),
    ),
    users=(
        UserPlan("chenxiaohe", "陈晓禾", "grid_worker", (GRIDS[2],)),
        UserPlan("liujianping", "刘建平", "grid_leader", GRIDS),
        UserPlan("mengxue", "孟雪", "desk_clerk"),
        UserPlan("zoudahai", "邹大海", "mediator"),
        UserPlan("hanzhiyuan", "韩志远", "secretary"),
        UserPlan("it", "技术员", "it_admin"),
        UserPlan("zhoumin", "周敏", "grid_worker", (GRIDS[0],)),
        UserPlan("wuhaitao", "吴海涛", "grid_worker", (GRIDS[1],)),
        UserPlan("malixin", "马立新", "grid_worker", (GRIDS[3],)),
    ),
    micro_grids=dict(zip(GRIDS, (6, 6, 8, 6), strict=True)),
    late=dict(zip(GRIDS, (7, 9, 5, 11), strict=True)),
    residents=3910,
    samples=True,
)

_STREET_BUILDINGS: Final = 4
_STREET_DOORS: Final = 100


def street_plan(households: int) -> CommunityPlan:
    """A community of any size for benchmarks: estates of four towers, a grid and a worker each.

    ``households`` is rounded up to whole buildings of 100 doors.
    """
    count = max(1, -(-households // _STREET_DOORS))
    grids = [f"第{n + 1}网格" for n in range(-(-count // _STREET_BUILDINGS))]
    kinds = (NEW_ESTATE, OLD_ESTATE, RENTED_ESTATE)
    estates = tuple(
        EstatePlan(
            f"云岭{number + 1}区",
            kinds[number % len(kinds)],
            tuple(
                _tower(n - number * _STREET_BUILDINGS + 1, grid, floors=25)
                for n in range(number * _STREET_BUILDINGS, count)[:_STREET_BUILDINGS]
            ),
        )
        for number, grid in enumerate(grids)
    )
    workers = tuple(
        UserPlan(f"worker{number}", f"网格员{number}", "grid_worker", (grid,))
        for number, grid in enumerate(grids, 1)
    )
    return CommunityPlan(
        id="street",
        name="云岭大社区",
        estates=estates,
        users=(
            UserPlan("chenxiaohe", "陈晓禾", "grid_worker", (grids[0],)),
            UserPlan("liujianping", "刘建平", "grid_leader", tuple(grids)),
            UserPlan("mengxue", "孟雪", "desk_clerk"),
            UserPlan("it", "技术员", "it_admin"),
            *workers,
        ),
        micro_grids=dict.fromkeys(grids, 6),
        late=dict.fromkeys(grids, 10),
    )
