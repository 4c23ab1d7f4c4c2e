"""Law 14: no pulled row lies outside the grants; after sealing no plaintext of the scope is left,
and nothing that was saved is lost."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from sync.merge.operation import LARGEST_OPERATION_BYTES
from sync.server.checking import check_store
from sync.server.moving import move_households
from sync.server.tables import HELD, LANE, PURGED
from sync.store import records, vault
from sync.store.attachments import FOLDER_NAME, State
from sync.store.tables import BLOB_KEY, GENERATION, SEALED
from sync.wire.messages import PullRequest, ScopeCursor
from tests.support.laptops import LOST, PASSWORD, REPLY_LOST, laptop
from tests.support.pages import residues
from tests.support.photos import attach, forget_bytes
from tests.support.server import server

__all__ = ["server"]

NAMES = ["夔骞骞", "13877776666", "鼎沸街九号"]
TYPED = "趸船边的草稿"


@pytest.fixture
def staffed(server):
    """A worker who walks two grids, and a clerk."""
    server.add_user("chen", "grid_worker", "第3网格", "陈晓禾")
    server.office.assign("chen", "grid_worker", "第1网格")
    server.add_user("meng", "desk_clerk", "fenghe", "孟雪")
    return server


@pytest.fixture
def scopes(staffed):
    """The worker's two grids."""
    return f"grid:{staffed.grids['第3网格']}", f"grid:{staffed.grids['第1网格']}"


@pytest.fixture
def worker(staffed, tmp_path, scopes):
    """The worker's laptop with one household in the first grid and one in the second."""
    with laptop(tmp_path / "worker", staffed, "chen") as made:
        made.sync()
        made.store.records.write([*home(scopes[0], "1", NAMES), *home(scopes[1], "2", OTHERS)])
        made.sync()
        yield made


OTHERS = ["许志强", "13700000001", "纺织厂家属院"]


def home(scope, number, told):
    """A household with a door, a resident and a visit."""
    name, phone, address = told
    rows = [
        ("dwelling", f"d{number}", {"room": f"6-2-160{number}", "address": address}),
        ("household", f"h{number}", {"dwelling_id": f"d{number}", "contact": phone}),
        ("person", f"p{number}", {"household_id": f"h{number}", "name": name}),
    ]
    edits = [records.create(type_, body, scope_id=scope, row_id=i) for type_, i, body in rows]
    visit = {"household_id": f"h{number}", "started_at": "2026-11-20T02:00:00Z", "note": name}
    return [*edits, records.append("visit", visit, scope_id=scope)]


def take_away(server, grid="第3网格"):
    """The worker's post in this grid ends."""
    server.office.assign("chen", "grid_worker", grid, until="2020-01-01")


def give_back(server, grid="第3网格"):
    """The worker's post in this grid goes on."""
    server.office.assign("chen", "grid_worker", grid, until="2099-01-01")


def make_durable(server):
    """A backup covers all that was sent so far."""
    with server.database.write() as connection:
        connection.execute(LANE.update().values(durable=LANE.c.next - 1))


def left_of(laptop, texts):
    """What of these texts any page of the store still holds."""
    folder = laptop.store.database._folder
    return residues(folder, vault.unlock(folder, PASSWORD), texts)


def purges(server):
    """What computers said is gone: (scope, kept)."""
    with server.database.read() as connection:
        found = connection.execute(select(PURGED.c.scope_id, PURGED.c.kept))
        return sorted((scope, kept) for scope, kept in found)


def generations_held(laptop):
    with laptop.store.database.reading() as connection:
        return set(connection.execute(select(GENERATION.c.scope_id)).scalars())


def sealed(laptop):
    with laptop.store.database.reading() as connection:
        return connection.execute(select(SEALED)).all()


def test_no_row_of_another_scope_is_held(staffed, worker, scopes):
    """What is here lies in what the server grants, and every other scope is refused whole."""
    take_away(staffed)
    worker.sync()
    granted = set(worker.store.facts.grants().scopes)
    assert scopes[0] not in granted
    assert generations_held(worker) == granted
    probe = staffed.enroll("chen", "probe")
    for scope in scopes:
        (page,) = probe.pull(*[cursor(scope)]).scopes
        assert (page.problem, bool(page.rows)) == (("revoked", False), ("", True))[scope in granted]


def cursor(scope):
    return ScopeCursor(scope)


