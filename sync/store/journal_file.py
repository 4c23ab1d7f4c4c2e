"""The edit journal's file: a head that tells how many records went before, and then records."""

import errno
import os
import struct
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Final

from sync.wire.edit_records import EditRecord

_HEAD: Final = struct.Struct(">8sQI")
_HEAD_MAGIC: Final = b"DSJOURNL"
HEAD_BYTES: Final = _HEAD.size


def write_whole(file: IO[bytes], content: bytes) -> None:
    """All of it, into a file without a buffer. Raises ``OSError``.

    A disk with a little room takes a part, tells how much, and calls that no failure.
    """
    left = memoryview(content)
    while left:
        taken = file.write(left)
        if not taken:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left = left[taken:]


def read(path: Path) -> tuple[int, bytes]:
    """How many records went before those in the file, and all of its bytes."""
    try:
        data = path.read_bytes()
    except OSError:
        return 0, b""
    if len(data) < HEAD_BYTES:
        return 0, data
    magic, base, checksum = _HEAD.unpack_from(data)
    return (base if (magic, checksum) == (_HEAD_MAGIC, _sum(base)) else 0), data


def head(base: int) -> bytes:
    """The first bytes of a file whose records begin after number ``base``."""
    return _HEAD.pack(_HEAD_MAGIC, base, _sum(base))


def end_of(records: Sequence[EditRecord]) -> int:
    """Where the next record goes."""
    return records[-1].end if records else HEAD_BYTES


def is_spoilt(data: bytes, records: Iterable[EditRecord]) -> bool:
    """Whether anything is in the file that is no record of ours and no room for the next."""
    at = HEAD_BYTES
    for record in records:
        if record.start != at:
            return True
        at = record.end
    magic = data[: len(_HEAD_MAGIC)]
    return magic != _HEAD_MAGIC or any(data[at:])


def _sum(base: int) -> int:
    return zlib.crc32(_HEAD_MAGIC + base.to_bytes(8))
