"""Where the doors of a building stand: floors over each other, stairs side by side.

A yard has neither: its doors stand house by house in lines, in the order of their numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from desktop.cells import Block, Grid
from desktop.services.buildings import BuildingFacts, DoorFacts
from sync.i18n import N_, _
from sync.rules.route import natural_key

YARD_COLUMNS: Final = 8
"""Doors in one line of a yard."""


class Spot(NamedTuple):
    """One door on the grid, and the number that stands on it."""

    row: int
    column: int
    label: str


def place_doors(facts: BuildingFacts) -> tuple[Grid, dict[str, Spot]]:
    """The grid of a place, and the spot of each door by its id."""
    regular = [door for door in facts.doors if _is_on_a_floor(door)]
    if facts.line.is_yard or not regular:
        return _yard(facts)
    return _tower(regular, [door for door in facts.doors if not _is_on_a_floor(door)])


def _is_on_a_floor(door: DoorFacts) -> bool:
    return door.floor != 0 and door.address is not None and bool(door.address.building)


def _tower(
    regular: Sequence[DoorFacts], others: Iterable[DoorFacts]
) -> tuple[Grid, dict[str, Spot]]:
    floors = sorted({door.floor for door in regular}, reverse=True)
    row_of = {floor: row for row, floor in enumerate(floors)}
    columns: dict[str, set[str]] = defaultdict(set)
    for door in regular:
        columns[_unit(door)].add(_place(door))
    blocks, first_of = _blocks(columns)
    spots: dict[str, Spot] = {}
    taken: set[tuple[int, int]] = set()
    left = list(others)
    for door in sorted(regular, key=lambda one: (natural_key(one.room), one.id)):
        column = first_of[_unit(door), _place(door)]
        if (row_of[door.floor], column) in taken:
            left.append(door)  # Two records of one door: both are shown.
            continue
        taken.add((row_of[door.floor], column))
        spots[door.id] = Spot(row_of[door.floor], column, _room(door))
    width = sum(len(block.columns) for block in blocks)
    rows = [_floor_words(floor) for floor in floors]
    return _with_lines(Grid(tuple(rows), blocks), spots, [("", left)] if left else [], width)


def _blocks(columns: dict[str, set[str]]) -> tuple[tuple[Block, ...], dict[tuple[str, str], int]]:
    """The stairs from the left, and the grid's column of each (stair, place)."""
    blocks: list[Block] = []
    first_of: dict[tuple[str, str], int] = {}
    at = 0
    for unit in sorted(columns, key=natural_key):
        places = sorted(columns[unit], key=natural_key)
        title = _(N_("unit {unit}")).format(unit=unit) if unit else ""
        blocks.append(Block(title, at, tuple(places)))
        for place in places:
            first_of[unit, place] = at
            at += 1
    return tuple(blocks), first_of


def _yard(facts: BuildingFacts) -> tuple[Grid, dict[str, Spot]]:
    houses: dict[str, list[DoorFacts]] = defaultdict(list)
    for door in facts.doors:
        houses[door.part].append(door)
    most = max((len(doors) for doors in houses.values()), default=1)
    width = min(most, YARD_COLUMNS)
    lines = [
        (name if len(houses) > 1 else "", doors)
        for name, doors in sorted(houses.items(), key=lambda house: natural_key(house[0]))
    ]
    blocks = (Block("", 0, ("",) * width),)
    return _with_lines(Grid((), blocks), {}, lines, width)


def _with_lines(
    grid: Grid,
    spots: dict[str, Spot],
    lines: Iterable[tuple[str, list[DoorFacts]]],
    width: int,
) -> tuple[Grid, dict[str, Spot]]:
    """The grid with doors that stand on no floor below it, each group in lines of its own."""
    rows = list(grid.rows)
    for title, doors in lines:
        ordered = sorted(doors, key=lambda door: (natural_key(door.room), door.id))
        for start in range(0, len(ordered), width):
            for column, door in enumerate(ordered[start : start + width]):
                spots[door.id] = Spot(len(rows), column, _number(door))
            rows.append(title if start == 0 else "")
    return Grid(tuple(rows), grid.blocks), spots


def _unit(door: DoorFacts) -> str:
    return door.address.unit if door.address else ""


def _room(door: DoorFacts) -> str:
    return door.address.room if door.address else door.room


def _place(door: DoorFacts) -> str:
    """The door's place on its floor: 02 of 1602."""
    room, floor = _room(door), str(abs(door.floor))
    return room[len(floor) :] if room.startswith(floor) and len(room) > len(floor) else room


def _number(door: DoorFacts) -> str:
    """A door of a yard by its number; what has none is called as it is written down."""
    if door.address is None:
        return door.room or _(N_("no number"))
    return door.address.room


def _floor_words(floor: int) -> str:
    return str(floor) if floor > 0 else f"B{-floor}"
