"""A first sync by the parts of a snapshot: whole, resumed, refused to strangers, never wrong."""

import gzip
from hashlib import sha256

import msgspec
import pytest
from sqlalchemy import select

from sync.errors import ServerUnreachable
from sync.merge.operation import OpKind
from sync.progress import Cancelled
from sync.schema.canonical import encode_body
from sync.server import snapshots
from sync.server.tables import PART, SNAPSHOT
from sync.store import feed
from sync.store.tables import FILLING
from sync.wire.messages import PullReply, PullRequest, ScopeCursor, Snapshot
from tests.support.laptops import LOST, Accident, Killed, engine_for, open_store

VISITS = 120


@pytest.fixture
def small(monkeypatch):
    """Snapshots for a grid of a few dozen rows, in many small parts."""
    monkeypatch.setattr(snapshots, "MOST_BEHIND", 40)
    monkeypatch.setattr(snapshots, "LEAST_ROWS", 20)
    monkeypatch.setattr(snapshots, "SECTION_BYTES", 600)
    monkeypatch.setattr(snapshots, "PART_BYTES", 2_000)


@pytest.fixture
def filled(staffed, grid, small):
    """The server with a household and its visits in the grid; one of them was taken away again."""
    probe = staffed.enroll("chenxiaohe", "probe")
    made = [probe.op(grid, OpKind.CREATE, "household", "h1", contact="13800001024")]
    made += [
        probe.op(
            grid,
            OpKind.APPEND,
            "visit",
            f"v{number:03}",
            household_id="h1",
            started_at=f"2026-11-01T02:{number // 60:02}:{number % 60:02}Z",
            result="met",
            note=f"第{number}次",
        )
        for number in range(VISITS)
    ]
    made += [probe.op(grid, OpKind.CREATE, "note", "n1", household_id="h1", text="走了")]
    assert {one.outcome for one in probe.push(grid, *made).outcomes} == {"applied"}
    return staffed


def in_step(made, grid):
    """The copy sums up to what the server says, from its stored rows."""
    replica = made.store.replica
    (state,) = (one for one in made.store.reading.scopes() if one.scope_id == grid)
    return state.ready and replica.verify_deep(grid)


def paths(made):
    """What is asked for from now on."""
    asked = []
    made.transport.watch = asked.append
    return asked


def parts_asked(asked):
    return [path for path in asked if path.startswith("/v1/snapshot/")]


def offer_of(server, grid, **other):
    """What the server offers of the grid, kept with ``other`` values from now on."""
    probe = server.enroll("mengxue", "probe")
    asked = PullRequest(probe.client_id, [ScopeCursor(grid)], snapshots=True)
    offer = probe.post("/v1/pull", asked).read_as(PullReply).scopes[0].snapshot
    told = msgspec.json.encode(msgspec.structs.replace(offer, **other)).decode()
    with server.database.write() as connection:
        where = (SNAPSHOT.c.scope_id == grid, SNAPSHOT.c.rev == offer.rev)
        connection.execute(SNAPSHOT.update().where(*where).values(offer=told))
    return offer


