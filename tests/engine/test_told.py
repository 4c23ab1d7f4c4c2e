"""What a session tells before it has worked out what follows from the news."""

import pytest

from sync.identity import local_day, parse_stamp
from sync.progress import Cancelled
from sync.store import records
from tests.support.laptops import laptop

MET = {"started_at": "2026-11-20T02:00:00Z", "result": "met"}


@pytest.fixture
def visit(worker, clerk, household, grid):
    """A resident and a visit of the clerk's that the worker has not heard of."""
    resident = {"household_id": household, "name": "王桂兰", "tags": ["elder_alone"]}
    clerk.store.records.write([records.create("person", resident, scope_id=grid)])
    made = clerk.append("visit", grid, household_id=household, **MET)
    clerk.sync()
    return made


def test_news_can_be_read_before_due_dates_follow(worker, household, grid, visit):
    """The result is certain by then, and the home is known to be worked out anew."""
    heard = []

    def told(report):
        rows = [row.id for row in worker.store.reading.rows("visit")]
        equal = worker.store.replica.verify_deep(grid)
        heard.append((report, rows, equal, worker.store.reading.stale(9)))

    report = worker.engine.run(told=told)

    assert heard == [(report, [visit], True, [household])]
    assert report.pulled == 3, "with the home, for whose care the server answers"
    assert worker.store.facts.last_sync().at
    assert worker.store.reading.stale(9) == []
    due = worker.store.reading.due_of(household)
    assert due.last_met == local_day(parse_stamp(MET["started_at"]))


def test_a_session_that_leaves_nothing_to_do_just_ends(worker, household):
    """Who waits for its end hears everything there."""
    worker.sync()
    heard = []

    worker.engine.run(told=heard.append)

    assert heard == []


def test_what_was_stopped_then_the_next_session_does(worker, household, visit):
    """The news stay, and so does what is to be done about them."""

    def stopped(report):
        raise Cancelled

    with pytest.raises(Cancelled):
        worker.engine.run(told=stopped)
    assert [row.id for row in worker.store.reading.rows("visit")] == [visit]
    assert worker.store.reading.stale(9) == [household]

    assert worker.sync().pulled == 0
    assert worker.store.reading.stale(9) == []
    assert worker.store.reading.due_of(household).last_met


def test_what_is_told_is_on_the_disk(worker, household, visit, staffed, tmp_path):
    """Also by a first sync that came row by row: no power cut takes it from then on."""
    heard = []
    with laptop(tmp_path / "another", staffed, "chenxiaohe") as another:
        another.engine.run(told=lambda report: heard.append(another.store.database.is_unsynced))
        assert another.store.reading.find("visit", visit)

    assert heard == [False]


def test_an_end_that_fails_lets_the_next_session_begin(worker, household, monkeypatch):
    """Whatever goes wrong where the log is written back."""

    def broken():
        raise RuntimeError

    with monkeypatch.context() as planted:
        planted.setattr(worker.store.database, "write_back", broken)
        with pytest.raises(RuntimeError):
            worker.sync()

    assert worker.sync().pending == 0
