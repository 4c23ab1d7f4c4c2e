"""The office over the network: who may make accounts, codes, posts and areas, and who may not."""

from contextlib import suppress
from dataclasses import replace

import pytest

from sync.errors import (
    AreaInUse,
    AreaNotHere,
    DaysWrong,
    DoorstepError,
    HouseholdsElsewhere,
    LoginTaken,
    LoginWrong,
    NameWanted,
    NotFound,
    NotPermitted,
)
from sync.server import administering, device_acts, lists, regrouped, regrouping
from sync.server.daily import do_daily
from sync.server.grants import community_rows, grants_of
from sync.server.people import enroll
from sync.server.powers import POWERS, Power
from sync.server.roles import RIGHTS
from sync.wire.office_messages import (
    AccountRequest,
    CodeRequest,
    EndPostRequest,
    PostRequest,
    RegroupRequest,
    WithdrawRequest,
)
from tests.server.bench import COMMUNITY

TODAY = "2026-06-18"
TOMORROW = "2026-06-19"


class Town:
    """The bench with a colleague in every post, and a second grid with a worker of its own."""

    def __init__(self, bench):
        self.bench = bench
        areas = [("grid", "第4网格"), ("department", "市监局"), ("street", "滨河街道")]
        named = [{"level": level, "name": name} for level, name in areas]
        self.other, department, street = bench.office.add_areas(COMMUNITY, named)
        self.desks = {
            "grid_worker": bench.worker(),
            "desk_clerk": bench.clerk(),
            "grid_leader": bench.desk("liu", "grid_leader", bench.grid),
            "area_officer": bench.desk("bao", "area_officer", bench.grid),
            "secretary": bench.desk("han", "secretary", COMMUNITY),
            "mediator": bench.desk("zou", "mediator", COMMUNITY),
            "it_admin": bench.desk("it", "it_admin", COMMUNITY),
            "partner": bench.desk("shi", "partner", department),
            "street": bench.desk("jie", "street", street),
        }
        bench.office.add_user(COMMUNITY, "wang", "王芳")
        bench.office.add_community("far", "远方社区")
        bench.office.add_user("far", "elsewhere", "远")
        self.ids = bench.accounts()

    def office(self, post):
        return replace(self.bench.office, author=self.desks[post].caller.staff_id)

    def ask(self, post, do, asked):
        return do(self.office(post), self.desks[post].caller, asked)

    def rows(self, type_):
        with self.bench.db.read() as connection:
            return community_rows(connection, COMMUNITY, type_)

    def scopes(self, login):
        today = self.bench.clock.now().date()
        with self.bench.db.read() as connection:
            return set(grants_of(connection, self.ids[login], today).scopes)

    def cover(self, **changed):
        asked = PostRequest(
            staff_id=self.ids["wang"],
            post="grid_worker",
            area_id=self.bench.grid,
            valid_from=TODAY,
            valid_to=TOMORROW,
            substitute_for=self.ids["chen"],
        )
        for name, value in changed.items():
            setattr(asked, name, value)
        return asked


@pytest.fixture
def town(bench):
    return Town(bench)


def asked_of(town, power):
    """What each power is about: a function that asks for it as somebody in a post."""
    asked = {
        Power.ACCOUNTS: (administering.add_account, AccountRequest("new", "新人")),
        Power.CODES: (administering.give_code, CodeRequest(town.ids["wang"])),
        Power.POSTS: (
            administering.give_post,
            PostRequest(town.ids["wang"], "grid_worker", town.bench.grid),
        ),
        Power.COVER: (administering.give_post, town.cover()),
        Power.AREAS: (
            regrouping.regroup,
            RegroupRequest(["h1"], TODAY, name="第5网格"),
        ),
    }
    if power is Power.DEVICES:
        return lambda post: device_acts.listed(town.office(post), town.desks[post].caller)
    if power in (Power.LISTS, Power.NAMES_IN_LISTS):
        return lambda post: lists.list_job(
            town.office(post),
            town.desks[post].caller,
            "helpers",
            b"",
            commit=False,
            verify_missing=False,
        )
    do, message = asked[power]
    return lambda post: town.ask(post, do, message)


