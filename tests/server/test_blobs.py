"""The bytes of attachments on the server: who may send and see them, and where they lie."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from sync.identity import Minter
from sync.merge.operation import OpKind
from sync.schema.attachment import PART_BYTES
from sync.server.backup import back_up
from sync.server.blobs.parts import part_name
from sync.server.blobs.pictures import is_plain
from sync.server.blobs.proving import lost_contents
from sync.server.blobs.stores import (
    BlobStore,
    BlobStoreDown,
    BlobStoreUnknown,
    FolderStore,
    open_blob_store,
)
from sync.server.checking import check_store
from sync.wire.messages import BlobStates, BlobStatesRequest, BlobStatus
from tests.support.photos import telling
from tests.support.server import served
from tests.support.stranger import stranger

PHOTO = b"\xff\xd8\xff\xda\0\2" + b"a door and a face" * 100_000 + b"\xff\xd9"
PARTS = -(-len(PHOTO) // PART_BYTES)
TELLS = telling() + b"a film behind it" * 100_000
"""A picture that is written anew: two parts as it is sent, one as it is kept."""


@pytest.fixture(scope="module")
def object_store() -> Iterator[str]:
    """A real server that speaks S3's protocol, with one empty bucket; its address."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "key")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(
            Bucket="photos"
        )
        yield f"s3://photos/doorstep?endpoint={endpoint}"
        server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request, tmp_path, object_store) -> BlobStore:
    """Each place where sealed parts may lie."""
    place = object_store if request.param == "s3" else ""
    return open_blob_store(place, tmp_path / "server")


@pytest.fixture
def port(server, store):
    """The same server once more, its attachments in ``store``."""
    with served(server.database, server.clock, store) as listening:
        yield listening


@pytest.fixture
def worker(server):
    """A worker of 第3网格."""
    server.add_user("chenxiaohe", "grid_worker", "第3网格")
    return server.enroll("chenxiaohe")


def recorded(server, laptop, content=PHOTO, media="image/jpeg"):
    """Push the record of a photo; its id."""
    scope = f"grid:{server.grids['第3网格']}"
    photo = laptop.minter.new_id()
    fields = {
        "household_id": "household-1602",
        "media": media,
        "size": len(content),
        "sha256": sha256(content).hexdigest(),
        "staff_id": laptop.enrolled.user.staff_id,
    }
    laptop.push(scope, laptop.op(scope, OpKind.CREATE, "attachment", photo, **fields))
    return photo


def put(server, laptop, photo, number, part):
    """Send one part over HTTP."""
    path = f"/v1/blobs/{photo}/{number}"
    return server.request("PUT", path, part, laptop.enrolled.token)


def asked(server, laptop, photo):
    """What the server says of a photo."""
    return laptop.post(f"/v1/blobs/{photo}", BlobStatesRequest([])).read_as(BlobStatus)


def states(laptop, *photos):
    """What the server says of photos that were sent once."""
    return laptop.post("/v1/blob-states", BlobStatesRequest(list(photos))).read_as(BlobStates)


def part_of(content, number):
    """One part as it travels."""
    return content[number * PART_BYTES : (number + 1) * PART_BYTES]


def send(server, laptop, photo, content=PHOTO):
    """Send all parts, the last first; the last answer."""
    for number in reversed(range(PARTS)):
        answer = put(server, laptop, photo, number, part_of(content, number))
        assert answer.status == 200, answer.body
    return answer.read_as(BlobStatus)


