"""Pictures reach people as they look: without where, when and with whose phone they were taken."""

import base64
import sys
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from desktop.pictures import prepare
from sync.merge.operation import OpKind
from sync.schema.attachment import LARGEST_ATTACHMENT_BYTES
from sync.server.blobs import intake, pictures, reencode
from sync.server.blobs.intake import Intake
from sync.server.blobs.pictures import (
    JPEG,
    NO_PICTURE,
    PNG,
    REENCODE,
    PicturesBusy,
    PictureUnreadable,
    is_plain,
    reencoder,
    rewritten,
)
from sync.wire.messages import BlobStatesRequest, BlobStatus
from tests.server.test_channels import LAMP, line, rows, send  # noqa: F401  # The channel's fixture.
from tests.support.photos import PHONE, PLACE
from tests.support.photos import telling as photo

LAUNCHER = Path(__file__).parents[2] / "resources" / "packaging" / "launch_server.py"


@pytest.fixture(autouse=True)
def unhurried():
    """However busy the machine is that runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "LONGEST_S", 300)
        yield


def screen():
    """A PNG with words beside the picture."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", PHONE)
    made = BytesIO()
    Image.new("RGBA", (20, 10), (10, 20, 30, 90)).save(made, "PNG", pnginfo=words)
    return made.getvalue()


def tells(content):
    return PLACE.encode() in content or PHONE.encode() in content


@pytest.mark.parametrize(("content", "media"), [(photo(), JPEG), (screen(), PNG)])
def test_a_picture_is_written_anew_without_what_it_told(content, media):
    """The points stay, the words go; what was written anew once is plain."""
    assert tells(content)
    assert not is_plain(content, media)
    written = rewritten(content, media)
    assert not tells(written)
    assert is_plain(written, media)
    before, after = (Image.open(BytesIO(one)) for one in (content, written))
    assert before.size == after.size
    assert not after.getexif()


def test_a_picture_that_lay_on_its_side_stands_upright():
    """The side it lay on was told by what is gone."""
    written = Image.open(BytesIO(rewritten(photo((60, 40), turned=True), JPEG)))
    assert written.size == (40, 60)


def test_a_second_picture_behind_the_first_is_found():
    """Phones hang a film behind a photo; some hide a whole file there."""
    plain = rewritten(photo(), JPEG)
    assert is_plain(plain, JPEG)
    assert not is_plain(plain + photo(), JPEG)
    assert not is_plain(plain + b"film", JPEG)
    assert not is_plain(rewritten(screen(), PNG) + b"film", PNG)


def test_what_our_own_app_sends_is_plain(tmp_path):
    """So that its hash stays the one that the laptop proves its bytes by."""
    file = tmp_path / "one.jpg"
    file.write_bytes(photo((900, 600)))
    assert is_plain(prepare(file).content, JPEG)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xd8\xff", photo()[:-200], screen(), b"\xff\xd8\xff" + b"words" * 99],
)
def test_what_is_no_whole_picture_is_refused(content):
    """By the process that may break over it, and not by the server."""
    with pytest.raises(PictureUnreadable):
        rewritten(content, JPEG)


def test_a_small_file_of_a_gigabyte_is_refused_before_it_is_unpacked():
    """20 kB that ask for 40,000,000 points and more."""
    made = BytesIO()
    Image.new("1", (8000, 5001)).save(made, "PNG")
    assert len(made.getvalue()) < 30_000
    with pytest.raises(ValueError, match="pixels"):
        reencode.reencode(made.getvalue(), PNG, pictures.MOST_PIXELS, 30_000)
    with pytest.raises(PictureUnreadable):
        rewritten(made.getvalue(), PNG)


def program(folder, monkeypatch, words):
    """A program of one line, in place of the Python that this runs in."""
    file = folder / "program"
    file.write_text(f"#!/bin/sh\n{words}\n")
    file.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(file))


