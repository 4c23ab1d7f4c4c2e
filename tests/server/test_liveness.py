"""Law 19: no operation, poison or oversize, blocks its lane, and none is lost."""

import msgspec
import pytest

from sync.merge.operation import Op, OpKind, encode_op
from sync.merge.times import estimated


def nested(depth: int) -> list:
    """Empty lists in each other."""
    value: list = []
    for _ in range(depth):
        value = [value]
    return value


def raw(**members) -> bytes:
    """An operation as a strange laptop might send it, under the number 2."""
    return msgspec.json.encode({"op_id": "bad", "seq": 2, "kind": "patch", **members})


POISON = {
    "no operation at all": (b'{"op_id":"bad","seq":2}', "unreadable"),
    "no object": (b"[1,2,3]", "unreadable"),
    "an unknown entity": (raw(type="spaceship", id="x"), "unknown_type"),
    "an unknown kind": (raw(type="household", id="h1", kind="explode"), "unknown_type"),
    "a value of the wrong kind": (
        raw(type="household", id="h1", f={"contact": ["1", {"a": 1}]}),
        "value",
    ),
    "a set that is no list of words": (
        raw(type="person", id="p9", kind="create", f={"tags": [None, [{"a": 1}]]}),
        "value",
    ),
    "a number no two readers agree on": (
        raw(type="household", id="h1", f={"new_field": [None, 2**63 - 1]}),
        "value",
    ),
    "a value nested a hundred deep": (
        raw(type="household", id="h1", f={"new_field": [None, nested(100)]}),
        "value",
    ),
    "an id with a control character": (
        raw(type="household", id="a\0b", kind="create"),
        "unreadable",
    ),
    "an ID number where households live": (
        raw(type="id_number", id="i1", kind="create"),
        "not_permitted",
    ),
    "a base that cannot be a set": (
        raw(type="person", id="p1", f={"tags": [[["x"]], ["aged_80"]]}),
        "error",
    ),
}


@pytest.mark.parametrize("name", POISON)
def test_a_poison_operation_is_kept_aside_and_the_lane_goes_on(home, name):
    """One spoiled record never blocks the ones behind it, and is not lost."""
    bench, worker, clerk = home
    clerk.create("person", "p1", household_id="h1", name="王桂兰")
    poison, code = POISON[name]
    after = Op(
        op_id="after", seq=3, kind="patch", type="household", id="h1", f={"contact": ("1", "2")}
    )

    reply = worker.push_raw([poison, encode_op(after)], 2)

    assert [(each.outcome, each.code) for each in reply.outcomes] == [
        ("held", code),
        ("applied", ""),
    ]
    assert reply.lane.next == 4
    assert poison.decode() in bench.held_payloads()
    assert worker.push_raw([poison, encode_op(after)], 2).outcomes == reply.outcomes
    assert bench.differences() == []


def test_an_oversize_operation_is_kept_aside(home):
    """The laptop refuses it when it is saved; one that comes all the same blocks nothing."""
    bench, worker, _ = home
    note = worker.op(OpKind.APPEND, "note", "n1", household_id="h1", text="字" * 100_000)

    outcome = worker.send(note)

    assert (outcome.outcome, outcome.code) == ("held", "too_large")
    assert bench.held_payloads() == [encode_op(note).decode()]