class TestEveryPlace:
    """A folder and an object store behave alike."""

    def test_parts_come_in_any_order_and_twice(self, server, port, worker):
        """What is here is never wanted again; the whole is handed out as it came."""
        server.port = port
        photo = recorded(server, worker)
        for number in (1, 1):
            told = put(server, worker, photo, number, part_of(PHOTO, number)).read_as(BlobStatus)
        assert told.missing == [0]

        status = send(server, worker, photo)

        assert (status.ready, status.missing) == (True, [])
        back = [worker.get(f"/v1/blobs/{photo}/{number}").body for number in range(PARTS)]
        assert b"".join(back) == PHOTO
        assert check_store(server.database).differences == []

    def test_parts_that_the_place_lost_are_asked_for_again(self, server, port, store, worker):
        """The disk of the folder died, and the database came back from its backup."""
        server.port = port
        photo = recorded(server, worker)
        send(server, worker, photo)
        store.drop(part_name(photo, 1, sha256(PHOTO).hexdigest()))

        (line,) = lost_contents(server.database, store)
        assert photo in line
        assert states(worker, photo).lost == [photo]
        assert asked(server, worker, photo).missing == [1]
        assert put(server, worker, photo, 1, part_of(PHOTO, 1)).read_as(BlobStatus).ready
        assert states(worker, photo).lost == []
        assert not list(lost_contents(server.database, store))
        assert worker.get(f"/v1/blobs/{photo}/1").body == part_of(PHOTO, 1)

    def test_a_picture_that_was_written_anew_and_lost_is_asked_for_as_it_was(
        self, server, port, store, worker
    ):
        """Its author's laptop has nothing but what it took; that is proven before it is written
        anew once more."""
        server.port = port
        photo = recorded(server, worker, TELLS)
        assert send(server, worker, photo, TELLS).ready
        kept = worker.get(f"/v1/blobs/{photo}/0").body
        assert is_plain(kept, "image/jpeg")
        # The answer to the last part was lost on the way.
        again = put(server, worker, photo, 0, part_of(TELLS, 0)).read_as(BlobStatus)
        assert (again.ready, again.missing) == (True, [])

        store.drop(part_name(photo, 0, sha256(kept).hexdigest()))
        assert states(worker, photo).lost == [photo]
        assert asked(server, worker, photo).missing == [0, 1]
        half = put(server, worker, photo, 1, part_of(TELLS, 1)).read_as(BlobStatus)
        assert half.missing == [0]
        # Nobody gets what is not written anew yet.
        assert worker.get(f"/v1/blobs/{photo}/1").status == 404
        assert [photo in line for line in lost_contents(server.database, store)] == [True]
        wrong = put(server, worker, photo, 0, PHOTO[:PART_BYTES]).read_as(BlobStatus)
        assert (wrong.problem, wrong.missing) == ("hash", [0, 1])
        assert send(server, worker, photo, TELLS).ready

        assert states(worker, photo).lost == []
        assert not list(lost_contents(server.database, store))
        assert worker.get(f"/v1/blobs/{photo}/0").body == kept
        assert check_store(server.database).differences == []

    def test_only_what_every_backup_knows_is_durable(self, server, port, store, worker, tmp_path):
        """A restore would forget the key otherwise: bytes in any place are noise without it."""
        server.port = port
        photo, later = recorded(server, worker), recorded(server, worker)
        send(server, worker, photo)
        assert states(worker, photo).durable == []

        back_up(server.database, tmp_path / "first", server.clock, Minter())
        send(server, worker, later)
        back_up(server.database, tmp_path / "second", server.clock, Minter())

        assert states(worker, photo, later).durable == ([photo] if store.durable else [])
        assert asked(server, worker, photo).durable == store.durable

    def test_a_removed_photo_is_its_authors_alone(self, server, port, worker):
        """They may send it to the end: who brings it back finds it."""
        server.port = port
        scope = f"grid:{server.grids['第3网格']}"
        photo = recorded(server, worker)
        worker.push(scope, worker.op(scope, OpKind.DELETE, "attachment", photo))
        server.add_user("colleague", "grid_worker", "第3网格")
        colleague = server.enroll("colleague")

        assert put(server, colleague, photo, 0, part_of(PHOTO, 0)).status == 404
        assert send(server, worker, photo).ready
        assert colleague.get(f"/v1/blobs/{photo}/0").status == 404

    def test_nothing_lies_open(self, store):
        """What is kept is what was given, and absent things are absent."""
        store.put("ab12", b"sealed")
        store.put("ab12", b"sealed again")

        assert store.get("ab12") == b"sealed again"
        store.drop("ab12")
        store.drop("ab12")
        assert store.get("ab12") is None

    def test_only_an_object_store_outlives_the_machine(self, store):
        """A folder is as safe as the disk under it."""
        assert store.durable is not isinstance(store, FolderStore)


