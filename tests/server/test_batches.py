"""A push is one unit of work: few statements however long it is, and undone exactly."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from sync.merge.operation import Op, OpKind
from tests.server.bench import Bench


@contextmanager
def statements(bench: Bench) -> Iterator[list[str]]:
    """The statements that reach the store while the block runs; one for a whole batch."""
    seen: list[str] = []

    def note(connection, cursor, statement, *rest) -> None:
        seen.append(statement)

    event.listen(bench.db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(bench.db.engine, "before_cursor_execute", note)


def visits(worker, count: int) -> list[Op]:
    return [
        worker.op(OpKind.APPEND, "visit", f"v{worker.next_seq}-{each}", household_id="h1")
        for each in range(count)
    ]


def residents(worker, count: int) -> list[Op]:
    start = worker.next_seq[worker.bench.scope]
    return [
        worker.op(OpKind.CREATE, "person", f"p{start + each}", household_id="h1", name="王桂兰")
        for each in range(count)
    ]


def edits(worker, count: int) -> list[Op]:
    made = residents(worker, count)
    worker.push(made)
    return [worker.op(OpKind.PATCH, "person", op.id, name=("王桂兰", "王兰")) for op in made]


def removals(worker, count: int) -> list[Op]:
    made = residents(worker, count)
    worker.push(made)
    return [worker.op(OpKind.DELETE, "person", op.id) for op in made]


@pytest.mark.parametrize("make", [visits, residents, edits, removals])
def test_the_statements_of_a_push_do_not_grow_with_it(home, make):
    """On PostgreSQL each one is a round trip while the scope is locked."""
    bench, worker, _ = home
    few = make(worker, 3)
    with statements(bench) as for_few:
        worker.push(few)
    many = make(worker, 60)
    with statements(bench) as for_many:
        reply = worker.push(many)

    assert [each.outcome for each in reply.outcomes] == ["applied"] * 60
    assert len(for_many) <= len(for_few)
    assert bench.differences() == []


@pytest.mark.parametrize("table", ["synced_row", "claim", "history"])
def test_one_refused_line_holds_its_own_operation_alone(home, table):
    """Those before and after it on the same rows end as if it had never been sent."""
    bench, worker, clerk = home
    clerk.patch("household", "h1", best_time=("evening", "noon"))
    bench.refuse_lines_about(table, "p9")
    before = worker.op(OpKind.PATCH, "household", "h1", contact=("1", "2"))
    disagreeing = worker.op(OpKind.PATCH, "household", "h1", best_time=("evening", "morning"))
    doomed = worker.op(
        OpKind.CREATE, "person", "p9", household_id="h1", name="王桂兰", tags=["aged_80"]
    )
    same = worker.op(OpKind.CREATE, "person", "p8", household_id="h1", name="李芳")
    after = worker.op(OpKind.PATCH, "household", "h1", contact=("1", "3"))
    ops = [before, disagreeing, doomed, same, after]

    reply = worker.push(ops)

    ends = [each.outcome for each in reply.outcomes]
    assert ends == ["applied", "conflict", "held", "applied", "applied"]
    assert reply.outcomes[2].code == "error"
    assert bench.body("person", "p9") is None
    assert bench.body("household", "h1")["contact"] == "3"
    assert len(bench.conflicts()) == 1
    assert bench.differences() == []
    assert worker.push(ops).outcomes == reply.outcomes


def test_a_failure_in_memory_is_undone_to_the_last_entry(home):
    """The second field cannot be merged after the first was: nothing of the first stays."""
    bench, worker, clerk = home
    clerk.patch("household", "h1", contact=("1", "7"))
    worker.create("person", "p1", household_id="h1", name="王桂兰")
    poison = worker.op(OpKind.PATCH, "person", "p1", name=("王桂兰", "王"), tags=([["x"]], []))
    after = worker.op(OpKind.PATCH, "person", "p1", name=("王桂兰", "王兰"))
    revs = bench.state()[bench.scope][0]

    reply = worker.push([poison, after])

    assert [each.outcome for each in reply.outcomes] == ["held", "applied"]
    assert reply.head == revs + 1
    assert bench.body("person", "p1")["name"] == "王兰"
    assert bench.differences() == []


def test_a_removal_sees_what_somebody_did_below_the_root(home):
    """Read once for all removals of a push, and by client."""
    bench, worker, clerk = home
    worker.create("person", "p1", household_id="h1", name="王桂兰")
    clone = f"{worker.caller.client_id}~clone"
    seen = (bench.db.epoch, bench.state()[bench.scope][0])
    clerk.send(clerk.op(OpKind.APPEND, "visit", "v1", household_id="h1", result="met"))
    unseen = Op(op_id="d1", seq=1, kind="delete", type="person", id="p1", seen=seen)

    reply = worker.push([unseen], client=clone)

    assert [each.outcome for each in reply.outcomes] == ["conflict"]
    assert bench.body("person", "p1") is not None
    assert bench.differences() == []
