"""Laws 1, 2 and 3: nothing is lost, nothing runs twice, no revision is left out."""

import msgspec
from sqlalchemy import insert, select, update

from sync.merge.operation import Op, OpKind, encode_op
from sync.server.tables import HISTORY, RECEIPT


def test_a_push_sent_again_changes_nothing_and_hears_the_same(home):
    """The reply was lost after the commit: the laptop sends the same bytes again."""
    bench, worker, _ = home
    ops = [
        worker.op(OpKind.PATCH, "household", "h1", contact=("1", "2")),
        worker.op(OpKind.APPEND, "visit", "v1", household_id="h1", result="met"),
    ]
    first = worker.push(ops)
    before = bench.state()

    again = worker.push(ops)

    assert again.outcomes == first.outcomes
    assert again.lane == first.lane
    assert bench.state() == before


def test_a_cloned_lane_cannot_run_an_operation_twice(home):
    """The same operation from another client, under another number, meets its old outcome."""
    bench, worker, _ = home
    op = worker.op(OpKind.PATCH, "household", "h1", contact=("1", "2"))
    told = worker.send(op)
    before = bench.state()
    clone = f"{worker.caller.client_id}~clone"

    reply = worker.push([msgspec.structs.replace(op, seq=1)], client=clone)

    assert reply.outcomes == [msgspec.structs.replace(told, seq=1)]
    assert reply.lane.next == 2
    assert bench.state() == before


def test_another_operation_under_a_used_number_is_a_cloned_disk(home):
    """Nothing is taken, and the laptop is told to number anew."""
    bench, worker, _ = home
    before = bench.state()
    other = Op(op_id="other", seq=1, kind="patch", type="household", id="h1")

    reply = worker.push([other])

    assert reply.problem == "seq_reuse"
    assert reply.outcomes == []
    assert bench.state() == before


def test_another_payload_under_a_known_id_is_kept_beside_the_first(home):
    """No outcome discards content, even where two operations claim to be the same one."""
    bench, worker, _ = home
    op = worker.op(OpKind.PATCH, "household", "h1", contact=("1", "2"))
    worker.send(op)
    impostor = msgspec.structs.replace(op, seq=op.seq + 1, f={"contact": ("1", "3")})

    reply = worker.push([impostor])

    assert [(each.outcome, each.code) for each in reply.outcomes] == [("held", "op_id_reuse")]
    assert worker.push([impostor]).outcomes == reply.outcomes
    assert bench.body("household", "h1")["contact"] == "2"
    assert bench.held_payloads() == [encode_op(impostor).decode()]


def test_a_receipt_says_in_words_only_what_its_numbers_do_not(home):
    """Whether it is answered by its columns or by the text beside them, the same is heard again;
    and of one that an older version wrote, which wrote all of it out."""
    bench, worker, _ = home
    ops = [
        worker.op(OpKind.PATCH, "household", "h1", contact=("1", "2")),
        worker.op(OpKind.APPEND, "visit", "v1", household_id="h1", result="met"),
        worker.op(OpKind.APPEND, "visit", "v2", household_id="h1", result="no such word"),
        worker.op(OpKind.PATCH, "household", "h1", contact=("2", "2")),
    ]
    first = worker.push(ops).outcomes
    assert [each.outcome for each in first] == ["applied", "applied", "held", "noop"]

    with bench.db.write() as connection:
        texts = dict(connection.execute(select(RECEIPT.c.op_id, RECEIPT.c.outcome)).all())
        assert [bool(texts[op.op_id]) for op in ops] == [False, False, True, True]
        older = {RECEIPT.c.outcome: msgspec.json.encode(first[1]).decode(), RECEIPT.c.rev: 0}
        written = update(RECEIPT).where(RECEIPT.c.op_id == ops[1].op_id)
        connection.execute(written.values(older))
    assert worker.push(ops).outcomes == first
    assert bench.differences() == []


def test_a_gap_in_the_lane_is_asked_for(home):
    """Operation 3 before operation 2: taken up to the gap, and the number expected is said."""
    _, worker, _ = home
    worker.op(OpKind.PATCH, "household", "h1", contact=("1", "2"))
    third = worker.op(OpKind.PATCH, "household", "h1", contact=("1", "3"))

    reply = worker.push([third])

    assert (reply.problem, reply.outcomes, reply.lane.next) == ("gap", [], 2)


def test_every_revision_up_to_the_head_is_handed_out_once(home):
    """Held, repeated and crashed operations leave no hole."""
    bench, worker, clerk = home
    worker.patch("household", "h1", contact=("1", "2"))
    clerk.patch("household", "h1", contact=("1", "3"))
    worker.patch("household", "nowhere", contact=("1", "2"))
    worker.create("person", "p1", household_id="h1", name="王桂兰", tags=["aged_80"])
    clerk.patch("household", "h1", contact=("1", "2"))

    revs = sorted({line.rev for line in bench.history()})

    assert revs == list(range(1, bench.state()[bench.scope][0] + 1))
    assert bench.differences() == []


def test_each_operation_has_exactly_one_receipt(home):
    """At rest, whatever happened to it."""
    bench, worker, clerk = home
    ops = [
        worker.op(OpKind.PATCH, "household", "h1", contact=("1", "2")),
        worker.op(OpKind.PATCH, "household", "gone", contact=("1", "2")),
        worker.op(OpKind.APPEND, "visit", "v1", household_id="h1", result="met"),
    ]
    worker.push(ops)
    worker.push(ops)
    clerk.patch("household", "h1", contact=("1", "3"))

    with bench.db.read() as connection:
        known = connection.execute(select(RECEIPT.c.op_id)).scalars().all()
    assert len(known) == len(set(known)) == 5
    assert {op.op_id for op in ops} <= set(known)


def test_a_revision_that_two_rows_have_is_found(home):
    """The history's key begins with the row, and refuses no second one."""
    bench, worker, _ = home
    worker.create("household", "h2", contact="1")
    with bench.db.write() as connection:
        lines = connection.execute(select(HISTORY).order_by(HISTORY.c.rev.desc()).limit(1))
        connection.execute(insert(HISTORY), [{**lines.mappings().one(), "id": "h3"}])

    (difference,) = bench.differences()

    assert "not all in the history, once each" in difference
