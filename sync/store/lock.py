"""One process at a time has a profile open: an operating system's lock, gone with the process."""

import os
from pathlib import Path
from typing import IO, Final

from sync.errors import ProfileInUse

FILE_NAME: Final = "lock"


class ProfileLock:
    """Held from creation to :meth:`release`. Raises :class:`ProfileInUse` if another holds it."""

    def __init__(self, folder: Path) -> None:
        self._file: IO[bytes] | None = (folder / FILE_NAME).open("ab")
        try:
            _lock(self._file)
        except OSError:
            self.release()
            raise ProfileInUse from None

    def release(self) -> None:
        """Let another process in. The file stays: removing it would race with the next holder."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _lock(file: IO[bytes]) -> None:
    if os.name == "nt":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
