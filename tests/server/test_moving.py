"""Households that change grids: whole, both sides proven, late operations following them."""

import msgspec
import pytest
from sqlalchemy import delete, select, update

from sync.merge.operation import OpKind, Outcome
from sync.schema.canonical import decode_body
from sync.server import reading
from sync.server.moving import find_household, move_households, place_areas
from sync.server.tables import CLAIM, OPEN_CONFLICT, ROW
from sync.wire.messages import ScopeCursor
from tests.server.bench import COMMUNITY


@pytest.fixture
def grids(bench):
    """The scopes of the worker's grid and of the one beside it."""
    (other,) = bench.office.add_areas(COMMUNITY, [{"level": "grid", "name": "第4网格"}])
    return bench.grid, other


@pytest.fixture
def moving(bench, grids):
    """A worker of each grid, a clerk, and the home of 1602 in the first grid."""
    worker, other = bench.worker(), bench.desk("lin", "grid_worker", grids[1])
    clerk = bench.clerk()
    worker.create("dwelling", "d1", room="6-2-1602", building_id="b6")
    worker.create("household", "h1", dwelling_id="d1", contact="1")
    worker.create("person", "p1", household_id="h1", name="王桂兰", phone="138")
    worker.send(worker.op(OpKind.APPEND, "visit", "v1", household_id="h1", result="met"))
    number = f"id:{grids[0]}"
    op = worker.op(
        OpKind.CREATE, "id_number", "n1", number, person_id="p1", household_id="h1", id_no="1101"
    )
    worker.send(op, number)
    return bench, worker, other, clerk


def homes(bench, type_, row_id):
    """(scope, home_rev, moved_to) of each copy of a row, the live one last."""
    with bench.db.read() as connection:
        lines = connection.execute(
            select(ROW).where(ROW.c.type == type_, ROW.c.id == row_id).order_by(ROW.c.home_rev)
        ).all()
    return [(line.scope_id, line.home_rev, line.moved_to) for line in lines]


def live(bench, type_, row_id):
    """The body of the row where it lives now, and where that is."""
    with bench.db.read() as connection:
        line = connection.execute(
            select(ROW)
            .where(ROW.c.type == type_, ROW.c.id == row_id, ROW.c.moved_to == "")
            .order_by(ROW.c.home_rev.desc())
        ).first()
    return (line.scope_id, decode_body(line.body)) if line else None


def test_a_household_moves_whole_and_both_sides_are_right(moving, grids):
    """Dwelling, people, entries, ID numbers: gone here with a word where to, there again."""
    bench, worker, other, _clerk = moving
    a, b = (f"grid:{each}" for each in grids)

    moved = move_households(bench.office, ["h1"], grids[1])

    assert moved == 5
    for type_, row_id in (
        ("dwelling", "d1"),
        ("household", "h1"),
        ("person", "p1"),
        ("visit", "v1"),
    ):
        assert homes(bench, type_, row_id) == [(a, 0, b), (b, 1, "")]
    assert homes(bench, "id_number", "n1") == [
        (f"id:{grids[0]}", 0, f"id:{grids[1]}"),
        (f"id:{grids[1]}", 1, ""),
    ]
    assert bench.differences() == []
    page = other.pull(ScopeCursor(b)).scopes[0]
    assert {row[1] for row in page.rows} == {"d1", "h1", "p1", "v1"}
    assert page.homes == dict.fromkeys(("d1", "h1", "p1", "v1"), 1)
    left = worker.pull(ScopeCursor(a)).scopes[0]
    assert all(bytes(row[4]) == b"null" for row in left.rows)
    assert left.moved["h1"] == (b, 4)
    assert set(left.moved) == {"d1", "h1"}


def test_a_dwelling_stays_while_somebody_lives_there(moving, grids):
    """It goes with the last household behind its door."""
    bench, worker, _, _ = moving
    worker.create("household", "h2", dwelling_id="d1")

    move_households(bench.office, ["h1"], grids[1])
    assert live(bench, "dwelling", "d1")[0] == f"grid:{grids[0]}"

    move_households(bench.office, ["h2"], grids[1])
    assert live(bench, "dwelling", "d1")[0] == f"grid:{grids[1]}"
    assert bench.differences() == []