@pytest.mark.parametrize("power", [one for one in Power if one is not Power.NAMES_IN_LISTS])
def test_each_post_may_do_what_the_table_says_and_nothing_else(town, power):
    """Every post × every power: what is not in the table is refused, and nothing was written."""
    town.desks["grid_worker"].create("household", "h1", contact="1")
    before = town.bench.state()
    ask = asked_of(town, power)
    allowed = [post for post in RIGHTS if power in POWERS.get(post, ())]
    for post in RIGHTS:
        if post not in allowed:
            with pytest.raises(NotPermitted):
                ask(post)
    assert town.bench.state() == before
    ask(allowed[0])
    for post in allowed[1:]:
        with suppress(LoginTaken, AreaNotHere):  # It is there by now.
            ask(post)


def test_an_account_has_nothing_until_it_has_a_post(town):
    """An account, a post, a code that works once: the whole way, without a command line."""
    made = town.ask("secretary", administering.add_account, AccountRequest("new", "新人", "139"))
    town.ids = town.bench.accounts()
    assert town.scopes("new") == set()
    post = PostRequest(made.id, "grid_worker", town.bench.grid, TODAY)
    town.ask("secretary", administering.give_post, post)
    assert town.bench.scope in town.scopes("new")
    login, code = town.ask("secretary", administering.give_code, CodeRequest(made.id))
    assert login == "new"
    enrolled = enroll(
        town.bench.db, code.code, "laptop", "", town.bench.clock, town.bench.office.minter
    )
    assert enrolled.account.login == "new"


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (AccountRequest("chen", "又一个"), LoginTaken),
        (AccountRequest("Chen X", "名"), LoginWrong),
        (AccountRequest("a", "名"), LoginWrong),
        (AccountRequest("fine", " "), NameWanted),
    ],
)
def test_an_account_that_cannot_be_made_says_why(town, asked, error):
    """A login that is taken or cannot be typed, a name that is missing."""
    with pytest.raises(error):
        town.ask("secretary", administering.add_account, asked)


def test_nobody_raises_themselves_and_no_secretary_appoints_it(town):
    """No post for oneself, no IT post, no code for IT's computer."""
    me = town.ids["han"]
    for asked in (
        PostRequest(me, "mediator", COMMUNITY),
        PostRequest(town.ids["wang"], "it_admin", COMMUNITY),
        PostRequest(town.ids["wang"], "king", COMMUNITY),
    ):
        with pytest.raises(NotPermitted):
            town.ask("secretary", administering.give_post, asked)
    with pytest.raises(NotPermitted):
        town.ask("secretary", administering.give_code, CodeRequest(town.ids["it"]))
    its = next(key for key, row in town.rows("assignment").items() if row["post"] == "it_admin")
    with pytest.raises(NotPermitted):
        town.ask("secretary", administering.end_post, EndPostRequest(its, TODAY))


def test_another_communitys_people_and_areas_are_not_found(town):
    """Neither a code nor a post, nor an area of somebody else's."""
    with pytest.raises(NotFound):
        town.ask("secretary", administering.give_code, CodeRequest(town.ids["elsewhere"]))
    with pytest.raises(NotFound):
        town.ask(
            "secretary",
            administering.give_post,
            PostRequest(town.ids["elsewhere"], "grid_worker", town.bench.grid),
        )
    for area in ("far", "nowhere"):
        with pytest.raises(AreaNotHere):
            town.ask(
                "secretary",
                administering.give_post,
                PostRequest(town.ids["wang"], "grid_worker", area),
            )


def test_cover_begins_and_ends_by_its_days(town):
    """The substitute holds the grid from the first day to the last, and not a day longer."""
    town.ask("grid_leader", administering.give_post, town.cover(valid_from=TOMORROW))
    assert town.bench.scope not in town.scopes("wang")
    town.bench.clock.pass_by(days=1)
    assert town.bench.scope in town.scopes("wang")
    town.bench.clock.pass_by(days=1)
    assert town.bench.scope not in town.scopes("wang")
    assert town.bench.scope in town.scopes("chen")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"valid_to": ""}, DaysWrong),
        ({"valid_to": "2026-06-17"}, DaysWrong),
        ({"valid_to": "2028-06-17"}, DaysWrong),
        ({"valid_from": "18.6.2026"}, DaysWrong),
        ({"valid_from": "2026-6-18"}, DaysWrong),
        ({"post": "secretary"}, NotPermitted),
        ({"post": "mediator"}, NotPermitted),
    ],
)
def test_a_leaders_cover_has_bounds(town, changed, error):
    """A last day, within a year, and the worker's post alone."""
    with pytest.raises(error):
        town.ask("grid_leader", administering.give_post, town.cover(**changed))


