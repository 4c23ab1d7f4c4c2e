"""Ages and the order in which a household's members are named."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.people import (
    Member,
    age,
    age_of,
    birthday,
    in_household_order,
    name_with_age,
)

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        (date(1948, 6, 18), date(2026, 6, 18), 78),
        (date(1948, 6, 19), date(2026, 6, 18), 77),
        (date(2004, 2, 29), date(2025, 2, 28), 20),
        (date(2004, 2, 29), date(2025, 3, 1), 21),
        (date(2004, 2, 29), date(2024, 2, 29), 20),
        (date(2026, 6, 18), date(2026, 6, 18), 0),
    ],
)
def test_age_counts_full_years(birth, on, years):
    """A birthday counts from its day on; a leap-day child waits for 1 March."""
    assert age(birth, on) == years


@given(birth=st.dates(date(1900, 1, 1), date(2000, 12, 31)), years=st.integers(0, 99))
def test_birthday_is_the_first_day_of_an_age(birth, years):
    """The day before a birthday one is a year younger, leap days included."""
    day = birthday(birth, years)
    assert age(birth, day) == years
    assert age(birth, date.fromordinal(day.toordinal() - 1)) == years - 1


@pytest.mark.parametrize(
    ("body", "years"),
    [({}, None), ({"birth": "2027-01-01"}, None), ({"birth": "1948-03-02"}, 78)],
)
def test_age_of_a_row_without_a_usable_birth_is_unknown(body, years):
    """No birth, or one in the future, gives no age rather than a wrong one."""
    assert age_of(body, date(2026, 6, 18)) == years


def test_name_carries_the_age(chinese):
    """Two people of one name are told apart by age."""
    assert name_with_age("李娜", 34).startswith("李娜")
    assert "34" in name_with_age("李娜", 34)
    assert name_with_age("李娜", None) == "李娜"


def test_head_comes_first_and_the_dead_last():
    """Who lives there first; the head before the spouse, the older child before the younger."""
    members = [
        Member("dead", "1", "dead", date(1940, 1, 1)),
        Member("young", "3", "living", date(2015, 1, 1)),
        Member("old", "3", "living", date(2010, 1, 1)),
        Member("away", "2", "away", date(1990, 1, 1)),
        Member("stranger", None, "living", None),
        Member("head", "0", "living", date(1960, 1, 1)),
        Member("spouse", "1", "living", date(1962, 1, 1)),
    ]
    order = [member.person_id for member in in_household_order(members)]
    assert order == ["head", "spouse", "old", "young", "stranger", "away", "dead"]
