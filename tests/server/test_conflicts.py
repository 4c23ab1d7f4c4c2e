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
    _remove(clerk)
    worker.patch("household", "h1", contact=("1", "2"))
    worker.patch("household", "h1", best_time=("evening", None))

    (conflict,) = bench.conflicts()
    assert conflict["candidates"][0]["value"] == {
        "best_time": ["evening", None],
        "contact": ["1", "2"],
    }
    _decide(clerk, "keep")
    assert bench.body("household", "h1") == {"contact": "2"}


def test_edits_that_waited_are_merged_and_never_joined_by_time(home):
    """Two people tagged a removed resident and typed two phones: no tag is lost, one phone asks."""
    bench, worker, clerk = home
    leader = bench.desk("liu", "grid_leader", bench.grid)
    worker.create("person", "p1", household_id="h1", phone="1", tags=["dibao"])
    _remove(clerk, "person", "p1")
    worker.patch("person", "p1", phone=("1", "2"), tags=(["dibao"], ["dibao", "veteran"]))
    leader.patch("person", "p1", phone=("1", "3"), tags=(["dibao"], ["aged_80", "dibao"]))

    outcome = _decide(clerk, "keep")

    assert outcome.outcome == "applied"
    body = bench.body("person", "p1")
    assert (body["phone"], body["tags"]) == ("2", ["aged_80", "dibao", "veteran"])
    (asked,) = bench.conflicts()
    assert (asked["field"], asked["base"], asked["current"]) == ("phone", "1", "2")
    assert [each["value"] for each in asked["candidates"]] == ["3"]
    assert bench.differences() == []


def test_a_kept_row_is_not_removed_over_work_that_nobody_saw(home):
    """While the clerk decides to remove the household, the worker visits it once more."""
    bench, worker, clerk = home
    before = _now(bench)
    worker.send(worker.op(OpKind.APPEND, "visit", "v1", household_id="h1", result="met"))
    _remove(clerk, seen=before)
    shown = _now(bench)
    worker.send(worker.op(OpKind.APPEND, "visit", "v2", household_id="h1", result="met"))

    outcome = _decide(clerk, "delete", seen=shown)

    assert outcome.outcome == "conflict"
    assert bench.body("household", "h1") is not None
    (conflict,) = bench.conflicts()
    assert outcome.conflicts == [conflict["id"]]
    assert [each["value"] for each in conflict["candidates"]] == ["delete"]
    assert _inbox(worker) == _inbox(clerk) == []
    assert _decide(clerk, "delete").outcome == "applied"
    assert bench.body("household", "h1") is None
    assert len(_inbox(worker)) == 0


def test_a_removal_is_not_confirmed_over_an_edit_that_came_later(home):
    """The clerk saw the worker's edit and stays with the removal; the leader's came after that."""
    bench, worker, clerk = home
    leader = bench.desk("liu", "grid_leader", bench.grid)
    _remove(clerk)
    worker.patch("household", "h1", contact=("1", "2"))
    shown = _now(bench)
    leader.patch("household", "h1", best_time=("evening", "noon"))

    assert _decide(clerk, "delete", seen=shown).outcome == "conflict"
    (conflict,) = bench.conflicts()
    wanted = {each["author"]: each["value"] for each in conflict["candidates"]}
    assert wanted[leader.caller.staff_id] == {"best_time": ["evening", "noon"]}
    assert wanted[clerk.caller.staff_id] == "delete"


def test_two_people_who_decide_about_one_row_meet_again(home):
    """The worker kept the household; the clerk, who saw it undecided, would have removed it."""
    bench, worker, clerk = home
    leader = bench.desk("liu", "grid_leader", bench.grid)
    before = _now(bench)
    worker.patch("household", "h1", contact=("1", "2"))
    _remove(clerk, seen=before)
    shown = _now(bench)
    (conflict,) = bench.conflicts()
    assert _decide(leader, "keep", seen=shown).outcome == "applied"

    outcome = _decide(clerk, "delete", conflict["id"], seen=shown)

    assert outcome.outcome == "conflict"
    assert bench.body("household", "h1")["contact"] == "2"
    (again,) = bench.conflicts()
    assert (again["kind"], again["candidates"][0]["value"]) == ("delete_vs_edit", "delete")
    assert _decide(clerk, "delete", conflict["id"]).outcome == "applied"
    assert bench.body("household", "h1") is None


