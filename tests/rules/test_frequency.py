"""How often: the table of the hand-book, and month arithmetic."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.frequency import (
    INTERVALS,
    ClosedTag,
    Interval,
    Level,
    PersonCare,
    add_months,
    care_floor,
    running,
    two_people,
)
from sync.schema import codes
from sync.schema.tags import TAGS

TODAY = date(2026, 6, 18)
BORN_1940 = date(1940, 1, 1)
BORN_1950 = date(1950, 1, 1)
OTHER = PersonCare()


def person(*tags, **care):
    """A resident with these tags of tiers 1 and 2."""
    return PersonCare(tags=frozenset(tags), **care)


def closed(tag, risk=None):
    """A resident with a tag of tier 3."""
    return PersonCare(closed=(ClosedTag(tag, risk),))


@pytest.mark.parametrize(
    ("people", "level"),
    [
        ([OTHER], None),
        ([], None),
        ([person("elder_alone", birth=BORN_1950)], "yellow"),
        ([person("elder_alone", birth=BORN_1940)], "red"),
        ([person("elder_alone", birth=BORN_1940), OTHER], "red"),
        ([person("left_elder", birth=BORN_1940)], "red"),
        ([person("left_elder", birth=BORN_1940), OTHER], "yellow"),
        ([person("elder_alone", "aged_80")], "red"),
        ([person("aged_80", birth=BORN_1940), OTHER], "yellow"),
        ([person("empty_nest", birth=BORN_1950), OTHER], "yellow"),
        ([person("disabled_elder"), OTHER], "yellow"),
        ([person("serious_illness", fully_dependent=True), OTHER], "yellow"),
        ([person("serious_illness", fully_dependent=True)], "red"),
        ([person("tekun")], "yellow"),
        ([person("special_family")], "yellow"),
        ([person("disabled")], "blue"),
        ([person("disabled", disabled_grade=3)], "blue"),
        ([person("disabled", disabled_grade=2)], "yellow"),
        ([person("disabled", disabled_grade=1)], "yellow"),
        ([person("dibao")], "blue"),
        ([person("dibao_margin")], "blue"),
        ([person("left_child"), OTHER], "yellow"),
        ([person("hard_child"), OTHER], "yellow"),
        ([person("orphan"), OTHER], "yellow"),
        ([person("maternal"), OTHER], "maternal"),
        ([closed("smi", 0)], "blue"),
        ([closed("smi", 1)], "yellow"),
        ([closed("smi", 2)], "yellow"),
        ([closed("smi")], "yellow"),
        ([closed("smi", 3)], "fortnight"),
        ([closed("smi", 5)], "fortnight"),
        ([closed("correction")], "yellow"),
        ([closed("drug")], "yellow"),
        ([closed("released", 1)], "yellow"),
        ([closed("released")], "blue"),
        ([closed("dv_victim")], None),
        ([person("veteran")], "green"),
        ([person("party_member")], "green"),
        ([person("party_member"), person("dibao"), closed("smi", 4)], "fortnight"),
        ([person("maternal"), person("dibao")], "maternal"),
    ],
)
def test_the_closest_level_of_a_household_wins(people, level):
    """Each row of the hand-book's table, and households where several meet."""
    assert care_floor(people, TODAY) == level


def test_every_tag_of_the_hand_book_has_a_level():
    """A tag added to the schema without a frequency would never bring anyone to the door.

    Only a protection plan sets its own pace.
    """
    silent = [
        key
        for key, tag in TAGS.items()
        if care_floor([person(key) if tag.tier < 3 else closed(key)], TODAY) is None
    ]
    assert silent == ["dv_victim"]


def test_levels_are_the_codes_of_the_schema_shortest_first():
    """The server writes a level into a CODE field; its order decides what wins."""
    assert [level.value for level in Level] == list(codes.CARE_FLOOR)
    days = [INTERVALS[level].after(TODAY) for level in Level]
    assert days == sorted(days)


def test_turning_80_alone_is_red_from_the_birthday_on():
    """The level changes on the day, not before."""
    person_ = person("elder_alone", birth=date(1946, 6, 18))
    assert care_floor([person_], date(2026, 6, 17)) == "yellow"
    assert care_floor([person_], date(2026, 6, 18)) == "red"


@pytest.mark.parametrize(
    ("people", "pairs"),
    [
        ([closed("smi", 2)], False),
        ([closed("smi", 3)], True),
        ([closed("correction")], True),
        ([closed("drug")], True),
        ([closed("released", 1)], False),
        ([person("elder_alone"), closed("smi", 5)], True),
        ([], False),
    ],
)
def test_nobody_goes_alone_where_the_table_says_two(people, pairs):
    """Two people for correction, recovery and a risk of 3 and more."""
    assert two_people(people) is pairs


@pytest.mark.parametrize(
    ("until", "holds"), [(None, True), ("2026-06-18", True), ("2026-06-17", False)]
)
def test_an_ended_tag_asks_nothing(until, holds):
    """The last day counts."""
    assert running({"tag": "drug", "valid_to": until}, TODAY) is holds


@pytest.mark.parametrize(
    ("interval", "start", "end"),
    [
        (Interval(months=1), date(2026, 5, 13), date(2026, 6, 13)),
        (Interval(months=1), date(2026, 1, 31), date(2026, 2, 28)),
        (Interval(months=1), date(2024, 1, 31), date(2024, 2, 29)),
        (Interval(months=1), date(2026, 12, 31), date(2027, 1, 31)),
        (Interval(months=3), date(2025, 11, 30), date(2026, 2, 28)),
        (Interval(months=6), date(2025, 8, 31), date(2026, 2, 28)),
        (Interval(days=7), date(2024, 2, 26), date(2024, 3, 4)),
        (Interval(days=42), date(2026, 6, 18), date(2026, 7, 30)),
    ],
)
def test_intervals_end_where_the_calendar_says(interval, start, end):
    """Months end on their own last day; a year's end is no obstacle."""
    assert interval.after(start) == end


@given(day=st.dates(date(2000, 1, 1), date(2090, 1, 1)), months=st.integers(0, 48))
def test_months_never_spill_into_the_next_one(day, months):
    """So many months later is in the month that many later, at most on the same day."""
    later = add_months(day, months)
    assert later.year * 12 + later.month == day.year * 12 + day.month + months
    assert later.day <= day.day
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@given(day=st.dates(date(2000, 1, 1), date(2090, 1, 1)), months=st.integers(0, 48))
def test_a_later_start_never_ends_earlier(day, months):
    """Being seen a day later never brings the next visit forward."""
    assert add_months(day, months) <= add_months(day + timedelta(days=1), months)
