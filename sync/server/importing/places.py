"""The grid of a household: that of its row, or that of its building. Never a guess."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync.rules.address import Address, parse_building
from sync.server.roster.matching import estate_key, grid_key


@dataclass(frozen=True)
class Home:
    """Where a door stands. ``building_id`` is empty where the areas do not list the building."""

    building_id: str | None
    grid_id: str | None


class Places:
    """The areas of one community, found by the names that tables use for them."""

    def __init__(self, areas: Mapping[str, Mapping[str, Any]]) -> None:
        self._grids: dict[str, list[str]] = {}
        self._estates: dict[str, tuple[str, str | None]] = {}
        self._buildings: dict[tuple[str, str], Home] = {}
        for row_id, body in areas.items():
            name = str(body.get("name", ""))
            if body.get("level") == "grid":
                self._grids.setdefault(grid_key(name), []).append(row_id)
            elif body.get("level") in ("estate", "courtyard"):
                self._estates[estate_key(name)] = (row_id, _text(body.get("grid_id")))
        names = {row_id: key for key, (row_id, _) in self._estates.items()}
        for row_id, body in areas.items():
            if body.get("level") == "building":
                self._add_building(row_id, body, names)

    def _add_building(self, row_id: str, body: Mapping[str, Any], names: Mapping[str, str]) -> None:
        parsed = parse_building(str(body.get("name", "")))
        estate = names.get(str(body.get("parent_id")))
        if parsed is None or estate is None:
            return
        grid_id = _text(body.get("grid_id")) or self._estates[estate][1]
        self._buildings[estate, parsed[1]] = Home(row_id, grid_id)

    @property
    def grids(self) -> list[str]:
        """The ids of all grids."""
        return [row_id for ids in self._grids.values() for row_id in ids]

    def home_of(self, address: Address, grid_name: str | None) -> Home:
        """Where a household lives; without a grid where its row and its building have none."""
        found = self._building(address)
        named = self._grids.get(grid_key(grid_name), []) if grid_name else []
        # Two grids of one name are no answer: which one would be a guess.
        grid_id = named[0] if len(named) == 1 else None
        if grid_name and grid_id is None:
            return Home(found.building_id, None)
        return Home(found.building_id, grid_id or found.grid_id)

    def _building(self, address: Address) -> Home:
        if not address.building:
            estate = self._estates.get(estate_key(address.estate))
            return Home(*estate) if estate else Home(None, None)
        if address.estate:
            nowhere = Home(None, None)
            return self._buildings.get((estate_key(address.estate), address.building), nowhere)
        found = [home for key, home in self._buildings.items() if key[1] == address.building]
        # Without an estate's name, only a number that one building alone has tells which it is.
        return found[0] if len(found) == 1 else Home(None, None)


def _text(value: Any) -> str | None:
    return str(value) if value else None
