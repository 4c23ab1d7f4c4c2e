"""Numbers for signed requests: each once, whatever is killed in between.

Kept beside the store and outside of its backups: a profile that is put back on its own computer
goes on where it was, one that goes on elsewhere shows an old number or a used one.
"""

import os
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final
from zlib import crc32

FILE_NAME: Final = "requests.count"
BLOCK: Final = 256
"""How many numbers are taken from the file at once; a kill leaves the rest of them unused."""

_LINE_BYTES: Final = 32


class RequestCounter:
    """The numbers of one profile. Any thread may ask; one process has the profile open."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE_NAME
        self._lock = Lock()
        self._last = self._taken = 0

    def next(self) -> int:
        """The next number; it is on the disk as used before it is told. ``OSError``: no such file
        can be opened."""
        with self._lock:
            if self._last == self._taken:
                self._take_block()
            self._last += 1
            return self._last

    def _take_block(self) -> None:
        """Two lines, written in turn and in place: a full disk keeps nobody from syncing, and a
        line that was torn leaves the other."""
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        handle = os.open(self._file, flags, 0o600)
        try:
            told = os.read(handle, 2 * _LINE_BYTES)
            numbers = [_number(told[at : at + _LINE_BYTES]) for at in (0, _LINE_BYTES)]
            last = max(*numbers, self._taken)
            os.lseek(handle, _LINE_BYTES if numbers[0] == max(numbers) else 0, os.SEEK_SET)
            with suppress(OSError):
                # A disk that takes nothing stops no sync: whoever is killed now may use a number
                # twice, and is then asked to show who they are. No edit hangs on it.
                os.write(handle, _line(last + BLOCK))
                os.fsync(handle)
        finally:
            os.close(handle)
        self._last, self._taken = last, last + BLOCK


def _line(number: int) -> bytes:
    digits = b"%020d" % number
    return b"%s %08x  \n" % (digits, crc32(digits))


def _number(line: bytes) -> int:
    digits = line[:20]
    whole = digits.isdigit() and line == _line(int(digits))
    return int(digits) if whole else 0