def test_the_packaged_server_starts_itself_for_a_picture(monkeypatch, tmp_path):
    """It is no Python, and takes no module's name."""
    python = sys.executable
    assert reencoder() == [python, "-m", "sync.server.blobs.reencode"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert reencoder() == [python, REENCODE]
    program(tmp_path, monkeypatch, f"exec '{python}' '{LAUNCHER}' \"$@\"")
    written = rewritten(photo(), JPEG)
    assert is_plain(written, JPEG)
    assert not tells(written)


@pytest.mark.parametrize("words", ["kill -9 $$", "exit 1", "exit 71", "echo words"])
def test_trouble_of_the_machine_is_not_the_pictures(words, monkeypatch, tmp_path):
    """It comes again; only a process that looked at it may refuse it."""
    program(tmp_path, monkeypatch, words)
    with pytest.raises(PicturesBusy):
        rewritten(photo(), JPEG)
    program(tmp_path, monkeypatch, f"exit {NO_PICTURE}")
    with pytest.raises(PictureUnreadable):
        rewritten(photo(), JPEG)


def test_no_program_and_no_turn_is_trouble_too(monkeypatch):
    """Two pictures at once: each may take a gigabyte."""
    monkeypatch.setattr(pictures, "LONGEST_WAIT_S", 0)
    monkeypatch.setattr(sys, "executable", "/nowhere/doorstep-server")
    for _ in range(pictures.MOST_AT_ONCE + 1):
        with pytest.raises(PicturesBusy):
            rewritten(photo(), JPEG)
    monkeypatch.undo()
    monkeypatch.setattr(pictures, "LONGEST_WAIT_S", 0)
    for _ in range(pictures.MOST_AT_ONCE):
        pictures._TURNS.acquire()
    try:
        with pytest.raises(PicturesBusy):
            rewritten(photo(), JPEG)
    finally:
        pictures._TURNS.release(pictures.MOST_AT_ONCE)


@pytest.mark.parametrize("media", [JPEG, PNG])
@pytest.mark.parametrize("most", [60_000, 20_000, 3_000])
def test_what_is_written_anew_is_never_larger_than_may_be_kept(media, most):
    """A size above the limit would close every later request about it."""
    made = BytesIO()
    Image.effect_noise((300, 200), 90).save(made, media[6:].upper(), quality=95)
    written = reencode.reencode(made.getvalue(), media, pictures.MOST_PIXELS, most)
    assert most / 4 < len(written) <= most
    assert is_plain(written, media)


def test_the_limit_reaches_the_process_that_writes():
    """Whose answer would not be taken otherwise."""
    assert pictures.MOST_BYTES == LARGEST_ATTACHMENT_BYTES
    assert len(rewritten(photo((600, 400)), JPEG, 2_000)) <= 2_000


def test_greys_of_16_bits_stay_greys():
    """A scan of a paper is not white all over."""
    made = BytesIO()
    points = b"".join((x * 257).to_bytes(2, "little") for x in range(256))
    Image.frombytes("I;16", (256, 1), points).save(made, "PNG")
    with Image.open(made) as wide:
        assert wide.mode.startswith("I")
    written = reencode.reencode(made.getvalue(), PNG, pictures.MOST_PIXELS, 30_000)
    assert list(Image.open(BytesIO(written)).convert("L").tobytes()) == list(range(256))


def test_a_report_of_a_resident_shows_and_does_not_tell(server, line):  # noqa: F811
    """The worker gets the stair, and not where the neighbour stood and when."""
    token, _channel = line
    report = LAMP | {"photo": base64.b64encode(photo()).decode()}
    assert send(server, token, report).status == 200
    (shot,) = rows(server, "attachment")
    server.add_user("chen", "grid_worker", "第3网格")
    body = server.enroll("chen").get(f"/v1/blobs/{shot['id']}/0").body
    assert (sha256(body).hexdigest(), len(body)) == (shot["sha256"], shot["size"])
    assert is_plain(body, JPEG)
    assert not tells(body)


def test_a_report_whose_photo_finds_no_time_comes_again(server, line, monkeypatch):  # noqa: F811
    """It is not refused for what the machine could not do."""
    token, _channel = line
    report = LAMP | {"photo": base64.b64encode(photo()).decode()}
    monkeypatch.setattr(pictures, "LONGEST_S", 0)
    assert send(server, token, report).status == 503
    monkeypatch.undo()
    assert send(server, token, report).status == 200
    assert len(rows(server, "attachment")) == 1


def sent(server, content):
    """An attachment as a client of another make sends it."""
    server.add_user("chen", "grid_worker", "第3网格")
    laptop, grid = server.enroll("chen"), f"grid:{server.grids['第3网格']}"
    said = {
        "staff_id": laptop.enrolled.user.staff_id,
        "about_id": "m1",
        "media": JPEG,
        "size": len(content),
        "sha256": sha256(content).hexdigest(),
    }
    fields = {name: (None, value) for name, value in said.items()}
    laptop.push(grid, laptop.op(grid, OpKind.CREATE, "attachment", "shot", **fields))
    return laptop, put(server, laptop, content)


def put(server, laptop, content):
    """Its bytes; what the server says, or its status where it says nothing."""
    answer = server.request("PUT", "/v1/blobs/shot/0", content, laptop.enrolled.token)
    return answer.read_as(BlobStatus) if answer.status == 200 else answer.status


def asked(laptop):
    return laptop.post("/v1/blobs/shot", BlobStatesRequest([])).read_as(BlobStatus)


def kept(tmp_path):
    """The files of all parts."""
    return [file for file in (tmp_path / "server" / "blobs").rglob("*") if file.is_file()]


def assert_whole(server, laptop, tmp_path):
    """Its bytes are handed out, are what the record says, and are all that is kept."""
    (shot,) = rows(server, "attachment")
    body = laptop.get("/v1/blobs/shot/0").body
    assert (sha256(body).hexdigest(), len(body)) == (shot["sha256"], shot["size"])
    assert shot["ready"]
    assert not tells(body)
    assert len(kept(tmp_path)) == 1


def test_an_attachment_that_tells_is_written_anew_and_its_record_says_so(server):
    """Everybody proves the bytes by the record, as before."""
    laptop, told = sent(server, photo())
    assert told.ready
    (shot,) = rows(server, "attachment")
    body = laptop.get("/v1/blobs/shot/0").body
    assert not tells(body)
    assert (sha256(body).hexdigest(), len(body)) == (shot["sha256"], shot["size"])


def test_proving_that_found_no_time_is_done_when_somebody_asks(server, monkeypatch, tmp_path):
    """Nothing is missing, so nobody sends: it would wait for ever."""
    monkeypatch.setattr(pictures, "LONGEST_S", 0)
    laptop, told = sent(server, photo())
    assert told == 503
    assert laptop.get("/v1/blobs/shot/0").status == 404
    monkeypatch.undo()
    assert asked(laptop).ready
    assert_whole(server, laptop, tmp_path)


def test_proving_that_ends_before_the_record_knows_is_done_again(server, monkeypatch, tmp_path):
    """What was sent lies there as it was until the record says otherwise."""

    def end(*_):
        raise OSError

    monkeypatch.setattr(Intake, "_settle", end)
    laptop, told = sent(server, photo())
    assert told == 500
    monkeypatch.undo()
    assert asked(laptop).ready
    assert_whole(server, laptop, tmp_path)


def test_the_last_part_twice_at_once_is_proven_once(server, monkeypatch, tmp_path):
    """The second comes and is done while the first is being written anew."""
    within = []

    def again(content, media):
        written = rewritten(content, media)
        if not within:
            within.append(None)
            within.append(put(server, laptop, photo()))
        return written

    monkeypatch.setattr(pictures, "LONGEST_S", 0)
    laptop, _told = sent(server, photo())
    monkeypatch.undo()
    monkeypatch.setattr(intake, "rewritten", again)
    assert put(server, laptop, photo()).ready
    assert within[1].ready
    assert_whole(server, laptop, tmp_path)


def test_an_attachment_that_tells_and_is_no_picture_reaches_nobody(server):
    """It is asked for again, and never handed out."""
    laptop, told = sent(server, photo()[:-200])
    assert (told.ready, told.problem) == (False, "media")
    assert laptop.get("/v1/blobs/shot/0").status == 404


def test_a_server_that_forgets_to_look_is_found_out(server, monkeypatch):
    """The bug planted once: a picture goes on as it came."""
    monkeypatch.setattr("sync.server.blobs.intake.is_plain", lambda _content, _media: True)
    laptop, told = sent(server, photo())
    assert told.ready
    assert tells(laptop.get("/v1/blobs/shot/0").body)
