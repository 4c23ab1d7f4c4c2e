"""Where a row is: its own address cells, or what stands above them where cells were merged."""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from sync.rules.address import Address, address_of_parts, parse_address, parse_building
from sync.server.roster.row import Row

_PARTS: Final = ("estate", "building", "unit", "room")
_HOUSE_NAME: Final = re.compile(r".*(?:栋|幢|楼|座)")

Parts = tuple[str, str, str, str]


@dataclass(frozen=True)
class Location:
    """What all rows of one household share. ``grid`` is empty where nothing names one."""

    address: Address = field(repr=False)
    grid: str = ""
    number: str = ""
    head_name: str = field(default="", repr=False)


class Doors:
    """Reads the location of row after row of one sheet, remembering the row above.

    An empty row ends what is remembered: an address is never carried over a gap.
    """

    def __init__(self, sheet_name: str) -> None:
        self._sheet_name = sheet_name
        self._grid_of_sheet = sheet_name if "网格" in sheet_name else ""
        self._parts: Parts = ("", "", "", "")
        self._above: Location | None = None

    def forget(self) -> None:
        """An empty row: what comes next stands for itself."""
        self._parts = ("", "", "", "")
        self._above = None

    def locate(self, row: Row, relation: str | None) -> Location:
        """The row's household. A head always starts with an address of its own.

        Leaves the row out where no door is named.
        """
        address = self._address(row, relation)
        above = self._above
        if above is None or above.address != address or relation == "0":
            above = Location(address, grid=above.grid if self._same(address) and above else "")
        self._above = Location(
            address=address,
            grid=row.text("grid") or above.grid or self._grid_of_sheet,
            number=row.text("household_no") or above.number,
            head_name="".join(row.text("head_name").split()) or above.head_name,
        )
        return self._above

    def _same(self, address: Address) -> bool:
        return self._above is not None and self._above.address == address

    def _address(self, row: Row, relation: str | None) -> Address:
        if not any(row.text(name) for name in (*_PARTS, "address")):
            if self._above is None or relation == "0":
                row.leave_out("address.missing", "room", "address", "building")
            return self._above.address
        parts = self._filled_down(row)
        found = _door(row, parts)
        # A bare number is a door only in a yard that has a name.
        if found is None or not (found.building or found.estate):
            dated = any(row.text(name) and _is_date(row, name) for name in ("room", "address"))
            row.leave_out("address.date" if dated else "address.unclear", "room", "address")
        self._parts = parts
        return found

    def _filled_down(self, row: Row) -> Parts:
        """The four cells; an empty one left of the room says what the row above said."""
        estate, building, unit, room = (row.text(name) for name in _PARTS)
        above = self._parts
        estate = estate or above[0]
        if not building and estate == above[0]:
            building = above[1]
        if not unit and (estate, building) == above[:2]:
            unit = above[2]
        if not building and not row.has("building") and _HOUSE_NAME.fullmatch(self._sheet_name):
            # A sheet for each building, named after it, needs no column for it.
            building = self._sheet_name if parse_building(self._sheet_name) else ""
        return estate, building, unit, room


def _door(row: Row, parts: Parts) -> Address | None:
    estate, building, unit, room = parts
    whole = row.text("address")
    if room:
        found = address_of_parts(estate or whole, building, unit, room)
        if found is not None:
            return found
    found = parse_address(whole)
    if found is not None and found.estate is None and estate:
        return replace(found, estate=estate)
    return found


def _is_date(row: Row, name: str) -> bool:
    return not isinstance(row.cell(name), str | int | float)
