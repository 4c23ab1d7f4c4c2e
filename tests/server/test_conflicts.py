"""Laws 9, 10 and 11: no silent overwrite, complete conflicts, entries that never change."""

import msgspec
import pytest
from sqlalchemy import insert, select

from sync.merge.operation import OpKind
from sync.server.notices import deliver_notices
from sync.server.tables import NOTICE_QUEUE
from sync.wire.messages import ScopeCursor


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


def test_a_notice_queued_twice_is_delivered_once(home):
    """Two deliveries that run into each other: the inbox has one line, under one revision."""
    bench, worker, clerk = home
    worker.patch("household", "h1", contact=("1", "2"))
    clerk.patch("household", "h1", contact=("1", "3"))
    (conflict,) = bench.conflicts()
    told = clerk.op(OpKind.RESOLVE, "conflict", conflict["id"], value=("2", "3"))
    clerk.send(told)
    before = bench.state()
    again = {
        "op_id": told.op_id,
        "user_id": worker.caller.staff_id,
        "about": conflict["id"],
        "kind": "conflict_settled",
        "at": conflict["candidates"][0]["at"],
    }
    with bench.db.write() as connection:
        connection.execute(insert(NOTICE_QUEUE), again)

    deliver_notices(bench.db, bench.clock)

    assert bench.state() == before
    with bench.db.read() as connection:
        assert connection.execute(select(NOTICE_QUEUE)).all() == []


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
