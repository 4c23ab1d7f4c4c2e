"""Photos made ready to be attached: turned upright, made smaller, and without what a camera adds.

A camera writes the place and the owner into a photo; writing the picture anew leaves both out.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from sync.errors import AttachmentRefused
from sync.schema.attachment import LARGEST_ATTACHMENT_BYTES, media_of

LONGEST_SIDE: Final = 2560
THUMB_SIDE: Final = 256
QUALITY: Final = 85
MOST_PIXELS: Final = 40_000_000
_MEGABYTE: Final = 1024 * 1024
_PDF: Final = "application/pdf"


@dataclass(frozen=True)
class Prepared:
    """A content as it is attached; ``thumb`` is a small JPEG, empty for a PDF."""

    content: bytes
    media: str
    thumb: bytes


def prepare(path: Path) -> Prepared:
    """Read a photo or a PDF. Raises :class:`AttachmentRefused` for anything else.

    What a file is, its first bytes tell; its name is never looked at.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_ATTACHMENT_BYTES + 1)
    except OSError as error:
        raise _refusal() from error
    media = media_of(raw[:16])
    if not media or len(raw) > LARGEST_ATTACHMENT_BYTES:
        raise _refusal()
    if media == _PDF:
        return Prepared(raw, media, b"")
    image = _image(raw)
    content = _jpeg(_within(image, LONGEST_SIDE))
    return Prepared(content, "image/jpeg", _jpeg(_within(image, THUMB_SIDE)))


def _image(raw: bytes) -> QImage:
    held = QByteArray(raw)
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    # Asked before it is unpacked: a small file may call for gigabytes.
    if not size.isValid() or size.width() * size.height() > MOST_PIXELS:
        raise _refusal()
    if max(size.width(), size.height()) > LONGEST_SIDE:
        smaller = size.scaled(QSize(LONGEST_SIDE, LONGEST_SIDE), Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(smaller)
    image = reader.read()
    if image.isNull():
        raise _refusal()
    return image


def _within(image: QImage, side: int) -> QImage:
    if max(image.width(), image.height()) <= side:
        return image
    return image.scaled(
        side,
        side,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def _jpeg(image: QImage) -> bytes:
    shown = image.convertToFormat(QImage.Format.Format_RGB32)
    # Of its points alone: what stands beside them would be written, too, even where it is empty.
    width, height, line = shown.width(), shown.height(), shown.bytesPerLine()
    plain = QImage(shown.constBits(), width, height, line, QImage.Format.Format_RGB32)
    written = QBuffer()
    written.open(QIODevice.OpenModeFlag.WriteOnly)
    plain.save(written, "JPEG", QUALITY)  # type: ignore[call-overload]
    return bytes(written.data().data())


def _refusal() -> AttachmentRefused:
    return AttachmentRefused(most=LARGEST_ATTACHMENT_BYTES // _MEGABYTE)
