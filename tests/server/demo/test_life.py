"""What goes on in the demo community: helpers, matters in every stage, the desk, a campaign."""

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest

from sync.identity import LOCAL_ZONE, local_day, parse_stamp, stamp
from sync.rules.limits import LampState, limits_of, matter_light, unit_light, unit_limits
from sync.rules.questions import from_json
from sync.schema.matter import STAGES
from sync.schema.service import STAGES as SERVICE_STAGES
from sync.server.demo import fenghe

TODAY = date(2026, 6, 18)
NOW = datetime.combine(TODAY, time(10), LOCAL_ZONE)


@pytest.fixture(scope="module")
def community():
    """The demo as it is on the sample day."""
    return fenghe(20260618, TODAY)


def bodies(community, type_):
    """The rows of one entity, wherever they live, by id."""
    return {row.id: row.body for row in community.all_rows() if row.type == type_}


@pytest.fixture(scope="module")
def matters(community):
    """Every matter with the limits that the server gives it."""
    found = bodies(community, "matter")
    return {key: body | limits_of(None, body, body["reported_at"]) for key, body in found.items()}


def test_every_household_stands_in_exactly_one_micro_grid(community):
    """Of its own grid, and each of the 26 holds as many as it says (不留白、不重叠)."""
    grids = {
        row.id: (row.body["micro_grid_id"], scope.removeprefix("grid:"))
        for scope, rows in community.rows.items()
        for row in rows
        if row.type == "household"
    }
    assert len(grids) == 1286
    held = {one.id: len(one.households) for many in community.micro_grids.values() for one in many}
    assert Counter(micro for micro, _grid in grids.values()) == held
    belongs = {
        one.id: community.grid_ids[name]
        for name, many in community.micro_grids.items()
        for one in many
    }
    assert all(belongs[micro] == grid for micro, grid in grids.values())


def test_nearly_every_post_of_the_roster_is_held(community):
    """三长, stewards, a volunteer in each micro-grid, part-time members; nobody in two posts."""
    members = list(bodies(community, "member").values())
    posts = Counter(body["post"] for body in members)
    assert posts["building_head"] == 25
    assert posts["stair_steward"] >= 20
    assert posts["unit_head"] >= 40
    assert posts["volunteer"] == 26
    assert posts["part_time"] == 6
    phones = [body["phone"] for body in members]
    assert len(set(phones)) == len(phones)


def test_matters_stand_in_every_stage_but_the_draft(matters):
    """Most are closed, as in life; each is where the graph has it, with what that stage needs."""
    stages = Counter(body["stage"] for body in matters.values())
    assert set(stages) == set(STAGES.all) - {"draft"}
    assert stages["closed"] > len(matters) / 2
    assert [key for key, body in matters.items() if STAGES.missing(body["stage"], body)] == []
    assert any(body.get("duplicate_of") in matters for body in matters.values())


def test_two_matters_are_whistled_and_one_department_is_late(community, matters):
    """And a third call waits for its whistle; the late one shows at its matter."""
    calls = list(bodies(community, "whistle").values())
    assert sorted(bool(one.get("whistled_at")) for one in calls) == [False, True, True]
    units = [
        body | unit_limits(body, stamp(NOW)) for body in bodies(community, "whistle_unit").values()
    ]
    late = [one for one in units if unit_light(one, NOW).state is LampState.RED]
    assert [one["unit"] for one in late] == ["街道城管办"]
    assert all(one.get("checked_in_at") for one in units)
    assert matter_light(matters[late[0]["matter_id"]], NOW).state is LampState.RED


def test_lamps_of_every_colour_burn_and_few_of_them_red(matters):
    """Something is late, and a community where everything is late is no example."""
    lamps = Counter(matter_light(body, NOW).state for body in matters.values())
    assert 0 < lamps[LampState.RED] < 12
    assert lamps[LampState.GREEN] > 20


def test_the_desk_has_cases_in_every_stage(community):
    """Today's, some to pick up, some to call back; each where the graph has it."""
    cases = list(bodies(community, "service_case").values())
    assert {body["stage"] for body in cases} == set(SERVICE_STAGES.all)
    assert [one for one in cases if SERVICE_STAGES.missing(one["stage"], one)] == []
    assert len({body["receipt"] for body in cases}) == len(cases)
    days = Counter(local_day(parse_stamp(body["received_at"])) for body in cases)
    assert days[TODAY] == 4
    assert max(days) == TODAY
    assert bodies(community, "appointment")
    assert bodies(community, "certificate")


def test_nothing_lies_ahead_before_the_office_opens():
    """Whoever looks at night finds yesterday's desk, and not this morning's."""
    community = fenghe(20260618, TODAY, opened=False)
    cases = bodies(community, "service_case").values()
    assert max(local_day(parse_stamp(one["received_at"])) for one in cases) < TODAY


def test_a_campaign_is_half_done_and_its_answers_hold(community):
    """Each sheet answers what is asked of it."""
    (campaign,) = bodies(community, "campaign").values()
    questions = from_json(campaign["questions"])
    asked, sheets = bodies(community, "campaign_household"), bodies(community, "campaign_sheet")
    assert 0 < len(sheets) < len(asked)
    for sheet in sheets.values():
        assert questions.problems(sheet["answers"], TODAY, "zh_CN") == {}
        assert questions.counted(sheet["answers"], TODAY) == sheet["answers"]


def test_snow_lies_in_winter_alone(community):
    """The same matter is rain in June."""
    titles = {body.get("title") for body in bodies(community, "matter").values()}
    winter = fenghe(20260618, date(2027, 1, 12))
    assert "丰和苑东门积雪结冰" not in titles
    assert "丰和苑东门积雪结冰" in {body.get("title") for body in bodies(winter, "matter").values()}


def test_every_moment_is_past(community):
    """Nothing was written tomorrow, and no answer before its question."""
    for row in community.all_rows():
        if row.type in ("matter", "matter_step", "service_case", "service_entry", "whistle"):
            moments = [v for k, v in row.body.items() if k.endswith("_at") or k == "at"]
            assert all(local_day(parse_stamp(at)) <= TODAY for at in moments), row
            began = row.body.get("reported_at") or row.body.get("received_at")
            assert all(at >= began for at in moments if began), row
            assert TODAY - timedelta(days=60) < min(local_day(parse_stamp(at)) for at in moments)
