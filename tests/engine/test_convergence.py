"""Laws 1, 2, 4 and 6 on real stores: two laptops and a server, correlated edits, lost requests.

Every trace follows from its seed alone; a failing one is replayed by that number.
"""

import random

import pytest
from sqlalchemy import select

from sync.errors import NetworkError
from sync.merge.operation import Outcome
from sync.store import records
from sync.store.tables import OPERATION, SHADOW
from tests.support.laptops import LOST, REPLY_LOST
from tests.support.server import running_server

STEPS = 60
PEOPLE = 3
VALUES = {
    "name": ["王桂兰", "王桂蓝", "王 桂兰"],
    "phone": ["138", "139", ""],
    "tags": [["elder_alone"], ["elder_alone", "veteran"], []],
}


@pytest.fixture
def server(tmp_path, stores):
    """The server on both kinds of store, one after the other."""
    with running_server(tmp_path / "server", database=stores.make(tmp_path / "server")) as running:
        yield running


class Trace:
    """What two people do to the same few residents."""

    def __init__(self, seed, laptops, grid):
        self.chance = random.Random(seed)
        self.laptops = laptops
        self.grid = grid
        self.people = []
        self.notes = 0

    def begin(self):
        """The residents, on both laptops."""
        first = self.laptops[0]
        first.sync()
        edits = [
            records.create("person", {"name": "王桂兰"}, scope_id=self.grid) for _ in range(PEOPLE)
        ]
        self.people = first.store.records.write(edits).row_ids
        self.settle()

    def step(self):
        """One thing that one of them does."""
        laptop = self.chance.choice(self.laptops)
        self.chance.choice([self.edit, self.edit, self.edit, self.note, self.sync, self.decide])(
            laptop
        )

    def edit(self, laptop):
        field = self.chance.choice(list(VALUES))
        value = self.chance.choice(VALUES[field])
        laptop.patch("person", self.chance.choice(self.people), **{field: value})

    def note(self, laptop):
        self.notes += 1
        laptop.append("note", self.grid, text=f"第{self.notes}条")

    def decide(self, laptop):
        waiting = laptop.store.reading.conflicts()
        if waiting:
            conflict = self.chance.choice(waiting)
            value = self.chance.choice(VALUES[conflict.get("field")])
            laptop.store.records.write([records.resolve(conflict.id, value)])

    def sync(self, laptop):
        laptop.transport.accidents = [
            self.chance.choice([None, None, LOST, REPLY_LOST]) for _ in range(3)
        ]
        try:
            laptop.sync()
        except NetworkError:
            pass
        finally:
            laptop.transport.accidents = []

    def settle(self):
        """No more accidents: a bounded number of rounds must bring all in step."""
        for _ in range(4):
            reports = [laptop.sync() for laptop in self.laptops]
            if all(report.pushed == report.pulled == 0 for report in reports):
                return
        raise AssertionError("it never came to rest")


@pytest.mark.parametrize("seed", range(6))
def test_two_laptops_end_in_step_and_nothing_is_lost(seed, worker, clerk, grid, staffed):
    """Outboxes empty, no shadow left, the same rows on both and on the server."""
    trace = Trace(seed, [worker, clerk], grid)
    trace.begin()
    for _ in range(STEPS):
        trace.step()
    trace.settle()

    held = [laptop.store.replica.server_rows(grid) for laptop in (worker, clerk)]
    assert held[0] == held[1]
    probe = staffed.enroll("chenxiaohe", "probe").rows(grid)
    assert set(held[0]) == set(probe)
    for laptop in (worker, clerk):
        store = laptop.store
        assert store.replica.lanes() == {}
        assert store.replica.verify_deep(grid)
        assert len(store.reading.rows("note")) == trace.notes
        with store.database.reading() as connection:
            assert connection.execute(select(SHADOW)).all() == []
            outcomes = set(connection.execute(select(OPERATION.c.outcome)).scalars())
        assert outcomes <= {Outcome.APPLIED, Outcome.NOOP, Outcome.CONFLICT}
        assert every_conflicting_value_is_kept(store)


def every_conflicting_value_is_kept(store):
    """An operation that ended in a conflict is named by a conflict row that is still here."""
    known = {row.id for row in store.reading.conflicts(open_only=False)}
    with store.database.reading() as connection:
        named = connection.execute(
            select(OPERATION.c.conflicts).where(OPERATION.c.outcome == Outcome.CONFLICT)
        ).scalars()
        return all(any(row_id in text for row_id in known) for text in named)


@pytest.mark.parametrize("seed", [1])
def test_a_session_that_is_repeated_moves_nothing(seed, worker, clerk, grid):
    """Law 2: what was accepted once changes no head and no digest a second time."""
    trace = Trace(seed, [worker, clerk], grid)
    trace.begin()
    for _ in range(STEPS):
        trace.step()
    trace.settle()
    before = worker.store.reading.scopes()

    for laptop in (worker, clerk):
        report = laptop.sync()
        assert (report.pushed, report.pulled, report.requests) == (0, 0, 1)

    assert worker.store.reading.scopes() == before
