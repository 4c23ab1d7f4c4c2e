"""The laws of a push (``sync/README.md``), each on the server's own functions."""

import msgspec
import pytest
from sqlalchemy import select

from sync.merge.operation import Op, OpKind, encode_op
from sync.server.tables import HELD, RECEIPT
from sync.wire.messages import ScopeCursor


@pytest.fixture
def home(bench):
    """A worker and a clerk who both hold the household ``h1`` with the contact 1."""
    worker, clerk = bench.worker(), bench.clerk()
    worker.create("household", "h1", contact="1", best_time="evening")
    return bench, worker, clerk


# --- Exactly once ------------------------------------------------------------------------------


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
    assert held_payloads(bench) == [encode_op(impostor).decode()]


def test_a_gap_in_the_lane_is_asked_for(home):
    """Operation 3 before operation 2: taken up to the gap, and the number expected is said."""
    _, worker, _ = home
    worker.op(OpKind.PATCH, "household", "h1", contact=("1", "2"))
    third = worker.op(OpKind.PATCH, "household", "h1", contact=("1", "3"))

    reply = worker.push([third])

    assert (reply.problem, reply.outcomes, reply.lane.next) == ("gap", [], 2)


# --- Gapless -----------------------------------------------------------------------------------


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


# --- No silent overwrite, complete conflicts ------------------------------------------------------


def test_two_people_change_the_same_phone_and_both_values_stay(home):
    """The first one stands, the second waits beside it with who, where and when."""
    bench, worker, clerk = home
    worker.patch("household", "h1", contact=("1", "2"))

    outcome = clerk.patch("household", "h1", contact=("1", "3"))

    assert outcome.outcome == "conflict"
    assert bench.body("household", "h1")["contact"] == "2"
    (conflict,) = bench.conflicts()
    assert outcome.conflicts == [conflict["id"]]
    assert (conflict["base"], conflict["current"]) == ("1", "2")
    (candidate,) = conflict["candidates"]
    assert candidate["value"] == "3"
    assert candidate["author"] == clerk.caller.staff_id
    assert [who["author"] for who in conflict["current_by"]] == [worker.caller.staff_id]


def test_different_fields_merge_without_a_word(home):
    """The worker changes the phone, the clerk the best time."""
    bench, worker, clerk = home
    worker.patch("household", "h1", contact=("1", "2"))
    clerk.patch("household", "h1", best_time=("evening", "morning"))

    assert bench.body("household", "h1") == {"contact": "2", "best_time": "morning"}
    assert bench.conflicts() == []


def test_one_field_has_one_open_conflict(home):
    """A third opinion joins the first conflict instead of opening another."""
    bench, worker, clerk = home
    leader = bench.desk("liu", "grid_leader", bench.grid)
    worker.patch("household", "h1", contact=("1", "2"))
    clerk.patch("household", "h1", contact=("1", "3"))
    leader.patch("household", "h1", contact=("1", "4"))

    (conflict,) = bench.conflicts()
    assert sorted(each["value"] for each in conflict["candidates"]) == ["3", "4"]


def test_a_worker_goes_on_changing_their_own_value(home):
    """Two edits made offline start from the same server value; the second replaces the first."""
    bench, worker, _ = home
    worker.patch("household", "h1", contact=("1", "2"))
    assert worker.patch("household", "h1", contact=("1", "5")).outcome == "applied"
    assert bench.body("household", "h1")["contact"] == "5"


def test_settling_a_conflict_ends_it_and_tells_who_took_part(home):
    """The clerk decides for her own value; the worker finds the verdict in the inbox."""
    bench, worker, clerk = home
    worker.patch("household", "h1", contact=("1", "2"))
    clerk.patch("household", "h1", contact=("1", "3"))
    (conflict,) = bench.conflicts()

    outcome = clerk.resolve(conflict["id"], "2", "3")

    assert outcome.outcome == "applied"
    assert bench.body("household", "h1")["contact"] == "3"
    (settled,) = bench.conflicts("settled")
    assert (settled["value"], settled["decided_by"]) == ("3", clerk.caller.staff_id)
    (page,) = worker.pull(ScopeCursor(f"user:{worker.caller.staff_id}")).scopes
    (notice,) = [msgspec.json.decode(row[4]) for row in page.rows]
    assert (notice["about"], notice["kind"]) == (conflict["id"], "conflict_settled")
    (nothing,) = clerk.pull(ScopeCursor(f"user:{clerk.caller.staff_id}")).scopes
    assert nothing.rows == []


