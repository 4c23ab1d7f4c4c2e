"""A household changes grids while laptops hold unsent edits: nothing lost, nothing twice."""

import pytest
from sqlalchemy import select, update

from sync.errors import ServerUnreachable
from sync.merge.operation import Op, encode_op
from sync.server.checking import check_store
from sync.server.moving import move_households
from sync.server.rows import home_of
from sync.store import outbox, records
from sync.store.record import DeliveryState
from sync.store.tables import HOME, OPERATION, SHADOW
from sync.wire.messages import PullRequest
from tests.support.laptops import Accident, laptop


@pytest.fixture
def scopes(staffed):
    """The worker's grid and the one beside it, which the clerk holds too."""
    return f"grid:{staffed.grids['第3网格']}", f"grid:{staffed.grids['第1网格']}"


@pytest.fixture
def home(worker, clerk, scopes):
    """1602 in the worker's grid, on both laptops: door, household, resident, visit."""
    worker.sync()
    grid = scopes[0]
    door = records.create("dwelling", {"room": "6-2-1602"}, scope_id=grid, row_id="d1")
    edits = [
        door,
        records.create(
            "household", {"dwelling_id": "d1", "contact": "138"}, scope_id=grid, row_id="h1"
        ),
        records.create(
            "person", {"household_id": "h1", "name": "王桂兰"}, scope_id=grid, row_id="p1"
        ),
        records.append("visit", VISIT, scope_id=grid, row_id="v1"),
    ]
    worker.store.records.write(edits)
    worker.sync()
    clerk.sync()
    return "h1"


VISIT = {
    "household_id": "h1",
    "started_at": "2026-11-20T02:00:00Z",
    "method": "home",
    "result": "met",
}


def to(server, grid, *households):
    """The administrator moves them."""
    return move_households(server.office, households or ["h1"], server.grids[grid])


def shown(laptop):
    """Everything that lists, search and due dates show of the household, with its scope."""
    reading = laptop.store.reading
    return {
        "households": [(row.id, row.scope_id) for row in reading.rows("household")],
        "people": [(row.id, row.scope_id) for row in reading.rows("person")],
        "visits": [(row.id, row.scope_id) for row in reading.rows("visit")],
        "found": [match.person_id for match in reading.search("王桂兰")],
        "due": [due.household_id for due in reading.due()],
    }


def once(scope):
    """What :func:`shown` says of a household that is there once, in this scope."""
    return {
        "households": [("h1", scope)],
        "people": [("p1", scope)],
        "visits": [("v1", scope)],
        "found": ["p1"],
        "due": ["h1"],
    }


NOTHING = {"households": [], "people": [], "visits": [], "found": [], "due": []}


def at_rest(server, *laptops):
    """Sync until nothing moves: no shadow left, digests right, the server's sums too."""
    for _ in range(3):
        for each in laptops:
            each.sync()
    for each in laptops:
        assert each.store.replica.lanes() == {}
        with each.store.database.reading() as connection:
            assert connection.execute(select(SHADOW)).all() == []
        for state in each.store.reading.scopes():
            assert each.store.replica.verify_deep(state.scope_id)
    assert check_store(server.database).differences == []


def test_who_holds_both_grids_sees_the_household_once(staffed, clerk, home, scopes):
    """Before, after, and in its new scope."""
    assert shown(clerk) == once(scopes[0])
    to(staffed, "第1网格")
    clerk.sync()
    assert shown(clerk) == once(scopes[1])
    at_rest(staffed, clerk)


def test_who_loses_the_household_sees_it_go(staffed, worker, home, scopes):
    """And keeps nothing of it."""
    to(staffed, "第1网格")
    worker.sync()
    assert shown(worker) == NOTHING
    at_rest(staffed, worker)


def test_unsent_edits_reach_the_household_in_its_new_grid(staffed, worker, clerk, home, scopes):
    """A changed name, a visit and a new resident, written before anybody could know."""
    worker.patch("person", "p1", phone="13800001024")
    worker.append("visit", scopes[0], **VISIT)
    worker.store.records.write(
        [records.create("person", {"household_id": "h1", "name": "王小明"}, scope_id=scopes[0])]
    )
    to(staffed, "第1网格")

    worker.sync()

    assert shown(worker) == NOTHING
    states = {one.state for one in worker.store.reading.deliveries()}
    assert states == {DeliveryState.DELIVERED}
    clerk.sync()
    assert clerk.value("person", "p1", "phone") == "13800001024"
    assert {row.scope_id for row in clerk.store.reading.rows("visit")} == {scopes[1]}
    assert len(clerk.store.reading.rows("visit")) == 2
    assert len(clerk.store.reading.rows("person")) == 2
    at_rest(staffed, worker, clerk)


