"""Last signs of an ID number beside a name: a desk finds by them and holds no number."""

from sync.merge.operation import OpKind
from sync.merge.values import Writer
from sync.server import tails
from sync.server.bulk import bulk_create
from sync.server.daily import do_daily
from sync.server.locked import lock_scopes
from sync.server.rows import SERVER_CLIENT, Cause

NUMBER = "110101194803020022"
OTHER = "11010119480302003X"
BOTH = {"person_id": "p1", "household_id": "h1"}


def tail(bench):
    return bench.body("person", "p1").get("id_tail")


def test_a_number_shows_its_end_and_a_corrected_one_another(bench):
    """Written, corrected, removed: the end follows, and the store stays whole."""
    worker, scope = bench.worker(), f"id:{bench.grid}"
    worker.create("household", "h1", contact="1")
    worker.create("person", "p1", household_id="h1", name="王桂兰")
    worker.send(worker.op(OpKind.CREATE, "id_number", "n1", scope, **BOTH, id_no=NUMBER), scope)
    assert tail(bench) == "0022"

    worker.send(worker.op(OpKind.PATCH, "id_number", "n1", scope, id_no=(NUMBER, OTHER)), scope)
    assert tail(bench) == "003X"

    worker.send(worker.op(OpKind.DELETE, "id_number", "n1", scope), scope)
    assert tail(bench) is None
    assert bench.differences() == []


def test_nobody_writes_the_end_by_hand(bench):
    """It is the server's: what a laptop says of it counts for nothing."""
    worker = bench.worker()
    worker.create("household", "h1", contact="1")
    worker.create("person", "p1", household_id="h1", name="王桂兰", id_tail="9999")
    assert tail(bench) is None


def test_a_roster_brings_the_ends_with_its_numbers(bench):
    """The number comes in a scope of its own, after the people."""
    bench.worker().create("household", "h1", contact="1")
    scopes = {bench.scope, f"id:{bench.grid}"}
    writer = Writer("import:roster", "import:roster", at="2026-06-18T01:00:00Z")
    with bench.db.write() as connection:
        locked = lock_scopes(connection, scopes, "2026-06-18T01:00:00Z")
        people = [("person", "p1", {"household_id": "h1", "name": "王桂兰"})]
        bulk_create(locked, bench.scope, people, writer, "run")
        numbers = [("id_number", "n1", {**BOTH, "id_no": NUMBER})]
        bulk_create(locked, f"id:{bench.grid}", numbers, writer, "run")
        locked.save()
    assert tail(bench) == "0022"
    assert bench.differences() == []


def forget_the_end(bench, person_id):
    """A resident as a server of a version before the ends left them."""
    with bench.db.write() as connection:
        locked = lock_scopes(connection, {bench.scope}, "2026-06-18T01:00:00Z")
        grid = locked.scopes[bench.scope]
        body = {k: v for k, v in grid.row("person", person_id).body.items() if k != "id_tail"}
        row = grid.put("person", person_id, body, deleted=False)
        grid.record(row, (), Cause("", Writer(SERVER_CLIENT, at=locked.at, is_server=True)))
        locked.save()


def test_an_upgraded_store_gets_the_ends_of_its_old_numbers_once(bench, monkeypatch):
    """With a day's first hello, in steps; revisions rise, so laptops hear of it."""
    monkeypatch.setattr(tails, "NUMBERS_AT_ONCE", 2)
    worker, scope = bench.worker(), f"id:{bench.grid}"
    worker.create("household", "h1", contact="1")
    people = ("p1", "p2", "p3")
    for one in people:
        worker.create("person", one, household_id="h1", name="王桂兰")
        told = {"person_id": one, "household_id": "h1", "id_no": NUMBER}
        worker.send(worker.op(OpKind.CREATE, "id_number", f"n-{one}", scope, **told), scope)
    for one in people:
        forget_the_end(bench, one)
    before = bench.state()[bench.scope][0]

    do_daily(bench.db, bench.clock)
    assert [bench.body("person", one).get("id_tail") for one in people] == ["0022"] * 3
    assert bench.state()[bench.scope][0] >= before + 3
    assert bench.differences() == []

    forget_the_end(bench, "p1")
    bench.clock.pass_by(days=1)
    do_daily(bench.db, bench.clock)
    assert tail(bench) is None
