"""The roster and the area table as offices keep them, read into typed values; no database here.

``read_roster`` and ``read_areas`` open a .xlsx, .xls or .csv and return what it says together with
a list of problems (sheet, row, column, what, how to mend), none of which holds personal data.
"""

from sync.server.roster.areas import AreaTable, ParsedBuilding, ParsedEstate, read_areas
from sync.server.roster.matching import door_key, estate_key, grid_key
from sync.server.roster.problems import Effect, RowProblem
from sync.server.roster.reading import read_roster
from sync.server.roster.types import (
    CellValue,
    KeyParts,
    ParsedHousehold,
    ParsedPerson,
    Place,
    Roster,
    RosterCounts,
)

__all__ = [
    "AreaTable",
    "CellValue",
    "Effect",
    "KeyParts",
    "ParsedBuilding",
    "ParsedEstate",
    "ParsedHousehold",
    "ParsedPerson",
    "Place",
    "Roster",
    "RosterCounts",
    "RowProblem",
    "door_key",
    "estate_key",
    "grid_key",
    "read_areas",
    "read_roster",
]
