"""The edit journal: what a damaged store, an ended lease and a lost computer leave of the edits."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import delete

from sync.errors import DiskFull, StoreDamaged
from sync.merge.operation import Op, encode_op
from sync.store import edit_journal, records, vault
from sync.store.account import kept_account
from sync.store.attachments import FOLDER_NAME, State
from sync.store.database import FILE_NAME as STORE
from sync.store.database import READERS, Database
from sync.store.edit_journal import FILE_NAME
from sync.store.edit_return import Found
from sync.store.facts import Grants
from sync.store.header import FILE_NAME as HEADER
from sync.store.rebuilding import AccountGone, NothingToRebuild, rebuild, rebuild_from
from sync.store.store import Store
from sync.store.tables import META
from sync.wire.edit_records import SavedOp, Saving, records_in, sealed_record
from tests.store.test_crash import opened
from tests.support.feed import GRID, Feed
from tests.support.laptops import PASSWORD, TickingClock, account_of, open_store
from tests.support.plaintext import leaks

SERVER = X25519PrivateKey.from_private_bytes(bytes(range(32)))
SCAN = b"%PDF-1.4 scan"
NOTE = "血压138/86,药按时吃"
WAL = f"{STORE}-wal"
SAVINGS = 6


@pytest.fixture
def store(store: Store) -> Store:
    """A profile that heard of its server's key."""
    key = SERVER.public_key().public_bytes_raw()
    store.facts.set_grants(Grants((GRID,), courier_key=key))
    return store


def save(store: Store, count: int = SAVINGS) -> list[str]:
    """Notes, each a saving of its own; their operations."""
    return [
        store.records.write(
            [records.append("note", {"household_id": "h1", "text": f"{NOTE} {n}"}, scope_id=GRID)]
        ).op_ids[0]
        for n in range(count)
    ]


def take_photo(store: Store) -> None:
    """A scan that is nowhere else."""
    sealed = store.attachments.seal("a1", GRID, SCAN)
    fields = {
        "household_id": "h1",
        "size": len(SCAN),
        "sha256": sealed.sha256,
        "media": "application/pdf",
    }
    edit = records.create("attachment", fields, scope_id=GRID, row_id="a1")
    store.records.write([edit], contents=[sealed])


def settled(store: Store, feed: Feed) -> None:
    """No restore of the server loses the edits any more."""
    receipts = [feed.take(op) for op in store.replica.batch(GRID)]
    reply = feed.reply(*receipts)
    reply.lane.durable = len(receipts)
    store.replica.acknowledge(reply)


def save_large(store: Store, count: int) -> list[str]:
    """As :func:`save`, in so many notes of 25 KB."""
    text = NOTE * 1000
    edits = [
        records.append("note", {"household_id": "h1", "text": text}, scope_id=GRID)
        for _ in range(count)
    ]
    return [op_id for edit in edits for op_id in store.records.write([edit]).op_ids]


def waiting(store: Store) -> list[str]:
    """The operations that are not sent, in their order."""
    return [op.op_id for op in store.replica.waiting(GRID)]


def image(folder: Path, target: Path) -> Path:
    """What the disk holds while the profile is open, or after it was closed."""
    shutil.rmtree(target, ignore_errors=True)
    return shutil.copytree(folder, target, ignore=shutil.ignore_patterns("lock", "*-shm"))


def flip(file: Path, at: int, bit: int = 0) -> None:
    """One bit turns over."""
    content = bytearray(file.read_bytes())
    content[at] ^= 1 << bit
    file.write_bytes(content)


def mended(folder: Path) -> Store:
    """The profile, set right where it does not open."""
    try:
        return open_store(folder)
    except StoreDamaged:
        rebuild(folder, vault.unlock(folder, PASSWORD), now=TickingClock().now())
        return open_store(folder)