@pytest.mark.parametrize(
    "raw",
    [
        b'{"op_id":"\xff"}',
        b'{"op_id":"o","x":"\xed\xa0\x80"}',
        b'{"op_id":"a\0b"}',
        b'{"op_id":"a\\u0000b","seq":2,"kind":"patch","type":"household","id":"h1","f":{}}',
        b'{"op_id":"o","seq":2,"kind":"patch","type":"hou\\u0000","id":"h1","f":{}}',
        b'{"op_id":"o","seq":2,"kind":"patch","type":"household","id":"h1","f":{"\\u0000":[1,2]}}',
        b'{"op_id":"%s","seq":2,"kind":"patch","type":"household","id":"h1","f":{}}'
        % (b"o" * 9999),
    ],
)
def test_what_no_database_could_hold_as_a_key_is_kept_aside(home, raw):
    """Bytes that are no text, NULs, half characters, endless names: the lane goes on."""
    bench, worker, _ = home
    after = Op("after", seq=3, kind="patch", type="household", id="h1", f={"contact": ("1", "2")})

    reply = worker.push_raw([raw, encode_op(after)], 2)

    assert [(each.outcome, each.code) for each in reply.outcomes] == [
        ("held", "unreadable"),
        ("applied", ""),
    ]
    assert worker.push_raw([raw, encode_op(after)], 2).outcomes == reply.outcomes
    assert len(bench.held_payloads()) == 1
    assert bench.differences() == []


def test_a_reference_longer_than_any_index_holds_up_nobody(home):
    """PostgreSQL refuses such a key where SQLite takes it; either way the lane goes on."""
    bench, worker, _ = home
    far = worker.op(OpKind.CREATE, "person", "p9", household_id="x" * 20_000, name="王桂兰")
    after = worker.op(OpKind.PATCH, "household", "h1", contact=("1", "2"))

    reply = worker.push([far, after])

    assert reply.lane.next == after.seq + 1
    assert reply.outcomes[1].outcome == "applied"
    assert bench.differences() == []


@pytest.mark.parametrize(
    ("kind", "type_", "row_id", "fields"),
    [
        (OpKind.CREATE, "person", "p9", {"household_id": "h\0"}),
        (OpKind.APPEND, "visit", "v9", {"household_id": "h\0", "result": "met"}),
        (OpKind.CREATE, "matter", "m9", {"household_id": "h\0", "title": "灯不亮"}),
        (OpKind.PATCH, "person", "p1", {"alias_of": (None, "p\0")}),
        (OpKind.PATCH, "person", "p1", {"alias_of": ("p\0", None)}),
        (OpKind.RESOLVE, "conflict", "c9", {"value": ("p\0", "p1")}),
        (OpKind.RESOLVE, "conflict", "c9", {"value": (None, "p\0")}),
    ],
)
def test_a_reference_that_a_database_cannot_even_look_for_holds_up_nobody(
    home, kind, type_, row_id, fields
):
    """PostgreSQL takes no NUL, neither in what it stores nor in what it is asked."""
    bench, worker, clerk = home
    clerk.create("person", "p1", household_id="h1", name="王桂兰")
    odd = worker.op(kind, type_, row_id, **fields)
    after = worker.op(OpKind.PATCH, "household", "h1", contact=("1", "2"))

    reply = worker.push([odd, after])

    assert reply.lane.next == after.seq + 1
    assert reply.outcomes[1].outcome == "applied"
    assert bench.differences() == []


def test_what_a_failed_operation_had_written_is_undone(home):
    """A statement fails in the middle of an operation: no row, no revision, no digest of it."""
    bench, worker, _ = home
    bench.refuse_lines_about("claim", "p9")
    doomed = worker.op(OpKind.CREATE, "person", "p9", household_id="h1", name="王桂兰")
    after = worker.op(OpKind.PATCH, "household", "h1", contact=("1", "2"))
    head = bench.state()[bench.scope][0]

    reply = worker.push([doomed, after])

    assert [(each.outcome, each.code) for each in reply.outcomes] == [
        ("held", "error"),
        ("applied", ""),
    ]
    assert bench.body("person", "p9") is None
    assert reply.head == head + 1
    assert bench.differences() == []


def test_a_time_at_the_edge_of_the_calendar_blocks_no_lane():
    """Before year 1 in UTC there is no time to write down: the server's own stands."""
    received = "2026-06-18T02:00:00Z"
    assert estimated("0001-01-01T00:00:00+14:00", received, received) == received
