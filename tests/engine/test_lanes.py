"""Lanes travel together where they can, and alone where one of them is in the way."""

from sync.errors import RequestRefused, TooMuchAtOnce
from sync.store import records
from tests.support.laptops import REPLY_LOST, Accident


def two_lanes(worker, household: str, grid: str) -> None:
    """An edit in the grid's lane, and one in the lane of its ID numbers."""
    ids = grid.replace("grid:", "id:")
    worker.patch("household", household, contact="139")
    edit = records.create("id_number", {"household_id": household}, scope_id=ids)
    worker.store.records.write([edit])


def paths_of(worker) -> list[str]:
    seen: list[str] = []
    worker.transport.watch = seen.append
    return seen


def test_all_lanes_go_in_one_request(worker, household, grid):
    """A receipt for each operation, and one round trip for all."""
    two_lanes(worker, household, grid)
    paths = paths_of(worker)

    report = worker.sync()

    assert paths == ["/v1/push", "/v1/pull"]
    assert (report.pushed, report.pending, dict(report.stuck)) == (2, 0, {})


def test_lanes_whose_request_is_refused_are_sent_one_by_one(worker, household, grid):
    """Whatever it was that the server could not take, it may be one lane's alone."""
    for trouble in (RequestRefused(reason="bug"), TooMuchAtOnce()):
        two_lanes(worker, household, grid)
        worker.patch("household", household, contact="138")
        worker.transport.accidents = [Accident(trouble)]
        paths = paths_of(worker)

        report = worker.sync()

        assert paths == ["/v1/push", "/v1/push", "/v1/push", "/v1/pull"]
        assert (report.pending, dict(report.stuck)) == (0, {})


def test_a_lost_reply_to_several_lanes_doubles_nothing(worker, household, grid):
    """The retry carries the same bytes, and every lane hears what it missed."""
    two_lanes(worker, household, grid)
    worker.transport.accidents = [REPLY_LOST]

    first = worker.sync()

    assert (first.pushed, first.pending) == (2, 0)
    assert worker.sync().pushed == 0