def test_it_stays_until_what_was_written_is_sent(staffed, worker, home, scopes):
    """A push that does not get through leaves the household, with the edit, where it was."""
    worker.patch("household", "h1", contact="139")
    to(staffed, "第1网格")
    lost = Accident(ServerUnreachable())
    worker.transport.watch = lambda path: worker.transport.accidents.insert(
        0, lost if path == "/v1/push" else None
    )

    worker.sync()
    assert shown(worker) == once(scopes[0])
    assert worker.value("household", "h1", "contact") == "139"

    worker.patch("household", "h1", contact="137")
    worker.transport.watch = lambda path: None
    worker.sync()
    worker.sync()
    assert shown(worker) == NOTHING
    at_rest(staffed, worker)
    with staffed.database.read() as connection:
        assert home_of(connection, "household", "h1") == scopes[1]


def test_pending_edits_fold_over_the_row_in_its_new_scope(staffed, clerk, home, scopes):
    """Their lane stays the old one; what people see is the new row with the edit on it."""
    clerk.patch("person", "p1", phone="139")
    to(staffed, "第1网格")
    lost = Accident(ServerUnreachable())
    clerk.transport.watch = lambda path: clerk.transport.accidents.insert(
        0, lost if path == "/v1/push" else None
    )
    clerk.sync()

    assert shown(clerk) == once(scopes[1])
    assert clerk.value("person", "p1", "phone") == "139"
    assert clerk.store.replica.lanes() == {scopes[0]: 1}
    # A second edit goes the way of the first: the server settles them in their order.
    clerk.patch("person", "p1", phone="137")
    assert clerk.store.replica.lanes() == {scopes[0]: 2}

    clerk.transport.watch = lambda path: None
    at_rest(staffed, clerk)
    assert clerk.value("person", "p1", "phone") == "137"
    assert shown(clerk) == once(scopes[1])


def test_a_new_row_is_not_there_twice(staffed, clerk, home, scopes):
    """A visit that was written in the old grid and settled in the new one, its receipt lost."""
    visit = clerk.append("visit", scopes[0], **VISIT)
    to(staffed, "第1网格")
    lost = Accident(ServerUnreachable(), after=True)
    clerk.transport.watch = lambda path: clerk.transport.accidents.insert(
        0, lost if path == "/v1/push" else None
    )
    clerk.sync()

    assert sorted(row.id for row in clerk.store.reading.rows("visit")) == sorted(["v1", visit])
    clerk.transport.watch = lambda path: None
    at_rest(staffed, clerk)
    assert sorted(row.id for row in clerk.store.reading.rows("visit")) == sorted(["v1", visit])


def test_what_is_written_about_a_removed_row_stays_in_its_lane(
    staffed, worker, clerk, home, scopes
):
    """The household moves with its removed rows: in its new grid nothing is left of them."""
    worker.store.records.write([records.delete("person", "p1")])
    worker.sync()
    clerk.sync()
    again = {"household_id": "h1", "name": "王桂兰"}
    clerk.store.records.write([records.create("person", again, scope_id=scopes[0], row_id="p1")])
    to(staffed, "第1网格")
    lost = Accident(ServerUnreachable())
    clerk.transport.watch = lambda path: clerk.transport.accidents.insert(
        0, lost if path == "/v1/push" else None
    )
    clerk.sync()
    assert [row.scope_id for row in clerk.store.reading.rows("person")] == [scopes[0]]
    clerk.transport.watch = lambda path: None
    at_rest(staffed, clerk)
    assert clerk.store.reading.rows("person") == []