def test_a_decision_about_a_value_that_moved_is_asked_again(home):
    """The worker changed the phone once more while the clerk decided about the old one."""
    bench, worker, clerk = home
    worker.patch("household", "h1", contact=("1", "2"))
    clerk.patch("household", "h1", contact=("1", "3"))
    (conflict,) = bench.conflicts()
    worker.patch("household", "h1", contact=("1", "6"))

    outcome = clerk.resolve(conflict["id"], "2", "3")

    assert outcome.outcome == "conflict"
    assert bench.body("household", "h1")["contact"] == "6"
    (conflict,) = bench.conflicts()
    assert (conflict["current"], conflict["candidates"][0]["value"]) == ("6", "3")


def test_a_decision_is_not_overruled_by_somebody_who_had_not_seen_it(home):
    """The worker keeps 2; the clerk, who saw the conflict still open, would have taken 3."""
    bench, worker, clerk = home
    worker.patch("household", "h1", contact=("1", "2"))
    clerk.patch("household", "h1", contact=("1", "3"))
    (conflict,) = bench.conflicts()
    seen = (bench.db.epoch, bench.state()[bench.scope][0])
    worker.resolve(conflict["id"], "2", "2")

    late = clerk.op(OpKind.RESOLVE, "conflict", conflict["id"], value=("2", "3"))
    outcome = clerk.send(msgspec.structs.replace(late, seen=seen))

    assert outcome.outcome == "conflict"
    assert bench.body("household", "h1")["contact"] == "2"
    assert [each["value"] for each in bench.conflicts()[0]["candidates"]] == ["3"]


def test_a_settled_conflict_can_be_decided_again(home):
    """Undo: who has seen the decision may turn it round."""
    bench, worker, clerk = home
    worker.patch("household", "h1", contact=("1", "2"))
    clerk.patch("household", "h1", contact=("1", "3"))
    (conflict,) = bench.conflicts()
    clerk.resolve(conflict["id"], "2", "3")
    seen = (bench.db.epoch, bench.state()[bench.scope][0])

    undo = worker.op(OpKind.RESOLVE, "conflict", conflict["id"], value=("3", "2"))
    outcome = worker.send(msgspec.structs.replace(undo, seen=seen))

    assert outcome.outcome == "applied"
    assert bench.body("household", "h1")["contact"] == "2"
    assert bench.conflicts("settled")[0]["value"] == "2"


# --- Removing ------------------------------------------------------------------------------------


def test_a_row_below_which_somebody_worked_is_not_removed(home):
    """The clerk removes the household that the worker visited meanwhile: it lives, and asks."""
    bench, worker, clerk = home
    seen = (bench.db.epoch, bench.state()[bench.scope][0])
    worker.send(worker.op(OpKind.APPEND, "visit", "v1", household_id="h1", result="met"))

    removal = msgspec.structs.replace(clerk.op(OpKind.DELETE, "household", "h1"), seen=seen)
    outcome = clerk.send(removal)

    assert outcome.outcome == "conflict"
    assert bench.body("household", "h1") is not None
    (conflict,) = bench.conflicts()
    assert conflict["kind"] == "delete_vs_edit"


def test_ones_own_work_does_not_hinder_a_removal(home):
    """Edited and then removed in one afternoon without a network."""
    bench, worker, _ = home
    seen = (bench.db.epoch, bench.state()[bench.scope][0])
    worker.patch("household", "h1", contact=("1", "2"))

    removal = msgspec.structs.replace(worker.op(OpKind.DELETE, "household", "h1"), seen=seen)

    assert worker.send(removal).outcome == "applied"
    assert bench.body("household", "h1") is None


def test_an_edit_of_a_removed_row_waits_whole_beside_it(home):
    """Two edits of the same worker, then one decision that brings everything back."""
    bench, worker, clerk = home
    seen = (bench.db.epoch, bench.state()[bench.scope][0])
    clerk.send(msgspec.structs.replace(clerk.op(OpKind.DELETE, "household", "h1"), seen=seen))
    worker.patch("household", "h1", contact=("1", "2"))
    worker.patch("household", "h1", best_time=("evening", None))

    (conflict,) = bench.conflicts()
    assert conflict["candidates"][0]["value"] == {"best_time": None, "contact": "2"}
    clerk.resolve(conflict["id"], None, "keep")
    assert bench.body("household", "h1") == {"contact": "2"}