def test_a_leader_covers_only_in_the_grids_led_and_only_who_is_there(town):
    """Another grid is refused; so is cover for somebody who does not hold the post there."""
    with pytest.raises(NotPermitted):
        town.ask("grid_leader", administering.give_post, town.cover(area_id=town.other))
    asked = town.cover(substitute_for=town.ids["meng"])
    with pytest.raises(NotFound):
        town.ask("grid_leader", administering.give_post, asked)


def test_a_leader_ends_cover_but_no_post(town):
    """The days of a substitute may be shortened, a worker's own post is the secretary's to end."""
    made = town.ask("grid_leader", administering.give_post, town.cover())
    town.ask("grid_leader", administering.end_post, EndPostRequest(made.id, TODAY))
    assert town.rows("assignment")[made.id]["valid_to"] == TODAY
    own = next(
        key for key, row in town.rows("assignment").items() if row["staff_id"] == town.ids["chen"]
    )
    with pytest.raises(NotPermitted):
        town.ask("grid_leader", administering.end_post, EndPostRequest(own, TODAY))
    town.ask("secretary", administering.end_post, EndPostRequest(own, TODAY))
    town.bench.clock.pass_by(days=1)
    assert town.scopes("chen") == set()


@pytest.mark.parametrize("days_later", [0, 3])
def test_ending_makes_no_post_longer_and_revives_none(town, days_later):
    """Whether it still holds or is over: a later last day is refused, the same one again is not."""
    made = town.ask("grid_leader", administering.give_post, town.cover())
    town.bench.clock.pass_by(days=days_later)
    with pytest.raises(DaysWrong):
        town.ask("grid_leader", administering.end_post, EndPostRequest(made.id, "2027-06-18"))
    town.ask("grid_leader", administering.end_post, EndPostRequest(made.id, TOMORROW))
    assert town.rows("assignment")[made.id]["valid_to"] == TOMORROW


def test_a_push_gives_nobody_a_post(town):
    """Posts are no operations: not even the secretary's laptop can write one."""
    secretary = town.desks["secretary"]
    scope = f"community:{COMMUNITY}"
    for type_, fields in (
        ("assignment", {"staff_id": town.ids["han"], "post": "mediator", "area_id": COMMUNITY}),
        ("staff", {"login": "x", "name": "x"}),
        ("area", {"level": "grid", "name": "x"}),
        ("regrouping", {"valid_from": TODAY}),
    ):
        op = secretary.op("create", type_, f"new-{type_}", scope=scope, **fields)
        assert secretary.send(op, scope).outcome == "held"


@pytest.mark.parametrize("post", RIGHTS)
def test_the_secretary_alone_keeps_the_roster_of_helpers(town, post):
    """An ordinary edit, offline-first; anybody else's is kept aside."""
    desk, scope = town.desks[post], f"community:{COMMUNITY}"
    fields = {"post": "building_head", "area_id": town.bench.grid, "name": "赵"}
    op = desk.op("create", "member", "m1", scope=scope, **fields)
    outcome = desk.send(op, scope).outcome
    assert outcome == ("applied" if post == "secretary" else "held")


# --- Areas from a day on -------------------------------------------------------------------------


def test_a_split_waits_for_its_day_and_then_moves_whole_households(town):
    """Nothing moves before; on the day the first hello carries it out."""
    worker = town.desks["grid_worker"]
    for one in ("h1", "h2", "h3"):
        worker.create("household", one, contact="1")
    asked = RegroupRequest(["h2", "h3"], TOMORROW, name="第5网格")
    made = town.ask("secretary", regrouping.regroup, asked)
    assert not made.done
    assert town.rows("area")[made.target_id]["valid_from"] == TOMORROW
    do_daily(town.bench.db, town.bench.clock)
    assert homes(town) == {"h1": town.bench.grid, "h2": town.bench.grid, "h3": town.bench.grid}
    town.bench.clock.pass_by(days=1)
    do_daily(town.bench.db, town.bench.clock)
    new = made.target_id
    assert homes(town) == {"h1": town.bench.grid, "h2": new, "h3": new}
    assert town.rows("regrouping")[made.id]["stage"] == "done"
    # An edit that the old worker had not sent follows the household.
    assert worker.patch("household", "h2", contact=("1", "2")).outcome == "applied"
    assert town.bench.differences() == []