class TestFirstSync:
    """What a laptop that begins gets."""

    def test_it_brings_the_whole_scope_in_parts(self, filled, worker, grid):
        """And the next session asks for nothing more."""
        asked = paths(worker)
        report = worker.sync()

        assert len(parts_asked(asked)) > 3
        assert report.pulled >= VISITS
        assert in_step(worker, grid)
        assert worker.sync().requests == 1

    def test_what_came_after_the_snapshot_follows_by_the_feed(self, filled, worker, clerk, grid):
        """Changed, added and removed rows; the snapshot serves the next laptop too."""
        worker.sync()
        worker.patch("household", "h1", contact="13800009999")
        worker.append("visit", grid, household_id="h1", started_at="2026-11-20T02:00:00Z")
        worker.sync()

        asked = paths(clerk)
        clerk.sync()

        assert parts_asked(asked)
        assert clerk.value("household", "h1", "contact") == "13800009999"
        assert in_step(clerk, grid)
        assert clerk.store.replica.server_rows(grid) == worker.store.replica.server_rows(grid)

    def test_it_is_shown_with_its_last_part(self, filled, worker, grid):
        """The digest came with the offer: nothing is asked for after that."""
        asked = paths(worker)
        worker.sync()

        assert asked.count("/v1/pull") == 1
        assert asked.index("/v1/pull") < asked.index(parts_asked(asked)[0])
        assert in_step(worker, grid)

    def test_one_far_behind_is_filled_on_before_it_is_shown(
        self, filled, worker, clerk, grid, monkeypatch
    ):
        """Shown at once it would be filled anew: the same parts would come twice."""
        worker.sync()
        for day in range(10, 16):
            worker.append("visit", grid, household_id="h1", started_at=f"2026-11-{day}T02:00:00Z")
        worker.sync()
        monkeypatch.setattr(feed, "MOST_PROMOTED", 3)

        asked = paths(clerk)
        clerk.sync()

        assert len(parts_asked(asked)) == len(set(parts_asked(asked))) > 1
        assert in_step(clerk, grid)
        assert clerk.store.replica.server_rows(grid) == worker.store.replica.server_rows(grid)

    @pytest.mark.parametrize("digest", ["", "0" * 32])
    def test_without_a_digest_that_fits_the_feed_decides(self, filled, worker, grid, digest):
        """An older server offers none; then the copy is compared at the end of its feed."""
        offer_of(filled, grid, digest=digest)
        asked = paths(worker)
        worker.sync()

        assert asked.count("/v1/pull") == 2
        assert in_step(worker, grid)

    def test_what_is_shown_stays_until_the_feed_is_at_its_end(self, filled, worker, clerk, grid):
        """A copy that is filled anew goes back behind nothing that was seen already."""
        worker.sync()
        worker.patch("household", "h1", contact="13800009999")
        worker.sync()
        replica, seen = worker.store.replica, []
        replica.refill(grid)

        def look(step, so_far, in_all):
            seen.append(worker.value("household", "h1", "contact"))

        worker.engine.run(look)

        assert set(seen) == {"13800009999"}
        assert in_step(worker, grid)

    def test_due_dates_are_there_when_it_ends(self, filled, worker, grid):
        """None is left to do."""
        probe = filled.enroll("chenxiaohe", "home")
        lives = {"household_id": "h1", "person_id": "p1", "status": "living"}
        person = probe.op(grid, OpKind.CREATE, "person", "p1", household_id="h1", name="王秀英")
        probe.push(grid, person, probe.op(grid, OpKind.CREATE, "residency", "r1", **lives))
        worker.sync()

        due = worker.store.reading.due_of("h1")
        assert due is not None
        assert due.last_visit_at is not None
        assert not worker.store.dues.refresh()

    def test_progress_counts_up_to_all_rows(self, filled, worker, grid):
        """A person sees how much is left."""
        seen = []
        worker.engine.run(lambda step, so_far, in_all: seen.append((so_far, in_all)))

        counted = [so_far for so_far, in_all in seen if in_all == VISITS + 2]
        assert counted == sorted(counted)
        assert len(counted) > 3
        assert counted[-1] == VISITS + 2


