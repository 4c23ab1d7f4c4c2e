"""Laws 14 and 16, and what the server computes: who may write what, and whose word counts."""

import msgspec
import pytest

from sync.merge.operation import OpKind, encode_op
from sync.server import scopes
from sync.server.daily import end_care
from sync.server.grants import remember_grants
from sync.server.incoming import IncomingPush


def test_what_a_post_does_not_allow_is_held_for_a_person_to_see(home):
    """The mediator's role writes no household: the work is kept, not refused."""
    bench, _, _ = home
    mediator = bench.desk("zou", "mediator", "fenghe")

    outcome = mediator.patch("household", "h1", contact=("1", "2"))

    assert (outcome.outcome, outcome.code) == ("held", "not_permitted")
    assert bench.body("household", "h1")["contact"] == "1"
    assert len(bench.held_payloads()) == 1


def test_work_for_a_scope_that_never_was_is_held(home):
    """A grid that was never made: the lane counts on, nothing is lost."""
    _, worker, _ = home
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


@pytest.mark.parametrize(
    "said",
    [
        {"person_id": "p2", "household_id": "h1"},
        {"person_id": "p1", "household_id": "h2"},
        {"person_id": "p1"},
        {"household_id": "h1"},
        {"person_id": "p1", "household_id": "nowhere"},
    ],
)
def test_tier_3_care_is_about_the_person_whose_scope_it_is(home, said):
    """A companion of one person moves nobody else's frequency, by no slip and by no intent."""
    bench, worker, _ = home
    worker.create("household", "h2")
    worker.create("person", "p1", household_id="h1", name="王桂兰")
    worker.create("person", "p2", household_id="h2", name="许志强")
    bench.office.add_companion("chen", "p1")
    before = bench.state()

    care = worker.op(OpKind.CREATE, "special_care", "s1", scope="care3:p1", tag="smi", **said)
    outcome = worker.send(care, "care3:p1")

    assert (outcome.outcome, outcome.code) == ("held", "wrong_scope")
    assert bench.state() == before


def test_tier_3_care_is_not_moved_to_another_household(home):
    """It follows its person, and nobody's edit."""
    bench, worker, _ = home
    worker.create("household", "h2")
    worker.create("person", "p1", household_id="h1", name="王桂兰")
    bench.office.add_companion("chen", "p1")
    named = {"person_id": "p1", "household_id": "h1", "tag": "smi"}
    care = worker.op(OpKind.CREATE, "special_care", "s1", scope="care3:p1", **named)
    assert worker.send(care, "care3:p1").outcome == "applied"

    moved = worker.op(
        OpKind.PATCH, "special_care", "s1", scope="care3:p1", household_id=("h1", "h2")
    )
    assert worker.send(moved, "care3:p1").code == "wrong_scope"
    again = worker.op(OpKind.PATCH, "special_care", "s1", scope="care3:p1", note=(None, "x"))
    assert worker.send(again, "care3:p1").outcome == "applied"
    assert "care_floor" not in bench.body("household", "h2")
    assert bench.differences() == []


def test_an_operation_of_a_newer_schema_is_settled_field_by_field(home):
    """What it knows by its policy, what it does not know as a person's word; all of it stays."""
    bench, worker, clerk = home
    ahead = worker.op(OpKind.PATCH, "household", "h1", contact=("1", "2"), pets=(None, ["cat"]))
    assert worker.send(msgspec.structs.replace(ahead, schema=99)).outcome == "applied"

    clerk.patch("household", "h1", best_time=("evening", "noon"))
    late = clerk.op(OpKind.PATCH, "household", "h1", pets=(None, ["dog"]))
    assert clerk.send(msgspec.structs.replace(late, schema=99)).outcome == "conflict"
    (conflict,) = bench.conflicts()
    assert (conflict["current"], conflict["candidates"][0]["value"]) == (["cat"], ["dog"])
    clerk.resolve(conflict["id"], ["cat"], ["cat", "dog"])

    assert bench.body("household", "h1") == {
        "best_time": "noon",
        "contact": "2",
        "pets": ["cat", "dog"],
    }
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


def test_the_uptime_of_a_computer_tells_when_something_was_written(home):
    """Its clock is ten years off, then as now; the conflict shows the time, and how sure it is."""
    bench, worker, clerk = home
    bench.clock.pass_by(hours=2)
    worker.patch("household", "h1", contact=("1", "2"))
    late = clerk.op(OpKind.PATCH, "household", "h1", contact=("1", "3"))
    late = msgspec.structs.replace(late, at="2036-06-18T02:30:00Z", boot="b", mono=100.0)
    caller = clerk.caller
    request = IncomingPush(
        bench.scope,
        caller.client_id,
        late.seq,
        [msgspec.Raw(encode_op(late))],
        boot="b",
        mono=1900.0,
        at="2036-06-18T03:00:00Z",
    )
    remember_grants(bench.db, caller.staff_id, bench.clock.now().date())

    assert scopes.push(bench.db, request, caller, bench.clock).outcomes[0].outcome == "conflict"

    (candidate,) = bench.conflicts()[0]["candidates"]
    assert (candidate["at"], candidate["sure"]) == ("2026-06-18T02:30:00Z", "exact")


def test_ended_tier_3_care_asks_for_nothing_from_the_next_day_on(home):
    """Nobody writes anything: the day's first hello is enough, and it writes once."""
    bench, worker, _ = home
    worker.create("person", "p1", household_id="h1", name="王桂兰")
    bench.office.add_companion("chen", "p1")
    care = worker.op(
        OpKind.CREATE,
        "special_care",
        "s1",
        scope="care3:p1",
        person_id="p1",
        household_id="h1",
        tag="drug",
        valid_to="2026-06-18",
    )
    worker.send(care, "care3:p1")
    end_care(bench.db, bench.clock)
    assert bench.body("household", "h1")["two_people"] is True

    bench.clock.pass_by(days=1)
    end_care(bench.db, bench.clock)

    assert "two_people" not in bench.body("household", "h1")
    before = bench.state()
    end_care(bench.db, bench.clock)
    assert bench.state() == before
    assert bench.differences() == []
