"""The time limit of a case, and sums as people write them."""

from datetime import date

import pytest

from sync.rules.cases import Extension, confirm_until, is_soon, limit_of, read_sum, sum_text

ACCEPTED = date(2026, 6, 2)
BOTH = frozenset({"applicant", "respondent"})


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1200", 120000),
        ("1,200元", 120000),
        ("１２００元整", 120000),
        ("¥1200.50", 120050),
        ("￥1 200 块", 120000),
        ("1.2万", 1200000),
        ("1.2345万元", 1234500),
        ("3千", 300000),
        ("0", 0),
    ],
)
def test_a_sum_is_read_as_it_is_written(typed, cents):
    """万 is ten thousand yuan; everything else as it stands."""
    assert read_sum(typed) == cents


@pytest.mark.parametrize(
    "typed", ["", "壹仟", "12.345", "-5", "1200美元", "1,20", "1e5", "1.2.3", "9" * 14]
)
def test_what_is_no_sum_is_none(typed):
    """Nothing is guessed."""
    assert read_sum(typed) is None


@pytest.mark.parametrize("cents", [0, 5, 100, 120050, 1200000])
def test_a_sum_that_is_shown_is_read_again(cents):
    """The form shows what it takes."""
    assert read_sum(sum_text(cents)) == cents


def test_the_limit_is_thirty_days_and_longer_only_by_both():
    """An extension of one side counts for nothing, and none shortens it."""
    later = date(2026, 8, 1)
    assert limit_of(ACCEPTED) == date(2026, 7, 2)
    assert limit_of(ACCEPTED, [Extension(later, frozenset({"applicant"}))]) == date(2026, 7, 2)
    assert limit_of(ACCEPTED, [Extension(later, BOTH)]) == later
    assert limit_of(ACCEPTED, [Extension(date(2026, 6, 10), BOTH)]) == date(2026, 7, 2)


def test_the_lamp_turns_at_seventy_hundredths():
    """Day 21 of 30."""
    limit = limit_of(ACCEPTED)
    assert not is_soon(ACCEPTED, limit, date(2026, 6, 22))
    assert is_soon(ACCEPTED, limit, date(2026, 6, 23))


def test_the_court_is_asked_within_thirty_days():
    """人民调解法 art. 33."""
    assert confirm_until(date(2026, 6, 11)) == date(2026, 7, 11)
