"""The day's round: which doors, in which order."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.identity import LOCAL_ZONE
from sync.rules.due import ANY_DAY, Due, Why
from sync.rules.frequency import Level
from sync.rules.route import (
    MOST_DOORS,
    Door,
    House,
    is_planned,
    natural_key,
    round_of,
    to_put_off,
    unit_of,
)

TODAY = date(2026, 6, 18)
NOW = datetime(2026, 6, 18, 10, tzinfo=LOCAL_ZONE)
HOUSES = {
    "b6": House("b6", "6号楼", "丰和苑", has_lift=True),
    "b9": House("b9", "9号楼", "丰和苑"),
    "b11": House("b11", "11号楼", "丰和苑", has_lift=True),
    "far": House("far", "1号楼", "丰和苑", walk_order=1),
}


def due(next_due=TODAY, **more):
    """A household due on a day."""
    facts = {"household_id": "h", "level": Level.YELLOW, "reason_key": Why.HOME}
    return Due(next_due=next_due, **facts | more)


def door(house, room, next_due=TODAY, **more):
    """A door that is due today unless it says; its household is named by the door."""
    floor = int(room.split("-")[-1]) // 100
    return Door(f"{house}/{room}", house, room, floor, due(next_due, **more))


def rooms(round_):
    """The rooms of a round as they are walked."""
    return [door.room for door in round_.doors]


@pytest.mark.parametrize(
    ("more", "planned"),
    [
        ({"next_due": TODAY}, True),
        ({"next_due": TODAY - timedelta(days=5)}, True),
        ({"next_due": TODAY + timedelta(days=1)}, False),
        ({"next_due": ANY_DAY}, False),
        ({"next_due": date(2026, 9, 1), "appointment": NOW}, True),
        ({"next_due": date(2026, 9, 1), "appointment": NOW - timedelta(days=2)}, True),
        ({"next_due": date(2026, 9, 1), "appointment": NOW + timedelta(days=1)}, False),
        ({"next_due": date(2026, 9, 1), "confirm_safe_by": NOW}, True),
        ({"next_due": date(2026, 9, 1), "failures": 1}, True),
        ({"next_due": date(2026, 9, 1), "failures": 1, "last_visit_at": NOW}, False),
        ({"next_due": date(2026, 9, 1), "failures": 3}, False),
        ({"postponed_to": TODAY + timedelta(days=1)}, False),
        ({"postponed_to": TODAY}, True),
        ({"postponed_to": TODAY + timedelta(days=1), "appointment": NOW}, True),
        ({"postponed_to": TODAY + timedelta(days=1), "confirm_safe_by": NOW}, True),
    ],
)
def test_what_is_planned_for_today(more, planned):
    """Due, appointed, to be confirmed safe, or to be tried again: nothing else."""
    assert is_planned(due(**more), TODAY) is planned


def test_top_down_with_a_lift_and_bottom_up_without():
    """Feet go the easy way."""
    doors = [
        door("b6", "6-2-904"),
        door("b6", "6-2-1602"),
        door("b6", "6-2-1601"),
        door("b9", "9-1-601"),
        door("b9", "9-1-102"),
    ]
    assert rooms(round_of(doors, HOUSES, NOW)) == [
        "6-2-1601",
        "6-2-1602",
        "6-2-904",
        "9-1-102",
        "9-1-601",
    ]


def test_buildings_follow_the_workers_own_order_then_their_numbers():
    """9 comes before 11, and a building with an order of its own before both."""
    doors = [door("b11", "11-1-101"), door("b9", "9-1-101"), door("far", "1-1-101")]
    found = round_of(doors, HOUSES, NOW)
    assert [group.house.name for group in found.groups] == ["1号楼", "9号楼", "11号楼"]


def test_a_stair_is_one_group():
    """Two units of one building are two climbs."""
    doors = [door("b6", "6-2-301"), door("b6", "6-1-301"), door("b6", "6-2-501")]
    found = round_of(doors, HOUSES, NOW)
    assert [(group.unit, len(group.doors)) for group in found.groups] == [("1", 1), ("2", 2)]


def test_doors_called_at_today_stay_on_the_round():
    """The day's count does not shrink while it is walked."""
    met = door("b6", "6-2-301", date(2026, 7, 18), last_visit_at=NOW)
    found = round_of([met, door("b6", "6-2-501")], HOUSES, NOW)
    assert rooms(found) == ["6-2-501", "6-2-301"]
    assert (found.done, found.left) == ({met.household_id}, 1)


