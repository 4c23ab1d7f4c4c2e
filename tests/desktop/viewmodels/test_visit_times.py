"""When to try a door again, and days typed by hand."""

from datetime import date, datetime, time

import pytest

from desktop.viewmodels.visit_times import (
    in_days,
    last_opened,
    parse_day,
    parse_time,
    retry_slots,
    week_marks,
)
from sync.identity import LOCAL_ZONE
from sync.rules.visits import Band, VisitFact

TODAY = date(2026, 6, 18)  # A Thursday.
NOW = datetime(2026, 6, 18, 10, 24, tzinfo=LOCAL_ZONE)


def visit(day, hour, result="met"):
    """A visit in June 2026 at an hour of China."""
    at = datetime(2026, 6, day, hour, tzinfo=LOCAL_ZONE)
    return VisitFact(f"{day}-{hour}", at, result)


def test_times_to_try_are_others_than_those_tried_and_within_three_days():
    """Mornings and afternoons failed, so evenings are left: tonight and the three after it."""
    slots = retry_slots([visit(6, 19)], [Band.EVENING], NOW)
    assert [slot.at.day for slot in slots] == [18, 19, 20, 21]
    assert {slot.at.time() for slot in slots} == {time(18, 30)}
    assert (slots[0].words, slots[0].note) == ("today in the evening", "18:30")
    assert slots[1].note == "19 Jun Fri"


def test_a_weekday_on_which_the_door_opened_goes_first():
    """Met on a Saturday afternoon once: Saturday afternoon is among the four."""
    slots = retry_slots([visit(13, 15)], [Band.EVENING, Band.AFTERNOON], NOW)
    assert datetime(2026, 6, 20, 15, tzinfo=LOCAL_ZONE) in [slot.at for slot in slots]


def test_no_time_to_try_lies_in_the_past():
    """At half past ten this morning's call is over."""
    slots = retry_slots([], [Band.MORNING], NOW)
    assert all(slot.at > NOW for slot in slots)
    assert slots[0].at.day == 19


def test_where_every_time_was_tried_every_time_counts_again():
    """There is always something to press."""
    assert len(retry_slots([], [], NOW)) == 4


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("6-21", date(2026, 6, 21)),
        ("６月２１日", date(2026, 6, 21)),
        ("2026/7/1", date(2026, 7, 1)),
        ("6-18", date(2026, 6, 18)),
        ("1-5", date(2027, 1, 5)),
        ("2-30", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_people_write_it(text, day):
    """Without a year it is the next such day."""
    assert parse_day(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("15:00", time(15)),
        ("15：30", time(15, 30)),
        ("9点", time(9)),
        ("1530", time(15, 30)),
        ("15", time(15)),
        ("25:00", None),
        ("later", None),
    ],
)
def test_a_time_is_read_as_people_write_it(text, clock):
    """Four digits, a colon of either width, or 点."""
    assert parse_time(text) == clock


def test_offered_times_are_half_hours_within_visiting_hours():
    """Nobody is called upon at six in the morning because the form was filled in then."""
    assert in_days(3, NOW).time() == time(10, 30)
    assert in_days(3, NOW.replace(hour=23, minute=50)).time() == time(8, 30)
    assert in_days(3, NOW.replace(hour=21)).time() == time(20)


def test_the_week_shows_the_latest_word_for_each_time():
    """A cross that a later tick answered is a tick."""
    marks = week_marks([visit(5, 15, "not_home"), visit(12, 15), visit(15, 10, "refused")], NOW)
    assert [(mark.weekday, mark.band, mark.met) for mark in marks] == [(4, Band.AFTERNOON, True)]
    assert last_opened([visit(13, 19)]) == "Sat in the evening"
    assert last_opened([visit(13, 19, "not_home")]) == ""
