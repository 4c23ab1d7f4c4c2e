"""Wrong passwords cost a longer and longer wait, and never anything else."""

from datetime import UTC, datetime, timedelta

import pytest

from desktop.services.profiles import Connection, ProfileFolder
from desktop.services.tries import FIRST_WAIT, FREE, LONGEST_WAIT, WaitBeforeTrying
from desktop.services.workplace import open_workplace
from sync.errors import WrongPassword
from tests.support.laptops import PASSWORD, TickingClock, new_store


@pytest.fixture
def clock():
    """A clock that the test moves."""
    return TickingClock(datetime(2026, 11, 21, 2, 0, tzinfo=UTC))


@pytest.fixture
def folder(tmp_path):
    """A locked profile."""
    made = ProfileFolder("chen", tmp_path / "chen")
    new_store(made.path).close()
    made.remember(Connection("http://127.0.0.1:9"))
    return made


def wrong(folder, clock, times=1):
    """Type it wrong."""
    for _ in range(times):
        with pytest.raises(WrongPassword):
            open_workplace(folder, "not the right words", clock)


def test_slips_cost_nothing(folder, clock):
    """And the right password ends the count."""
    for _ in range(2):
        wrong(folder, clock, FREE - 1)
        open_workplace(folder, PASSWORD, clock).close()


def test_the_wait_grows_and_has_an_end(folder, clock):
    """It doubles; nobody is shut out for a morning."""
    wrong(folder, clock, FREE)
    waits = []
    for _ in range(8):
        with pytest.raises(WaitBeforeTrying) as told:
            open_workplace(folder, PASSWORD, clock)
        waits.append(told.value.details["seconds"])
        clock.moment += timedelta(seconds=waits[-1])
        wrong(folder, clock)

    assert waits == sorted(waits)
    assert waits[0] <= FIRST_WAIT.total_seconds() < waits[1] + 2
    assert waits[-1] > LONGEST_WAIT.total_seconds() - 5
    clock.moment += LONGEST_WAIT
    open_workplace(folder, PASSWORD, clock).close()


def test_a_clock_that_is_set_back_shortens_nothing_and_shuts_nobody_out(folder, clock):
    """The wait is as long as it was, from now."""
    wrong(folder, clock, FREE)
    clock.moment -= timedelta(days=400)
    with pytest.raises(WaitBeforeTrying) as told:
        open_workplace(folder, PASSWORD, clock)

    assert told.value.details["seconds"] == FIRST_WAIT.total_seconds()
    clock.moment += FIRST_WAIT
    open_workplace(folder, PASSWORD, clock).close()


def test_a_broken_count_is_none(folder, clock):
    """A file that somebody emptied locks nobody out."""
    wrong(folder, clock, FREE)
    (folder.path / "tries.json").write_text("")

    open_workplace(folder, PASSWORD, clock).close()
