"""The picture of a building as widgets draw it: cells on a grid, and a legend that counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import Qt

from desktop.rows import Lamp, Tag
from sync.i18n import N_, _


class CellState(StrEnum):
    """What a door shows in the chosen colouring: each door has exactly one."""

    RECENT = "recent"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    OVERDUE = "overdue"
    NEVER = "never"
    REFUSED = "refused"
    VACANT = "vacant"
    CARE = "care"
    NO_CARE = "no_care"
    HAZARD = "hazard"
    NEED = "need"
    NO_MATTER = "no_matter"
    OWNER = "owner"
    RENTED = "rented"
    GROUP_RENTED = "group_rented"
    BUSINESS = "business"
    DORM = "dorm"
    UNKNOWN = "unknown"
    NOBODY = "nobody"

    @property
    def words(self) -> str:
        """The state in the legend."""
        return _(STATE_WORDS[self])


STATE_WORDS: Final[Mapping[CellState, str]] = MappingProxyType(
    {
        CellState.RECENT: N_("within 30 days"),
        CellState.QUARTER: N_("31–90 days"),
        CellState.HALF_YEAR: N_("91–180 days"),
        CellState.OVERDUE: N_("overdue"),
        CellState.NEVER: N_("never met"),
        CellState.REFUSED: N_("refused"),
        CellState.VACANT: N_("vacant home"),
        CellState.CARE: N_("in care"),
        CellState.NO_CARE: N_("no care tag"),
        CellState.HAZARD: N_("hazard open"),
        CellState.NEED: N_("need open"),
        CellState.NO_MATTER: N_("nothing open"),
        CellState.OWNER: N_("owner-occupied"),
        CellState.RENTED: N_("rented"),
        CellState.GROUP_RENTED: N_("group-rented"),
        CellState.BUSINESS: N_("business"),
        CellState.DORM: N_("dormitory"),
        CellState.UNKNOWN: N_("not known"),
        CellState.NOBODY: N_("nobody registered"),
    }
)


class Badge(StrEnum):
    """What a door carries in every colouring."""

    CARE = "badge_care"
    MATTER = "badge_matter"

    @property
    def words(self) -> str:
        """The badge in the legend."""
        return _(_BADGE_WORDS[self])


_BADGE_WORDS: Final = {Badge.CARE: N_("care"), Badge.MATTER: N_("open matter")}

LegendKey = CellState | Badge


@dataclass(frozen=True)
class Cell:
    """One door. ``row`` and ``column`` place it, ``label`` is its number and never left out.

    Attributes:
        key: the household that opens, or the door where nobody lives behind it.
        homes: how many households stand behind it.
        weights: how many of them are in each state and carry each badge.
        note: how it stands, in a few words; ``lamp`` stands before it where there is one.
        tag: one chip, where a cell is large enough.
        sentence: the whole cell for those who hear the screen.
    """

    key: str
    row: int
    column: int
    label: str
    state: CellState
    badges: frozenset[Badge] = frozenset()
    homes: int = 1
    weights: Mapping[LegendKey, int] = field(default_factory=dict)
    name: str = field(default="", repr=False)
    note: str = ""
    lamp: Lamp | None = None
    tag: Tag | None = None
    sentence: str = field(default="", repr=False)

    def shows(self, wanted: LegendKey | None) -> bool:
        """Whether the door belongs to what the legend was asked for; without a wish, it does."""
        return wanted is None or self.weights.get(wanted, 0) > 0


@dataclass(frozen=True)
class Block:
    """Columns that belong together: a stair. ``first`` is the grid's column it begins with."""

    title: str
    first: int
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """Where cells stand. ``rows`` are the labels at the left, from the top."""

    rows: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()

    @property
    def columns(self) -> int:
        """Columns of all blocks."""
        return sum(len(block.columns) for block in self.blocks)


@dataclass(frozen=True)
class LegendItem:
    """One entry of the legend with how many homes it counts."""

    key: LegendKey
    count: int

    @property
    def words(self) -> str:
        """What it means."""
        return self.key.words


@dataclass(frozen=True)
class BuildingPicture:
    """Cells in reading order, the grid they stand on, and what the legend counts."""

    grid: Grid = Grid()
    cells: tuple[Cell, ...] = ()
    legend: tuple[LegendItem, ...] = ()


class CellRole(IntEnum):
    """Roles of the model that the picture of a building shows."""

    CELL = Qt.ItemDataRole.UserRole + 1


def cell_data(cell: Cell, role: int) -> object:
    """What a model answers for ``cell``: the one place that maps roles to a cell."""
    if role == CellRole.CELL:
        return cell
    if role == Qt.ItemDataRole.DisplayRole:
        return cell.label
    return cell.sentence if role == Qt.ItemDataRole.AccessibleTextRole else None


def next_cell(
    cells: Iterable[Cell], start: Cell, across: int, down: int, wanted: LegendKey | None = None
) -> Cell | None:
    """The nearest cell in one direction, straight ahead before aside; ``None`` at the edge."""
    ahead = [
        (cell, (cell.column - start.column) * across + (cell.row - start.row) * down)
        for cell in cells
        if cell.shows(wanted)
    ]
    reachable = [(cell, steps) for cell, steps in ahead if steps > 0]
    if across:
        # A row is walked along its own line; another line is no step to the side.
        reachable = [(cell, steps) for cell, steps in reachable if cell.row == start.row]
    if not reachable:
        return None
    return min(reachable, key=lambda found: _detour(found[0], found[1], start, across))[0]


def _detour(cell: Cell, steps: int, start: Cell, across: int) -> tuple[int, int, int]:
    aside = abs(cell.row - start.row) if across else abs(cell.column - start.column)
    return steps + 2 * aside, aside, cell.column