class TestResume:
    """Whatever is in stays in."""

    @pytest.mark.parametrize("after", [1, 2, 4])
    def test_killed_anywhere_it_goes_on_with_the_next_part(
        self, filled, worker, grid, after, tmp_path
    ):
        """Hello, pull, then parts: the one that was lost is asked for again, none before it."""
        worker.transport.accidents = [None, None, *[None] * after, Accident(Killed())]
        with pytest.raises(Killed):
            worker.sync()

        worker.store.close()
        store = worker.store = open_store(tmp_path / "worker")
        engine, transport = engine_for(store)
        asked = []
        transport.watch = asked.append
        engine.run()

        assert parts_asked(asked)[0].endswith(f"/{after}")
        assert in_step(worker, grid)

    def test_a_kill_within_a_part_leaves_no_row_twice(self, filled, worker, grid, monkeypatch):
        """Each section counts in the transaction that brings it in."""
        moments = iter(range(10_000))
        replica = worker.store.replica
        replica._monotonic = lambda: next(moments)  # Every section is a turn of its own.
        bring_in, calls = replica._database.filling, []

        def dying(**brief):
            if brief:  # Due dates, beside it.
                return bring_in(**brief)
            calls.append(1)
            if len(calls) == 7:
                raise Killed
            return bring_in()

        monkeypatch.setattr(replica._database, "filling", dying)
        with pytest.raises(Killed):
            worker.sync()
        monkeypatch.setattr(replica._database, "filling", bring_in)
        copies = {copy.no for copy in replica.copies()}

        worker.sync()
        assert in_step(worker, grid)
        assert {copy.no for copy in replica.copies()} == copies, "none was summed up wrongly"

    def test_cancelling_keeps_what_came(self, filled, worker, grid):
        """The next session fetches the rest."""

        def stop(step, so_far, in_all):
            if in_all == VISITS + 2 and so_far > 20:
                raise Cancelled

        with pytest.raises(Cancelled):
            worker.engine.run(stop)
        with worker.store.database.reading() as connection:
            assert connection.execute(FILLING.select()).one().rows > 20

        asked = paths(worker)
        worker.sync()
        assert not any(path.endswith("/0") for path in parts_asked(asked))
        assert in_step(worker, grid)

    def test_a_lost_reply_is_asked_for_again(self, filled, worker, grid):
        """In the same session."""
        worker.transport.accidents = [None, None, None, LOST]

        worker.sync()
        assert in_step(worker, grid)

    def test_a_snapshot_that_is_gone_is_replaced(self, filled, worker, grid):
        """The copy begins anew with the next one that is offered."""
        worker.transport.accidents = [None, None, None, Accident(Killed())]
        with pytest.raises(Killed):
            worker.sync()
        with filled.database.write() as connection:
            connection.execute(PART.delete())
            connection.execute(SNAPSHOT.delete())

        worker.sync()
        assert in_step(worker, grid)


class TestDamage:
    """What is not right is not kept."""

    def test_a_flipped_bit_is_not_brought_in(self, filled, worker, grid):
        """Neither is anything shown."""
        worker.transport.accidents = [None, None, Accident(Killed())]
        with pytest.raises(Killed):
            worker.sync()
        with filled.database.write() as connection:
            query = select(PART.c.number, PART.c.packed).order_by(PART.c.number).limit(1)
            (number, packed) = connection.execute(query).one()
            bent = bytes(packed[:-3]) + bytes([packed[-3] ^ 1]) + bytes(packed[-2:])
            connection.execute(PART.update().where(PART.c.number == number).values(packed=bent))

        with pytest.raises(ServerUnreachable):
            worker.sync()
        assert worker.store.reading.find("household", "h1") is None

    def test_a_snapshot_with_a_wrong_row_never_shows(self, filled, worker, grid):
        """The laptop sums up what it stored; the next try reads row by row, and is right."""
        offer = offer_of(filled, grid)
        with filled.database.write() as connection:
            part = connection.execute(PART.select().where(PART.c.number == 0)).one()
            text = gzip.decompress(part.packed).replace(b"13800001024", b"13800001025")
            packed = gzip.compress(text)
            offer.parts[0] = sha256(packed).hexdigest()
            where = (PART.c.scope_id == grid, PART.c.number == 0)
            connection.execute(PART.update().where(*where).values(packed=packed))
        offer_of(filled, grid, parts=offer.parts)

        worker.sync()

        assert worker.value("household", "h1", "contact") == "13800001024"
        assert in_step(worker, grid)


class TestNewerFields:
    """A newer laptop's field reaches an older one through an older server, and stays."""

    @pytest.mark.parametrize("snapshot", [True, False])
    def test_it_is_kept_and_counted(self, filled, worker, grid, snapshot, monkeypatch):
        """The server labels its rows with its own version: nobody can go by that."""
        newer = filled.enroll("mengxue", "newer")
        newer.push(grid, newer.op(grid, OpKind.PATCH, "household", "h1", solar="屋顶3千瓦"))
        if not snapshot:
            monkeypatch.setattr(snapshots, "MOST_BEHIND", 10_000)
        asked = paths(worker)

        worker.sync()

        assert bool(parts_asked(asked)) == snapshot
        assert worker.value("household", "h1", "solar") == "屋顶3千瓦"
        assert in_step(worker, grid)
        worker.patch("household", "h1", contact="13800009999")
        worker.sync()
        assert worker.value("household", "h1", "solar") == "屋顶3千瓦"
        assert in_step(worker, grid)