def test_homes_nobody_ever_met_fill_the_day_closest_care_first():
    """A fresh roster is walked in days: twelve doors, those who need most before the others."""
    fresh = [door("b9", f"9-1-{floor}01", ANY_DAY, level=Level.GREEN) for floor in range(1, 30)]
    urgent = door("b11", "11-1-2101", ANY_DAY, level=Level.RED)
    found = round_of([*fresh, urgent, door("b6", "6-2-501")], HOUSES, NOW)
    assert len(found.doors) == MOST_DOORS
    assert {"11-1-2101", "6-2-501"} <= set(rooms(found))
    assert not found.crowded


def test_more_than_twelve_doors_are_warned_about():
    """Nothing that is due is hidden; the day is called crowded."""
    doors = [door("b9", f"9-1-{number}") for number in range(101, 114)]
    assert round_of(doors, HOUSES, NOW).crowded
    assert not round_of(doors[:-1], HOUSES, NOW).crowded


def test_a_door_of_an_unknown_building_is_still_walked():
    """Its building may belong to another scope; the door does not vanish for it."""
    assert rooms(round_of([door("gone", "3-1-101")], HOUSES, NOW)) == ["3-1-101"]


@pytest.mark.parametrize(("room", "unit"), [("6-2-1602", "2"), ("12", ""), ("5-301", ""), ("", "")])
def test_the_unit_of_a_room(room, unit):
    """Only a room of three parts names a stair."""
    assert unit_of(room) == unit


@given(st.lists(st.integers(1, 99999), unique=True, max_size=20))
def test_numbers_in_names_sort_by_value(numbers):
    """10号楼 comes after 2号楼."""
    names = [f"{number}号楼" for number in numbers]
    assert sorted(names, key=natural_key) == [f"{number}号楼" for number in sorted(numbers)]


@given(st.permutations([("b6", "6-2-904"), ("b6", "6-1-101"), ("b9", "9-1-102"), ("b9", "9-1-2")]))
def test_the_round_does_not_depend_on_the_order_of_the_rows(order):
    """Two screens show one round."""
    found = rooms(round_of([door(*where) for where in order], HOUSES, NOW))
    assert found == ["6-1-101", "6-2-904", "9-1-2", "9-1-102"]


def test_an_appointment_far_ahead_is_not_on_the_way_yet():
    """More than ninety minutes: it waits beside the walk, the next one first."""
    soon = door("b6", "6-2-904", appointment=NOW + timedelta(minutes=90))
    evening = door("b6", "6-2-1602", appointment=NOW + timedelta(hours=8))
    noon = door("b9", "9-1-402", appointment=NOW + timedelta(minutes=91))
    found = round_of([evening, noon, soon, door("b9", "9-1-102")], HOUSES, NOW)

    assert [d.room for group in found.groups for d in group.doors] == ["6-2-904", "9-1-102"]
    assert [d.room for d in found.later] == ["9-1-402", "6-2-1602"]
    assert found.left == 4
    later = round_of([evening, noon], HOUSES, NOW + timedelta(hours=7))
    assert [d.room for group in later.groups for d in group.doors] == ["6-2-1602", "9-1-402"]


def test_what_was_promised_for_today_is_on_the_way():
    """Although no rule asks for the household."""
    promised = door("b6", "6-2-501", date(2026, 9, 1))
    assert rooms(round_of([promised], HOUSES, NOW)) == []
    assert rooms(round_of([promised], HOUSES, NOW, {"b6/6-2-501"})) == ["6-2-501"]


def test_a_home_nobody_met_can_be_put_off_too():
    """The day is filled with others."""
    off = door("b6", "6-2-501", ANY_DAY, postponed_to=TODAY + timedelta(days=1))
    assert rooms(round_of([off, door("b6", "6-2-401", ANY_DAY)], HOUSES, NOW)) == ["6-2-401"]


def test_a_crowded_day_spares_what_is_least_urgent():
    """Just as many as are too many; neither appointments nor promises nor the red ones."""
    doors = [door("b6", f"6-2-{floor}01", level=Level.RED) for floor in range(1, 11)]
    late = door("b9", "9-1-101", TODAY - timedelta(days=9))
    green = door("b9", "9-1-201", level=Level.GREEN)
    booked = door("b9", "9-1-301", level=Level.GREEN, appointment=NOW)
    promised = door("b9", "9-1-401", level=Level.GREEN)
    yellow = door("b9", "9-1-501")
    walked = round_of([*doors, late, green, booked, promised, yellow], HOUSES, NOW)

    spared = to_put_off(walked, TODAY, {promised.household_id})

    assert [d.room for d in spared] == ["9-1-101", "9-1-201", "9-1-501"]
    assert to_put_off(round_of(doors, HOUSES, NOW), TODAY) == ()