def test_a_row_that_lives_nowhere_or_twice_is_found(moving, grids):
    """By whoever proves the store: a visit is gone from its home, a person from no home."""
    bench, *_ = moving
    move_households(bench.office, ["h1"], grids[1])
    assert bench.differences() == []

    def of(type_, row_id):
        return ROW.c.type == type_, ROW.c.id == row_id

    with bench.db.write() as connection:
        connection.execute(delete(ROW).where(*of("visit", "v1"), ROW.c.moved_to == ""))
        connection.execute(update(ROW).where(*of("person", "p1")).values(moved_to=""))

    told = [line for line in bench.differences() if line.startswith(("visit", "person"))]
    assert sorted(told) == [
        "person p1: several scopes hold it",
        "visit v1: it moved, and is nowhere",
    ]


def test_moving_twice_is_moving_once(moving, grids):
    """A row that is there already stays."""
    bench, _, _, _ = moving
    move_households(bench.office, ["h1"], grids[1])
    before = bench.state()

    assert move_households(bench.office, ["h1"], grids[1]) == 0
    assert bench.state() == before


def test_there_and_back(moving, grids):
    """A→B→A: the tombstone becomes the row again, under a higher count."""
    bench, worker, other, _ = moving
    a, b = (f"grid:{each}" for each in grids)
    move_households(bench.office, ["h1"], grids[1])
    other.send(other.op(OpKind.PATCH, "person", "p1", b, phone=("138", "139")), b)
    move_households(bench.office, ["h1"], grids[0])

    assert homes(bench, "person", "p1") == [(b, 1, a), (a, 2, "")]
    assert worker.patch("person", "p1", phone=("139", "137")).outcome == Outcome.APPLIED
    assert homes(bench, "person", "p1")[-1] == (a, 2, "")
    late = other.send(other.op(OpKind.PATCH, "person", "p1", b, name=("王桂兰", "王桂蓝")), b)
    assert (late.outcome, late.code, late.home) == (Outcome.APPLIED, "moved", a)
    assert live(bench, "person", "p1")[1]["phone"] == "137"
    assert bench.differences() == []


def test_a_late_operation_follows_and_merges(moving, grids):
    """In the old lane, by one who may only write there, written before the move was known."""
    bench, worker, _, _ = moving
    _a, b = (f"grid:{each}" for each in grids)
    patch = worker.op(OpKind.PATCH, "person", "p1", phone=("138", "139"))
    visit = worker.op(OpKind.APPEND, "visit", "v2", household_id="h1", result="not_home")
    child = worker.op(OpKind.CREATE, "person", "p2", household_id="h1", name="王小明")
    named = worker.op(OpKind.PATCH, "person", "p2", phone=(None, "136"))
    move_households(bench.office, ["h1"], grids[1])

    reply = worker.push([patch, visit, child])
    later = worker.push([named])

    outcomes = [*reply.outcomes, *later.outcomes]
    assert {(one.outcome, one.code, one.home) for one in outcomes} == {
        (Outcome.APPLIED, "moved", b)
    }
    assert live(bench, "person", "p1")[0] == b
    assert live(bench, "person", "p1")[1]["phone"] == "139"
    assert live(bench, "visit", "v2")[0] == b
    assert live(bench, "person", "p2") == (b, {**live(bench, "person", "p2")[1], "phone": "136"})
    assert [one.rev for one in outcomes] == [5, 6, 7, 8]
    assert bench.differences() == []


def test_a_late_operation_conflicts_as_it_would_have(moving, grids):
    """Claims went along: two different words meet in a conflict, in the row's present scope."""
    bench, worker, other, _clerk = moving
    b = f"grid:{grids[1]}"
    late = worker.op(OpKind.PATCH, "person", "p1", phone=("138", "137"))
    move_households(bench.office, ["h1"], grids[1])
    other.send(other.op(OpKind.PATCH, "person", "p1", b, phone=("138", "139")), b)

    outcome = worker.send(late)

    assert (outcome.outcome, outcome.home) == (Outcome.CONFLICT, b)
    (conflict,) = bench.conflicts()
    assert {each["value"] for each in conflict["candidates"]} == {"137"}
    assert live(bench, "conflict", conflict["id"])[0] == b
    assert bench.differences() == []


