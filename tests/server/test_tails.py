"""Last signs of an ID number beside a name: a desk finds by them and holds no number."""

from sync.merge.operation import OpKind
from sync.merge.values import Writer
from sync.server.bulk import bulk_create
from sync.server.locked import lock_scopes

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