class TestADamagedStore:
    """Whatever becomes of the database, what was said to be saved is there."""

    def test_commits_that_a_bit_took_out_of_the_log_come_back(self, store, folder, tmp_path):
        """SQLite opens as if they had never been: nothing tells, except the journal."""
        store.database.checkpoint()
        told = save(store)
        cut = image(folder, tmp_path / "image")
        flip(cut / WAL, 32 + 24 + 100)

        with opened(cut) as found:
            assert found.found == Found(again=SAVINGS)
            assert waiting(found) == told
            assert len(found.reading.rows("note")) == SAVINGS
        with opened(cut) as found:
            assert found.found == Found()
            assert waiting(found) == told

    def test_a_store_that_was_set_aside_is_built_anew_with_every_edit(self, store, folder):
        """Nothing is erased; the account and what was not sent are there again."""
        told = save(store)
        account = store.account
        store.close()
        before = (folder / STORE).read_bytes()
        flip(folder / STORE, 5)
        (folder / "examine").touch()
        with pytest.raises(StoreDamaged):
            open_store(folder)

        with_edits = mended(folder)

        assert with_edits.account == account
        assert waiting(with_edits) == told
        assert with_edits.found == Found(again=SAVINGS)
        with_edits.close()
        (aside,) = (folder / "set-aside").iterdir()
        assert len((aside / STORE).read_bytes()) == len(before)

    def test_they_are_shown_once_their_home_is_here_again(self, store, folder, feed):
        """The server's rows come back with the next session, and the edits lie over them."""
        save(store, 2)
        store.records.write([records.patch("household", "h1", {"contact": "13900000000"})])
        store.close()
        (folder / STORE).unlink()

        found = mended(folder)
        found.replica.grant([GRID])
        feed.pull_into(found)

        assert found.reading.find("household", "h1").get("contact") == "13900000000"
        assert len(found.reading.rows("note")) == 2
        found.close()

    def test_photos_that_were_not_sent_open_again(self, store, folder):
        """Their key goes with the record."""
        take_photo(store)
        store.close()
        (folder / STORE).unlink()

        found = mended(folder)

        assert found.attachments.content("a1") == SCAN
        assert len(list((folder / FOLDER_NAME).iterdir())) == 1
        found.close()

    @pytest.mark.parametrize("state", [State.WAITING, State.SENT, State.REFUSED])
    def test_no_photo_that_could_be_lost_is_forgotten(self, store, folder, feed, state):
        """Refused ones wait for a person, sent ones for the server's backup; also where the
        journal had to be written down anew."""
        take_photo(store)
        settled(store, feed)
        store.attachments.mark("a1", state)
        store.close()
        (folder / STORE).unlink()
        with closing(mended(folder)) as found:
            assert found.attachments.content("a1") == SCAN
            settled(found, feed)
            found.attachments.mark("a1", state)
        (folder / FILE_NAME).unlink()
        open_store(folder).close()
        (folder / STORE).unlink()
        with closing(mended(folder)) as found:
            assert found.attachments.content("a1") == SCAN

    def test_a_photo_that_nothing_names_any_more_is_set_aside(self, store, folder):
        """Store and journal are gone: these bytes may be all that is left of it."""
        take_photo(store)
        store.close()
        (sealed,) = (folder / FOLDER_NAME).iterdir()
        (folder / STORE).unlink()
        (folder / FILE_NAME).unlink()

        mended(folder).close()

        assert not sealed.exists()
        assert len(list(folder.glob(f"set-aside/*/{FOLDER_NAME}/{sealed.name}"))) == 1
        (folder / FOLDER_NAME / "left").touch()
        open_store(folder).close()
        assert not list((folder / FOLDER_NAME).iterdir())
        assert len(list(folder.glob(f"set-aside/*/{FOLDER_NAME}/*"))) == 1

    def test_a_photo_of_a_record_that_nobody_can_read_is_set_aside(self, store, folder, tmp_path):
        """A commit and its record are gone, and the store opens as if nothing had been."""
        store.database.checkpoint()
        take_photo(store)
        save(store, 1)
        cut = image(folder, tmp_path / "image")
        (cut / WAL).unlink()
        first = next(records_in(content_of(cut)))
        flip(cut / FILE_NAME, first.end - 1)

        with opened(cut) as found:
            assert found.found == Found(again=1, unreadable=1)

        assert len(list(cut.glob(f"set-aside/*/{FOLDER_NAME}/*"))) == 1

    def test_who_it_is_now_wins_over_who_it_was_at_the_backup(self, store, folder, tmp_path):
        """The server withdrew the former token: a laptop that shows it erases its keys."""
        save(store, 2)
        store.database.copy_to(tmp_path / "former.db")
        told = waiting(store)
        now = account_of("second", "token of now")
        store.begin_again(now)
        told += save(store, 1)
        store.close()
        (folder / STORE).unlink()

        key = vault.unlock(folder, PASSWORD)
        former = tmp_path / "former.db"
        assert rebuild_from(folder, key, former, now=TickingClock().now())

        with closing(open_store(folder)) as found:
            assert found.account == now
            assert waiting(found) == told
            assert [op.seq for op in found.replica.waiting(GRID)] == [1, 2, 3]
        assert kept_account(folder, key) == now

    def test_every_draft_that_a_lost_saving_ended_stays_ended(self, store, folder, tmp_path):
        """The photos of a visit lie in a draft of their own: the next visit would offer them."""
        for key in ("visit:h1", "photos:h1", "note:h2"):
            store.drafts.keep(key, {"text": NOTE})
        store.database.checkpoint()
        note = records.append("note", {"household_id": "h1", "text": NOTE}, scope_id=GRID)
        store.records.write([note], ends_draft="visit:h1", and_drafts=["photos:h1"])
        cut = image(folder, tmp_path / "image")
        (cut / WAL).unlink()

        with opened(cut) as found:
            assert found.found == Found(again=1)
            assert found.drafts.keys() == ["note:h2"]

    def test_a_draft_that_went_to_the_office_goes_there_once(self, store, folder, tmp_path):
        """Its scope is taken away again by the next session."""
        store.drafts.keep("visit:h1", {"text": NOTE})
        store.database.checkpoint()
        store.replica.revoke(GRID)
        told = waiting(store)
        cut = image(folder, tmp_path / "image")
        (cut / WAL).unlink()

        with opened(cut) as found:
            assert found.drafts.keys() == []
            found.replica.revoke(GRID)
            assert waiting(found) == told

    def test_a_whole_store_is_never_built_anew(self, store, folder):
        """Somebody's work is in it."""
        save(store, 1)
        store.close()

        with pytest.raises(NothingToRebuild):
            rebuild(folder, vault.unlock(folder, PASSWORD), now=TickingClock().now())

    def test_without_the_account_beside_it_nothing_is_changed(self, store, folder):
        """A code from IT is needed then."""
        store.close()
        (folder / STORE).unlink()
        (folder / "account.sealed").unlink()

        with pytest.raises(AccountGone):
            rebuild(folder, vault.unlock(folder, PASSWORD), now=TickingClock().now())


