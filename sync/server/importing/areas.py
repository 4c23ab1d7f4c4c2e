"""The area table: estates, courtyards, buildings, and the grid that each belongs to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sync.rules.address import parse_building
from sync.server.grants import community_rows
from sync.server.moving import place_areas
from sync.server.office import Office, area_id
from sync.server.roster.areas import AreaTable, ParsedBuilding, ParsedEstate
from sync.server.roster.matching import estate_key, grid_key


@dataclass(frozen=True)
class AreaCounts:
    """How many areas of each level the table named."""

    grids: int
    estates: int
    buildings: int


def import_areas(office: Office, community_id: str, table: AreaTable) -> AreaCounts:
    """Add what the table names; what is there already changes only where it differs.

    An area keeps the name it has: 第三网格 in the table is the 第3网格 that is known.
    """
    with office.db.read() as connection:
        areas = community_rows(connection, community_id, "area")
    naming = _Naming(community_id, areas)
    grids = [naming.grid(name) for name in table.grids]
    estates = [naming.estate(estate) for estate in table.estates]
    buildings = [naming.building(building) for building in table.buildings]
    place_areas(office, community_id, [*grids, *estates, *buildings])
    return AreaCounts(len(grids), len(estates), len(buildings))


@dataclass
class _Naming:
    """Turns a table's names into areas, under the names that are known already."""

    community_id: str
    areas: Mapping[str, Mapping[str, Any]]
    _grids: dict[str, str] = field(default_factory=dict)
    _estates: dict[str, str] = field(default_factory=dict)

    def grid(self, name: str) -> dict[str, Any]:
        known = self._known("grid", lambda body: grid_key(_name(body)) == grid_key(name))
        body = {"level": "grid", "name": name, **known}
        self._grids[grid_key(name)] = area_id(self.community_id, body)
        return body

    def estate(self, estate: ParsedEstate) -> dict[str, Any]:
        level = "courtyard" if estate.courtyard else "estate"
        known = self._known(level, lambda body: estate_key(_name(body)) == estate_key(estate.name))
        body = {
            "level": level,
            "name": estate.name,
            **known,
            "grid_id": self._grid_id(estate.grid_name),
            "property_name": estate.property_name,
            "households": estate.households,
        }
        self._estates[estate_key(estate.name)] = area_id(self.community_id, body)
        return body

    def building(self, building: ParsedBuilding) -> dict[str, Any]:
        estate_id = self._estates[estate_key(building.estate)]
        known = self._known(
            "building",
            lambda body: (
                body.get("parent_id") == estate_id
                and parse_building(_name(body)) == parse_building(building.name)
            ),
        )
        return {
            "level": "building",
            "name": building.name,
            **known,
            "parent_id": estate_id,
            "grid_id": self._grid_id(building.grid_name),
            "floors": building.floors,
            "units": building.units,
            "households": building.households,
            "has_lift": building.has_lift,
        }

    def _grid_id(self, name: str | None) -> str | None:
        return self._grids.get(grid_key(name)) if name else None

    def _known(self, level: str, fits: Callable[[Mapping[str, Any]], bool]) -> dict[str, Any]:
        """The name, and the parent where there is one, of the area that is meant."""
        for body in self.areas.values():
            if body.get("level") == level and fits(body):
                return {key: body[key] for key in ("name", "parent_id") if key in body}
        return {}


def _name(body: Mapping[str, Any]) -> str:
    return str(body.get("name", ""))
