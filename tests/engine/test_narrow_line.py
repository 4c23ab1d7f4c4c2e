"""A proxy that takes no large request: what fits goes through, in smaller pieces."""

import random
from dataclasses import replace

import pytest

from sync.errors import TooMuchAtOnce
from sync.store import records
from tests.engine.test_session import in_step
from tests.support.laptops import engine_for
from tests.support.stranger import narrow_proxy

NARROW = 16 * 1024


@pytest.fixture
def most_bytes(request):
    """What the proxy takes."""
    return getattr(request, "param", NARROW)


@pytest.fixture
def narrow(worker, household, staffed, most_bytes):
    """The worker's laptop behind such a proxy."""
    own = worker.store.account
    with narrow_proxy(staffed.port, most_bytes) as url:
        worker.store.account = replace(own, server=url)
        worker.engine, worker.transport = engine_for(worker.store)
        yield worker
    worker.store.account = own


def long(count):
    """A text of so many characters that no compression makes much smaller."""
    choice = random.Random(count)
    return "".join(chr(choice.randrange(0x4E00, 0x9FA5)) for _ in range(count))


def write(laptop, grid, household, *texts):
    for text in texts:
        laptop.append("note", grid, household_id=household, text=text)


def texts(laptop):
    return sorted(note.get("text")[:4] for note in laptop.store.reading.rows("note"))


def test_a_batch_is_halved_until_it_fits(narrow, clerk, household, grid):
    """Everything arrives, once."""
    write(narrow, grid, household, *(f"{number:04}" + long(400) for number in range(40)))

    report = narrow.sync()
    clerk.sync()

    assert (report.pushed, report.pending, report.stuck) == (40, 0, {})
    assert texts(clerk) == [f"{number:04}" for number in range(40)]
    assert in_step(narrow)


def test_one_that_never_fits_stops_nothing_behind_it(narrow, clerk, household, grid, staffed):
    """It waits at the end of its lane and is named; in another network it goes through."""
    write(narrow, grid, household, "0000", "0001" + long(12_000), "0002", "0003" + long(12_000))
    write(narrow, grid, household, "0004")
    community = next(s for s in narrow.store.facts.grants().scopes if s.startswith("community"))

    report = narrow.sync()
    clerk.sync()

    assert report.stuck == {grid: TooMuchAtOnce.code}
    assert report.pending == 2
    assert community in report.heads
    assert texts(clerk) == ["0000", "0002", "0004"]

    narrow.store.account = replace(narrow.store.account, server=staffed.base_url)
    narrow.engine, narrow.transport = engine_for(narrow.store)
    assert narrow.sync().pending == 0
    clerk.sync()
    assert texts(clerk) == ["0000", "0001", "0002", "0003", "0004"]
    assert in_step(narrow)


@pytest.mark.parametrize("most_bytes", [700], indirect=True)
def test_what_follows_it_on_the_same_row_waits_with_it(narrow, clerk, household, grid):
    """A change never overtakes the making of what it changes."""
    edit = records.create("household", {"contact": "1", "best_time": long(200)}, scope_id=grid)
    (row_id,) = narrow.store.records.write([edit]).row_ids
    narrow.patch("household", row_id, contact="2")
    write(narrow, grid, household, "0001")

    report = narrow.sync()
    clerk.sync()

    assert report.pending == 2
    assert clerk.store.reading.find("household", row_id) is None
    assert texts(clerk) == ["0001"]
    assert narrow.value("household", row_id, "contact") == "2"


def test_what_came_is_on_the_disk_where_a_lane_is_stuck(narrow, household, grid):
    """No success is noted there; what came is told all the same."""
    write(narrow, grid, household, "0000" + long(12_000))
    narrow.sync()
    community = next(s for s in narrow.store.facts.grants().scopes if s.startswith("community"))
    before = narrow.store.facts.last_sync()
    narrow.store.replica.refill(community)

    waits = []
    narrow.engine.run(
        told=lambda report: waits.append((report.stuck, narrow.store.database.is_unsynced))
    )

    assert waits == [({grid: TooMuchAtOnce.code}, False)]
    assert narrow.store.facts.last_sync() == before