def journal_end(content: bytes) -> int:
    """Where its last record ends; behind it is room for the next."""
    return max(record.end for record in records_in(content))


class TestTheFile:
    """A file that others may cut off, spoil or take away."""

    def test_cut_off_anywhere_it_is_written_down_anew(self, store, folder, tmp_path):
        """The store has all of it; and both together hold for the next damage."""
        told = save(store, 2)
        store.close()
        content = (folder / FILE_NAME).read_bytes()[: journal_end_of(folder)]
        key = vault.unlock(folder, PASSWORD)

        for length in range(0, len(content), 61):
            place = image(folder, tmp_path / "cut")
            (place / FILE_NAME).write_bytes(content[:length])
            with opened_with(place, key) as found:
                assert found.found.again == 0
                assert waiting(found) == told
            assert ops_in(place, key) == set(told)

    def test_cut_at_every_byte_the_records_before_the_cut_are_whole(self, store, folder):
        """Reading it never fails, and never gives half an edit."""
        save(store, 2)
        store.close()
        content = (folder / FILE_NAME).read_bytes()[: journal_end_of(folder)]
        key = vault.unlock(folder, PASSWORD).derive("journal")
        ends = [record.end for record in records_in(content)]

        for length in range(len(content) + 1):
            whole = [one for one in records_in(content[:length]) if one.for_profile(key)]
            assert [one.end for one in whole] == [end for end in ends if end <= length]

    def test_every_bit_of_a_record_is_covered(self, store, folder):
        """A changed record is none: neither the profile nor the server reads anything in it."""
        save(store, 1)
        store.close()
        content = (folder / FILE_NAME).read_bytes()
        key = vault.unlock(folder, PASSWORD).derive("journal")
        (record,) = records_in(content)
        for at in range(record.start, record.end):
            spoilt = bytearray(content)
            spoilt[at] ^= 1 << at % 8
            for one in records_in(bytes(spoilt)):
                assert one.for_profile(key) is None
                assert one.for_server(SERVER) is None

    def test_records_behind_a_spoilt_one_are_read(self, store, folder, tmp_path):
        """And the one that is gone in both places is counted, not passed over."""
        store.database.checkpoint()
        told = save(store, 3)
        cut = image(folder, tmp_path / "image")
        (cut / WAL).unlink()
        second = list(records_in((cut / FILE_NAME).read_bytes()))[1]
        flip(cut / FILE_NAME, second.end - 1)

        with opened(cut) as found:
            assert found.found == Found(again=2, unreadable=1)
            assert waiting(found) == [told[0], told[2]]

    def test_the_last_one_spoilt_in_both_places_is_told_too(self, store, folder, tmp_path):
        """Its number alone would not tell."""
        store.database.checkpoint()
        save(store, 2)
        cut = image(folder, tmp_path / "image")
        (cut / WAL).unlink()
        last = list(records_in((cut / FILE_NAME).read_bytes()))[1]
        flip(cut / FILE_NAME, last.start + 3)

        with opened(cut) as found:
            assert found.found == Found(again=1, unreadable=1)

    def test_without_it_what_waits_is_written_down(self, store, folder):
        """So it begins for a profile of an earlier version."""
        told = save(store, 2)
        store.close()
        (folder / FILE_NAME).unlink()

        open_store(folder).close()

        assert ops_in(folder, vault.unlock(folder, PASSWORD)) == set(told)

    def test_a_store_without_a_mark_is_written_down(self, store, folder):
        """It comes from a version that had no journal; what waits must outlive its store."""
        told = save(store, 2)
        forget_mark(store)
        store.close()
        (folder / FILE_NAME).unlink()

        open_store(folder).close()
        assert ops_in(folder, vault.unlock(folder, PASSWORD)) == set(told)

        (folder / STORE).unlink()
        found = mended(folder)
        assert waiting(found) == told
        found.close()

    def test_a_full_disk_refuses_the_saving_and_not_its_record(self, store, folder):
        """It takes a part of what it is given. Nothing is saved then, in neither of the two."""
        save_large(store, 12)
        store.database.checkpoint()
        size = (folder / FILE_NAME).stat().st_size

        with most_bytes(size + 976), pytest.raises(DiskFull):
            save_large(store, 9)
        told = waiting(store)
        later = save_large(store, 2)

        assert waiting(store) == [*told, *later]
        store.close()
        assert ops_in(folder, vault.unlock(folder, PASSWORD)) == {*told, *later}

    def test_half_a_record_is_none(self, store, folder):
        """The room that was kept for it was cut off; the next one holds both."""
        first = save_large(store, 8)
        store.database.checkpoint()
        end = journal_end_of(folder)
        os.truncate(folder / FILE_NAME, end)

        with most_bytes(end + 200):
            second = save(store, 1)
        assert ops_in(folder, vault.unlock(folder, PASSWORD)) == set(first)
        third = save(store, 1)

        assert ops_in(folder, vault.unlock(folder, PASSWORD)) == {*first, *second, *third}

    def test_the_front_of_a_record_alone_is_none(self, store, folder, tmp_path):
        """A kill leaves it, with the room for the rest behind it: the store has it, so it is
        written down again."""
        told = save(store, 2)
        cut = image(folder, tmp_path / "image")
        last = list(records_in(content_of(cut)))[1]
        with (cut / FILE_NAME).open("r+b") as file:
            file.seek(last.end - len(last.sealed))
            file.write(bytes(len(last.sealed)))

        with opened(cut) as found:
            assert found.found == Found()

        assert ops_in(cut, vault.unlock(folder, PASSWORD)) == set(told)

    def test_a_record_that_the_disk_refused_comes_with_the_next(self, store, folder, monkeypatch):
        """The store has it; the journal catches up."""

        def refuses(handle):
            raise OSError(5, "input/output error")

        monkeypatch.setattr(edit_journal, "_on_disk", refuses)
        first = save(store, 1)
        monkeypatch.undo()
        second = save(store, 1)
        store.close()

        assert ops_in(folder, vault.unlock(folder, PASSWORD)) == {*first, *second}

    def test_a_busy_store_does_not_call_saved_work_lost(self, store, folder, monkeypatch):
        """The journal is behind, and what waits cannot be read just now: later then."""

        def refuses(handle):
            raise OSError(5, "input/output error")

        with monkeypatch.context() as broken:
            broken.setattr(edit_journal, "_on_disk", refuses)
            told = save(store, 1)
        with nobody_reads(store.database):
            told += save(store, 1)
        assert waiting(store) == told
        told += save(store, 1)

        assert ops_in(folder, vault.unlock(folder, PASSWORD)) == set(told)


