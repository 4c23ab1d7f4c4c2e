"""Grids and micro-grids with who lives in them, the coverage check, and each worker's load.

Everything is counted from the rows on this computer, and every count can be opened. Nobody is
scored: four counts stand side by side, in the grids' own order.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from desktop.services.care import is_care
from desktop.services.households import HouseholdLine, Households
from desktop.services.names import Names
from desktop.services.privacy import Sight
from desktop.services.typed_doors import behind
from sync.errors import AreaNotHere, NotFound
from sync.identity import Clock, local_day
from sync.rules.reason import Lamp, light
from sync.rules.route import is_planned
from sync.schema.matter import OVER
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.store.record import Record
from sync.store.store import Store
from sync.wire.office_messages import RegroupRequest

BLANK, STRAY, ENDED = "blank", "stray", "ended"
"""Households in no micro-grid, in one of another grid (claimed twice), in one that is over."""

PLANNED: Final = "planned"
_WALKS: Final = "grid_worker"


@dataclass(frozen=True)
class GridLine:
    """A grid or micro-grid and its households."""

    id: str
    name: str
    level: str
    parent_id: str
    households: tuple[str, ...]
    valid_from: str = ""
    valid_to: str = ""
    is_over: bool = False


@dataclass(frozen=True)
class PlannedChange:
    """A split, merger or move that waits for its day."""

    id: str
    target: str
    households: tuple[str, ...]
    valid_from: str


@dataclass(frozen=True)
class Coverage:
    """Every household once: those in exactly one micro-grid of their grid, and the others."""

    in_all: int
    covered: int
    wrong: Mapping[str, tuple[str, ...]]

    @property
    def is_whole(self) -> bool:
        """Whether nobody is left blank and nobody is claimed twice."""
        return self.covered == self.in_all


@dataclass(frozen=True)
class GridMap:
    """The grids of this computer with everything that is asked of them."""

    grids: tuple[GridLine, ...]
    coverage: Coverage
    planned: tuple[PlannedChange, ...]


@dataclass(frozen=True)
class LoadLine:
    """What one grid asks of one worker; ``covered_by`` walks there today instead, or with them.

    ``care`` are the homes that care asks for more often than all others, ``care_missing`` those
    among them where nobody was met in the time that their care gives.
    """

    grid_id: str
    grid: str
    staff_id: str
    worker: str
    households: tuple[str, ...]
    due: tuple[str, ...]
    overdue: tuple[str, ...]
    care: tuple[str, ...]
    care_missing: tuple[str, ...]
    matters: int
    matters_late: int
    covered_by: tuple[str, ...] = ()


class Grids:
    """The grids that this computer holds."""

    def __init__(
        self, store: Store, clock: Clock, names: Names, households: Households, sight: Sight
    ) -> None:
        self._store = store
        self._clock = clock
        self._names = names
        self._households = households
        self._sight = sight

    def map(self) -> GridMap:
        """Grids in their own order, each with its micro-grids, and the coverage check."""
        today = local_day(self._clock.now()).isoformat()
        areas, homes = self._names.areas(), self._homes()
        held = self._held_grids()
        wrong: dict[str, list[str]] = {BLANK: [], STRAY: [], ENDED: []}
        of_grid: dict[str, list[str]] = defaultdict(list)
        of_micro: dict[str, list[str]] = defaultdict(list)
        for household_id, (grid_id, micro_id) in homes.items():
            of_grid[grid_id].append(household_id)
            kind = _trouble(areas.get(micro_id), grid_id, micro_id, today)
            if kind:
                wrong[kind].append(household_id)
            else:
                of_micro[micro_id].append(household_id)
        lines: list[GridLine] = []
        for grid_id in sorted(held & areas.keys(), key=lambda one: _order(areas[one])):
            lines.append(_line(areas[grid_id], of_grid[grid_id], today))
            micro = [one for one in areas.values() if _is_micro_of(one, grid_id)]
            lines += [_line(one, of_micro[one.id], today) for one in sorted(micro, key=_order)]
        lines = [one for one in lines if not one.is_over or one.households]
        troubled = sum(len(ids) for ids in wrong.values())
        found = {kind: tuple(ids) for kind, ids in wrong.items()}
        coverage = Coverage(len(homes), len(homes) - troubled, found)
        return GridMap(tuple(lines), coverage, tuple(self._planned()))

    def load(self) -> list[LoadLine]:
        """Each grid's workers with what waits there; a grid without one stands there as well."""
        today = local_day(self._clock.now())
        day, areas, homes = today.isoformat(), self._names.areas(), self._homes()
        of_grid: dict[str, list[str]] = defaultdict(list)
        for household_id, (grid_id, _) in homes.items():
            of_grid[grid_id].append(household_id)
        dues = {one.household_id: one for one in self._store.reading.due(today)}
        due = {key for key, one in dues.items() if is_planned(one, today)}
        late = {key for key in due if light(dues[key], today).lamp is Lamp.RED}
        care = {key for key, one in dues.items() if is_care((), one)}
        missing = {key for key in care if dues[key].next_due < today}
        workers: dict[str, list[str]] = defaultdict(list)
        cover: dict[str, list[str]] = defaultdict(list)
        for row in self._store.reading.rows("assignment", where={"post": _WALKS}):
            if str(row.get("valid_from") or "") <= day <= str(row.get("valid_to") or "9999-12-31"):
                side = cover if row.get("substitute_for") else workers
                side[str(row.get("area_id"))].append(str(row.get("staff_id")))
        matters = self._matters()
        lines: list[LoadLine] = []
        held = self._held_grids() & areas.keys()
        for grid_id in sorted(held, key=lambda one: _order(areas[one])):
            here = of_grid[grid_id]
            lines += [
                LoadLine(
                    grid_id=grid_id,
                    grid=str(areas[grid_id].get("name") or ""),
                    staff_id=staff_id,
                    worker=self._names.staff(staff_id) if staff_id else "",
                    households=tuple(here),
                    due=tuple(one for one in here if one in due),
                    overdue=tuple(one for one in here if one in late),
                    care=tuple(one for one in here if one in care),
                    care_missing=tuple(one for one in here if one in missing),
                    matters=matters[grid_id][0],
                    matters_late=matters[grid_id][1],
                    covered_by=tuple(self._names.staff(one) for one in cover[grid_id]),
                )
                for staff_id in workers[grid_id] or [""]
            ]
        return lines

    def lines(self, household_ids: Sequence[str]) -> list[HouseholdLine]:
        """The households behind a count, by door."""
        found = self._households.lines(set(household_ids), self._sight)
        return sorted(found, key=lambda one: (one.estate, one.room, one.id))

    def change(
        self, among: Sequence[str], *, doors: str, to: str, day: str, is_micro: bool, ends: str = ""
    ) -> RegroupRequest:
        """What is asked of the server: some of these households into the area called ``to``, which
        is new where none has that name. ``doors`` are read by ``typed_doors``; ``ends`` is an area
        that is over then.

        Raises :class:`NotFound` where no household is meant, :class:`EstateWanted` where doors
        are of several estates, AreaNotHere for an unclear name.
        """
        chosen = behind(self.lines(among), doors)
        if not chosen:
            raise NotFound(what=doors or to)
        homes = self._homes()
        grids = {homes[one][0] for one in chosen if one in homes}
        level = "micro_grid" if is_micro else "grid"
        named = [
            row
            for row in self._names.areas().values()
            if row.get("level") == level and row.get("name") == to.strip()
        ]
        ending = [ends] if ends else []
        if len(named) == 1:
            return RegroupRequest(chosen, day, target_id=named[0].id, ends=ending)
        if len(named) > 1 or (is_micro and len(grids) != 1):
            raise AreaNotHere
        parent = next(iter(grids)) if is_micro else ""
        return RegroupRequest(chosen, day, name=to.strip(), parent_id=parent, ends=ending)

    def _homes(self) -> dict[str, tuple[str, str]]:
        """The grid and the micro-grid of every household here."""
        kind = scope_name(ScopeKind.GRID, "")
        return {
            row.id: (row.scope_id.removeprefix(kind), str(row.get("micro_grid_id") or ""))
            for row in self._store.reading.rows("household")
        }

    def _held_grids(self) -> set[str]:
        kind = scope_name(ScopeKind.GRID, "")
        scopes = (one.scope_id for one in self._store.reading.scopes() if one.ready)
        return {scope.removeprefix(kind) for scope in scopes if scope.startswith(kind)}

    def _matters(self) -> dict[str, tuple[int, int]]:
        """How many open matters each grid has, and how many of them are past their limit."""
        kind, now = scope_name(ScopeKind.GRID, ""), self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
        for row in self._store.reading.rows("matter"):
            if row.get("stage") in OVER or row.get("duplicate_of"):
                continue
            grid_id = row.scope_id.removeprefix(kind)
            open_, late = found[grid_id]
            is_late = bool(row.get("due_finish")) and str(row.get("due_finish")) < now
            found[grid_id] = (open_ + 1, late + is_late)
        return found

    def _planned(self) -> list[PlannedChange]:
        rows = self._store.reading.rows("regrouping", where={"stage": PLANNED})
        found = [
            PlannedChange(
                row.id,
                self._names.area(str(row.get("target_id"))),
                tuple(_texts(row.get("households"))),
                str(row.get("valid_from") or ""),
            )
            for row in rows
        ]
        return sorted(found, key=lambda one: (one.valid_from, one.id))


def _trouble(micro: Record | None, grid_id: str, micro_id: str, today: str) -> str:
    if not micro_id or micro is None:
        return BLANK
    if micro.get("parent_id") != grid_id:
        return STRAY
    return ENDED if str(micro.get("valid_to") or "9999-12-31") < today else ""


def _line(area: Record, households: Sequence[str], today: str) -> GridLine:
    last = str(area.get("valid_to") or "")
    return GridLine(
        area.id,
        str(area.get("name") or ""),
        str(area.get("level")),
        str(area.get("parent_id") or ""),
        tuple(households),
        str(area.get("valid_from") or ""),
        last,
        is_over=bool(last) and last < today,
    )


def _is_micro_of(area: Record, grid_id: str) -> bool:
    return bool(area.get("level") == "micro_grid" and area.get("parent_id") == grid_id)


def _order(area: Record) -> tuple[int, str, str]:
    name = str(area.get("name") or "")
    return len(name), name, area.id


def _texts(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