def test_a_new_row_is_there_once_in_a_copy_that_is_filled_anew(staffed, clerk, home, scopes):
    """Its receipt comes while the copy in which it stands is not shown yet."""
    to(staffed, "第1网格")
    clerk.store.records.write([records.append("visit", VISIT, scope_id=scopes[0], row_id="v2")])
    clerk.store.replica.refill(scopes[1])
    clerk.sync()
    visits = [(row.id, row.scope_id) for row in clerk.store.reading.rows("visit")]
    assert sorted(visits) == [("v1", scopes[1]), ("v2", scopes[1])]
    at_rest(staffed, clerk)


@pytest.mark.parametrize("first", [0, 1])
def test_whichever_scope_comes_first_nothing_flickers(staffed, clerk, home, scopes, first):
    """The old grid's page before the new one's, and the other way round."""
    to(staffed, "第1网格")
    replica = clerk.store.replica
    order = [scopes[first], scopes[1 - first]]
    for number, scope in enumerate(order):
        page_of(clerk, scope)
        assert shown(clerk) == once(scopes[1] if number or first else scopes[0])
        for state in clerk.store.reading.scopes():
            assert replica.verify_deep(state.scope_id)
    with clerk.store.database.reading() as connection:
        assert connection.execute(select(SHADOW)).all() == []
        assert connection.execute(select(HOME).where(HOME.c.moved_to != "")).all() == []


def test_back_again_before_the_first_grid_told_of_it(staffed, clerk, home, scopes):
    """The first grid's copy has it still, from before it ever left: older than what lingers."""
    to(staffed, "第1网格")
    page_of(clerk, scopes[1])
    assert shown(clerk) == once(scopes[1])

    to(staffed, "第3网格")
    page_of(clerk, scopes[1])
    assert shown(clerk) == once(scopes[1])

    page_of(clerk, scopes[0])
    assert shown(clerk) == once(scopes[0])
    at_rest(staffed, clerk)


def test_what_waits_unseen_in_a_lane_shows_where_its_row_went(staffed, clerk, home, scopes):
    """An operation that a broken version left without showing it: the copy that is filled anew is
    that of the lane, and the row lives in another one."""
    to(staffed, "第1网格")
    clerk.sync()
    with clerk.store.database.writing() as connection:
        seq = outbox.next_seq(connection, scopes[0])
        op = Op("o1", seq=seq, kind="patch", type="person", id="p1", f={"phone": ("138", "139")})
        outbox.save(connection, scopes[0], op, encode_op(op), "2026-11-20T02:00:00Z")
        connection.execute(update(OPERATION).where(OPERATION.c.op_id == "o1").values(folded=False))

    clerk.store.replica.refill(scopes[0])
    page_of(clerk, scopes[0])

    assert clerk.value("person", "p1", "phone") == "139"
    assert shown(clerk)["people"] == [("p1", scopes[1])]
    at_rest(staffed, clerk)


def page_of(laptop, scope):
    """The next page of one scope alone, brought in; the others' get lost on the way."""
    replica = laptop.store.replica
    reply = laptop.engine._client.pull(pull_of(laptop, replica.cursors([scope])))
    replica.apply(reply.scopes[0], reply.epoch)
    laptop.store.dues.refresh()


def pull_of(laptop, cursors):
    return PullRequest(client=laptop.store.account.client_id, scopes=cursors)


def test_there_and_back_again(staffed, worker, clerk, home, scopes):
    """A→B→A between two syncs and within one."""
    to(staffed, "第1网格")
    clerk.sync()
    to(staffed, "第3网格")
    worker.sync()
    clerk.sync()
    assert shown(worker) == once(scopes[0])
    assert shown(clerk) == once(scopes[0])
    to(staffed, "第1网格")
    to(staffed, "第3网格")
    worker.patch("person", "p1", phone="139")
    worker.sync()
    clerk.sync()
    assert shown(clerk) == once(scopes[0])
    assert clerk.value("person", "p1", "phone") == "139"
    at_rest(staffed, worker, clerk)


def test_the_new_worker_finds_everything(staffed, worker, home, scopes, tmp_path):
    """And goes on from there."""
    staffed.add_user("lin", "grid_worker", "第1网格", "林晓")
    to(staffed, "第1网格")
    with laptop(tmp_path / "lin", staffed, "lin") as other:
        other.sync()
        assert shown(other) == once(scopes[1])
        other.patch("household", "h1", contact="136")
        at_rest(staffed, other, worker)
