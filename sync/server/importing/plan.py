"""What an import would do: new rows, changed cells, and what it leaves out and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sync.i18n import N_, _
from sync.identity import Minter
from sync.merge.operation import Op, OpKind
from sync.schema.canonical import compact
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.schema.values import same
from sync.server.bulk import FreshRow
from sync.server.importing.known import Known, RowKey
from sync.server.importing.missing import Missing, missing_people
from sync.server.importing.recognise import Identified, Recogniser
from sync.server.importing.wanted import Asking, Wanted
from sync.server.roster.types import ParsedHousehold, Roster

NO_GRID: Final = "household.no_grid"
GRID_UNKNOWN: Final = "household.grid_unknown"
OTHER_GRID: Final = "household.other_grid"
_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    NO_GRID: (
        N_("This household has no grid, and its building has none either."),
        N_("Fill in its grid, or the grid of its building in the area table."),
    ),
    GRID_UNKNOWN: (
        N_("The grid named in this row is not among the areas."),
        N_("Correct its name, or add the grid: doorstep-server area add"),
    ),
    OTHER_GRID: (
        N_("This household, or one of its people, is kept in another grid."),
        N_("Correct the grid in the table. A real move is made on the server."),
    ),
}


@dataclass(frozen=True)
class LeftOut:
    """A household that was not imported: where it stands, and why."""

    sheet: str
    row: int
    code: str

    @property
    def texts(self) -> tuple[str, str]:
        """What is wrong and how to mend it, untranslated."""
        return _TEXTS[self.code]

    @property
    def what(self) -> str:
        """What is wrong, in the language in use."""
        return _(_TEXTS[self.code][0])

    @property
    def mend(self) -> str:
        """How to mend it, in the language in use."""
        return _(_TEXTS[self.code][1])


@dataclass
class Plan:
    """The difference between a roster and the server.

    ``missing`` are those whom the source named before and names no more, in grids it tells of.
    ``fresh`` and ``ops`` are by scope, ``cells`` is what the source says now (only of rows of
    which it says something new), ``keys`` recognise the rows in a later file.
    """

    households: int = 0
    people: int = 0
    new_households: int = 0
    new_people: int = 0
    changed_cells: int = 0
    fresh: dict[str, list[FreshRow]] = field(default_factory=dict)
    ops: dict[str, list[Op]] = field(default_factory=dict)
    cells: dict[RowKey, dict[str, Any]] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    missing_households: int = 0

    @property
    def scopes(self) -> set[str]:
        """Every scope that something is written to."""
        return set(self.fresh) | set(self.ops)


def plan_import(roster: Roster, known: Known, today: str, minter: Minter, verify: str = "") -> Plan:
    """Compare a roster with what is known. Nothing is written, and nothing is guessed.

    ``verify`` is the moment (a stamp) from which the missing are to be verified at the door;
    without one they are only counted.
    """
    return _Planning(known, today, minter, verify).over(roster)


@dataclass
class _Planning:
    known: Known
    today: str
    minter: Minter
    verify: str = ""
    plan: Plan = field(default_factory=Plan)
    wanted: dict[RowKey, Wanted] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)

    def over(self, roster: Roster) -> Plan:
        recogniser = Recogniser(self.known)
        for household in roster.households:
            self._place(household, recogniser)
        for row in self.wanted.values():
            self._compare(row)
        self._ask_for_missing()
        return self.plan

    def _ask_for_missing(self) -> None:
        """Nobody is moved out because a list does not name them: somebody looks at the door."""
        found = missing_people(self.known, set(self.wanted), self.present)
        self.plan.missing, self.plan.missing_households = found.people, found.households
        for check_id, scope_id in found.listed_again:
            listed = Wanted(scope_id, "door_check", check_id, {})
            op = self._patch(listed, {"answer": (None, "listed")})
            self.plan.ops.setdefault(scope_id, []).append(op)
        for one in found.people if self.verify else ():
            if not one.check_id:
                continue
            body = {
                "household_id": one.household_id,
                "person_id": one.person_id,
                "source": self.known.source,
                "asked_at": self.verify,
            }
            fresh = ("door_check", one.check_id, compact(body))
            self.plan.fresh.setdefault(one.scope_id, []).append(fresh)

    def _place(self, household: ParsedHousehold, recogniser: Recogniser) -> None:
        home = self.known.places.home_of(household.address, household.grid_name)
        if home.grid_id is None:
            self.present |= {each for one in household.members if (each := recogniser.recall(one))}
            self._leave_out(household, GRID_UNKNOWN if household.grid_name else NO_GRID)
            return
        ids = recogniser.identify(household, home)
        rows = list(Asking(self.known, household, home, ids, self.today).rows())
        if any(self._lives_elsewhere(row) for row in rows):
            self.present |= set(ids.people)
            self._leave_out(household, OTHER_GRID)
            return
        for row in rows:
            self._want(row)
        self.plan.households += bool(household.members)
        self.plan.people += len(household.members)
        self._remember_keys(household, ids)

    def _leave_out(self, household: ParsedHousehold, code: str) -> None:
        place = household.place
        self.plan.left_out.append(LeftOut(place.sheet, place.row, code))

    def _lives_elsewhere(self, row: Wanted) -> bool:
        existing = self.known.rows.get((row.type, row.id))
        return existing is not None and existing.scope_id != row.scope_id

    def _want(self, row: Wanted) -> None:
        """Two households behind one door both speak of it: the first one's word stands."""
        key = (row.type, row.id)
        earlier = self.wanted.get(key)
        cells = {**row.cells, **earlier.cells} if earlier else row.cells
        self.wanted[key] = Wanted(row.scope_id, row.type, row.id, cells)

    def _compare(self, row: Wanted) -> None:
        key = (row.type, row.id)
        said = self.known.said.get(key, {})
        if key not in self.known.rows:
            fresh = (row.type, row.id, compact(row.cells))
            self.plan.fresh.setdefault(row.scope_id, []).append(fresh)
            self.plan.new_households += row.type == "household"
            self.plan.new_people += row.type == "person"
            self.plan.cells[key] = dict(row.cells)
            return
        changed = {
            name: (said.get(name), value)
            for name, value in row.cells.items()
            if not same(said.get(name), value)
        }
        if changed:
            self.plan.ops.setdefault(row.scope_id, []).append(self._patch(row, changed))
            self.plan.changed_cells += len(changed)
        if changed or key not in self.known.said:
            self.plan.cells[key] = {**said, **row.cells}

    def _patch(self, row: Wanted, changed: Mapping[str, tuple[Any, Any]]) -> Op:
        return Op(
            op_id=self.minter.new_id(),
            seq=0,
            kind=OpKind.PATCH,
            type=row.type,
            id=row.id,
            f=dict(changed),
        )

    def _remember_keys(self, household: ParsedHousehold, ids: Identified) -> None:
        self._remember("dwelling", [household.dwelling_key], ids.dwelling_id)
        self._remember("household", household.keys, ids.household_id)
        for person, person_id in zip(household.members, ids.people, strict=True):
            self._remember("person", person.keys, person_id)

    def _remember(self, type_: str, keys: Sequence[tuple[str, ...]], row_id: str) -> None:
        for parts in keys:
            key = (type_, self.known.hashed(parts))
            if self.known.ids.get(key) != row_id:
                self.plan.keys[key] = row_id


def community_scopes(known: Known) -> set[str]:
    """The scopes of every grid of the community: an import may touch any of them."""
    return {
        scope_name(kind, grid)
        for kind in (ScopeKind.GRID, ScopeKind.ID_NUMBERS)
        for grid in known.places.grids
    }
