"""A due visit in words: lamps, and one sentence that gives away no more than it may."""

from datetime import date, datetime

import pytest

from sync.identity import LOCAL_ZONE
from sync.rules.due import ANY_DAY, Due, Why
from sync.rules.frequency import Level
from sync.rules.reason import Lamp, light, sentence
from sync.rules.visits import Band

TODAY = date(2026, 6, 18)
MAY_13 = date(2026, 5, 13)


RULE = "older person living alone: a visit every month"


def moment(day, hour):
    """A moment in China."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=LOCAL_ZONE)


def due(next_due=date(2026, 6, 13), **more):
    """The sample household: an older person living alone, last met on 13 May."""
    facts = {
        "household_id": "h",
        "level": Level.YELLOW,
        "next_due": next_due,
        "reason_key": Why.CARE,
        "reason_args": {"tag": "elder_alone", "level": "yellow"},
        "last_met": MAY_13,
        "last_contact": "met",
    }
    return Due(**facts | more)


@pytest.mark.parametrize(
    ("next_due", "lamp", "words"),
    [
        (date(2026, 6, 13), Lamp.RED, "5 days late"),
        (date(2026, 6, 17), Lamp.RED, "1 day late"),
        (date(2026, 6, 18), Lamp.YELLOW, "due today"),
        (date(2026, 6, 19), Lamp.YELLOW, "due tomorrow"),
        (date(2026, 7, 2), Lamp.YELLOW, "due in 14 days"),
        (date(2026, 8, 13), Lamp.GREEN, "due in 56 days"),
        (ANY_DAY, Lamp.NOT_DUE, "nobody met yet"),
    ],
)
def test_lamps(next_due, lamp, words):
    """Red past the day, yellow from 70 % of the interval, green before."""
    found = light(due(next_due), TODAY)
    assert (found.lamp, found.words) == (lamp, words)


def test_yellow_begins_at_70_percent():
    """36 of 51 days are more than 70 %, 35 are less: the border is the day in between."""
    last = date(2026, 5, 14)
    assert light(due(date(2026, 7, 3), last_met=last), TODAY).lamp is Lamp.YELLOW
    assert light(due(date(2026, 7, 4), last_met=last), TODAY).lamp is Lamp.GREEN


@pytest.mark.parametrize(
    ("more", "lamp", "words"),
    [
        ({"appointment": moment(TODAY, 15)}, Lamp.NOT_DUE, "appointment today"),
        ({"appointment": moment(date(2026, 6, 17), 15)}, Lamp.YELLOW, "appointment missed"),
        ({"appointment": moment(date(2026, 6, 19), 15)}, Lamp.GREEN, "due in 56 days"),
        ({"failures": 2}, Lamp.NOT_DUE, "not met last time"),
        ({"last_met": None}, Lamp.NOT_DUE, "due in 56 days"),
    ],
)
def test_lamps_of_homes_that_are_on_the_round_for_another_reason(more, lamp, words):
    """What brings somebody there today is what the lamp says."""
    found = light(due(date(2026, 8, 13), **more), TODAY)
    assert (found.lamp, found.words) == (lamp, words)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "older person living alone: a visit every month · last on 13 May, met in person"),
        (
            {"last_met": date(2025, 12, 31)},
            "older person living alone: a visit every month · last on 31 Dec 2025, met in person",
        ),
        (
            {"reason_key": Why.HOME, "reason_args": {}, "level": Level.GREEN, "last_met": None},
            "every home is asked every 6 months · nobody met yet",
        ),
        (
            {"failures": 2, "better": (Band.EVENING,)},
            f"{RULE} · no answer 2 times, try in the evening",
        ),
        (
            {"failures": 1, "better": (Band.AFTERNOON,)},
            f"{RULE} · no answer, try in the afternoon",
        ),
        (
            {"failures": 3},
            f"{RULE} · no answer 3 times, leave a card and call the contact",
        ),
        (
            {"failures": 1, "confirm_safe_by": moment(TODAY, 18)},
            f"{RULE} · no answer, confirm they are safe by 18:00",
        ),
        (
            {"wait_until": date(2026, 6, 28)},
            f"{RULE} · refused, leave them in peace until 28 Jun",
        ),
        (
            {"appointment": moment(TODAY, 15)},
            "appointment today at 15:00 · last on 13 May, met in person",
        ),
        (
            {"reason_key": Why.NEW_HOME, "reason_args": {"day": "2026-06-09"}, "last_met": None},
            "new here since 9 Jun: a first visit within 7 days · nobody met yet",
        ),
        (
            {
                "reason_key": Why.CLOSE_CARE,
                "reason_args": {"until": "2026-07-01"},
                "level": Level.RED,
            },
            "close care until 1 Jul: a visit every 7 days · last on 13 May, met in person",
        ),
    ],
)
def test_every_task_says_why(more, said):
    """The rule first, then how it stands."""
    assert sentence(due(**more), TODAY) == said


def test_a_list_names_tier_1_alone():
    """Health and benefit words are said only where the household was opened."""
    ill = due(reason_args={"tag": "serious_illness", "level": "yellow"})
    assert sentence(ill, TODAY).startswith("a visit every month")
    assert sentence(ill, TODAY, most_tier=2).startswith("serious illness: a visit every month")


@pytest.mark.parametrize("most_tier", [1, 2])
def test_tier_3_is_never_named(most_tier):
    """Whatever a caller passes, no sentence names what nobody may list."""
    hidden = due(reason_args={"tag": "smi", "level": "yellow"})
    assert sentence(hidden, TODAY, most_tier=most_tier).startswith("a visit every month")
