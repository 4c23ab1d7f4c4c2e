"""The picture of a building in words and states: what each door shows, and what is counted."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from desktop.cells import Badge, BuildingPicture, Cell, CellState, Grid, LegendItem, LegendKey
from desktop.rows import Lamp, Row, RowKind
from desktop.services.buildings import BuildingFacts, BuildingLine, HomeFacts
from desktop.services.workplace import Workplace
from desktop.viewmodels.building_cells import (
    EMPTY,
    QUARTER_DAYS,
    Colouring,
    DrawnDoor,
    cell_of,
    draw_door,
    visit_state,
)
from desktop.viewmodels.building_grid import place_doors
from desktop.viewmodels.door_tags import list_chips
from desktop.viewmodels.today import door_number, tone_of
from sync.i18n import N_, _, n_
from sync.rules.due import Why
from sync.rules.people import name_with_age
from sync.rules.reason import day_text, light

_ALWAYS_COUNTED: Final = frozenset({CellState.OVERDUE, CellState.HAZARD})
# The states of a colouring as the legend lists them.
_LEGENDS: Final[Mapping[Colouring, tuple[CellState, ...]]] = {
    Colouring.VISITS: (
        CellState.RECENT,
        CellState.QUARTER,
        CellState.HALF_YEAR,
        CellState.OVERDUE,
        CellState.NEVER,
        CellState.VACANT,
        CellState.REFUSED,
        CellState.NOBODY,
    ),
    Colouring.CARE: (CellState.OVERDUE, CellState.CARE, CellState.NO_CARE),
    Colouring.MATTERS: (CellState.HAZARD, CellState.NEED, CellState.NO_MATTER),
    Colouring.OCCUPANCY: (
        CellState.OWNER,
        CellState.RENTED,
        CellState.GROUP_RENTED,
        CellState.DORM,
        CellState.BUSINESS,
        CellState.VACANT,
        CellState.UNKNOWN,
    ),
}


@dataclass(frozen=True)
class Glance:
    """The figures of a place. ``met`` of ``in_all`` lived-in homes were seen in half a year."""

    met: int
    in_all: int
    states: Mapping[CellState, int]

    @property
    def share(self) -> str:
        """Met homes in percent; a dash where nobody lives."""
        return f"{100 * self.met / self.in_all:.1f}%" if self.in_all else "–"

    @property
    def overdue(self) -> int:
        """Homes past their day."""
        return self.states.get(CellState.OVERDUE, 0)


@dataclass(frozen=True)
class BuildingDoors:
    """One place as it was read, for any colouring. ``lines`` are all places to choose from."""

    facts: BuildingFacts = field(repr=False)
    lines: tuple[BuildingLine, ...]
    today: date

    @property
    def line(self) -> BuildingLine:
        """The place."""
        return self.facts.line

    @property
    def extent(self) -> str:
        """How large it is: floors, stairs, households, a lift or none."""
        line, homes = self.line, len(self.facts.homes)
        parts = [
            line.estate,
            n_("{count} floor", "{count} floors", line.floors).format(count=line.floors)
            if line.floors > 1
            else "",
            n_("{count} unit", "{count} units", line.units).format(count=line.units)
            if line.units
            else "",
            n_("{count} household", "{count} households", homes).format(count=homes),
        ]
        if line.floors > 1:
            parts.append(_(N_("with a lift")) if line.has_lift else _(N_("no lift")))
        return " · ".join(part for part in parts if part)

    def beside(self, step: int) -> str:
        """The key of the place before (-1) or after (1) this one; empty at either end."""
        keys = [line.key for line in self.lines]
        at = keys.index(self.line.key) + step
        return keys[at] if 0 <= at < len(keys) else ""

    def picture(self, colouring: Colouring) -> BuildingPicture:
        """Every door in this colouring, in reading order."""
        grid, drawn = self._drawn
        cells = [cell_of(door, colouring) for door in drawn]
        return BuildingPicture(grid, tuple(cells), tuple(_legend(cells, colouring)))

    @cached_property
    def _drawn(self) -> "tuple[Grid, list[DrawnDoor]]":
        """All that no colouring changes, in reading order."""
        grid, spots = place_doors(self.facts)
        drawn = [draw_door(door, spots[door.id], self.today) for door in self.facts.doors]
        return grid, sorted(drawn, key=lambda one: (one.spot.row, one.spot.column))

    def prepare(self) -> "BuildingDoors":
        """Work out what takes longest, before the Qt thread asks for it. Returns itself."""
        assert self._drawn is not None
        return self

    def glance(self) -> Glance:
        """The figures."""
        states = Counter(visit_state(home, self.today) for home in self.facts.homes)
        lived_in = sum(count for state, count in states.items() if state not in EMPTY)
        met = sum(_is_met(home, self.today) for home in self.facts.homes)
        return Glance(met, lived_in, states)

    def rows(self) -> list[Row]:
        """Care homes, the most pressing first, then what was asked for here and is open."""
        care = [home for home in self.facts.homes if home.care and home.due]
        care.sort(key=lambda home: (home.due.next_due if home.due else date.max, home.line.room))
        late = sum(visit_state(home, self.today) is CellState.OVERDUE for home in care)
        rows = [_care_header(len(care), late)] if care else []
        rows += [_care_row(home, self.today) for home in care]
        asking = [(one, home) for home in self.facts.homes for one in home.open]
        asking.sort(key=lambda found: (not found[0].is_hazard, found[0].since))
        if asking:
            count = len(asking)
            title = _(N_("Open in this building"))
            rows.append(Row("open", title, RowKind.GROUP, when=str(count)))
        return rows + [
            Row(
                key=f"{home.line.id}:{one.key}",
                title=one.words,
                lamp=Lamp.YELLOW if one.is_hazard else Lamp.NOT_DUE,
                lead=door_number(home.line.room),
                when=day_text(one.since, self.today),
            )
            for one, home in asking
        ]


def building_doors(place: Workplace, key: str) -> BuildingDoors:
    """Read one place, the first one for an empty ``key``. Runs on the store lane.

    Raises :class:`~sync.errors.NotFound` where this computer holds no door of it.
    """
    lines = place.buildings.lines()
    line = next((one for one in lines if one.key == key), lines[0] if lines else None)
    if line is None:
        return BuildingDoors(BuildingFacts(BuildingLine("", "")), (), place.day())
    return BuildingDoors(place.buildings.facts(line), tuple(lines), place.day()).prepare()


def _care_header(count: int, late: int) -> Row:
    homes = n_("{count} household", "{count} households", count).format(count=count)
    title = _(N_("In care"))
    words = n_("{count} overdue", "{count} overdue", late).format(count=late) if late else ""
    return Row("care", title, RowKind.GROUP, detail=homes, when=words)


def _care_row(home: HomeFacts, today: date) -> Row:
    assert home.due is not None
    state = light(home.due, today)
    lamp = Lamp(state.lamp.value)
    return Row(
        key=home.line.id,
        title=name_with_age(home.line.who, home.line.age),
        lamp=lamp,
        lead=door_number(home.line.room),
        tags=list_chips(home.line.tags, two_people=home.line.two_people),
        reason=state.words,
        reason_tone=tone_of(lamp),
    )


def _is_met(home: HomeFacts, today: date) -> bool:
    """Seen in half a year, late or not; a look at a vacant home meets nobody."""
    due = home.due
    if due is None or due.last_met is None or due.reason_key is Why.VACANT:
        return False
    return (today - due.last_met).days <= 2 * QUARTER_DAYS


def _legend(cells: Iterable[Cell], colouring: Colouring) -> Iterable[LegendItem]:
    counts: Counter[LegendKey] = Counter()
    for cell in cells:
        counts.update(cell.weights)
    for key in (*_LEGENDS[colouring], *Badge):
        if counts[key] or key in _ALWAYS_COUNTED:
            yield LegendItem(key, counts[key])
