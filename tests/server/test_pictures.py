"""Pictures reach people as they look: without where, when and with whose phone they were taken."""

import base64
from hashlib import sha256
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from desktop.pictures import prepare
from sync.merge.operation import OpKind
from sync.server.blobs import pictures, reencode
from sync.server.blobs.pictures import JPEG, PNG, PictureUnreadable, is_plain, rewritten
from sync.wire.messages import BlobStatus
from tests.server.test_channels import LAMP, line, rows, send  # noqa: F401  # The channel's fixture.

PLACE = b"34.0522 N"
PHONE = "Zhao's phone"
GPS, GPS_PLACE, MODEL, ORIENTATION = 0x8825, 29, 0x0110, 0x0112


def photo(size=(60, 40), *, turned=False):
    """A JPEG as a phone makes it: with its model, the place and perhaps lying on its side."""
    exif = Image.Exif()
    exif[MODEL] = PHONE
    exif.get_ifd(GPS)[GPS_PLACE] = PLACE.decode()
    if turned:
        exif[ORIENTATION] = 6
    made = BytesIO()
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.save(made, "JPEG", exif=exif, comment=b"at the door of 6-2-1602")
    return made.getvalue()


def screen():
    """A PNG with words beside the picture."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", PHONE)
    made = BytesIO()
    Image.new("RGBA", (20, 10), (10, 20, 30, 90)).save(made, "PNG", pnginfo=words)
    return made.getvalue()


def tells(content):
    return PLACE in content or PHONE.encode() in content


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
        reencode.reencode(made.getvalue(), PNG, pictures.MOST_PIXELS)
    with pytest.raises(PictureUnreadable):
        rewritten(made.getvalue(), PNG)


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
    token = laptop.enrolled.token
    told = server.request("PUT", "/v1/blobs/shot/0", content, token).read_as(BlobStatus)
    return laptop, told


def test_an_attachment_that_tells_is_written_anew_and_its_record_says_so(server):
    """Everybody proves the bytes by the record, as before."""
    laptop, told = sent(server, photo())
    assert told.ready
    (shot,) = rows(server, "attachment")
    body = laptop.get("/v1/blobs/shot/0").body
    assert not tells(body)
    assert (sha256(body).hexdigest(), len(body)) == (shot["sha256"], shot["size"])


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