def test_an_open_conflict_moves_and_is_settled_there(moving, grids):
    """From the old lane too: the decision follows the conflict."""
    bench, worker, _, clerk = moving
    b = f"grid:{grids[1]}"
    worker.patch("person", "p1", phone=("138", "137"))
    clerk.patch("person", "p1", phone=("138", "139"))
    (conflict,) = bench.conflicts()
    move_households(bench.office, ["h1"], grids[1])
    assert live(bench, "conflict", conflict["id"])[0] == b

    outcome = worker.resolve(conflict["id"], "137", "139")

    assert (outcome.outcome, outcome.home) == (Outcome.APPLIED, b)
    assert live(bench, "person", "p1")[1]["phone"] == "139"
    with bench.db.read() as connection:
        assert connection.execute(select(OPEN_CONFLICT)).all() == []
        scopes = set(connection.execute(select(CLAIM.c.scope_id)).scalars())
    assert f"grid:{grids[0]}" not in scopes
    assert bench.differences() == []


def test_a_late_decision_about_a_matter_is_judged_by_the_row_that_moved(moving, grids, caplog):
    """By the posts where the work was done, and by what the question says where it is now."""
    bench, worker, _other, clerk = moving
    leader = bench.desk("wei", "grid_leader", grids[0])
    worker.create("matter", "m1", household_id="h1", stage="reported")
    for desk, owner in ((clerk, "二组"), (leader, "三组")):
        desk.patch("matter", "m1", owner=(None, owner))
    (conflict,) = bench.conflicts()
    move_households(bench.office, ["h1"], grids[1])
    choice = {"value": (conflict["current"], "三组")}
    assert [
        desk.send(desk.op(OpKind.RESOLVE, "conflict", conflict["id"], **choice)).outcome
        for desk in (worker, leader)
    ] == [Outcome.HELD, Outcome.APPLIED]
    assert live(bench, "matter", "m1")[1]["owner"] == "三组"
    assert "one by one" not in caplog.text
    assert "held" not in caplog.text
    assert bench.differences() == []


def test_a_late_removal_spares_what_others_worked_on(moving, grids):
    """Whoever worked there before the move or after it, in whatever scope."""
    bench, worker, _other, clerk = moving
    a, _b = (f"grid:{each}" for each in grids)
    seen = bench.state()[a][0]
    clerk.send(clerk.op(OpKind.APPEND, "note", "n9", household_id="h1", text="已搬"))
    removal = msgspec.structs.replace(
        worker.op(OpKind.DELETE, "person", "p1"), seen=(bench.db.epoch, seen)
    )
    move_households(bench.office, ["h1"], grids[1])

    outcome = worker.send(removal)

    assert outcome.outcome == Outcome.CONFLICT
    assert live(bench, "person", "p1")[1]["name"] == "王桂兰"


def test_a_late_removal_of_what_nobody_touched_is_done(moving, grids):
    """The move itself is nobody's work."""
    bench, worker, _, _ = moving
    removal = worker.op(OpKind.DELETE, "person", "p1")
    move_households(bench.office, ["h1"], grids[1])

    assert worker.send(removal).outcome == Outcome.APPLIED
    assert bench.differences() == []


def test_a_number_follows_in_the_lane_of_numbers(moving, grids):
    """A new ID number of a household that moved goes to the ID scope of its new grid."""
    bench, worker, _, _ = moving
    worker.create("person", "p3", household_id="h1", name="王小红")
    a = f"id:{grids[0]}"
    old = worker.op(OpKind.PATCH, "id_number", "n1", a, id_no=("1101", "1102"))
    new = worker.op(
        OpKind.CREATE, "id_number", "n3", a, person_id="p3", household_id="h1", id_no="9"
    )
    move_households(bench.office, ["h1"], grids[1])

    reply = worker.push([old, new], a)

    assert {(one.outcome, one.home) for one in reply.outcomes} == {
        (Outcome.APPLIED, f"id:{grids[1]}")
    }
    assert live(bench, "id_number", "n3")[0] == f"id:{grids[1]}"


def test_who_knew_of_the_move_and_has_no_right_there_is_held(moving, grids):
    """A lane is no back door: what is written after the move needs a right to the new scope."""
    bench, worker, _, clerk = moving
    a = f"grid:{grids[0]}"
    move_households(bench.office, ["h1"], grids[1])
    knowing = (bench.db.epoch, bench.state()[a][0])
    late = msgspec.structs.replace(
        worker.op(OpKind.PATCH, "person", "p1", phone=("138", "139")), seen=knowing
    )

    assert (worker.send(late).outcome, worker.send(late).code) == (Outcome.HELD, "moved_away")
    by_clerk = msgspec.structs.replace(
        clerk.op(OpKind.PATCH, "person", "p1", phone=("138", "139")), seen=knowing
    )
    assert clerk.send(by_clerk).outcome == Outcome.APPLIED
    bench.clock.pass_by(days=3)
    (item,) = reading.held(bench.db, clerk.caller, bench.clock).items
    assert (item.code, item.age_s) == ("moved_away", 3 * 24 * 3600)