class TestRefusals:
    """What is not taken, and that nothing else suffers."""

    def test_a_part_of_another_length_is_refused(self, server, worker):
        """Or of a number that the photo has not."""
        photo = recorded(server, worker)

        assert put(server, worker, photo, 0, b"short").status == 400
        assert put(server, worker, photo, PARTS, b"").status == 400

    def test_bytes_before_their_record_are_not_taken(self, server, worker):
        """Nobody fills the disk with what no record speaks of."""
        assert put(server, worker, "no-such-photo", 0, b"x").status == 404

    def test_another_grid_sees_and_sends_nothing(self, server, worker):
        """The same answer as for what is not there."""
        server.add_user("other", "grid_worker", "第1网格")
        other = server.enroll("other")
        photo = recorded(server, worker)
        send(server, worker, photo)

        assert other.get(f"/v1/blobs/{photo}/0").status == 404
        assert put(server, other, photo, 0, part_of(PHOTO, 0)).status == 404

    def test_a_moved_worker_still_finishes_sending(self, server, worker):
        """Bytes of one's own record are taken after the grid was given to somebody else."""
        photo = recorded(server, worker)
        put(server, worker, photo, 0, part_of(PHOTO, 0))
        server.office.assign("chenxiaohe", "grid_worker", "第3网格", until="2020-01-01")

        assert send(server, worker, photo).ready

    def test_bytes_of_a_record_that_is_held_are_kept(self, server, worker):
        """No outcome discards content."""
        scope = f"grid:{server.grids['第1网格']}"
        photo = worker.minter.new_id()
        fields = {"media": "image/jpeg", "size": len(PHOTO), "sha256": sha256(PHOTO).hexdigest()}
        reply = worker.push(scope, worker.op(scope, OpKind.CREATE, "attachment", photo, **fields))
        assert reply.outcomes[0].outcome == "held"

        assert send(server, worker, photo).ready

    def test_parts_that_are_not_the_photo_are_asked_for_again(self, server, worker):
        """And the photo stays unready."""
        photo = recorded(server, worker)
        other = PHOTO[:-1] + b"!"

        status = send(server, worker, photo, other)

        assert (status.ready, status.problem) == (False, "hash")
        assert status.missing == list(range(PARTS))
        assert send(server, worker, photo).ready

    def test_a_server_without_a_place_asks_to_come_again(self, server, worker):
        """The laptop keeps the bytes; everything else goes on."""
        with served(server.database, server.clock) as port:
            server.port = port
            photo = recorded(server, worker)

            assert put(server, worker, photo, 0, part_of(PHOTO, 0)).status == 503


class TestPlaces:
    """Addresses of places."""

    @pytest.mark.parametrize("place", ["s3://", "ftp://bucket", "bucket"])
    def test_an_address_of_no_kind_is_refused(self, place, tmp_path):
        """With what to write instead."""
        with pytest.raises(BlobStoreUnknown):
            open_blob_store(place, tmp_path)

    def test_an_object_store_that_answers_nonsense_is_down(self, tmp_path, object_store):
        """Never mistaken for an absent part."""
        with stranger(500, b"oops") as url:
            store = open_blob_store(f"s3://photos?endpoint={url}", tmp_path)
            with pytest.raises(BlobStoreDown):
                store.put("ab", b"x")

    def test_a_file_that_cannot_be_written_is_a_known_trouble(self, tmp_path: Path):
        """Such as a folder that is a file."""
        (tmp_path / "blobs").write_bytes(b"")

        with pytest.raises(BlobStoreDown):
            open_blob_store("", tmp_path).put("ab", b"x")