ODD_NOTE = SavedOp(
    "odd",
    GRID,
    encode_op(
        Op(
            "odd",
            1,
            "append",
            "note",
            "n9",
            {"household_id": (None, "h1"), "text": (None, {"a": 1})},
        )
    ),
)
"""What no version of ours writes, and no column takes."""


class TestAnOpeningThatFails:
    """Nothing that the journal holds shuts a profile."""

    def test_an_edit_that_cannot_be_shown_keeps_nobody_out(self, store, folder, tmp_path):
        """It waits for the server, and the others are shown."""
        store.database.checkpoint()
        told = save(store, 2)
        cut = image(folder, tmp_path / "image")
        (cut / WAL).unlink()
        add_record(cut, vault.unlock(folder, PASSWORD), number=3, op=ODD_NOTE)

        with opened(cut) as found:
            assert found.found == Found(again=3, unshown=1)
            assert waiting(found) == [*told, ODD_NOTE.op_id]
            assert len(found.reading.rows("note")) == 2
            told += save(found, 1)
        with opened(cut) as found:
            assert found.found == Found()
            assert len(found.reading.rows("note")) == 3

    def test_a_full_disk_lets_the_profile_go(self, store, folder, tmp_path):
        """There is no room for what the journal has; with some it opens, with all of it."""
        store.database.checkpoint()
        told = save_large(store, 2)
        cut = image(folder, tmp_path / "image")
        (cut / WAL).unlink()

        with most_bytes(40_000), pytest.raises(DiskFull) as refused, opened(cut):
            pass

        assert refused.value.code  # Its trace holds whatever the failed opening held.
        with opened(cut) as found:
            assert waiting(found) == told