class TestServer:
    """Who gets what."""

    def offered(self, probe, grid) -> Snapshot | None:
        asked = PullRequest(probe.client_id, [ScopeCursor(grid)], snapshots=True)
        page = probe.post("/v1/pull", asked).read_as(PullReply).scopes[0]
        assert not (page.snapshot and page.rows)
        return page.snapshot

    def test_one_snapshot_serves_everybody(self, filled, grid):
        """Until it is old; then another is made, and no more than two are kept."""
        probe = filled.enroll("chenxiaohe", "one")
        first = self.offered(probe, grid)
        assert first.rows == VISITS + 2
        assert self.offered(filled.enroll("mengxue", "two"), grid) == first

        revs = [first.rev]
        for turn in range(3):
            ops = [
                probe.op(grid, OpKind.CREATE, "note", f"n{turn}-{n}", household_id="h1", text="好")
                for n in range(41)
            ]
            probe.push(grid, *ops)
            revs.append(self.offered(probe, grid).rev)

        assert revs == sorted(set(revs))
        with filled.database.read() as connection:
            assert sorted(connection.execute(select(SNAPSHOT.c.rev)).scalars()) == revs[-2:]
            parts = connection.execute(select(PART.c.rev)).scalars()
            assert set(parts) == set(revs[-2:])

    def test_a_stranger_gets_no_part(self, filled, grid):
        """Permission is asked for each part, and an answer tells nothing."""
        offer = self.offered(filled.enroll("mengxue", "desk"), grid)
        filled.add_user("other", "grid_worker", "第1网格")
        stranger = filled.enroll("other", "laptop")

        path = f"/v1/snapshot/{grid}/{offer.rev}/0"
        refused = stranger.get(path)
        missing = stranger.get(f"/v1/snapshot/{grid}/999/0")
        assert refused.status == missing.status == 404
        assert refused.body == missing.body
        assert filled.request("GET", path).status == 401

    def test_a_part_goes_on_where_it_broke_off(self, filled, grid):
        """``Range`` saves the bytes that came already."""
        probe = filled.enroll("mengxue", "desk")
        offer = self.offered(probe, grid)
        path = f"/v1/snapshot/{grid}/{offer.rev}/0"
        whole = probe.get(path)
        rest = filled.request(
            "GET", path, token=probe.enrolled.token, headers={"Range": "bytes=100-"}
        )

        assert sha256(whole.body).hexdigest() == offer.parts[0]
        assert rest.status == 206
        assert rest.body == whole.body[100:]
        assert rest.headers["content-range"] == f"bytes 100-{len(whole.body) - 1}/{len(whole.body)}"

    def test_a_laptop_that_knows_no_snapshots_reads_the_feed(self, filled, grid):
        """An older app asks without the word."""
        probe = filled.enroll("mengxue", "desk")
        asked = PullRequest(probe.client_id, [ScopeCursor(grid)])
        page = probe.post("/v1/pull", asked).read_as(PullReply).scopes[0]

        assert page.snapshot is None
        assert len(page.rows) == VISITS + 2

    def test_the_rows_are_the_feeds_byte_for_byte(self, filled, grid):
        """One kind to a section, in the order of the revisions."""
        probe = filled.enroll("mengxue", "desk")
        offer = self.offered(probe, grid)
        found = {}
        for number in range(len(offer.parts)):
            packed = probe.get(f"/v1/snapshot/{grid}/{offer.rev}/{number}").body
            for line in gzip.decompress(packed).splitlines():
                type_, rows = msgspec.json.decode(line)
                assert [row[1] for row in rows] == sorted(row[1] for row in rows)
                found |= {(type_, row[0]): (row[1], row[2], encode_body(row[3])) for row in rows}

        rows = probe.pull(ScopeCursor(grid)).scopes[0].rows
        assert found == {(row[0], row[1]): (row[2], row[3], bytes(row[4]).decode()) for row in rows}
