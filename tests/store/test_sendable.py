"""Which operations go into one request: whole lanes, and of the first one what fits."""

import pytest

from sync.merge.operation import decode_op
from sync.store import records, sendable
from tests.support.feed import GRID, Feed

EAST, WEST = "grid:east", "grid:west"
MOST = 5
LANES = (EAST, GRID, WEST)
"""In their order."""


@pytest.fixture(autouse=True)
def narrow(monkeypatch):
    """A request holds a few operations."""
    monkeypatch.setattr(sendable, "MOST_OPS_IN_PUSH", MOST)


@pytest.fixture
def feeds(store, feed):
    made = {GRID: feed, EAST: Feed(EAST), WEST: Feed(WEST)}
    for other in (EAST, WEST):
        made[other].pull_into(store)
    return made


def write(store, **counts):
    """So many notes in the lane of each of the scopes."""
    for scope, count in counts.items():
        for number in range(count):
            fields = {"household_id": "h1", "text": f"{number}"}
            place = {"east": EAST, "grid": GRID, "west": WEST}[scope]
            store.records.write([records.append("note", fields, scope_id=place)])


def together(store):
    """The numbers of what goes, by lane."""
    chosen = store.replica.waiting_together(LANES)
    return {scope: [op.seq for op in ops] for scope, ops in chosen.items()}


@pytest.mark.parametrize(
    ("counts", "chosen"),
    [
        ({"east": 2, "grid": 1, "west": 2}, {EAST: [1, 2], GRID: [1], WEST: [1, 2]}),
        ({"east": 2, "grid": 3, "west": 1}, {EAST: [1, 2], GRID: [1, 2, 3]}),
        ({"east": 2, "grid": 4, "west": 1}, {EAST: [1, 2]}),
        ({"east": 5, "grid": 1}, {EAST: [1, 2, 3, 4, 5]}),
        ({"east": 6, "grid": 1}, {EAST: [1, 2, 3, 4, 5]}),
        ({"grid": 1}, {GRID: [1]}),
    ],
)
def test_lanes_travel_whole_or_wait(store, feeds, counts, chosen):
    """But the first, which goes as far as the request holds it: else it would never go."""
    write(store, **counts)

    assert together(store) == chosen


def test_lanes_in_which_nothing_waits_any_more_tell_only_how_far_they_are(store, feeds):
    """Somebody took away what was counted a moment before."""
    assert together(store) == {EAST: [], GRID: [], WEST: []}


def test_a_lane_begins_where_the_first_operation_waits(store, feeds):
    """Not with what has its receipt; what has one beyond it goes again, or there were a hole."""
    write(store, east=4, grid=1)
    ops = store.replica.batch(EAST)
    store.replica.acknowledge(feeds[EAST].reply(feeds[EAST].take(ops[0]), feeds[EAST].take(ops[2])))

    assert together(store) == {EAST: [2, 3, 4], GRID: [1]}
    assert store.replica.first_waiting(LANES) == {
        EAST: ops[1].op_id,
        GRID: store.replica.batch(GRID)[0].op_id,
    }


def test_each_lane_goes_in_its_own_order(store, feeds):
    """By its numbers, not as it was written: in between others, or put off to the end."""
    for scope in ("west", "east", "west", "east"):
        write(store, **{scope: 1})
    first = store.replica.batch(WEST)[0]
    store.replica.postpone(WEST, first.op_id)

    chosen = store.replica.waiting_together(LANES)
    assert {scope: [op.seq for op in ops] for scope, ops in chosen.items()} == {
        EAST: [1, 2],
        WEST: [1, 2],
    }
    assert chosen[WEST][1].op_id == first.op_id
    assert [decode_op(op.raw).seq for op in chosen[WEST]] == [1, 2]


def test_a_lane_ends_at_a_hole(store, feeds):
    """What the server can no longer lose is deleted here, and the numbers beyond are no batch."""
    write(store, east=4, grid=1)
    with store.database.writing() as connection:
        connection.exec_driver_sql(f"DELETE FROM operation WHERE scope_id = '{EAST}' AND seq = 3")

    assert together(store) == {EAST: [1, 2], GRID: [1]}
    assert [op.seq for op in store.replica.waiting(EAST, after=2)] == [4]