class TestWhoReadsIt:
    """The profile and its server, and nobody else."""

    def test_the_server_reads_what_the_laptop_cannot_open_any_more(self, store, folder):
        """Its lease is over, its keys are erased, its person forgot the password."""
        told = save(store, 2)
        store.close()
        (folder / HEADER).unlink()

        found = [one.for_server(SERVER) for one in records_in((folder / FILE_NAME).read_bytes())]

        assert [op.op_id for saving in found for op in saving.ops] == told
        assert {saving.client for saving in found} == {"client"}

    def test_another_server_and_another_profile_read_nothing(self, store, folder):
        """Nor does anybody who finds it."""
        save(store, 1)
        store.close()
        (record,) = records_in((folder / FILE_NAME).read_bytes())

        assert record.for_server(X25519PrivateKey.generate()) is None
        assert record.for_profile(bytes(32)) is None
        assert leaks(folder, [NOTE, "household_id"]) == []


class TestTrimming:
    """Nothing stays longer than it is needed."""

    def test_what_the_server_cannot_lose_any_more_goes(self, store, folder, feed):
        """Receipts alone are not enough: a restored server may miss what it acknowledged."""
        told = save(store, 3)
        key = vault.unlock(folder, PASSWORD)
        receipts = [feed.take(op) for op in store.replica.batch(GRID)[:2]]
        store.replica.acknowledge(feed.reply(*receipts))
        store.journal.trim()
        assert ops_in(folder, key) == set(told)

        reply = feed.reply(*receipts)
        reply.lane.durable = 2
        store.replica.acknowledge(reply)
        feed.pull_into(store)
        store.journal.trim()

        assert ops_in(folder, key) == {told[2]}
        store.close()
        with opened(folder) as again:
            assert again.found == Found()
            later = save(again, 1)
        assert ops_in(folder, key) == {told[2], *later}

        (folder / STORE).unlink()
        with closing(mended(folder)) as found:
            # What was let go is at the server, and nothing is missing.
            assert found.found == Found(again=2)


