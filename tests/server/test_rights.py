"""Every post × entity × scope, and every step of a matter, pushed: who may not is held.

The tables are the hand-book's (section 8), said by hand once more.
"""

from itertools import pairwise

import msgspec
import pytest

from sync.merge.operation import OpKind
from sync.rules.matter_steps import LEADS_TO
from sync.schema.matter import STAGES
from sync.schema.registry import ENTITIES, scope_kind
from tests.server.walls import POSTS

RECORD = {
    *("dwelling", "household", "person", "residency", "visit", "note", "promise", "change"),
    *("matter", "matter_step", "whistle", "whistle_unit", "oral_mediation", "attachment"),
    *("campaign_sheet", "door_check"),
}
FILE = {
    *("mediation_case", "case_party", "case_talk", "case_agreement", "case_step", "attachment"),
}
SERVICES = {"service_case", "service_entry", "appointment", "certificate", "held_verdict"}
LOOKS = {"own inbox": {"reveal"}}
WALKS = {**LOOKS, "grid": RECORD, "id": {"id_number"}}
OFFICE = {**LOOKS, "grid": RECORD, "other grid": RECORD, "desk": SERVICES}
MAY_WRITE = {
    "grid_worker": WALKS,
    "grid_leader": WALKS,
    "area_officer": WALKS,
    "mediator": {**LOOKS, "community": {"expert"}},
    "desk_clerk": OFFICE,
    "secretary": {**OFFICE, "community": {"expert", "member"}, "case": FILE},
    "it_admin": LOOKS,
    "partner": {**LOOKS, "unit": {"whistle_unit"}},
    "street": {**LOOKS, "street": {"whistle", "whistle_unit"}},
}
"""All else is a "may not": reference data, conflicts and notices have no writer among the posts."""


@pytest.fixture
def ground(bench):
    """Two grids, a person in the first one and a case that names none of those who are asked."""
    (other,) = bench.office.add_areas("fenghe", [{"level": "grid", "name": "第1网格"}])
    outside = (("department", "partner"), ("street", "street"))
    named = [{"level": level, "name": POSTS[post]} for level, post in outside]
    department, street = bench.office.add_areas("fenghe", named)
    worker = bench.desk("w3", "grid_worker", bench.grid)
    worker.create("household", "h1", contact="1")
    worker.create("person", "p1", household_id="h1", name="王桂兰")
    bench.office.add_companion("w3", "p1")
    mediator = bench.desk("zou", "mediator", "fenghe")
    zou = bench.accounts()["zou"]
    case = mediator.op(
        OpKind.CREATE, "mediation_case", "c1", "case:c1", stage="accepted", mediators=[zou]
    )
    assert mediator.send(case, "case:c1").outcome == "applied"
    scopes = {
        "community": "community:fenghe",
        "grid": bench.scope,
        "other grid": f"grid:{other}",
        "id": f"id:{bench.grid}",
        "other id": f"id:{other}",
        "care": "care3:p1",
        "case": "case:c1",
        "desk": "desk:fenghe",
        "unit": f"unit:{department}",
        "street": f"unit:{street}",
        "inbox": f"user:{zou}",
        "other desk": "desk:elsewhere",
    }
    return bench, scopes


@pytest.mark.parametrize("post", POSTS)
def test_what_a_post_may_not_write_is_held(ground, post):
    """Every entity in every scope where its rows could live, made, changed and removed."""
    bench, scopes = ground
    areas = {"fenghe": "fenghe"}
    for outside, label in (("partner", "unit"), ("street", "street")):
        areas[POSTS[outside]] = scopes[label].partition(":")[2]
    desk = bench.desk(post, post, areas.get(POSTS[post], bench.grid))
    scopes = {**scopes, "own inbox": f"user:{bench.accounts()[post]}"}
    let: dict[str, set[str]] = {}
    for label, scope in scopes.items():
        kinds = [one for one in ENTITIES.values() if one.may_live_in(scope_kind(scope))]
        ops = [
            desk.op(kind, entity.type, f"{post}-{label[:7]}-{entity.type}", scope, x=pair)
            for entity in kinds
            for kind, pair in _kinds(entity)
        ]
        outcomes = desk.push(ops, scope).outcomes
        assert len(outcomes) == len(ops)
        for op, outcome in zip(ops, outcomes, strict=True):
            if outcome.code not in ("not_permitted", "unknown_type"):
                let.setdefault(label, set()).add(op.type)
            else:
                assert outcome.outcome == "held"
                assert bench.body(op.type, op.id) is None
    assert let == MAY_WRITE[post]
    assert bench.differences() == []


def _kinds(entity):
    if entity.append_only:
        return [(OpKind.APPEND, (None, 1))]
    return [(OpKind.CREATE, (None, 1)), (OpKind.PATCH, (1, 2)), (OpKind.DELETE, (None, None))]