# --- Append only -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [OpKind.PATCH, OpKind.DELETE, OpKind.RESTORE])
def test_a_visit_is_never_changed(home, kind):
    """Not even a field that was left empty."""
    bench, worker, clerk = home
    worker.send(worker.op(OpKind.APPEND, "visit", "v1", household_id="h1", result="met"))

    outcome = clerk.send(clerk.op(kind, "visit", "v1", note=(None, "later")))

    assert (outcome.outcome, outcome.code) == ("held", "append_only")
    assert bench.body("visit", "v1") == {"household_id": "h1", "result": "met"}


def test_an_entry_written_twice_is_one_and_another_under_its_id_is_held(home):
    """The same visit from a restored laptop, and a different one that took its id."""
    bench, worker, clerk = home
    worker.send(worker.op(OpKind.APPEND, "visit", "v1", household_id="h1", result="met"))

    same = clerk.send(clerk.op(OpKind.APPEND, "visit", "v1", household_id="h1", result="met"))
    other = clerk.send(clerk.op(OpKind.APPEND, "visit", "v1", household_id="h1", result="refused"))

    assert (same.outcome, other.outcome, other.code) == ("noop", "held", "append_differs")
    assert bench.body("visit", "v1")["result"] == "met"


# --- Liveness ----------------------------------------------------------------------------------------

POISON = {
    "no operation at all": (b'{"op_id":"bad","seq":2}', "unreadable"),
    "no json inside": (b"[1,2,3]", "unreadable"),
    "an unknown entity": (
        b'{"op_id":"bad","seq":2,"kind":"create","type":"spaceship","id":"x"}',
        "unknown_type",
    ),
    "an unknown kind": (
        b'{"op_id":"bad","seq":2,"kind":"explode","type":"household","id":"h1"}',
        "unknown_type",
    ),
    "a value of the wrong kind": (
        b'{"op_id":"bad","seq":2,"kind":"patch","type":"household","id":"h1",'
        b'"f":{"contact":["1",{"a":1}]}}',
        "value",
    ),
    "a set that is no list": (
        b'{"op_id":"bad","seq":2,"kind":"create","type":"person","id":"p9",'
        b'"f":{"tags":[null,[{"a":1}]]}}',
        "value",
    ),
    "a number no reader agrees on": (
        b'{"op_id":"bad","seq":2,"kind":"patch","type":"dwelling","id":"d1",'
        b'"f":{"floor":[null,99999999999999999999]}}',
        "value",
    ),
    "a value nested a hundred deep": (
        b'{"op_id":"bad","seq":2,"kind":"patch","type":"household","id":"h1",'
        b'"f":{"new_field":[null,' + b"[" * 100 + b"]" * 100 + b"]}}",
        "value",
    ),
    "an id with a control character": (
        b'{"op_id":"bad","seq":2,"kind":"create","type":"household","id":"a\\u0000b"}',
        "unreadable",
    ),
    "an ID number where households live": (
        b'{"op_id":"bad","seq":2,"kind":"create","type":"id_number","id":"h1"}',
        "not_permitted",
    ),
    "a base that cannot be a set": (
        b'{"op_id":"bad","seq":2,"kind":"patch","type":"person","id":"p1",'
        b'"f":{"tags":[[["x"]],["aged_80"]]}}',
        "error",
    ),
}


@pytest.mark.parametrize("name", POISON)
def test_a_poison_operation_is_kept_aside_and_the_lane_goes_on(home, name):
    """One spoiled record never blocks the ones behind it, and is not lost."""
    bench, worker, clerk = home
    clerk.create("person", "p1", household_id="h1", name="王桂兰")
    raw, code = POISON[name]
    after = Op(
        op_id="after", seq=3, kind="patch", type="household", id="h1", f={"contact": ("1", "2")}
    )

    reply = worker.push_raw([raw, encode_op(after)], 2)

    assert [(each.outcome, each.code) for each in reply.outcomes] == [
        ("held", code),
        ("applied", ""),
    ]
    assert reply.lane.next == 4
    assert raw.decode() in held_payloads(bench)
    assert worker.push_raw([raw, encode_op(after)], 2).outcomes == reply.outcomes
    assert bench.differences() == []


def test_an_oversize_operation_is_kept_aside(home):
    """The laptop refuses it when it is saved; one that comes all the same blocks nothing."""
    bench, worker, _ = home
    note = worker.op(OpKind.APPEND, "note", "n1", household_id="h1", text="字" * 100_000)

    outcome = worker.send(note)

    assert (outcome.outcome, outcome.code) == ("held", "too_large")
    assert held_payloads(bench) == [encode_op(note).decode()]


# --- Scope -----------------------------------------------------------------------------------------------


