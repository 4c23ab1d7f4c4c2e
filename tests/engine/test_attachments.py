"""Photos: the record travels first, the bytes follow, and nothing here goes before it is safe."""

from errno import ENOSPC
from hashlib import sha256
from shutil import rmtree

import pytest

from desktop.services.photos import Photos
from sync.engine.blobs import MOST_ASKED
from sync.errors import AttachmentDamaged
from sync.progress import Cancelled
from sync.schema.attachment import PART_BYTES
from sync.store import records
from sync.store.attachments import FOLDER_NAME, State
from tests.support.laptops import LOST, REPLY_LOST, open_store
from tests.support.photos import PHOTO, attach, fetched, forget_bytes, telling


@pytest.fixture
def folder(tmp_path):
    """The folder of the worker's profile."""
    return tmp_path / "worker"


def state_of(laptop):
    """The state at which the only photo stands."""
    (state,) = (state for state, count in laptop.store.attachments.states().items() if count)
    return state


class TestOnTheWay:
    """From one laptop to another, over a line that fails."""

    def test_bytes_follow_the_record_and_reach_the_desk(self, worker, clerk, grid, household):
        """``ready`` comes once the server proved the hash."""
        photo = attach(worker, grid, household)

        report = worker.sync()
        clerk.sync()

        assert report.photos == 1
        assert state_of(worker) is State.SENT
        assert clerk.value("attachment", photo, "ready") is True
        assert fetched(clerk, photo) == PHOTO

    def test_the_record_is_known_before_its_bytes_are_there(self, worker, clerk, grid, household):
        """And says so: a photo that is still on somebody's laptop is not offered."""
        photo = attach(worker, grid, household)
        worker.transport.watch = lambda path: stop_at(path, "/v1/blobs/")

        with pytest.raises(Cancelled):
            worker.sync()
        clerk.sync()

        assert clerk.value("attachment", photo, "sha256") == sha256(PHOTO).hexdigest()
        assert not clerk.value("attachment", photo, "ready")

    @pytest.mark.parametrize("accident", [LOST, REPLY_LOST])
    @pytest.mark.parametrize("request_number", range(1, 5))
    def test_a_lost_part_is_sent_again_alone(
        self, worker, clerk, grid, household, accident, request_number
    ):
        """Whichever request is lost, the bytes arrive whole."""
        photo = attach(worker, grid, household)
        worker.transport.watch = lambda path: stop_at(path, "/v1/blobs/")
        with pytest.raises(Cancelled):
            worker.sync()
        worker.transport.watch = lambda path: None
        worker.transport.accidents = [None] * request_number + [accident]

        worker.sync()
        worker.sync()
        clerk.sync()

        assert fetched(clerk, photo) == PHOTO

    def test_a_kill_between_two_parts_resumes_with_the_missing_ones(self, worker, grid, household):
        """What arrived is not sent again."""
        attach(worker, grid, household)
        sent = []
        worker.transport.watch = lambda path: sent.append(path) or stop_at(path, "/2")
        with pytest.raises(Cancelled):
            worker.sync()
        sent.clear()
        worker.transport.watch = lambda path: sent.append(path) or None

        assert worker.sync().photos == 1
        assert [path[-2:] for path in sent if path.startswith("/v1/blobs/")][1:] == ["/2"]

    def test_a_photo_that_does_not_get_through_stops_no_news(self, worker, grid, household, folder):
        """Text first, and a broken photo never keeps a session from its end."""
        photo = attach(worker, grid, household)
        worker.store.attachments.mark(photo, State.WAITING)
        file = next((folder / FOLDER_NAME).iterdir())
        file.write_bytes(b"damaged")

        report = worker.sync()

        assert report.photos == 0
        assert report.photos_waiting == 1
        assert report.pending == 0

    def test_a_full_disk_keeps_nobody_from_looking(
        self, worker, clerk, grid, household, monkeypatch
    ):
        """What cannot be kept here is on the server, and is shown all the same."""
        photo = attach(worker, grid, household)
        worker.sync()
        clerk.sync()
        monkeypatch.setattr("os.fsync", full)
        photos = Photos(clerk.store, clerk.store.clock, lambda record: fetched(clerk, record.id))

        assert photos.content(clerk.store.reading.find("attachment", photo)) == PHOTO
        assert not clerk.store.attachments.has(photo)