LEADS = {"grid_leader", "secretary"}
AT_THE_OFFICE = LEADS | {"desk_clerk"}
WALKERS = {"grid_worker", "area_officer"}
EVERYBODY = AT_THE_OFFICE | WALKERS
TO = {
    "accepted": AT_THE_OFFICE,
    "assigned": AT_THE_OFFICE,
    "transferred": AT_THE_OFFICE,
    "void": AT_THE_OFFICE,
    "verified": LEADS,
    "suspended": LEADS,
    "whistled": {"secretary"},
}
"""Whose step leads to a stage; to all others anybody goes who works on the matter."""

FROM_TO = {
    ("finished", "processing"): LEADS,
    ("suspended", "processing"): AT_THE_OFFICE,
    ("draft", "void"): EVERYBODY,
    ("reported", "void"): EVERYBODY,
}
WHOLE = {
    "feedback_to": "王桂兰",
    "feedback_at": "2026-06-18T02:00:00Z",
    "feedback_by": "home",
    "feedback_text": "灯修好了。",
    "satisfaction": 4,
    "review_on": "2026-08-01",
    "deadline": "2026-08-01",
}
FIELDS = {
    ("matter", "owner"): ("城管", AT_THE_OFFICE),
    ("matter", "owner_id"): ("u9", AT_THE_OFFICE),
    ("matter", "duplicate_of"): ("m9", LEADS),
    ("matter", "extended_to"): ("2026-07-01", LEADS),
    ("matter", "review_on"): ("2026-07-01", LEADS),
    ("matter", "deadline"): ("2026-07-01", AT_THE_OFFICE),
    ("matter", "text"): ("灯不亮,怕摔", EVERYBODY),
    ("matter", "result_text"): ("换了灯泡", EVERYBODY),
    ("whistle", "whistled_at"): ("2026-06-18T02:00:00Z", {"secretary"}),
    ("whistle", "deadline"): ("2026-07-01", {"secretary"}),
    ("whistle", "units"): (["城管"], AT_THE_OFFICE),
    ("whistle", "dropped"): (True, AT_THE_OFFICE),
    ("whistle_unit", "rating"): (5, {"secretary"}),
    ("whistle_unit", "deadline"): ("2026-07-01", {"secretary"}),
    ("whistle_unit", "checked_in_at"): ("2026-06-18T02:00:00Z", EVERYBODY),
    ("whistle_unit", "opinion"): ("换主板", EVERYBODY),
}
STEPS = {
    **dict.fromkeys(("accept", "assign", "hand_over", "resume", "urge", "cancel"), AT_THE_OFFICE),
    "call": AT_THE_OFFICE,
    **dict.fromkeys(("check", "redo", "hold", "extend", "merge", "part"), LEADS),
    "whistle": {"secretary"},
    **dict.fromkeys(("start", "finish", "ask_back", "close", "send_back"), EVERYBODY),
    **dict.fromkeys(("reopen", "withdraw", "note"), EVERYBODY),
}
AT_WORK = sorted(EVERYBODY)


@pytest.fixture
def loop(bench):
    """Whoever works on matters, each at a computer, and the secretary's who brings them far."""
    office = dict.fromkeys(("desk_clerk", "secretary"), "fenghe")
    desks = {post: bench.desk(post, post, office.get(post, bench.grid)) for post in AT_WORK}
    return bench, desks


def path_to(stage):
    """The shortest way to a stage, the first one included."""
    ways = {start: (start,) for start in STAGES.starts}
    for _round in STAGES.all:
        for at, way in list(ways.items()):
            for after in STAGES.steps.get(at, ()):
                ways.setdefault(after, (*way, after))
    return ways[stage]


EDGES = [(at, to) for at, steps in STAGES.steps.items() for to in steps]


def test_the_steps_of_each_post_and_no_other(loop):
    """Every edge of the graph by every post that holds the grid: from where the row stands."""
    bench, desks = loop
    secretary = desks["secretary"]
    made = []
    for number, (at, _to) in enumerate(EDGES):
        for post in AT_WORK:
            row, way = f"{number}-{post}", path_to(at)
            made.append(secretary.op(OpKind.CREATE, "matter", row, stage=way[0], **WHOLE))
            made += [
                secretary.op(OpKind.PATCH, "matter", row, stage=pair) for pair in pairwise(way)
            ]
    for start in range(0, len(made), 400):
        outcomes = secretary.push(made[start : start + 400]).outcomes
        assert {one.outcome for one in outcomes} == {"applied"}, {one.code for one in outcomes}
    for post, desk in desks.items():
        ops = [
            # What the sender believes does not count: they say that it was never begun.
            desk.op(OpKind.PATCH, "matter", f"{number}-{post}", stage=(at, to))
            for number, (at, to) in enumerate(EDGES)
        ]
        outcomes = desk.push(ops).outcomes
        for (at, to), outcome in zip(EDGES, outcomes, strict=True):
            may = FROM_TO.get((at, to), TO.get(to, EVERYBODY))
            expected = ("applied", "") if post in may else ("held", "not_your_step")
            assert (outcome.outcome, outcome.code) == expected, (post, at, to)
    assert bench.differences() == []


