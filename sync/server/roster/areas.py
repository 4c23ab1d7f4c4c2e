"""Reading the area table: estates and courtyards, their buildings, and the grid of each."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sync.i18n import N_
from sync.progress import Progress, silent
from sync.rules.address import parse_building
from sync.server.roster.errors import NotAnAreaTable
from sync.server.roster.header import Header, find_header
from sync.server.roster.matching import estate_key, grid_key
from sync.server.roster.problems import RowProblem
from sync.server.roster.row import Row, RowLeftOut
from sync.server.roster.rows import is_total
from sync.server.roster.sheets import Sheet, is_empty, read_workbook
from sync.server.roster.types import Place
from sync.server.roster.words import Words, plain_word, roster_words

STEP: Final = N_("Reading the areas")

_PLACES: Final = frozenset({"estate", "building"})
_GRIDS: Final = frozenset({"grid"})
_RANGE: Final = re.compile(
    r"(\d{1,3})(?:号楼|栋|幢|#|号)?[-~～—–至到](\d{1,3})(?:号楼|栋|幢|#|号)?"
)
_LIST: Final = re.compile(r"[、,,;;/\s]+")
_MOST_IN_RANGE: Final = 200
_YARD_WORDS: Final = re.compile(r"(?:院落|院|巷|胡同|平房)$")


@dataclass(frozen=True)
class ParsedEstate:
    """A residential compound, or an old yard without building numbers (``courtyard``).

    ``grid_name`` is set where the whole of it belongs to one grid.
    """

    place: Place
    name: str
    grid_name: str | None = None
    property_name: str | None = None
    courtyard: bool = False
    households: int | None = None


@dataclass(frozen=True)
class ParsedBuilding:
    """One building. ``number`` is 6 for 6号楼; ``households`` its homes, if the table tells."""

    place: Place
    estate: str
    number: str
    grid_name: str | None
    floors: int | None = None
    units: int | None = None
    households: int | None = None
    has_lift: bool | None = None

    @property
    def name(self) -> str:
        """As it is shown: 6号楼, A座."""
        return f"{self.number}号楼" if self.number.isdecimal() else f"{self.number}座"


@dataclass(frozen=True)
class AreaTable:
    """A whole area table. ``grids`` are the names as first written, each grid once."""

    estates: tuple[ParsedEstate, ...]
    buildings: tuple[ParsedBuilding, ...]
    grids: tuple[str, ...]
    problems: tuple[RowProblem, ...]


def read_areas(path: Path, progress: Progress = silent) -> AreaTable:
    """The areas that the file names. Raises the errors of ``sync/server/roster/errors.py``."""
    words = roster_words()
    book = read_workbook(path)
    reading = _Reading(words)
    tables = [
        (sheet, header)
        for sheet in book.sheets
        if (header := find_header(sheet, words, words.area_headers, _PLACES, _GRIDS))
    ]
    if not tables:
        raise NotAnAreaTable
    for done, (sheet, header) in enumerate(tables, start=1):
        reading.read(sheet, header)
        progress(STEP, done, len(tables))
    return reading.table()


class _Reading:
    """Collects areas row by row; a name means the same area however often it is written."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._problems: list[RowProblem] = []
        self._estates: dict[str, ParsedEstate] = {}
        self._buildings: dict[tuple[str, str], ParsedBuilding] = {}
        self._grids: dict[str, str] = {}

    def read(self, sheet: Sheet, header: Header) -> None:
        """All rows of one sheet."""
        estate = ""
        for at, cells in enumerate(sheet.rows[header.first_row :], start=header.first_row + 1):
            row = Row(Place(sheet.name, at), header, cells, self._problems)
            if is_empty(cells) or is_total(row, self._words, "estate", "building"):
                continue
            if header.repeats(cells, self._words, self._words.area_headers):
                continue
            estate = _name(row.text("estate")) or estate
            try:
                self._row(row, estate)
            except RowLeftOut:
                continue

    def table(self) -> AreaTable:
        """What was read, estates without a building known as courtyards."""
        with_buildings = {estate_key(one.estate) for one in self._buildings.values()}
        return AreaTable(
            estates=tuple(
                replace(estate, courtyard=key not in with_buildings and _is_yard(estate))
                for key, estate in self._estates.items()
            ),
            buildings=tuple(self._buildings.values()),
            grids=tuple(self._grids.values()),
            problems=tuple(self._problems),
        )

    def _row(self, row: Row, estate: str) -> None:
        grid = self._grid(row)
        if not row.text("building"):
            self._row_without_building(row, estate, grid)
            return
        named, numbers = self._numbers(row)
        estate = named or estate
        if not estate:
            row.leave_out("building.no_estate", "estate", "building")
        self._estate(row, estate, None)
        if grid is None:
            row.problem("building.no_grid", "grid")
        sizes = self._sizes(row)
        for number in numbers:
            self._building(row, ParsedBuilding(row.place, estate, number, grid, **sizes))

    def _row_without_building(self, row: Row, estate: str, grid: str | None) -> None:
        if not row.text("estate"):
            if grid is None:
                row.leave_out("area.nothing", "estate", "building")
            return
        known = self._estates.get(estate_key(estate))
        if known is not None and known.grid_name is not None:
            self._twice(row, known.place)
            return
        if grid is None and _YARD_WORDS.search(estate):
            row.problem("building.no_grid", "grid")
        self._estate(row, estate, grid)

    def _grid(self, row: Row) -> str | None:
        text = _name(row.text("grid"))
        if not text or plain_word(text) in self._words.nothing:
            return None
        name = f"第{grid_key(text)}网格" if grid_key(text).isdecimal() else text
        return self._grids.setdefault(grid_key(text), name)

    def _estate(self, row: Row, name: str, grid: str | None) -> None:
        key = estate_key(name)
        known = self._estates.get(key)
        known = known or ParsedEstate(row.place, name)
        company = _name(row.text("property"))
        homes = None if row.text("building") else self._count(row, "households")
        self._estates[key] = replace(
            known,
            grid_name=grid or known.grid_name,
            property_name=known.property_name or _unless(company, self._words.nothing),
            households=homes or known.households,
        )

    def _building(self, row: Row, building: ParsedBuilding) -> None:
        key = estate_key(building.estate), building.number
        known = self._buildings.setdefault(key, building)
        if known is not building:
            self._twice(row, known.place)

    def _twice(self, row: Row, first: Place) -> None:
        here = row.place
        self._problems.append(
            RowProblem(here.sheet, here.row, "", "building.twice", first.seen_from(here))
        )

    def _numbers(self, row: Row) -> tuple[str | None, list[str]]:
        """The estate that the building cell names, and its numbers: 1-6号楼 is six buildings."""
        text = row.text("building")
        many = _RANGE.fullmatch("".join(text.split()))
        if many and 0 <= int(many[2]) - int(many[1]) < _MOST_IN_RANGE:
            return None, [str(number) for number in range(int(many[1]), int(many[2]) + 1)]
        houses = [parse_building(part) for part in _LIST.split(text.strip()) if part]
        found = [house for house in houses if house is not None and house[1]]
        if not found or len(found) != len(houses):
            row.leave_out("building.unclear", "building")
        return found[0][0], [number for _, number in found]

    def _sizes(self, row: Row) -> dict[str, Any]:
        floors, units = self._count(row, "floors"), self._count(row, "units")
        per_floor, homes = self._count(row, "per_floor"), self._count(row, "households")
        if homes is None and floors and units and per_floor:
            homes = floors * units * per_floor
        return {
            "floors": floors,
            "units": units,
            "households": homes,
            "has_lift": self._lift(row),
        }

    def _count(self, row: Row, name: str) -> int | None:
        found = re.fullmatch(r"(\d{1,5})(?:层|个|户|单元)?(?:单元)?", row.word(name))
        if found is None and row.text(name):
            row.problem("number.wrong", name)
        return int(found[1]) if found else None

    def _lift(self, row: Row) -> bool | None:
        word = row.word("lift")
        if not word:
            return None
        if word not in self._words.lift_yes | self._words.lift_no:
            row.problem("lift.unknown", "lift")
            return None
        return word in self._words.lift_yes


def _is_yard(estate: ParsedEstate) -> bool:
    """An estate of which only the name was listed may have buildings that nobody wrote down."""
    return estate.grid_name is not None or _YARD_WORDS.search(estate.name) is not None


def _unless(text: str, nothing: frozenset[str]) -> str | None:
    return text if text and plain_word(text) not in nothing else None


def _name(text: str) -> str:
    return "".join(text.split())