def test_who_undoes_a_removal_brings_the_edits_back_that_waited(home):
    """Whoever has seen a decision may turn it round; what was typed is still there."""
    bench, worker, clerk = home
    _remove(clerk)
    worker.patch("household", "h1", contact=("1", "2"))
    (conflict,) = bench.conflicts()
    _decide(clerk, "delete")

    assert _decide(worker, "keep", conflict["id"]).outcome == "applied"

    assert bench.body("household", "h1")["contact"] == "2"
    assert bench.conflicts() == []


def test_an_edit_that_waited_does_not_undo_what_its_writer_said_later(home):
    """The row came back another way and the worker went on; the old edit asks, and asks only."""
    bench, worker, clerk = home
    _remove(clerk)
    worker.patch("household", "h1", contact=("1", "2"))
    clerk.send(clerk.op(OpKind.RESTORE, "household", "h1"))
    worker.patch("household", "h1", contact=("1", "5"))

    _decide(clerk, "keep")

    assert bench.body("household", "h1")["contact"] == "5"
    (asked,) = bench.conflicts()
    assert [each["value"] for each in asked["candidates"]] == ["2"]


def test_an_edit_that_waited_takes_no_later_word_of_its_writer_away(home):
    """The row came back another way, and the worker's later word waits already: both are asked."""
    bench, worker, clerk = home
    _remove(clerk)
    worker.patch("household", "h1", contact=("1", "2"))
    (of_row,) = bench.conflicts()
    clerk.send(clerk.op(OpKind.RESTORE, "household", "h1"))
    seen = _now(bench)
    clerk.patch("household", "h1", contact=("1", "9"))
    later = worker.op(OpKind.PATCH, "household", "h1", contact=("1", "5"))
    worker.send(msgspec.structs.replace(later, seen=seen))

    _decide(clerk, "keep", of_row["id"])

    (asked,) = bench.conflicts()
    assert asked["current"] == "9"
    assert sorted(each["value"] for each in asked["candidates"]) == ["2", "5"]


def test_an_edit_of_what_never_changes_is_held_on_a_removed_row_too(home):
    """Its outcome is the same whether the row lives or not."""
    bench, worker, clerk = home
    worker.create("residency", "r1", household_id="h1", person_id="p1")
    _remove(clerk, "residency", "r1")

    outcome = worker.patch("residency", "r1", person_id=("p1", "p2"))

    assert (outcome.outcome, outcome.code) == ("held", "immutable")
    assert bench.conflicts() == []


def _now(bench):
    """What a laptop has seen that is up to date."""
    return bench.db.epoch, bench.state()[bench.scope][0]


def _remove(desk, type_="household", row_id="h1", seen=None):
    """Remove a row, having seen everything unless ``seen`` says otherwise."""
    op = desk.op(OpKind.DELETE, type_, row_id)
    return desk.send(msgspec.structs.replace(op, seen=seen or _now(desk.bench)))


def _decide(desk, choice, conflict_id="", seen=None):
    """Settle the open conflict, or the one named."""
    conflict_id = conflict_id or desk.bench.conflicts()[0]["id"]
    op = desk.op(OpKind.RESOLVE, "conflict", conflict_id, value=(None, choice))
    return desk.send(msgspec.structs.replace(op, seen=seen or _now(desk.bench)))


def _inbox(desk):
    """The lines in one person's inbox."""
    (page,) = desk.pull(ScopeCursor(f"user:{desk.caller.staff_id}")).scopes
    return page.rows


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
