"""Law 14: what each post may hold and write, every family of scopes, day by day."""

from datetime import date

import pytest

from sync.errors import DevicesFull
from sync.identity import Minter
from sync.merge.operation import OpKind
from sync.schema.registry import ENTITIES, scope_kind
from sync.server import people
from sync.server.grants import grants_of
from sync.server.roles import RIGHTS
from sync.wire.messages import ScopeCursor
from tests.server.bench import COMMUNITY, Bench
from tests.support.stores import KINDS, stores_of

# The hand-book's table, said once more by hand: which families of scopes a post holds.
HOLDS = {
    "grid_worker": {"community", "user", "grid", "id"},
    "grid_leader": {"community", "user", "grid", "id"},
    "area_officer": {"community", "user", "grid", "id"},
    "desk_clerk": {"community", "user", "grid", "desk"},
    "secretary": {"community", "user", "grid", "desk"},
    "mediator": {"community", "user"},
    "it_admin": {"community", "user"},
    # A department holds its own matters, and nothing of the community.
    "partner": {"user", "unit"},
    # Nor has the street: the matters that it was called for.
    "street": {"user", "unit"},
}


def someone(bench, post, area=COMMUNITY):
    """A computer of somebody with this post in ``area``, or where alone it is held."""
    if post in OUTSIDE:
        named = {"level": OUTSIDE[post], "name": "市监局"}
        (area,) = bench.office.add_areas(COMMUNITY, [named])
    return bench.desk("someone", post, COMMUNITY if post in OFFICE else area)


OUTSIDE = {"partner": "department", "street": "street"}
OFFICE = ("secretary", "desk_clerk", "it_admin")
"""Posts that are held in the community alone."""


def held_by(bench, login, on=date(2026, 6, 18)):
    """The grants of a user on a day."""
    with bench.db.read() as connection:
        account = bench.accounts()[login]
        return grants_of(connection, account, on)


def test_the_table_of_roles_names_every_post():
    """A post without a line would hold nothing, and nobody would know why."""
    assert set(RIGHTS) == set(HOLDS) == set(ENTITIES["assignment"].fields["post"].choices)


@pytest.mark.parametrize("post", HOLDS)
def test_a_post_holds_its_families_of_scopes_and_no_other(bench, post):
    """Assigned to the whole community, it still holds no more kinds than the table says."""
    someone(bench, post)
    scopes = held_by(bench, "someone").scopes
    assert {scope.partition(":")[0] for scope in scopes} == HOLDS[post]
    assert len(scopes) == len(set(scopes))


@pytest.mark.parametrize("post", HOLDS)
def test_a_post_in_one_grid_holds_no_other_grid(bench, post):
    """Except at the desk and in the office, which keep the community's grids."""
    (other,) = bench.office.add_areas(COMMUNITY, [{"level": "grid", "name": "第4网格"}])
    someone(bench, post, bench.grid)
    scopes = held_by(bench, "someone").scopes
    everywhere = post in ("desk_clerk", "secretary")
    assert (f"grid:{other}" in scopes) is everywhere
    assert f"id:{other}" not in scopes


@pytest.fixture(scope="module", params=KINDS)
def grants_by_post(request, tmp_path_factory):
    """What each post gives its holder in a community of their own: nobody here changes it."""
    found = {}
    with stores_of(request) as stores:
        for post in HOLDS:
            bench = Bench.make(stores.make(tmp_path_factory.mktemp("server")))
            someone(bench, post)
            found[post] = held_by(bench, "someone")
            bench.db.close()
    return found


@pytest.mark.parametrize("post", HOLDS)
@pytest.mark.parametrize("type_", ENTITIES)
def test_no_post_writes_what_the_server_alone_writes(grants_by_post, post, type_):
    """Reference data, conflicts and notices have no writer among the posts."""
    grants = grants_by_post[post]
    writable = {scope for scope in grants.scopes if grants.may_write(scope, type_)}
    office = ("area", "staff", "assignment", "campaign", "campaign_household")
    if type_ in (*office, "conflict", "notice"):
        assert writable == set()
    for scope in writable:
        assert ENTITIES[type_].may_live_in(scope_kind(scope))


