"""Buildings and yards as the store holds them, and their counts beside those of the list."""

from datetime import timedelta

import pytest

from desktop.cells import CellState
from desktop.rows import Lamp
from desktop.services.buildings import OTHER_DOORS
from desktop.services.visits import VisitForm
from desktop.viewmodels.building import building_doors
from desktop.viewmodels.building_cells import Colouring
from desktop.viewmodels.households import all_households
from sync.errors import NotFound
from sync.store.records import patch
from tests.support.workplaces import household_id, workplace

WANG, YARD_DOOR = household_id("6-2-1602"), household_id("12")


def old_yard(community, grid):
    """平安巷 with two houses and a door of its own, and a door of a building that is elsewhere."""
    community.put("area", "lane", level="courtyard", name="平安巷院落", parent_id="fenghe")
    for number in ("1", "2", "3"):
        house = {"name": f"{number}号院", "parent_id": "lane", "grid_id": "third"}
        community.put("area", f"house {number}", level="building", **house)
    places = {"1-3": "house 1", "2-1": "house 2", "12": "lane", "7-1-101": "building elsewhere"}
    for room, building in places.items():
        grid.put("dwelling", f"dwelling {room}", building_id=building, room=room)
        grid.put("household", household_id(room), dwelling_id=f"dwelling {room}")
    grid.put("household", household_id("nowhere"))
    heard = {"started_at": "2026-05-19T02:00:00Z", "result": "met", "needs": ["repair"]}
    grid.put("visit", "heard", household_id=YARD_DOOR, **heard)
    grid.put("dwelling", "empty shell", building_id="house 3", room="3-1")


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, more=old_yard) as opened:
        yield opened


def line_named(place, name):
    """The place of this name."""
    return next(line for line in place.buildings.lines() if line.name == name)


def test_places_come_in_walking_order_and_a_yard_is_one_of_them(place):
    """Doors of a building that this computer does not know are a place of their own, at the end."""
    lines = place.buildings.lines()
    assert [(line.name, line.is_yard) for line in lines] == [
        ("平安巷院落", True),
        ("6号楼", False),
        ("9号楼", False),
        ("Other doors", False),
    ]
    yard = place.buildings.facts(lines[0])
    assert {(door.part, door.room) for door in yard.doors} == {
        ("1号院", "1-3"),
        ("2号院", "2-1"),
        ("3号院", "3-1"),
        ("平安巷院落", "12"),
    }


def test_no_household_is_without_a_place(place):
    """Whoever stands in the list stands in one picture, also without a door."""
    drawn = [
        home.line.id
        for line in place.buildings.lines()
        for home in place.buildings.facts(line).homes
    ]
    assert sorted(drawn) == sorted(all_households(place).homes)
    assert place.buildings.line_of(household_id("nowhere")) == OTHER_DOORS
    assert place.buildings.line_of(WANG) == "building 6"


def test_neighbours_follow_the_walk_over_all_buildings(place):
    """From the first door to the last, through yards and empty buildings, and back."""
    walk = [line.id for line in place.households.in_walking_order()]
    beside = [place.households.beside(home) for home in walk]
    assert [one.after for one in beside] == [*walk[1:], ""]
    assert [one.before for one in beside] == ["", *walk[:-1]]
    assert place.households.beside("elsewhere") == ("", "")


def test_counts_equal_the_list(place):
    """As many overdue homes as the list has red lamps, building by building."""
    lamps = {row.key: row.lamp for row in all_households(place).rows}
    for line in place.buildings.lines():
        doors = building_doors(place, line.key)
        red = [home for home in doors.facts.homes if lamps[home.line.id] is Lamp.RED]
        legend = {item.key: item.count for item in doors.picture(Colouring.VISITS).legend}
        assert legend[CellState.OVERDUE] == len(red)


def test_a_place_whose_doors_moved_away_is_gone(place):
    """The page shows another one then."""
    yard = line_named(place, "平安巷院落")
    with pytest.raises(NotFound):
        place.buildings.facts(type(yard)("gone", "gone", parts=("gone",)))


def open_at(place, household=WANG, building="6号楼"):
    """What is open at one home."""
    facts = place.buildings.facts(line_named(place, building))
    return [
        (one.words, one.is_hazard)
        for home in facts.homes
        if home.line.id == household
        for one in home.open
    ]


def test_what_was_asked_for_is_open_until_somebody_was_met_without_it(place):
    """Hazards first; a visit that was taken back asks for nothing."""
    home = place.households.record(WANG)
    saved = place.visits.record(home, VisitForm(result="met", needs=("repair",), hazards=("gas",)))
    assert open_at(place) == [("gas", True), ("repairs", False)]
    place.visits.take_back(saved.visit_id, "wrong door")
    assert open_at(place) == []


def test_a_matter_is_open_until_it_is_over(place):
    """By its own title; the need that it came from is not told twice, and not after its end."""
    home = place.households.record(WANG)
    place.visits.record(home, VisitForm(result="met", needs=("repair",)))
    place.visits.record(home, VisitForm(result="met", needs=("repair",)))
    (matter,) = place.store.reading.rows("matter")
    place.store.records.write([patch("matter", matter.id, {"title": "卫生间装扶手"})])
    assert open_at(place) == [("卫生间装扶手", False)]
    place.visits.record(home, VisitForm(result="met"))
    assert open_at(place) == [("卫生间装扶手", False)]
    place.store.records.write([patch("matter", matter.id, {"stage": "withdrawn"})])
    assert open_at(place) == []


def test_a_need_that_nobody_reported_is_remembered_for_a_month(place):
    """Visits of before there were matters: after a month it is forgotten."""
    assert open_at(place, YARD_DOOR, "平安巷院落") == [("repairs", False)]
    place.clock.moment += timedelta(days=1)
    assert open_at(place, YARD_DOOR, "平安巷院落") == []