class TestProof:
    """Law 18: ready means that the hash matches; local bytes go only when they are safe."""

    def test_bytes_with_another_hash_are_never_ready(self, worker, clerk, grid, household):
        """All parts came and are not what the record says: a person has to look."""
        photo = attach(worker, grid, household, claimed=sha256(b"another").hexdigest())

        worker.sync()
        clerk.sync()

        assert state_of(worker) is State.REFUSED
        assert not clerk.value("attachment", photo, "ready")

    def test_a_file_that_is_no_photo_is_never_ready(self, worker, clerk, grid, household):
        """The record may call a program a picture; its first bytes tell."""
        photo = attach(worker, grid, household, content=b"MZ" + b"\0" * 100)

        worker.sync()
        clerk.sync()

        assert state_of(worker) is State.REFUSED
        assert not clerk.value("attachment", photo, "ready")

    def test_bytes_stay_here_until_the_server_can_no_longer_lose_them(
        self, worker, grid, household
    ):
        """A folder on one machine is not safe: only a backup makes it so."""
        photo = attach(worker, grid, household)
        worker.sync()

        assert not worker.store.attachments.release(photo)
        assert worker.store.attachments.content(photo) == PHOTO

        worker.store.attachments.mark(photo, State.SAFE)
        assert worker.store.attachments.release(photo)
        assert not worker.store.attachments.has(photo)

    def test_what_a_restored_server_lost_is_sent_again(
        self, worker, clerk, grid, household, server
    ):
        """Asked once a day: what is not there any more waits again, and goes."""
        photo = attach(worker, grid, household)
        worker.sync()
        forget_bytes(server.database)

        worker.store.facts.set_photos_asked("")
        assert worker.sync().photos == 1
        clerk.sync()

        assert fetched(clerk, photo) == PHOTO

    def test_a_picture_that_was_written_anew_is_sent_as_it_was_once_more(
        self, worker, clerk, grid, household, tmp_path
    ):
        """The server lost its folder, and nobody has what lay there: the laptop has what it
        took, which is longer."""
        photo = attach(worker, grid, household, content=telling() + b"a film" * PART_BYTES)
        worker.sync()
        clerk.sync()
        shown = fetched(clerk, photo)
        rmtree(tmp_path / "server" / "blobs")

        worker.store.facts.set_photos_asked("")
        assert worker.sync().photos == 1
        clerk.sync()

        assert fetched(clerk, photo) == shown
        assert state_of(worker) is State.SENT

    def test_colleagues_photos_do_not_stand_before_ones_own(self, worker, grid, household, server):
        """The server tells of none of theirs; each of ours is asked for, however many those are."""
        attach(worker, grid, household)
        worker.sync()
        forget_bytes(server.database)
        for number in range(MOST_ASKED):
            worker.store.attachments.keep_received(f"{number:08}", grid, b"theirs")

        worker.store.facts.set_photos_asked("")
        assert worker.sync().photos == 1
        assert state_of(worker) is State.SENT


class TestAtRest:
    """Sealed on both ends."""

    def test_no_bytes_of_a_photo_lie_open_on_either_side(self, worker, grid, household, tmp_path):
        """Neither whole nor in part."""
        attach(worker, grid, household)
        worker.sync()

        marker = PHOTO[1000:1032]
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert sum(path.stat().st_size > PART_BYTES for path in files) >= 2
        assert not [path for path in files if marker in path.read_bytes()]

    def test_a_part_fits_no_other_place(self, worker, grid, household, folder):
        """Parts that change places are noticed, not shown."""
        photo = attach(worker, grid, household)
        file = next((folder / FOLDER_NAME).iterdir())
        raw = file.read_bytes()
        sealed = 12 + PART_BYTES + 16
        file.write_bytes(raw[sealed : 2 * sealed] + raw[:sealed] + raw[2 * sealed :])

        with pytest.raises(AttachmentDamaged):
            worker.store.attachments.content(photo)

    def test_a_purged_scope_leaves_neither_key_nor_file(self, worker, grid, household, folder):
        """Ones own once no restore loses them, colleagues' at once: the server handed them out."""
        photo = attach(worker, grid, household)
        worker.store.attachments.keep_received("theirs", grid, b"theirs")
        assert worker.store.attachments.purge_scope(grid) == 1
        assert not worker.store.attachments.has("theirs")
        worker.sync()
        assert worker.store.attachments.purge_scope(grid) == 0
        assert worker.store.attachments.content(photo) == PHOTO

        worker.store.attachments.mark(photo, State.SAFE)
        assert worker.store.attachments.purge_scope(grid) == 1
        assert not list((folder / FOLDER_NAME).iterdir())
        assert not worker.store.attachments.has(photo)

    def test_a_refused_photo_is_kept_for_whoever_looks(self, worker, grid, household):
        """Nobody else has these bytes: the server threw them away."""
        photo = attach(worker, grid, household, claimed=sha256(b"another").hexdigest())
        worker.sync()
        assert state_of(worker) is State.REFUSED

        assert worker.store.attachments.purge_scope(grid) == 0
        assert worker.store.attachments.has(photo)

    def test_bytes_go_with_the_record_that_named_them(self, worker, clerk, grid, household, folder):
        """Somebody removed the photo: a copy of it stays on no computer that fetched it."""
        photo = attach(worker, grid, household)
        worker.sync()
        clerk.sync()
        clerk.store.attachments.keep_received(photo, grid, fetched(clerk, photo))
        worker.store.records.write([records.delete("attachment", photo)])
        worker.sync()

        clerk.sync()

        assert not clerk.store.attachments.has(photo)

    def test_a_file_whose_record_was_never_saved_is_swept(self, worker, grid, folder):
        """A kill between the file and its record leaves no photo behind."""
        worker.sync()
        worker.store.attachments.seal("nobody", grid, PHOTO)
        worker.store.close()

        reopened = open_store(folder)
        try:
            assert not list((folder / FOLDER_NAME).iterdir())
        finally:
            reopened.close()


def full(file):
    """No room on the disk."""
    raise OSError(ENOSPC, "full")


def stop_at(path, ending):
    """Cancel before the first request whose path holds or ends so."""
    if path.endswith(ending) or (ending.endswith("/") and path.startswith(ending)):
        raise Cancelled
