"""The roster of helpers: 三长, stewards, volunteers, part-time members; some posts stand open."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from sync.identity import derived_id
from sync.schema.policy import ScopeKind
from sync.server.demo.identity import Numbers
from sync.server.demo.neighbours import Neighbour, settled
from sync.server.demo.plan import BuildingPlan, CommunityPlan, EstatePlan
from sync.server.demo.rows import DemoCommunity, MicroGrid

_HELPS: Final = range(35, 73)
_WITNESS: Final = ("丰和苑", 6, "张玉珍")
"""The building head who stands as a witness in the written cases."""
_OPEN_HEADS: Final = frozenset({("枫林里", 3), ("平安巷院落", 6)})
_OPEN_UNITS: Final = frozenset({("丰和苑", 8, 2), ("纺织厂家属院", 5, 3), ("丰和苑", 3, 1)})
_PART_TIME: Final = (
    ("杨卫东", "云岭派出所"),
    ("沈立军", "街道综合行政执法队"),
    ("顾晓红", "社区卫生站"),
    ("韩冬梅", "市场监管所"),
    ("田志刚", "消防救援站"),
    ("方文静", "司法所"),
)


class HelperRows:
    """Writes the roster of one community. ``people`` are those who may hold a post."""

    def __init__(
        self,
        plan: CommunityPlan,
        out: DemoCommunity,
        numbers: Numbers,
        people: Sequence[Neighbour],
        today: date,
    ) -> None:
        self._plan = plan
        self._out = out
        self._numbers = numbers
        self._today = today
        self._random = Random(f"{plan.id}-helpers")
        self._free = [one for one in settled(people) if one.age in _HELPS]
        self._random.shuffle(self._free)

    def write(self) -> None:
        """Heads and stewards of buildings and stairs, volunteers, part-time members."""
        for estate in self._plan.estates:
            for building in estate.buildings:
                self._building(estate, building)
        for grid, micro_grids in self._out.micro_grids.items():
            for micro in micro_grids:
                self._volunteer(grid, micro)
        grids = list(self._out.grid_ids.items())
        for number, (name, department) in enumerate(_PART_TIME):
            grid_id = grids[number % len(grids)][1]
            self._add("part_time", grid_id, name, self._numbers.phone(), department=department)

    def _building(self, estate: EstatePlan, building: BuildingPlan) -> None:
        key = (estate.name, building.number)
        area_id = self._out.building_ids[key]
        if key == _WITNESS[:2]:
            self._add("building_head", area_id, _WITNESS[2], self._numbers.phone())
        elif key not in _OPEN_HEADS:
            self._take("building_head", area_id, self._of(key))
        members = [one for one in self._of(key) if "party_member" in one.tags]
        self._take("stair_steward", area_id, members or self._of(key))
        for unit in range(1, building.units + 1):
            if (*key, unit) not in _OPEN_UNITS:
                stair = f"{building.number}-{unit}-"
                here = [one for one in self._of(key) if one.place.door.room.startswith(stair)]
                self._take("unit_head", area_id, here or self._of(key), unit=str(unit))

    def _volunteer(self, grid: str, micro: MicroGrid) -> None:
        doors = set(micro.households)
        here = [one for one in self._free if one.grid == grid and one.household_id in doors]
        self._take("volunteer", micro.id, here)

    def _of(self, key: tuple[str, int]) -> list[Neighbour]:
        return [one for one in self._free if one.building == key]

    def _take(self, post: str, area_id: str, among: Sequence[Neighbour], **more: Any) -> None:
        """The first of them who has no post yet; a post that nobody is left for stays open."""
        if among:
            self._free.remove(among[0])
            self._add(post, area_id, among[0].name, among[0].phone, **more)

    def _add(self, post: str, area_id: str, name: str, phone: str, **more: Any) -> None:
        since = self._today - timedelta(days=self._random.randint(60, 900))
        body = {
            "post": post,
            "area_id": area_id,
            "name": name,
            "phone": phone,
            "valid_from": since.isoformat(),
            **more,
        }
        # The id that an import gives the same post, so that a list meets its row.
        row_id = derived_id("member", self._plan.id, post, area_id, more.get("unit", ""), name)
        self._out.add(ScopeKind.COMMUNITY, self._plan.id, "member", row_id, **body)
