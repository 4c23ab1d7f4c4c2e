"""Days as people type them at a door."""

from datetime import date

import pytest

from desktop.viewmodels.day_input import day_error, read_day

TODAY = date(2026, 6, 18)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-06-12", date(2026, 6, 12)),
        ("20260612", date(2026, 6, 12)),
        ("1948.2.1", date(1948, 2, 1)),
        ("2026年6月12日", date(2026, 6, 12)),
        ("6-12", date(2026, 6, 12)),
        ("6月12日", date(2026, 6, 12)),
        ("12-30", date(2025, 12, 30)),
        ("今天", TODAY),
        ("yesterday", date(2026, 6, 17)),
        ("前天", date(2026, 6, 16)),
    ],
)
def test_every_spelling_names_its_day(typed, day):
    """One without a year is the last such day."""
    assert read_day(typed, TODAY) == day
    assert day_error(typed, TODAY) == ""


@pytest.mark.parametrize("typed", ["6-31", "2026-02-29", "612", "last week"])
def test_what_is_no_day_says_how_to_write_one(typed):
    """And nothing is guessed."""
    assert read_day(typed, TODAY) is None
    assert day_error(typed, TODAY) == "Write the day like 2026-06-12 or 6-12."


def test_a_day_ahead_is_told():
    """Nobody has died or moved tomorrow."""
    assert day_error("2026-06-19", TODAY) == "This day has not come yet."


def test_an_empty_day_is_no_error():
    """It may stay unknown."""
    assert day_error("  ", TODAY) == ""