@pytest.mark.parametrize("post", ["mediator", "it_admin", "desk_clerk", "secretary"])
def test_nobody_but_the_grid_pulls_id_numbers(bench, post):
    """Asking for the scope by its name is answered as if there were none."""
    desk = someone(bench, post)
    pages = desk.pull(ScopeCursor(f"id:{bench.grid}"), ScopeCursor("id:nowhere")).scopes
    assert [page.problem for page in pages] == ["revoked", "revoked"]
    assert all(page.rows == [] and page.head == 0 and page.digest == "" for page in pages)


def test_tier_3_is_held_by_named_companions_alone(bench):
    """The worker of the grid is none until she is named, and the desk never is."""
    worker, clerk = bench.worker(), bench.clerk()
    worker.create("household", "h1")
    worker.create("person", "p1", household_id="h1", name="王桂兰")
    assert "care3:p1" not in held_by(bench, "chen").scopes

    bench.office.add_companion("chen", "p1")
    bench.office.add_companion("meng", "p1")

    assert "care3:p1" in held_by(bench, "chen").scopes
    assert "care3:p1" not in held_by(bench, "meng").scopes
    care = clerk.op(OpKind.CREATE, "special_care", "s1", scope="care3:p1", tag="smi")
    assert clerk.send(care, "care3:p1").code == "not_permitted"


def test_an_assignment_counts_from_its_first_day_to_its_last(bench):
    """A substitute for two weeks; the last day still counts."""
    bench.office.add_user(COMMUNITY, "wu", "wu")
    bench.office.assign("wu", "grid_worker", bench.grid, "2026-06-10", "2026-06-24")
    days = (date(2026, 6, 9), date(2026, 6, 10), date(2026, 6, 24), date(2026, 6, 25))
    held = [f"grid:{bench.grid}" in held_by(bench, "wu", day).scopes for day in days]
    assert held == [False, True, True, False]


def test_the_revision_of_the_grants_rises_only_when_they_change(bench):
    """A new area or another day is no reason to say hello again; a new grid is."""
    worker = bench.worker()
    worker.create("household", "h1")
    first = held_by(bench, "chen").rev
    bench.office.add_areas(COMMUNITY, [{"level": "estate", "name": "丰和苑"}])
    bench.clock.pass_by(days=1)
    worker.create("household", "h2")
    assert held_by(bench, "chen", date(2026, 6, 19)).rev == first

    (other,) = bench.office.add_areas(COMMUNITY, [{"level": "grid", "name": "第4网格"}])
    bench.office.assign("chen", "grid_worker", other)

    assert worker.push([worker.op(OpKind.CREATE, "household", "h3")]).grant_rev == first + 1
    assert worker.push([worker.op(OpKind.CREATE, "household", "h4")]).grant_rev == first + 1


def test_no_pulled_row_lies_outside_the_grants(bench):
    """Everything a worker gets, by every scope there is on the server."""
    (other,) = bench.office.add_areas(COMMUNITY, [{"level": "grid", "name": "第4网格"}])
    worker, clerk = bench.worker(), bench.clerk()
    foreign = f"grid:{other}"
    clerk.send(clerk.op(OpKind.CREATE, "household", "h9", scope=foreign), foreign)
    worker.create("household", "h1")
    granted = set(held_by(bench, "chen").scopes)

    pages = worker.pull(*map(ScopeCursor, bench.state())).scopes

    for page in pages:
        assert (page.problem == "") is (page.scope in granted)
        assert page.problem == "" or page.rows == []
    assert {row[1] for page in pages for row in page.rows} >= {"h1"}
    assert "h9" not in {row[1] for page in pages for row in page.rows}


def test_an_account_has_at_most_three_computers(bench):
    """A fourth is refused, its code stays good, and one that is revoked makes room."""
    bench.worker()
    bench.another_computer_of("chen")
    third = bench.another_computer_of("chen")
    code = people.mint_code(bench.db, "chen", bench.clock).code
    minter = Minter(now=bench.clock.now)

    with pytest.raises(DevicesFull):
        people.enroll(bench.db, code, "fourth", "", bench.clock, minter)
    people.revoke_device(bench.db, third.caller.client_id, bench.clock)
    assert people.enroll(bench.db, code, "fourth", "", bench.clock, minter).client_id
