"""Time limits on the working calendar, and the lamps that follow from them."""

from datetime import date, datetime, timedelta

import pytest

from sync.identity import LOCAL_ZONE, stamp
from sync.rules.limits import (
    LampState,
    limits_of,
    matter_light,
    unit_light,
    unit_limits,
    worst,
)
from sync.rules.workdays import after_work, end_of, is_workday, workday_after, working_time


def at(text):
    """A moment on the clocks of China."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE)


def reported(when, urgency="general", **fields):
    """A matter that was told then."""
    body = {"stage": "reported", "urgency": urgency, **fields}
    return body | limits_of(None, body, stamp(at(when)))


def moved(body, stage, when, **fields):
    """The matter after a step."""
    after = {**body, "stage": stage, **fields}
    return after | limits_of(body, after, stamp(at(when)))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-02-13", True),
        ("2026-02-14", True),  # A Saturday that is worked for the Spring Festival.
        ("2026-02-15", False),
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-06-19", False),  # 端午
        ("2026-06-20", False),
        ("2031-03-03", True),  # Not announced yet: a Monday.
        ("2031-03-01", False),
    ],
)
def test_the_days_of_work(day, works):
    """Holidays and the weekends in their place, without a network."""
    assert is_workday(date.fromisoformat(day)) is works


def test_five_working_days_pass_over_the_dragon_boat_festival():
    """As on the picture of the front desk: 6月18日 and five working days are 6月26日."""
    assert workday_after(date(2026, 6, 18), 5) == date(2026, 6, 26)


def test_hours_of_work_stop_for_lunch_for_the_night_and_for_the_holiday():
    """Four hours from eleven: one before noon, three in the afternoon."""
    four = timedelta(hours=4)
    assert after_work(at("2026-06-18T11:00"), four) == at("2026-06-18T17:00")
    assert after_work(at("2026-06-18T17:00"), four) == at("2026-06-22T12:00")
    assert working_time(at("2026-06-18T17:00"), at("2026-06-22T12:00")) == four
    assert after_work(at("2026-02-16T10:00"), timedelta(hours=1)) == at("2026-02-24T10:00")


@pytest.mark.parametrize(
    ("urgency", "accept", "finish"),
    [
        ("critical", "2026-06-18T10:10", "2026-06-19T10:00"),
        ("urgent", "2026-06-18T12:00", "2026-06-19T10:00"),
        ("simple", None, "2026-06-19T00:00"),
        ("general", "2026-06-18T16:00", "2026-06-24T18:00"),
        ("prominent", "2026-06-22T18:00", "2026-06-30T18:00"),
        ("major", "2026-06-23T18:00", "2026-07-10T18:00"),
    ],
)
def test_each_kind_has_its_limits(urgency, accept, finish):
    """The table of the hand-book, from ten o'clock on the day before 端午."""
    body = reported("2026-06-18T10:00", urgency)
    assert body["due_accept"] == (stamp(at(accept)) if accept else None)
    assert body["due_finish"] == stamp(at(finish))


def test_the_lamp_turns_at_seventy_and_at_a_hundred_per_cent():
    """Of the hours of work, so a holiday turns no lamp: 2026-02-13 and three working days."""
    body = moved(reported("2026-02-13T09:00"), "accepted", "2026-02-13T09:30")
    assert body["due_finish"] == stamp(at("2026-02-25T18:00"))
    amber = at("2026-02-24T14:36")  # 19.6 of 28 hours.
    for now, state in (
        ("2026-02-13T09:31", LampState.GREEN),
        ("2026-02-20T12:00", LampState.GREEN),
        ("2026-02-24T14:35", LampState.GREEN),
        ("2026-02-25T17:59", LampState.YELLOW),
        ("2026-02-25T18:00", LampState.RED),
    ):
        assert matter_light(body, at(now)).state is state, now
    assert abs(datetime.fromisoformat(body["amber_finish"]) - amber) < timedelta(hours=6)
    assert matter_light(body, datetime.fromisoformat(body["amber_finish"])).state == "yellow"


def test_a_matter_waits_first_to_be_accepted_then_finished_then_answered():
    """Each stage shows the lamp of what it waits for; what is over shows none."""
    body = reported("2026-06-15T10:00")
    assert matter_light(body, at("2026-06-15T16:00")).what == "accept"
    body = moved(body, "accepted", "2026-06-15T11:00")
    assert matter_light(body, at("2026-06-15T16:00")).what == "finish"
    body = moved(body, "processing", "2026-06-15T12:00")
    body = moved(body, "finished", "2026-06-16T10:00")
    light = matter_light(body, at("2026-06-16T10:01"))
    assert (light.what, light.due) == ("answer", end_of(date(2026, 6, 22)))
    body = moved(moved(body, "verified", "2026-06-17T10:00"), "feedback", "2026-06-17T11:00")
    assert matter_light(body, at("2026-06-23T00:00")).state is LampState.RED
    over = moved(body, "closed", "2026-06-23T09:00")
    assert matter_light(over, at("2026-09-01T00:00")).what == ""


def test_extension_hold_and_reopening_begin_other_limits():
    """A day that was named counts; a hold is looked at again on its day; then it begins anew."""
    body = moved(reported("2026-06-15T10:00"), "accepted", "2026-06-15T11:00")
    longer = moved(body, "accepted", "2026-06-16T09:00", extended_to="2026-06-26")
    assert longer["due_finish"] == stamp(end_of(date(2026, 6, 26)))
    held = moved(longer, "suspended", "2026-06-17T09:00", review_on="2026-08-03")
    light = matter_light(held, at("2026-06-29T00:00"))
    assert (light.state, light.what) == (LampState.GREEN, "review")
    assert matter_light(held, end_of(date(2026, 8, 3))).state is LampState.RED
    again = moved(held, "processing", "2026-08-03T09:00")
    assert again["due_finish"] == stamp(end_of(date(2026, 8, 6)))
    done = moved(again, "finished", "2026-08-04T09:00")
    back = moved(moved(done, "verified", "2026-08-05T09:00"), "reopened", "2026-08-06T09:00")
    assert back["finished_at"] is None
    assert back["due_finish"] == stamp(end_of(date(2026, 8, 11)))


def test_a_silent_department_shows():
    """Two working days to check in; then the day that was ordered."""
    body = {"deadline": "2026-06-30"}
    body |= unit_limits(body, stamp(at("2026-06-17T18:05")))
    assert body["due_check_in"] == stamp(end_of(date(2026, 6, 22)))
    late = unit_light(body, at("2026-06-22T18:00"))
    assert (late.state, late.what) == (LampState.RED, "check_in")
    came = unit_light(body | {"checked_in_at": "x"}, at("2026-06-22T18:00"))
    assert (came.state, came.what) == (LampState.GREEN, "finish")
    done = unit_light(body | {"checked_in_at": "x", "finished_at": "y"}, at("2026-08-22T18:00"))
    assert worst([done, came, late]) is late


def test_the_same_facts_give_the_same_limits_again():
    """The server may work them out with every change: nothing moves by itself."""
    body = moved(reported("2026-06-15T10:00"), "accepted", "2026-06-15T11:00")
    assert body | limits_of(body, body, stamp(at("2026-07-01T10:00"))) == body
