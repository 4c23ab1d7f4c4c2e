"""Photos by command: attached in a cellar, seen at the desk."""

from contextlib import closing

from PySide6.QtGui import QColor, QImage

from sync.schema.attachment import media_of
from sync.store.attachments import State
from tests.support.processes import LaptopProcess
from tests.support.terminal import assert_calm


def test_a_photo_goes_from_the_worker_to_the_desk(worker, desk, founded, town_server, tmp_path):
    """Attached without a network, sent with the next sync, written to a file at the desk."""
    photo = tmp_path / "door.png"
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    image.save(str(photo))
    room = founded.town.homes[0].room

    told = worker.json("attach", room, str(photo), "--caption", "卫生间")
    assert worker.json("sync")["photos"] == 1
    desk.must("sync")
    desk.must("photo", told["id"], "--out", str(tmp_path / "seen.jpg"))

    seen = (tmp_path / "seen.jpg").read_bytes()
    assert media_of(seen) == "image/jpeg"
    assert len(seen) == told["size"]


def test_a_photo_that_is_still_on_another_laptop_says_so(
    worker, desk, founded, town_server, tmp_path
):
    """Its record came, its bytes did not: nothing is written, and it is said what to wait for."""
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4\n%%EOF\n")
    told = worker.json("attach", founded.town.homes[0].room, str(scan))
    with closing(LaptopProcess(worker.home).look_inside()) as place:
        place.store.attachments.mark(told["id"], State.REFUSED)  # Not sent this time.
    worker.must("sync")
    desk.must("sync")

    refused = desk.type("photo", told["id"], "--out", str(tmp_path / "seen.pdf"))

    assert_calm(refused, 1)
    assert not (tmp_path / "seen.pdf").exists()


def test_a_file_that_is_no_photo_is_refused(worker, founded, tmp_path):
    """By what it is, not by its name."""
    (tmp_path / "photo.jpg").write_text("hello", encoding="utf-8")

    refused = worker.type("attach", founded.town.homes[0].room, str(tmp_path / "photo.jpg"))

    assert_calm(refused, 1, "20")
