"""A push is one unit of work: few statements however long it is, and undone exactly."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest
from sqlalchemy import event

from sync.merge.operation import Op, OpKind, encode_op
from sync.server import scopes
from sync.server.grants import remember_grants
from sync.server.incoming import IncomingLane, IncomingPush
from sync.wire.messages import PushReply
from tests.server.bench import COMMUNITY, Bench


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
    """Each at another household's door."""
    start = worker.next_seq[worker.bench.scope]
    homes = [worker.op(OpKind.CREATE, "household", f"home {start + each}") for each in range(count)]
    worker.push(homes)
    return [
        worker.op(OpKind.APPEND, "visit", f"v {home.id}", household_id=home.id) for home in homes
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
    """By client: the same person's other computer is somebody else."""
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


def test_a_removal_that_saw_less_than_the_one_before_it_is_told_of_more(home):
    """Of two in a push, the later one speaks of an older look: an undo beside what lay unsent."""
    bench, worker, clerk = home
    worker.create("household", "h2", dwelling_id="d")
    worker.create("person", "p1", household_id="h1", name="王桂兰")
    old = (bench.db.epoch, bench.state()[bench.scope][0])
    clerk.send(clerk.op(OpKind.APPEND, "visit", "v1", household_id="h1", result="met"))
    new = (bench.db.epoch, bench.state()[bench.scope][0])
    clerk.create("household", "h3", dwelling_id="d")
    removals = [
        msgspec.structs.replace(worker.op(OpKind.DELETE, type_, row_id), seen=seen)
        for type_, row_id, seen in (("household", "h2", new), ("person", "p1", old))
    ]

    reply = worker.push(removals)

    assert [each.outcome for each in reply.outcomes] == ["applied", "conflict"]
    assert bench.body("person", "p1") is not None
    assert bench.differences() == []


def lanes_of(worker, *scopes: str) -> IncomingPush:
    """A push of one new household for each of these lanes."""
    made = [
        (scope, worker.op(OpKind.CREATE, type_, f"new {scope}", scope))
        for scope, type_ in zip(scopes, ("household", "id_number", "household"), strict=False)
    ]
    lanes = [IncomingLane(scope, op.seq, [msgspec.Raw(encode_op(op))]) for scope, op in made]
    first = lanes[0]
    client = worker.caller.client_id
    return IncomingPush(first.scope, client, first.first_seq, first.ops, more=lanes[1:])


def taken(bench: Bench, worker, request: IncomingPush) -> list[PushReply]:
    reply = scopes.push(bench.db, request, worker.caller, bench.clock)
    return [reply, *reply.more]


def test_several_lanes_go_in_one_request(home):
    """Each answers for itself, in the order of the request."""
    bench, worker, _ = home
    request = lanes_of(worker, bench.scope, f"id:{bench.grid}")

    replies = taken(bench, worker, request)

    assert [reply.scope for reply in replies] == [bench.scope, f"id:{bench.grid}"]
    assert [each.outcome for reply in replies for each in reply.outcomes] == ["applied", "applied"]
    assert [reply.lane.next for reply in replies] == [3, 2]
    assert [reply.outcomes for reply in taken(bench, worker, request)] == [
        reply.outcomes for reply in replies
    ]
    assert bench.differences() == []


def test_a_lane_that_is_refused_stops_no_other_of_its_request(home):
    """Not permitted, out of order, refused by the store: each is its own lane's trouble."""
    bench, worker, _ = home
    request = lanes_of(worker, bench.scope, f"id:{bench.grid}", "grid:of-nobody")
    bench.refuse_lines_about("synced_row", f"new {bench.scope}")
    request.more[0].first_seq = 7
    request.more[0].ops[0] = msgspec.Raw(
        bytes(request.more[0].ops[0]).replace(b'"seq":1', b'"seq":7')
    )

    replies = taken(bench, worker, request)

    assert [reply.problem for reply in replies] == ["", "gap", ""]
    assert [each.code for reply in replies for each in reply.outcomes] == [
        "error",
        "not_permitted",
    ]
    assert bench.differences() == []


def test_an_operation_in_two_lanes_of_a_request_runs_once(home):
    """As in two requests: the second lane hears what became of the first."""
    bench, worker, _ = home
    op = worker.op(OpKind.CREATE, "household", "h2")
    raw = msgspec.Raw(encode_op(op))
    again = msgspec.Raw(encode_op(msgspec.structs.replace(op, seq=1)))
    lane = IncomingLane(f"id:{bench.grid}", 1, [again])
    client = worker.caller.client_id

    replies = taken(bench, worker, IncomingPush(bench.scope, client, op.seq, [raw], more=[lane]))

    assert [each.outcome for reply in replies for each in reply.outcomes] == ["applied", "applied"]
    assert bench.differences() == []


def test_the_statements_of_a_push_do_not_grow_with_its_lanes(home):
    """One lock, one look and one write for all of them."""
    bench, _worker, _ = home
    names = [f"第{number}网格" for number in range(20, 32)]
    grids = bench.office.add_areas(COMMUNITY, [{"level": "grid", "name": name} for name in names])
    clerk = bench.clerk("li")

    def push(scope_ids: list[str]) -> None:
        lanes = [
            IncomingLane(scope, op.seq, [msgspec.Raw(encode_op(op))])
            for scope in scope_ids
            for op in [clerk.op(OpKind.CREATE, "household", f"h {scope}", scope)]
        ]
        first = lanes[0]
        request = IncomingPush(
            first.scope, clerk.caller.client_id, first.first_seq, first.ops, more=lanes[1:]
        )
        remember_grants(bench.db, clerk.caller.staff_id, bench.clock.now().date())
        for reply in taken(bench, clerk, request):
            assert [each.outcome for each in reply.outcomes] == ["applied"]

    push([f"grid:{grids[0]}"])
    with statements(bench) as for_one:
        push([f"grid:{grids[1]}"])
    with statements(bench) as for_ten:
        push([f"grid:{grid}" for grid in grids[2:]])

    assert len(for_ten) <= len(for_one)
    assert bench.differences() == []
