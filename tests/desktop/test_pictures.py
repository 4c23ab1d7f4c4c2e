"""Photos before they are attached."""

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from desktop.pictures import LONGEST_SIDE, THUMB_SIDE, prepare
from sync.errors import AttachmentRefused
from sync.schema.attachment import LARGEST_ATTACHMENT_BYTES

CAMERA = "Camera of somebody"
PDF = b"%PDF-1.4\n%%EOF\n"


def saved(path: Path, width=3000, height=1500) -> Path:
    """A picture as a camera saves it, with what it writes beside it."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    image.setText("Author", CAMERA)
    assert image.save(str(path), "PNG")
    return path


def measures(content: bytes) -> tuple[int, int]:
    """Width and height."""
    image = QImage.fromData(content)
    return image.width(), image.height()


def test_a_large_photo_is_made_smaller_and_gets_a_small_one(tmp_path):
    """The longest side counts; the shape stays."""
    ready = prepare(saved(tmp_path / "photo.png"))

    assert ready.media == "image/jpeg"
    assert measures(ready.content) == (LONGEST_SIDE, LONGEST_SIDE // 2)
    assert measures(ready.thumb) == (THUMB_SIDE, THUMB_SIDE // 2)


def test_nothing_that_the_camera_wrote_is_left(tmp_path):
    """Neither who nor where."""
    photo = saved(tmp_path / "photo.png", 300, 200)
    assert CAMERA.encode() in photo.read_bytes()

    ready = prepare(photo)

    assert CAMERA.encode() not in ready.content + ready.thumb


def test_a_scan_stays_as_it_is(tmp_path):
    """A PDF is evidence: not a byte is changed."""
    (tmp_path / "scan").write_bytes(PDF)

    ready = prepare(tmp_path / "scan")

    assert (ready.content, ready.media, ready.thumb) == (PDF, "application/pdf", b"")


@pytest.mark.qt_log_ignore("JPEG datastream")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ a program called photo.jpg",
        b"\xff\xd8\xff\xd9",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
        PDF + b"\0" * LARGEST_ATTACHMENT_BYTES,
    ],
    ids=["empty", "program", "cut off", "damaged", "too large"],
)
def test_anything_else_is_refused_with_what_to_attach(tmp_path, content):
    """And nothing is read twice to find that out."""
    (tmp_path / "photo.jpg").write_bytes(content)

    with pytest.raises(AttachmentRefused) as refused:
        prepare(tmp_path / "photo.jpg")

    assert "20" in refused.value.sentence()


def test_a_small_file_that_unpacks_to_gigabytes_is_refused(tmp_path):
    """Its measures are read before anything is unpacked."""
    header = saved(tmp_path / "photo.png", 8, 8).read_bytes()
    huge = header[:16] + (60_000).to_bytes(4, "big") * 2 + header[24:]
    (tmp_path / "huge.png").write_bytes(huge)

    with pytest.raises(AttachmentRefused):
        prepare(tmp_path / "huge.png")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    """As a folder is."""
    for path in (tmp_path / "nothing.jpg", tmp_path):
        with pytest.raises(AttachmentRefused):
            prepare(path)
