"""What a roster says, read and typed, before anything of it is stored.

Values are the codes of ``sync/schema``. ``said`` names what the source has a readable say in: a
column that it does not have, or a cell with a problem, says nothing; an empty cell says ``None``.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sync.rules.address import Address
from sync.server.roster.matching import door_key
from sync.server.roster.problems import Effect, RowProblem

KeyParts = tuple[str, ...]
CellValue = str | int | bool | tuple[str, ...] | None


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands: the sheet's name (empty in a .csv) and its row, counted from 1."""

    sheet: str
    row: int

    def seen_from(self, here: "Place") -> str:
        """The row as another row's problem names it, with its sheet where that is another one."""
        return str(self.row) if self.sheet == here.sheet else f"{self.row} ({self.sheet})"


@dataclass(frozen=True)
class ParsedPerson:
    """One resident. ``keys`` recognise the person in a later file, the surest first: by ID
    number, by name, birth and door, and by name and door where that is nobody else.

    ``tags`` are of tiers 1 and 2, ``special`` of tier 3. All texts are personal: none shows in
    a repr, and keys are to be hashed before they are kept.
    """

    place: Place
    name: str = field(repr=False)
    sex: str | None = field(default=None, repr=False)
    birth: str | None = field(default=None, repr=False)
    id_type: str | None = None
    id_no: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    relation: str | None = None
    status: str | None = None
    pop_kind: str | None = None
    work: str | None = field(default=None, repr=False)
    tags: frozenset[str] = field(default=frozenset(), repr=False)
    special: frozenset[str] = field(default=frozenset(), repr=False)
    disabled_grade: int | None = field(default=None, repr=False)
    fully_dependent: bool = field(default=False, repr=False)
    said: frozenset[str] = frozenset()
    keys: tuple[KeyParts, ...] = field(default=(), repr=False)

    @property
    def cells(self) -> Mapping[str, CellValue]:
        """What the source says of this person, by field; sets as sorted tuples."""
        return _cells(self, self.said)


@dataclass(frozen=True)
class ParsedHousehold:
    """People who live together, the head first where one is named; nobody in a vacant home.

    ``keys`` recognise it in a later file: by its head, then by its door and its turn among the
    households there. The second alone also fits whoever moved in since, so trust it only where
    a member is recognised too, or where nobody lived there.
    """

    place: Place
    address: Address = field(repr=False)
    members: tuple[ParsedPerson, ...]
    head: int | None = None
    grid_name: str | None = None
    occupancy: str | None = None
    hukou_match: str | None = None
    said: frozenset[str] = frozenset()
    keys: tuple[KeyParts, ...] = field(default=(), repr=False)

    @property
    def dwelling_key(self) -> KeyParts:
        """The door alone: the same for all households behind it."""
        return door_key(self.address)

    @property
    def cells(self) -> Mapping[str, CellValue]:
        """What the source says of the household and its dwelling, by field."""
        return _cells(self, self.said)


@dataclass(frozen=True)
class RosterCounts:
    """What a preview shows: numbers alone."""

    sheets: int
    rows: int
    people: int
    households: int
    dwellings: int
    shared_dwellings: int
    vacant: int
    rows_left_out: int
    cells_left_out: int


@dataclass(frozen=True)
class Roster:
    """A whole file. ``rows`` counts the rows that tell of somebody or of a vacant home, and
    ``unread`` those that tell of something but could not be read as either."""

    households: tuple[ParsedHousehold, ...]
    problems: tuple[RowProblem, ...]
    sheets: int
    rows: int
    unread: int = 0

    @property
    def rows_in_all(self) -> int:
        """Every row that tells of something: what is imported and what is left out."""
        return self.rows + self.unread

    @property
    def people(self) -> int:
        """How many different residents the file names."""
        return sum(len(household.members) for household in self.households)

    @property
    def counts(self) -> RosterCounts:
        """The numbers of the preview."""
        doors = [household.dwelling_key for household in self.households]
        effects = [problem.effect for problem in self.problems]
        return RosterCounts(
            sheets=self.sheets,
            rows=self.rows,
            people=self.people,
            households=sum(bool(household.members) for household in self.households),
            dwellings=len(set(doors)),
            shared_dwellings=sum(count > 1 for count in Counter(doors).values()),
            vacant=sum(not household.members for household in self.households),
            rows_left_out=effects.count(Effect.ROW),
            cells_left_out=effects.count(Effect.CELL),
        )


def _cells(parsed: object, said: frozenset[str]) -> Mapping[str, CellValue]:
    return {name: _plain(getattr(parsed, name)) for name in sorted(said)}


def _plain(value: Any) -> CellValue:
    match value:
        case frozenset():
            return tuple(sorted(value))
        case Address():
            return value.full
        case str() | int() | None:
            return value
    raise TypeError(type(value).__name__)