def test_a_scope_that_is_taken_away_leaves_nothing_behind(staffed, worker, scopes):
    """Neither in rows nor in free pages nor in the log; the server knows, and then only it."""
    assert left_of(worker, NAMES) != []
    make_durable(staffed)
    take_away(staffed)

    worker.sync()

    assert [row.id for row in worker.store.reading.rows("household")] == ["h2"]
    assert left_of(worker, NAMES) == []
    assert left_of(worker, OTHERS) != []
    assert purges(staffed) == [(scopes[0], 0), *[(f"id:{staffed.grids['第3网格']}", 0)]]
    assert sealed(worker) == []
    assert worker.store.reading.search("夔骞骞") == []


def test_what_waits_is_sent_before_it_is_purged(staffed, worker, scopes):
    """Held on the server for the desk, with what was written, and gone from here once safe."""
    make_durable(staffed)
    worker.patch("person", "p1", phone=NAMES[1])
    take_away(staffed)
    worker.transport.watch = lambda path: worker.transport.accidents.insert(
        0, LOST if path == "/v1/push" else None
    )
    worker.sync()
    assert worker.store.sealing.scopes() != []
    assert scopes[0] not in dict(purges(staffed))
    worker.transport.watch = lambda path: None
    worker.transport.accidents = []

    worker.sync()

    with staffed.database.read() as connection:
        (held,) = connection.execute(select(HELD)).all()
    assert (held.code, NAMES[1] in held.payload) == ("not_permitted", True)
    # A restored server may have forgotten it: the words stay until no backup can.
    assert dict(purges(staffed))[scopes[0]] == 1
    make_durable(staffed)
    worker.store.clock.moment += timedelta(days=1)
    worker.sync()
    assert left_of(worker, NAMES) == []
    assert dict(purges(staffed))[scopes[0]] == 0
    assert [one.code for one in worker.store.reading.deliveries()][-1:] == ["not_permitted"]


def test_an_operation_to_a_revoked_scope_merges_if_its_row_went_where_one_may_write(
    staffed, worker, scopes
):
    """The post ended, the household moved along to the worker's other grid."""
    worker.patch("person", "p1", phone="139")
    move_households(staffed.office, ["h1"], staffed.grids["第1网格"])
    take_away(staffed)

    worker.sync()

    assert worker.value("person", "p1", "phone") == "139"
    assert {row.scope_id for row in worker.store.reading.rows("person")} == {scopes[1]}
    assert check_store(staffed.database).differences == []


def test_a_draft_goes_to_the_office(staffed, worker, scopes):
    """Nobody could finish it here any more: it is kept aside for a person, whole, and nothing of
    it stays on the computer."""
    worker.store.drafts.keep("visit:h1", {"note": TYPED})
    worker.store.drafts.keep("visit:h-of-another-grid", {"note": ""})
    take_away(staffed)

    worker.sync()

    with staffed.database.read() as connection:
        (held,) = connection.execute(select(HELD)).all()
    assert (held.code, held.scope_id, TYPED in held.payload) == ("unfinished", scopes[0], True)
    assert worker.store.drafts.keys() == ["visit:h-of-another-grid"]
    make_durable(staffed)
    worker.store.clock.moment += timedelta(days=1)
    worker.sync()
    assert left_of(worker, [*NAMES, TYPED]) == []


def test_a_draft_that_no_operation_carries_is_sealed_and_kept(staffed, worker, scopes):
    """It is too large to travel; it waits under what was not sent until its author drops it."""
    make_durable(staffed)
    worker.store.drafts.keep("visit:h1", {"note": TYPED * LARGEST_OPERATION_BYTES})
    take_away(staffed)

    worker.sync()

    (draft,) = worker.store.sealing.drafts()
    assert (draft.key, draft.kind) == ("visit:h1", "visit")
    assert dict(purges(staffed))[scopes[0]] == 1
    assert left_of(worker, NAMES) == []
    worker.store.drafts.drop("visit:h1")
    worker.sync()
    assert dict(purges(staffed))[scopes[0]] == 0
    assert sealed(worker) == []


def test_photos_of_ones_own_outlive_their_scope_until_the_server_cannot_lose_them(
    staffed, worker, scopes
):
    """The restored server asks for them again, although nobody sees their household any more."""
    make_durable(staffed)
    photo = attach(worker, scopes[0], "h1")
    worker.sync()
    make_durable(staffed)
    take_away(staffed)
    worker.sync()
    assert dict(purges(staffed))[scopes[0]] == 1

    forget_bytes(staffed.database)
    worker.store.clock.moment += timedelta(days=1)
    assert worker.sync().photos == 1

    worker.store.attachments.mark(photo, State.SAFE)
    worker.sync()
    assert not worker.store.attachments.has(photo)
    assert dict(purges(staffed))[scopes[0]] == 0
    assert sealed(worker) == []


