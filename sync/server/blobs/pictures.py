"""Pictures without what they tell beside what they show: where, when and with whose phone.

What strangers send is decoded and written anew in a process of its own (``reencode``), whose memory
and time are limited: a small file may ask for a gigabyte. What our own app sends is written anew by
the app already; here it is looked through without decoding it, and passes as it is if it carries
nothing but the picture.
"""

import re
import subprocess
import sys
import threading
from typing import Final

from sync.errors import DoorstepError, StoreBusy
from sync.i18n import N_

MOST_PIXELS: Final = 40_000_000
MOST_BYTES: Final = 20 * 1024 * 1024
"""An attachment's most, said again: the process that writes starts without the whole schema."""

LONGEST_S: Final = 30.0
MOST_AT_ONCE: Final = 2
LONGEST_WAIT_S: Final = 10.0
REENCODE: Final = "reencode-picture"
"""The first word by which the packaged server is told to write one picture anew and no more."""

NO_PICTURE: Final = 65
"""How the process ends over what is no picture; Python itself ends with 1 where it cannot start."""

JPEG, PNG = "image/jpeg", "image/png"

# For this process: each one that writes a picture anew may take a gigabyte.
_TURNS: Final = threading.BoundedSemaphore(MOST_AT_ONCE)
_START: Final = b"\xff\xd8"
_END: Final = 0xD9
_SCAN: Final = 0xDA
# Tables, frames, scans and restarts: what a decoder needs. APP0 is the size on paper, APP2 the
# profile of colours, APP14 how they are stored; the other APPs and comments are about the maker.
_SHOWS: Final = frozenset({*range(0xC0, 0xD0), *range(0xDA, 0xDE)})
_APPS: Final = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_IN_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_THUMBNAIL_AT: Final = 14
_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_PNG_SHOWS: Final = frozenset(
    {
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA"),
        *(b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs"),
    }
)


class PictureUnreadable(DoorstepError):
    """No picture, a broken one, or one that is larger than any camera's."""

    code = "picture.unreadable"
    message = N_("The picture cannot be read.")


class PicturesBusy(StoreBusy):
    """A picture could not be written anew just now: it may be a whole one."""

    code = "server.pictures_busy"


def is_picture(media: str) -> bool:
    """Whether a kind of file is one that this module knows."""
    return media in (JPEG, PNG)


def is_plain(content: bytes, media: str) -> bool:
    """Whether a picture carries nothing beside what it shows: no place, no time, no words, no
    second picture behind the first. Nothing is decoded for that."""
    return _is_plain_png(content) if media == PNG else _is_plain_jpeg(content)


def rewritten(content: bytes, media: str, most_bytes: int = MOST_BYTES) -> bytes:
    """The same picture upright, in at most so many bytes, and nothing else.

    Raises :class:`PictureUnreadable` for what is none, and :class:`PicturesBusy` where the
    machine had no time, no memory or no turn for it: that says nothing about the picture.
    """
    if not _TURNS.acquire(timeout=LONGEST_WAIT_S):
        raise PicturesBusy
    try:
        done = subprocess.run(  # Our own module, and no word from outside.
            [*reencoder(), media, str(most_bytes)],
            input=content,
            capture_output=True,
            timeout=LONGEST_S,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        raise PicturesBusy from None
    finally:
        _TURNS.release()
    if done.returncode == NO_PICTURE:
        raise PictureUnreadable
    if done.returncode or len(done.stdout) > most_bytes or not is_plain(done.stdout, media):
        raise PicturesBusy
    return done.stdout


def reencoder() -> list[str]:
    """The command that starts ``reencode``. In a bundle there is no Python beside the server,
    which therefore starts itself with a word of its own."""
    if getattr(sys, "frozen", False):
        return [sys.executable, REENCODE]
    return [sys.executable, "-m", "sync.server.blobs.reencode"]


def _is_plain_jpeg(content: bytes) -> bool:
    if not content.startswith(_START):
        return False
    at, in_scan = len(_START), False
    while True:
        found = _IN_SCAN.search(content, at) if in_scan else None
        at = found.start() if found else at
        marker = content[at + 1 : at + 2]
        if (in_scan and not found) or content[at : at + 1] != b"\xff" or not marker:
            return False
        if marker[0] == _END:
            return in_scan and at + 2 == len(content)
        length = int.from_bytes(content[at + 2 : at + 4])
        segment = content[at + 4 : at + 2 + length]
        if length < 2 or not _belongs(marker[0], segment):
            return False
        in_scan = in_scan or marker[0] == _SCAN
        at += 2 + length


def _belongs(marker: int, segment: bytes) -> bool:
    if marker in _APPS:
        # A header that says its thumbnail is 0 by 0 has none.
        has_thumbnail = marker == 0xE0 and len(segment) > _THUMBNAIL_AT
        return segment.startswith(_APPS[marker]) and not has_thumbnail
    return marker in _SHOWS


def _is_plain_png(content: bytes) -> bool:
    at = len(_PNG_START)
    if not content.startswith(_PNG_START):
        return False
    while at + 12 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        at += 12 + length
        if kind not in _PNG_SHOWS:
            return False
        if kind == b"IEND":
            return at == len(content)
    return False
