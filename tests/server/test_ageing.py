"""Removed rows are forgotten after half a year, and nobody misses a removal because of it."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select

from sync.identity import stamp
from sync.merge.operation import OpKind
from sync.server.ageing import KEPT_DAYS, forget_tombstones
from sync.server.moving import move_households
from sync.server.tables import HISTORY
from sync.wire.messages import ScopeCursor
from tests.server.bench import COMMUNITY


@pytest.fixture
def worker(bench):
    return bench.worker()


@pytest.fixture
def removed(bench, worker):
    """A household that was removed, another that was not, and where a laptop stood before."""
    worker.create("household", "gone", contact="1")
    stood = worker.pull(ScopeCursor(bench.scope)).scopes[0].head
    worker.send(worker.op(OpKind.DELETE, "household", "gone"))
    worker.create("household", "stays", contact="2")
    return stood


def page(bench, worker, cursor):
    asked = ScopeCursor(bench.scope, bench.db.epoch, cursor)
    return worker.pull(asked).scopes[0]


def rows(page):
    return [(row[1], bytes(row[4]) == b"null") for row in page.rows]


def test_a_young_tombstone_stays(bench, worker, removed):
    """Every laptop in use hears of it."""
    bench.clock.pass_by(days=KEPT_DAYS - 1)
    forget_tombstones(bench.db, bench.clock)

    assert ("gone", True) in rows(page(bench, worker, removed))


def test_a_removal_is_as_old_as_its_receipt(bench, worker):
    """Half a year in a drawer makes it no older for those who hear of it now."""
    worker.create("household", "gone", contact="1")
    written = stamp(bench.clock.now() + timedelta(hours=1))
    stood = worker.pull(ScopeCursor(bench.scope)).scopes[0].head
    bench.clock.pass_by(days=KEPT_DAYS + 20)
    removal = worker.op(OpKind.DELETE, "household", "gone")
    worker.send(msgspec.structs.replace(removal, at=written))
    worker.create("household", "stays", contact="2")

    forget_tombstones(bench.db, bench.clock)

    assert ("gone", True) in rows(page(bench, worker, stood))


def test_an_old_one_goes_and_who_might_miss_it_begins_anew(bench, worker, removed):
    """Who stood above it goes on as ever, and the store still proves itself."""
    before = page(bench, worker, 0)
    bench.clock.pass_by(days=KEPT_DAYS + 1)
    forget_tombstones(bench.db, bench.clock)

    assert page(bench, worker, removed).problem == "reset"
    assert page(bench, worker, before.head).problem == ""
    fresh = page(bench, worker, 0)
    assert (fresh.done, fresh.to, fresh.digest) == (True, before.head, before.digest)
    assert [row_id for row_id, _ in rows(fresh) if row_id == "gone"] == []
    assert ("stays", False) in rows(fresh)
    assert bench.differences() == []


def test_late_work_on_what_was_forgotten_is_kept_aside(bench, worker, removed):
    """It is never lost."""
    bench.clock.pass_by(days=KEPT_DAYS + 1)
    forget_tombstones(bench.db, bench.clock)

    ended = worker.patch("household", "gone", contact=("1", "late"))

    assert (ended.outcome, ended.code) == ("held", "unknown_row")
    assert bench.differences() == []


def test_what_moved_away_is_forgotten_with_what_it_became(bench, worker):
    """Late work on it stops no lane, and nothing of a person stays in the grid that they left."""
    (grid,) = bench.office.add_areas(COMMUNITY, [{"level": "grid", "name": "第4网格"}])
    there, other = f"grid:{grid}", bench.desk("lin", "grid_worker", grid)
    worker.create("household", "h1", contact="1")
    worker.create("person", "p1", household_id="h1", name="王桂兰", phone="138")
    worker.patch("person", "p1", phone=("138", "139"))
    move_households(bench.office, ["h1"], grid)
    seen = (bench.db.epoch, bench.state()[there][0])
    for type_, row_id in (("person", "p1"), ("household", "h1")):
        removal = other.op(OpKind.DELETE, type_, row_id, there)
        other.send(msgspec.structs.replace(removal, seen=seen), there)
    other.send(other.op(OpKind.CREATE, "household", "h2", there, contact="1"), there)
    worker.create("household", "stays", contact="1")
    bench.clock.pass_by(days=KEPT_DAYS + 1)
    forget_tombstones(bench.db, bench.clock)

    late = worker.patch("household", "h1", contact=("1", "2"))

    assert (late.outcome, late.code) == ("held", "unknown_row")
    assert bench.differences() == []
    said = [line.new for line in bench.history() if (line.id, line.field) == ("p1", "phone")]
    assert said == [None]


def test_work_on_what_was_forgotten_counts_as_work(bench, worker):
    """Whoever removes a home without having heard of it is asked, after half a year too."""
    worker.create("household", "h1", contact="1")
    worker.create("person", "p1", household_id="h1", name="王桂兰")
    stood = (bench.db.epoch, worker.pull(ScopeCursor(bench.scope)).scopes[0].head)
    clerk = bench.clerk()
    clerk.send(msgspec.structs.replace(clerk.op(OpKind.DELETE, "person", "p1"), seen=stood))
    worker.create("household", "stays", contact="2")
    bench.clock.pass_by(days=KEPT_DAYS + 1)
    forget_tombstones(bench.db, bench.clock)
    assert bench.body("person", "p1") is None

    removal = msgspec.structs.replace(worker.op(OpKind.DELETE, "household", "h1"), seen=stood)

    assert worker.send(removal).outcome == "conflict"


def test_work_on_what_was_forgotten_counts_after_a_move_too(bench, worker):
    """The home went elsewhere since; what others did below it was done where it had been."""
    (grid,) = bench.office.add_areas(COMMUNITY, [{"level": "grid", "name": "第4网格"}])
    worker.create("household", "h1", contact="1")
    worker.create("person", "p1", household_id="h1", name="王桂兰")
    stood = (bench.db.epoch, worker.pull(ScopeCursor(bench.scope)).scopes[0].head)
    clerk = bench.clerk()
    clerk.send(msgspec.structs.replace(clerk.op(OpKind.DELETE, "person", "p1"), seen=stood))
    worker.create("household", "stays", contact="2")
    bench.clock.pass_by(days=KEPT_DAYS + 1)
    forget_tombstones(bench.db, bench.clock)
    move_households(bench.office, ["h1"], grid)

    removal = msgspec.structs.replace(worker.op(OpKind.DELETE, "household", "h1"), seen=stood)

    assert worker.send(removal).outcome == "conflict"


def test_the_row_at_the_head_stays(bench, worker):
    """The feed ends with it."""
    worker.create("household", "gone", contact="1")
    worker.send(worker.op(OpKind.DELETE, "household", "gone"))
    bench.clock.pass_by(days=KEPT_DAYS + 1)
    forget_tombstones(bench.db, bench.clock)

    assert page(bench, worker, 0).done
    assert bench.differences() == []


def test_what_somebody_has_to_decide_about_stays(bench, worker, removed):
    """An edit waits beside the tombstone: one click brings the row back."""
    bench.clerk().patch("household", "gone", contact=("1", "2"))
    bench.clock.pass_by(days=KEPT_DAYS + 1)
    forget_tombstones(bench.db, bench.clock)

    assert ("gone", True) in rows(page(bench, worker, removed))


def test_what_a_persons_record_ever_said_goes_with_it(bench, worker):
    """That it was there and was removed stays: the revisions have no gap."""
    worker.create("person", "gone", name="王桂兰", phone="13800001024")
    worker.patch("person", "gone", phone=("13800001024", "13900002048"))
    worker.send(worker.op(OpKind.DELETE, "person", "gone"))
    worker.create("person", "stays", name="赵秀英")
    bench.clock.pass_by(days=KEPT_DAYS + 1)
    forget_tombstones(bench.db, bench.clock)

    with bench.db.read() as connection:
        lines = connection.execute(select(HISTORY)).all()
    text = "".join(f"{line.old}{line.new}" for line in lines)
    for said in ("王桂兰", "13800001024", "13900002048"):
        assert said not in text
    assert "赵秀英" in text
    assert len({line.rev for line in lines if line.id == "gone"}) == 3
    assert bench.differences() == []