class TestAScopeThatWasTakenAway:
    """Whoever took it away is told that it is gone: then no file has its words."""

    @pytest.fixture
    def others(self, store, feed):
        """What waits in another scope: before the edits of this one, beside them and after them.
        All that this one's server has is durable, and the scope is not ours any more."""
        other = Feed("grid:second")
        other.put("household", "h2", contact="13700001024")
        other.pull_into(store)
        notes = [
            records.append("note", {"household_id": home, "text": NOTE}, scope_id=scope)
            for home, scope in (("h1", GRID), ("h2", "grid:second"))
        ]
        written = [store.records.write(some).op_ids for some in (notes[1:], notes, notes)]
        receipts = [feed.take(op) for op in store.replica.batch(GRID)]
        feed.durable = len(receipts)
        store.replica.acknowledge(feed.reply(*receipts))
        store.replica.revoke(GRID)
        return [op_ids[-1] for op_ids in written]

    def test_its_words_leave_the_journal_before_that_is_told(self, store, folder, others):
        """Also from between the records of others, and out of their records."""
        assert purged(store) == [GRID]

        assert ops_in(folder, vault.unlock(folder, PASSWORD)) == set(others)
        for record in records_in(content_of(folder)):
            assert all(op.scope_id != GRID for op in record.for_server(SERVER).ops)

    def test_what_is_left_still_comes_back(self, store, folder, others):
        """And nothing counts as lost."""
        purged(store)
        store.close()
        (folder / STORE).unlink()

        found = mended(folder)

        assert found.found == Found(again=3)
        assert [op.op_id for op in found.replica.waiting("grid:second")] == others
        found.close()

    def test_nothing_is_told_while_the_disk_refuses(self, store, folder, others):
        """The next session tries again."""
        (folder / f"{FILE_NAME}.new").mkdir()
        assert purged(store) == []
        (folder / f"{FILE_NAME}.new").rmdir()

        assert purged(store) == [GRID]
        assert ops_in(folder, vault.unlock(folder, PASSWORD)) == set(others)


@contextmanager
def most_bytes(limit: int) -> Iterator[None]:
    """No file grows beyond it, as on a disk that is full."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def nobody_reads(database: Database) -> Iterator[None]:
    """Every connection that reads is taken, and who waits for one gives up at once."""
    pool = database._readers.pool
    patience, pool._timeout = pool._timeout, 0
    with ExitStack() as held:
        for _ in range(2 * READERS):
            held.enter_context(database._readers.connect())
        yield
    pool._timeout = patience


def forget_mark(store: Store) -> None:
    """As a version without a journal left it."""
    with store.database.writing() as connection:
        connection.execute(delete(META).where(META.c.key == edit_journal._MARK))


def add_record(folder: Path, key: vault.Key, number: int, op: SavedOp) -> None:
    """Write a record behind the others of a profile that is closed."""
    saving = Saving("client", (op,))
    raw = sealed_record(saving, number, key.derive("journal"), b"", bytes(range(64)))
    end = journal_end_of(folder)
    with (folder / FILE_NAME).open("r+b") as file:
        file.seek(end)
        file.write(raw)


def purged(store: Store) -> list[str]:
    """Purge what may be purged; the scopes that the server is to hear of."""
    while store.replica.purge_step():
        pass
    return [one.scope_id for one in store.sealing.purge()]


def journal_end_of(folder: Path) -> int:
    """The same, of a profile."""
    return journal_end((folder / FILE_NAME).read_bytes())


def ops_in(folder: Path, key: vault.Key) -> set[str]:
    """The operations that a profile's journal holds."""
    found = (one.for_profile(key.derive("journal")) for one in records_in(content_of(folder)))
    return {op.op_id for saving in found if saving for op in saving.ops}


def content_of(folder: Path) -> bytes:
    """All of it."""
    return (folder / FILE_NAME).read_bytes()


class opened_with:  # noqa: N801  # A context, as its neighbours.
    """A profile opened by its key: no password to stretch each time."""

    def __init__(self, folder: Path, key: vault.Key) -> None:
        clock = TickingClock()
        self.store = Store.open_with(folder, key, clock=clock, minter=records.Minter(now=clock.now))

    def __enter__(self) -> Store:
        return self.store

    def __exit__(self, *_: object) -> None:
        self.store.close()