def test_what_a_post_does_not_allow_is_held_for_a_person_to_see(home):
    """The mediator's role writes no household: the work is kept, not refused."""
    bench, _, _ = home
    mediator = bench.desk("zou", "mediator", "fenghe")

    outcome = mediator.patch("household", "h1", contact=("1", "2"))

    assert (outcome.outcome, outcome.code) == ("held", "not_permitted")
    assert bench.body("household", "h1")["contact"] == "1"
    assert len(held_payloads(bench)) == 1


def test_work_for_a_scope_that_never_was_is_held(home):
    """A grid that was never made: the lane counts on, nothing is lost."""
    bench, worker, _ = home
    scope = "grid:gone"

    reply = worker.push([worker.op(OpKind.CREATE, "household", "h2", scope=scope)], scope)

    assert [(each.outcome, each.code) for each in reply.outcomes] == [("held", "not_permitted")]
    assert (reply.lane.next, reply.head) == (2, 0)


def test_a_row_lives_in_one_scope_only(home):
    """An id that is taken in one grid cannot be made again in another."""
    bench, _, clerk = home
    (other,) = bench.office.add_areas("fenghe", [{"level": "grid", "name": "第4网格"}])
    scope = f"grid:{other}"

    outcome = clerk.send(clerk.op(OpKind.CREATE, "household", "h1", scope=scope), scope)

    assert (outcome.outcome, outcome.code) == ("held", "elsewhere")


def test_reference_data_and_conflicts_are_written_by_no_laptop(home):
    """Areas come from the administrator, conflicts from settling."""
    bench, worker, _ = home
    community = "community:fenghe"
    area = worker.op(OpKind.CREATE, "area", "a1", scope=community, name="x", level="estate")
    assert worker.send(area, community).code == "not_permitted"
    forged = worker.op(OpKind.CREATE, "conflict", "c1", status="open")
    assert worker.send(forged).code == "unknown_type"
    assert bench.differences() == []


# --- What the server computes -------------------------------------------------------------------------------


def test_care_tags_of_every_tier_move_the_households_frequency(home):
    """The worker who is no companion sees the frequency and not the reason."""
    bench, worker, _ = home
    worker.create("person", "p1", household_id="h1", name="王桂兰", tags=["dibao"])
    assert bench.body("household", "h1")["care_floor"] == "blue"

    bench.office.add_companion("chen", "p1")
    care = "care3:p1"
    tier3 = worker.op(
        OpKind.CREATE,
        "special_care",
        "s1",
        scope=care,
        person_id="p1",
        household_id="h1",
        tag="smi",
        risk=4,
    )
    assert worker.send(tier3, care).outcome == "applied"

    household = bench.body("household", "h1")
    assert (household["care_floor"], household["two_people"]) == ("fortnight", True)
    assert bench.differences() == []


def test_a_clients_word_on_a_computed_field_is_ignored(home):
    """Frequency and pinyin are the server's; the rest of the operation counts."""
    bench, worker, _ = home
    worker.create("person", "p1", household_id="h1", name="王桂兰", py="nonsense")
    worker.patch("household", "h1", care_floor=(None, "red"), contact=("1", "2"))

    assert bench.body("person", "p1")["py"].startswith("wgl")
    assert "care_floor" not in bench.body("household", "h1")
    assert bench.body("household", "h1")["contact"] == "2"


def test_an_unknown_field_of_a_newer_laptop_survives(home):
    """It asks like anything a person typed, and comes back byte for byte."""
    bench, worker, clerk = home
    worker.patch("household", "h1", pets=(None, ["cat"]))
    assert clerk.patch("household", "h1", pets=(None, ["dog"])).outcome == "conflict"
    assert bench.body("household", "h1")["pets"] == ["cat"]


# --- Clocks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["2016-06-18T01:00:00Z", "2036-06-18T01:00:00Z", "", "yesterday"])
def test_a_wrong_clock_changes_only_the_estimated_time(home, said):
    """Ten years off, or no time at all: the same outcome, within what the server knows."""
    bench, worker, clerk = home
    bench.clock.pass_by(hours=1)
    worker.patch("household", "h1", contact=("1", "2"))
    late = clerk.op(OpKind.PATCH, "household", "h1", contact=("1", "3"))

    assert clerk.send(msgspec.structs.replace(late, at=said)).outcome == "conflict"

    (conflict,) = bench.conflicts()
    assert "2026-06-18T01:00:00Z" <= conflict["candidates"][0]["at"] <= "2026-06-18T02:00:00Z"


def held_payloads(bench):
    """What is kept aside, whole."""
    with bench.db.read() as connection:
        return list(connection.execute(select(HELD.c.payload).order_by(HELD.c.at)).scalars())


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