def test_who_lost_the_old_grid_writes_where_the_row_is_if_they_may(moving, grids):
    """A worker who follows the household to its new grid is not forbidden by the old one."""
    bench, worker, _, _ = moving
    late = worker.op(OpKind.PATCH, "person", "p1", phone=("138", "139"))
    stranger = worker.op(OpKind.PATCH, "person", "p1", phone=("138", "137"))
    move_households(bench.office, ["h1"], grids[1])
    bench.office.assign("chen", "grid_worker", bench.grid, until="2020-01-01")
    bench.office.assign("chen", "grid_worker", grids[1])

    assert worker.send(late).outcome == Outcome.APPLIED
    bench.office.assign("chen", "grid_worker", grids[1], until="2020-01-01")
    assert worker.send(stranger).code == "moved_away"


def test_an_operation_runs_once_wherever_it_comes(moving, grids):
    """A retry after the move has the outcome from before it."""
    bench, worker, _, _ = moving
    op = worker.op(OpKind.PATCH, "person", "p1", phone=("138", "139"))
    first = worker.send(op)
    move_households(bench.office, ["h1"], grids[1])
    before = bench.state()

    assert worker.send(op) == first
    assert bench.state() == before


def test_the_history_goes_on_across_moves(moving, grids):
    """In the order in which it came about, the moves told once each."""
    bench, worker, other, clerk = moving
    b = f"grid:{grids[1]}"
    worker.patch("person", "p1", phone=("138", "137"))
    move_households(bench.office, ["h1"], grids[1])
    other.send(other.op(OpKind.PATCH, "person", "p1", b, phone=("137", "136")), b)
    move_households(bench.office, ["h1"], grids[0])
    worker.patch("person", "p1", phone=("136", "135"))

    told = reading.history(bench.db, clerk.caller, "person", "p1", bench.clock)

    assert [item.new for item in told.items if item.field == "phone"] == ["137", "136", "135"]
    assert [item.field for item in told.items].count("@scope") == 2


def test_a_building_takes_its_residents_along(bench, grids):
    """An area table that names another grid for a building moves its doors, empty ones too."""
    building = {"level": "building", "name": "6号楼", "grid_id": grids[0]}
    (building_id,) = place_areas(bench.office, COMMUNITY, [building])
    worker = bench.worker()
    worker.create("dwelling", "d1", room="6-2-1602", building_id=building_id)
    worker.create("dwelling", "d2", room="6-2-1603", building_id=building_id)
    worker.create("household", "h1", dwelling_id="d1")
    worker.create("dwelling", "d9", room="7-1-101", building_id="b7")

    place_areas(bench.office, COMMUNITY, [{**building, "grid_id": grids[1]}])

    b = f"grid:{grids[1]}"
    assert [live(bench, *key)[0] for key in (("dwelling", "d1"), ("dwelling", "d2"))] == [b, b]
    assert live(bench, "household", "h1")[0] == b
    assert live(bench, "dwelling", "d9")[0] == f"grid:{grids[0]}"
    assert bench.differences() == []


def test_many_households_move_in_bounded_steps(bench, grids):
    """Each step is a transaction of its own: one that is stopped left whole households."""
    worker = bench.worker()
    for number in range(45):
        worker.create("household", f"h{number}", contact=str(number))
    steps = []

    def stop_after_two(step, so_far, in_all):
        steps.append(so_far)
        if so_far == 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move_households(bench.office, [f"h{n}" for n in range(45)], grids[1], stop_after_two)

    assert steps == [0, 20, 40]
    assert bench.differences() == []
    assert move_households(bench.office, [f"h{n}" for n in range(45)], grids[1]) == 5


def test_a_household_is_found_by_its_room(moving, grids):
    """As people call it, in any spelling."""
    bench, _, _, _ = moving
    with bench.db.read() as connection:
        assert find_household(connection, COMMUNITY, "6-2-1602") == "h1"
        assert find_household(connection, COMMUNITY, "6号楼2单元1602") == "h1"
        assert find_household(connection, COMMUNITY, "h1") == "h1"