def test_photos_of_others_go_with_their_scope(staffed, worker, scopes):
    """Wherever their household lived when they were fetched: it moved since."""
    make_durable(staffed)
    keep = worker.store.attachments.keep_received
    for number, scope in enumerate(scopes):
        edit = records.create("attachment", {"household_id": "h1"}, scope_id=scopes[0])
        (photo,) = worker.store.records.write([edit]).row_ids
        keep(photo, scope, f"theirs {number}".encode())
    worker.sync()
    make_durable(staffed)
    take_away(staffed)

    worker.sync()

    assert list((worker.store.database._folder / FOLDER_NAME).iterdir()) == []
    assert dict(purges(staffed))[scopes[0]] == 0
    with worker.store.database.reading() as connection:
        keys = connection.execute(select(BLOB_KEY.c.scope_id)).scalars().all()
    assert keys == [scopes[1]]


def test_what_comes_back_in_mid_purge_is_whole(staffed, worker, scopes):
    """Half of the rows are gone when the grid is given back: it is filled anew, nothing doubled."""
    make_durable(staffed)
    take_away(staffed)
    worker.store.replica.revoke(scopes[0])
    worker.store.replica.purge_step()
    worker.patch("household", "h2", contact="136")
    give_back(staffed)

    worker.sync()

    assert sorted(row.id for row in worker.store.reading.rows("household")) == ["h1", "h2"]
    assert worker.value("person", "p1", "name") == NAMES[0]
    assert sealed(worker) == []
    assert purges(staffed) == []
    assert worker.store.replica.verify_deep(scopes[0])


def test_a_page_from_before_the_seal_fits_no_later_copy(staffed, worker, scopes):
    """A stale reply after a re-grant names a copy that is gone, and no copy gets its number."""
    replica = worker.store.replica
    # The latest copy: its number is the one that a careless store would give again.
    latest = max(replica.copies(), key=lambda copy: copy.no).scope_id
    asked = replica.cursors([latest])
    stale = worker.engine._client.pull(PullRequest(worker.store.account.client_id, asked))
    replica.revoke(latest)
    while replica.purge_step():
        pass
    replica.grant([latest])

    (fresh,) = replica.cursors([latest])
    assert fresh.gen > asked[0].gen
    applied = replica.apply(stale.scopes[0], stale.epoch)
    assert (applied.stale, replica.cursors([latest])) == (True, [fresh])


@pytest.mark.parametrize("accident", [LOST, REPLY_LOST])
def test_a_lost_confirmation_is_told_again(staffed, worker, scopes, accident):
    """The server counts it once."""
    make_durable(staffed)
    take_away(staffed)
    worker.transport.watch = lambda path: worker.transport.accidents.insert(
        0, accident if path == "/v1/purged" else None
    )
    worker.sync()
    assert sealed(worker) != []
    worker.transport.watch = lambda path: None
    worker.transport.accidents = []
    worker.sync()
    assert dict(purges(staffed))[scopes[0]] == 0
    assert sealed(worker) == []


def test_the_purge_goes_on_after_a_kill(staffed, worker, scopes):
    """Sealed is a fact in the store, whatever was done of it."""
    make_durable(staffed)
    take_away(staffed)
    worker.store.replica.revoke(scopes[0])
    assert [row.id for row in worker.store.reading.rows("household")] == ["h2"]
    worker.store.replica.purge_step()

    worker.sync()

    assert left_of(worker, NAMES) == []
    assert dict(purges(staffed))[scopes[0]] == 0


def test_nothing_is_told_while_the_log_still_holds_it(staffed, worker, scopes):
    """Somebody reads through the whole session: the log stays, and so does the server's doubt."""
    make_durable(staffed)
    take_away(staffed)
    with worker.store.database.writing() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    reads, done = threading.Event(), threading.Event()

    def read():
        with worker.store.database.reading() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM person").fetchall()
            reads.set()
            done.wait()

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        reads.wait()
        try:
            worker.sync()
            assert scopes[0] not in dict(purges(staffed))
            assert worker.store.sealing.scopes() != []
        finally:
            done.set()
        reader.result()

    worker.sync()

    assert dict(purges(staffed))[scopes[0]] == 0
    assert left_of(worker, NAMES) == []