def homes(town):
    """The grid of each household."""
    with town.bench.db.read() as connection:
        found = regrouped.homes_of(connection, town.rows("area"))
    return {one: grid for one, (grid, _) in found.items()}


def test_a_merger_takes_everybody_or_does_not_begin(town):
    """An area with people left in it does not end: no household is left blank."""
    worker = town.desks["grid_worker"]
    worker.create("household", "h1", contact="1")
    worker.create("household", "h2", contact="1")
    asked = RegroupRequest(["h1"], TODAY, target_id=town.other, ends=[town.bench.grid])
    with pytest.raises(AreaInUse):
        town.ask("secretary", regrouping.regroup, asked)
    asked = RegroupRequest(["h1", "h2"], TODAY, target_id=town.other, ends=[town.bench.grid])
    made = town.ask("secretary", regrouping.regroup, asked)
    assert made.done
    assert set(homes(town).values()) == {town.other}
    assert town.rows("area")[town.bench.grid]["valid_to"] == "2026-06-17"
    assert town.bench.differences() == []


def test_a_micro_grid_takes_households_of_its_own_grid(town):
    """The micro-grid is a field of the household: nobody is in two, and a stranger is refused."""
    worker = town.desks["grid_worker"]
    worker.create("household", "h1", contact="1")
    asked = RegroupRequest(["h1"], TODAY, name="微网格3-1", parent_id=town.bench.grid)
    made = town.ask("secretary", regrouping.regroup, asked)
    assert town.bench.body("household", "h1")["micro_grid_id"] == made.target_id
    second = town.ask(
        "secretary",
        regrouping.regroup,
        RegroupRequest(
            ["h1"], TODAY, name="微网格3-2", parent_id=town.bench.grid, ends=[made.target_id]
        ),
    )
    assert town.bench.body("household", "h1")["micro_grid_id"] == second.target_id
    asked = RegroupRequest(["h1"], TODAY, name="微网格4-1", parent_id=town.other)
    with pytest.raises(HouseholdsElsewhere):
        town.ask("secretary", regrouping.regroup, asked)
    # The micro-grid goes along with all of its people.
    town.ask("secretary", regrouping.regroup, RegroupRequest(["h1"], TODAY, target_id=town.other))
    assert town.rows("area")[second.target_id]["parent_id"] == town.other


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (RegroupRequest([], TODAY, name="第5网格"), HouseholdsElsewhere),
        (RegroupRequest(["nobody"], TODAY, name="第5网格"), HouseholdsElsewhere),
        (RegroupRequest(["h1"], TODAY, name=" "), NameWanted),
        (RegroupRequest(["h1"], TODAY, name="第4网格"), AreaNotHere),
        (RegroupRequest(["h1"], TODAY, target_id="fenghe"), AreaNotHere),
        (RegroupRequest(["h1"], "soon", name="第5网格"), DaysWrong),
    ],
)
def test_a_change_of_areas_that_cannot_be_says_why(town, asked, error):
    """And nothing of it is written."""
    town.desks["grid_worker"].create("household", "h1", contact="1")
    before = town.bench.state()
    with pytest.raises(error) as caught:
        town.ask("secretary", regrouping.regroup, asked)
    assert isinstance(caught.value, DoorstepError)
    assert town.bench.state() == before


def test_a_planned_change_is_taken_back(town):
    """It is not carried out on its day; what is done cannot be taken back."""
    town.desks["grid_worker"].create("household", "h1", contact="1")
    made = town.ask(
        "secretary", regrouping.regroup, RegroupRequest(["h1"], TOMORROW, name="第5网格")
    )
    town.ask("secretary", regrouping.withdraw, WithdrawRequest(made.id))
    town.bench.clock.pass_by(days=1)
    do_daily(town.bench.db, town.bench.clock)
    assert homes(town) == {"h1": town.bench.grid}
    with pytest.raises(NotFound):
        town.ask("secretary", regrouping.withdraw, WithdrawRequest(made.id))
    with pytest.raises(NotPermitted):
        town.ask("desk_clerk", regrouping.withdraw, WithdrawRequest(made.id))
