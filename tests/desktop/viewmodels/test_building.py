"""The picture of a building: where doors stand, what each one shows, what the legend counts."""

from collections import Counter
from dataclasses import replace

from desktop.cells import Badge, CellState, next_cell
from desktop.services.buildings import BuildingFacts, BuildingLine, Open
from desktop.viewmodels.building import BuildingDoors
from desktop.viewmodels.building_cells import Colouring
from sync.rules.due import Why
from tests.support.doors import TODAY, door, due, home, tower

YARD = BuildingLine("yard", "平安巷院落", parts=("1", "2"), is_yard=True)


def picture(facts, colouring=Colouring.VISITS):
    """The picture of these doors on the sample day."""
    return BuildingDoors(facts, (facts.line,), TODAY).picture(colouring)


def shown(facts, colouring=Colouring.VISITS):
    """The state of each door by its label."""
    return {cell.label: cell.state for cell in picture(facts, colouring).cells}


def walk_up(*doors):
    """A small building with these doors."""
    return BuildingFacts(BuildingLine("building 9", "9号楼", "丰和苑", ("9",)), doors)


def test_a_tower_stands_floor_over_floor():
    """33 floors of 16 rooms in two stairs: the highest floor on top, each stair on its own."""
    grid = picture(tower(33, 16, units=2)).grid
    assert grid.rows == tuple(str(floor) for floor in range(33, 0, -1))
    assert [(block.first, block.columns) for block in grid.blocks] == [
        (0, tuple(f"0{place}" for place in range(1, 9))),
        (8, tuple(f"0{place}" for place in range(1, 9))),
    ]
    cells = picture(tower(33, 16, units=2)).cells
    assert len({(cell.row, cell.column) for cell in cells}) == len(cells) == 528
    assert (cells[0].label, cells[-1].label) == ("3301", "108")


def test_a_yard_without_floors_stands_house_by_house_in_lines():
    """The doors of a house stand beside each other, by number; a long one begins a new line."""
    first = [door(f"1-{n}", home(f"1-{n}", due()), part="1号院") for n in (1, 2, 10)]
    second = [door(f"2-{n}", home(f"2-{n}", due()), part="2号院") for n in range(1, 11)]
    made = picture(BuildingFacts(YARD, (*second, *first)))
    assert made.grid.rows == ("1号院", "2号院", "")
    lines = [[cell.label for cell in made.cells if cell.row == row] for row in range(3)]
    assert lines == [["1", "2", "10"], [str(n) for n in range(1, 9)], ["9", "10"]]


def test_a_door_without_a_number_is_called_as_it_is_written_down():
    """东厢房 and a door of which nothing is known are doors, too."""
    made = picture(BuildingFacts(YARD, (door("东厢房", home("东厢房", due())), door(""))))
    assert sorted(cell.label for cell in made.cells) == ["no number", "东厢房"]


def test_what_fits_on_no_floor_stands_below_the_others():
    """A shop without a room number, and a second record of the same door, are not lost."""
    twice = replace(door("9-1-101", home("9-1-101", due())), id="again")
    made = picture(walk_up(door("9-1-101", home("a", due())), twice, door("门面房")))
    assert made.grid.rows == ("1", "", "")
    assert {(cell.label, cell.row) for cell in made.cells} == {
        ("101", 0),
        ("101", 1),
        ("门面房", 2),
    }


def test_each_door_shows_one_state():
    """How long ago, late before all else, never met, refused, vacant, nobody."""
    doors = [
        door("9-1-101", home("9-1-101", due(30))),
        door("9-1-102", home("9-1-102", due(31))),
        door("9-1-201", home("9-1-201", due(91))),
        door("9-1-202", home("9-1-202", due(200, in_days=-1))),
        door("9-1-301", home("9-1-301", due(None))),
        door("9-1-302", home("9-1-302", due(20, wait_until=TODAY))),
        door("9-1-401", home("9-1-401", due(20, why=Why.VACANT)), occupancy="vacant"),
        door("9-1-402", home("9-1-402", None)),
        door("9-1-501", occupancy="vacant"),
    ]
    assert list(shown(walk_up(*doors)).values()) == [
        CellState.VACANT,
        CellState.VACANT,
        CellState.NOBODY,
        CellState.NEVER,
        CellState.REFUSED,
        CellState.HALF_YEAR,
        CellState.OVERDUE,
        CellState.RECENT,
        CellState.QUARTER,
    ]


def test_other_colours_show_care_what_is_open_and_who_lives_there():
    """The same door in the four colourings."""
    asked = replace(home("9-1-101", due(5), care=True), open=(Open("gas", "gas", True, TODAY),))
    facts = walk_up(door("9-1-101", asked, occupancy="rented"))
    states = [shown(facts, colouring)["101"] for colouring in Colouring]
    assert states == [CellState.RECENT, CellState.CARE, CellState.HAZARD, CellState.RENTED]
    (cell,) = picture(facts).cells
    assert cell.badges == {Badge.CARE, Badge.MATTER}
    assert cell.sentence == "9-1-101 赵一, aged 40; within 30 days; met 5 days ago; open: gas"


def test_households_that_share_a_door_are_all_counted():
    """The door shows who is late, and the legend counts both."""
    late, seen = home("9-1-101", due(300, in_days=-9)), home("9-1-101 b", due(3))
    made = picture(walk_up(door("9-1-101", seen, late)))
    (cell,) = made.cells
    assert (cell.state, cell.key, cell.name) == (
        CellState.OVERDUE,
        "household 9-1-101",
        "赵一 and 1 more",
    )
    counts = {item.key: item.count for item in made.legend}
    assert counts == {CellState.OVERDUE: 1, CellState.RECENT: 1}


def test_the_legend_counts_every_home_once():
    """Whatever the colours, its states add up to the homes of the building."""
    facts = tower(33, 16, units=2)
    for colouring in Colouring:
        made = picture(facts, colouring)
        counted = Counter({item.key: item.count for item in made.legend if item.key not in Badge})
        assert counted.total() == len(facts.homes)


def test_arrows_lead_to_the_next_door_that_is_shown():
    """Along a floor, straight up and down, past gaps, and to wanted doors alone."""
    facts = walk_up(
        *(door(room, home(room, due(5))) for room in ("9-1-101", "9-1-102", "9-2-101")),
        door("9-1-302", home("9-1-302", due(300, in_days=-2))),
    )
    cells = {cell.key.split()[-1]: cell for cell in picture(facts).cells}
    every = list(cells.values())

    def step(start, across, down, wanted=None):
        found = next_cell(every, cells[start], across, down, wanted)
        return found.key.split()[-1] if found else None

    assert step("9-1-101", 1, 0) == "9-1-102"
    assert step("9-1-102", 1, 0) == "9-2-101"
    assert step("9-2-101", 1, 0) is None
    assert step("9-1-102", 0, -1) == "9-1-302"
    assert step("9-1-101", 0, -1) == "9-1-302"
    assert step("9-1-101", 1, 0, CellState.OVERDUE) is None