def test_whoever_lies_about_the_stage_takes_no_step_by_it(loop):
    """A worker says that it was in hand, where it is done and waits for a check."""
    bench, desks = loop
    desks["secretary"].create("matter", "m1", stage="reported")
    for pair in (("reported", "accepted"), ("accepted", "processing"), ("processing", "finished")):
        desks["secretary"].patch("matter", "m1", stage=pair)
    outcome = desks["grid_worker"].patch("matter", "m1", stage=("assigned", "processing"))
    assert (outcome.outcome, outcome.code) == ("held", "not_your_step")
    assert bench.body("matter", "m1")["stage"] == "finished"


@pytest.mark.parametrize("key", FIELDS, ids=".".join)
def test_the_fields_that_a_step_fills(loop, key):
    """Patched by itself, or written with a new row."""
    _bench, desks = loop
    (type_, name), (value, may) = key, FIELDS[key]
    for post, desk in desks.items():
        stage = {"stage": "reported"} if type_ == "matter" else {"matter_id": "m1"}
        desks["secretary"].create(type_, f"{post}-1", **stage)
        changed = desk.patch(type_, f"{post}-1", **{name: (None, value)})
        made = desk.create(type_, f"{post}-2", **stage, **{name: value})
        for outcome in (changed, made):
            expected = "applied" if post in may else "not_your_step"
            assert (outcome.code or outcome.outcome) == expected, post


@pytest.mark.parametrize("kind", STEPS)
def test_the_entries_that_a_step_writes(loop, kind):
    """Nobody writes down a step that their post does not take."""
    _bench, desks = loop
    for post, desk in desks.items():
        entry = desk.op(OpKind.APPEND, "matter_step", f"{post}-1", matter_id="m1")
        outcome = desk.send(msgspec.structs.replace(entry, f={**entry.f, "kind": (None, kind)}))
        expected = "applied" if post in STEPS[kind] else "not_your_step"
        assert (outcome.code or outcome.outcome) == expected, post


def test_a_leader_of_one_grid_leads_no_other(bench):
    """Who walks the second grid takes there a worker's steps alone."""
    (other,) = bench.office.add_areas("fenghe", [{"level": "grid", "name": "第1网格"}])
    desk = bench.desk("liu", "grid_leader", bench.grid)
    bench.office.assign("liu", "grid_worker", other)
    for scope, expected in ((bench.scope, "applied"), (f"grid:{other}", "not_your_step")):
        row = f"m-{expected}"
        desk.send(desk.op(OpKind.CREATE, "matter", row, scope, stage="reported"), scope)
        step = desk.op(OpKind.PATCH, "matter", row, scope, stage=("reported", "accepted"))
        outcome = desk.send(step, scope)
        assert (outcome.code or outcome.outcome) == expected


def test_a_matter_is_not_removed_by_who_walks(loop):
    """It would be gone without an answer; what was reported by mistake is withdrawn."""
    bench, desks = loop
    desks["secretary"].create("matter", "m1", stage="reported")
    worker = desks["grid_worker"]
    assert worker.send(worker.op(OpKind.DELETE, "matter", "m1")).code == "not_your_step"
    assert worker.patch("matter", "m1", stage=("reported", "withdrawn")).outcome == "applied"
    assert bench.body("matter", "m1")["stage"] == "withdrawn"


def test_a_conflict_is_settled_by_whoever_may_set_its_field(loop):
    """Two offices promise different days; the worker decides nothing about it."""
    bench, desks = loop
    desks["secretary"].create("matter", "m1", stage="reported")
    desks["secretary"].patch("matter", "m1", deadline=(None, "2026-07-01"))
    clash = desks["desk_clerk"].patch("matter", "m1", deadline=(None, "2026-07-05"))
    assert clash.outcome == "conflict"
    (conflict,) = bench.conflicts()
    refused = desks["grid_worker"].resolve(conflict["id"], "2026-07-01", "2026-07-05")
    assert (refused.outcome, refused.code) == ("held", "not_your_step")
    settled = desks["desk_clerk"].resolve(conflict["id"], "2026-07-01", "2026-07-05")
    assert settled.outcome == "applied"


def test_no_step_is_left_out():
    """The table above names every step that there is."""
    assert set(STEPS) == set(LEADS_TO) | {"extend", "urge", "merge", "part", "call", "note"}
