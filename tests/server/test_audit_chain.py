"""The audit is a chain: an edit, a cut or a swap anywhere in it is found."""

import random
from contextlib import suppress

import pytest
from sqlalchemy import delete, func, select, update

from sync.identity import Minter
from sync.merge.operation import OpKind
from sync.server.audit import record_command
from sync.server.checking import check_store
from sync.server.kept_heads import AuditCut, HeadFileLost, keep_head, kept_head
from sync.server.sealed_audit import HEAD, HeadUnreadable, current_head
from sync.server.tables import AUDIT, META
from tests.attacks.tampering import KINDS, LINES, Undo, unseen

TRIES = 60


def write_down(db, clock, object_id):
    with db.write() as connection:
        record_command(connection, db.key, clock, Minter(now=clock.now), "look", object_id)


@pytest.fixture
def written(bench):
    """A store whose audit has some lines more."""
    for number in range(LINES):
        write_down(bench.db, bench.clock, f"object-{number}")
    assert check_store(bench.db).differences == []
    return bench.db


def test_nothing_that_is_done_to_it_goes_unseen(written):
    """Whatever is edited, cut, swapped or added, at random; each is undone again."""
    seen, missed = unseen(written, TRIES, random.Random(7))
    assert seen == set(KINDS)
    assert missed == []
    assert check_store(written).differences == []


def test_a_tail_that_is_cut_off_with_its_head_is_seen_by_the_head_kept_elsewhere(written):
    """The chain alone cannot know how long it was."""
    with written.read() as connection:
        kept = current_head(connection)
        last = connection.execute(select(AUDIT.c.number).order_by(AUDIT.c.number.desc())).scalar()
    with written.write() as connection:
        before = select(AUDIT.c.mark).where(AUDIT.c.number == last - 1)
        mark = connection.execute(before).scalar_one()
        connection.execute(delete(AUDIT).where(AUDIT.c.number == last))
        here = META.c.name == HEAD
        connection.execute(update(META).where(here).values(value=f"{last - 1}:{mark}"))

    assert check_store(written).differences == []
    assert len(check_store(written, kept).differences) == 1


def test_a_last_line_that_is_cut_off_is_seen(written):
    """The store itself remembers where its audit ended."""
    last = select(func.max(AUDIT.c.number)).scalar_subquery()
    with written.write() as connection:
        connection.execute(delete(AUDIT).where(AUDIT.c.number == last))

    assert len(check_store(written).differences) == 1


def test_a_line_of_another_past_under_its_own_number_is_seen(written, bench):
    """Once sealed by the same key for the same place, but not after the same lines."""
    with suppress(Undo), written.write() as connection:
        for other in ("another past", "the line of another past"):
            record_command(
                connection, written.key, bench.clock, Minter(now=bench.clock.now), "look", other
            )
        newest = select(AUDIT).order_by(AUDIT.c.number.desc())
        foreign = dict(connection.execute(newest).mappings().first() or {})
        raise Undo
    for number in range(3):
        write_down(written, bench.clock, f"this past {number}")
    with written.write() as connection:
        here = AUDIT.c.number == foreign["number"]
        connection.execute(update(AUDIT).where(here).values(**foreign))

    assert len(check_store(written).differences) == 1


def test_lines_that_came_since_do_not_matter(written, bench):
    """A head that was kept once stays good."""
    with written.read() as connection:
        kept = current_head(connection)
    write_down(written, bench.clock, "later")

    assert check_store(written, kept).differences == []


def cut_last(db):
    """As somebody does who can also write the store's own head."""
    with db.write() as connection:
        newest = select(AUDIT.c.number, AUDIT.c.mark).order_by(AUDIT.c.number.desc()).limit(2)
        (last, _), (number, mark) = connection.execute(newest).all()
        connection.execute(delete(AUDIT).where(AUDIT.c.number == last))
        here = META.c.name == HEAD
        connection.execute(update(META).where(here).values(value=f"{number}:{mark}"))


def keep(db, file, clock):
    with db.read() as connection:
        return keep_head(connection, file, clock)


def test_a_file_elsewhere_grows_by_each_head_and_tells_of_a_cut(written, bench, tmp_path):
    """By itself, an hour after it was kept; what it had kept stays as it was."""
    file = tmp_path / "heads"
    keep(written, file, bench.clock)
    keep(written, file, bench.clock)
    write_down(written, bench.clock, "later")
    head = keep(written, file, bench.clock)
    assert [len(line.split()) for line in file.read_text().splitlines()] == [2, 2]
    assert kept_head(file) == head
    assert check_store(written, kept_head(file)).differences == []

    cut_last(written)
    before = file.read_text()
    with pytest.raises(AuditCut):
        keep(written, file, bench.clock)
    # Another line in the place of the one that went is none of the same.
    write_down(written, bench.clock, "another")
    with pytest.raises(AuditCut):
        keep(written, file, bench.clock)
    assert file.read_text() == before
    assert len(check_store(written, kept_head(file)).differences) == 1


def test_a_line_that_broke_off_counts_for_nothing(written, bench, tmp_path):
    """The other machine went away in the middle of it."""
    file = tmp_path / "heads"
    head = keep(written, file, bench.clock)
    file.write_text(file.read_text() + "2026-06-18T02:30:00Z 99:ab")
    write_down(written, bench.clock, "later")
    later = keep(written, file, bench.clock)
    assert later != head
    assert kept_head(file) == later
    assert file.read_text().splitlines()[-1].endswith(later)


def test_a_folder_that_is_not_there_is_not_made(written, bench, tmp_path):
    """A share that is not mounted is no other machine."""
    with pytest.raises(HeadFileLost):
        keep(written, tmp_path / "share" / "heads", bench.clock)
    assert not (tmp_path / "share").exists()
    with pytest.raises(HeadFileLost):
        kept_head(tmp_path / "heads")
    (tmp_path / "heads").write_text("what is no head\n")
    with pytest.raises(HeadUnreadable):
        keep(written, tmp_path / "heads", bench.clock)


def test_what_is_no_head_is_refused(written):
    """A slip of the pen is no finding."""
    with pytest.raises(HeadUnreadable):
        check_store(written, "12")


LOOKS = [
    ("export 12", "export"),
    ("print all", "print"),
    ("certificate", "print"),
    ("id_no", "reveal"),
]


@pytest.mark.parametrize(("field", "action"), LOOKS)
def test_a_look_without_a_line_stands_in_it_once_the_laptop_tells(bench, field, action):
    """Who, on which computer, what and why: whatever name the row gives, and only once."""
    worker = bench.worker()
    scope = f"user:{worker.caller.staff_id}"
    told = {"staff_id": "somebody else", "target_type": "person", "target_id": "p1"}
    more = {"field": field, "reason": "回电话", "seen_at": "2026-06-17T01:00:00Z"}
    op = worker.op(OpKind.APPEND, "reveal", "look-1", scope, **told, **more)
    for _ in range(2):
        worker.push([op], scope)

    with bench.db.read() as connection:
        lines = connection.execute(select(AUDIT).where(AUDIT.c.object_id == "p1")).all()
    (line,) = lines
    assert (line.actor, line.device) == (worker.caller.staff_id, "chen's")
    assert (line.action, line.type, line.reason) == (action, "person", f"{field} 回电话")
    assert bench.differences() == []
    with bench.db.write() as connection:
        connection.execute(delete(AUDIT).where(AUDIT.c.number == line.number))
    assert bench.differences()
