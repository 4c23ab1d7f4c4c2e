"""The days and hours of China, whatever zone a moment was written in."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from sync.identity import LOCAL_ZONE, local_day, local_time

MOMENTS = (
    datetime(2026, 6, 18, 15, 59, 59, tzinfo=UTC),
    datetime(2026, 6, 18, 16, tzinfo=UTC),
    datetime(1992, 1, 1, tzinfo=UTC),
    datetime(1991, 7, 1, 15, 30, tzinfo=UTC),  # China kept summer time then.
    datetime(1901, 1, 1, tzinfo=UTC),  # Shanghai was ahead by eight hours and some minutes.
    datetime(2026, 6, 18, 23, 30, tzinfo=timezone(timedelta(hours=-3))),
    datetime(2026, 6, 18, 23, 30, tzinfo=LOCAL_ZONE),
)


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_quick_way_and_the_zone_agree(moment):
    """Day and time of day alike."""
    there = moment.astimezone(LOCAL_ZONE)
    assert local_day(moment) == there.date()
    assert local_time(moment).time() == there.time()
