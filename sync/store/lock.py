"""One process at a time has a profile open: an operating system's lock, gone with the process.

Its small files are written by whoever has the password, too, open or not: each has a lock of its
own, for as long as it is read and written anew.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def rewriting(file: Path) -> Iterator[None]:
    """Read a small file and write it anew: one thread of one process at a time, others wait.

    Each call locks a handle of its own, so it keeps threads apart as well as processes. Drafts
    that a kill left are gone after it. Raises ``OSError`` where nothing can be written, or where
    Windows waited ten seconds. Never called within itself for the same file.
    """
    with file.with_name(f"{file.name}.lock").open("ab") as held:
        _lock(held, wait=True)
        for draft in file.parent.glob(f"{file.name}.*new"):
            draft.unlink(missing_ok=True)
        yield


def _lock(file: IO[bytes], *, wait: bool = False) -> None:
    if os.name == "nt":
        import msvcrt

        file.seek(0)
        how = msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK  # type: ignore[attr-defined, unused-ignore]
        msvcrt.locking(file.fileno(), how, 1)  # type: ignore[attr-defined, unused-ignore]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
