"""A SQLite store that an older version left in plain is written anew, so that its key alone opens
it."""

import os
from contextlib import closing
from pathlib import Path
from typing import IO, Any, Final

from sqlcipher3 import dbapi2 as sqlite

from sync.disk import sync_folder
from sync.errors import DiskRefused, StoreBusy
from sync.i18n import N_
from sync.progress import Progress
from sync.server.file_key import FileKey
from sync.server.sqlite import sqlite_trouble, unlock

STEP: Final = N_("Encrypting the store, megabytes")

_MEGABYTE: Final = 1 << 20
_OFTEN: Final = 20_000
"""Steps of SQLite's machine between two words about how far it is: some thirty a second."""


def shut_file(file: Path, key: FileKey, progress: Progress) -> None:
    """Write a file in plain anew under a key, put that in its place, and wipe what stood there.

    Whatever stops it leaves the one or the other, whole. Whoever has the file open, or waits for
    it, writes nothing into what is gone. Raises :class:`StoreBusy`, :class:`DiskFull` and what
    else the disk refuses; then nothing was changed.
    """
    draft = file.with_name(f"{file.name}.encrypted")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    try:
        with closing(sqlite.connect(str(file), isolation_level=None)) as plain:
            _write(plain, file, draft, key, progress)
            if os.name == "posix":
                _put(file, draft)
        if os.name != "posix":
            _put_alone(file, draft)
    except sqlite.Error as error:
        if (told := sqlite_trouble(error)) is None:
            raise
        raise told from error
    finally:
        draft.unlink(missing_ok=True)


def _write(plain: Any, file: Path, draft: Path, key: FileKey, progress: Progress) -> None:
    _be_alone(plain)
    whole = file.stat().st_size // _MEGABYTE

    def tell() -> int:
        progress(STEP, min(whole, draft.stat().st_size // _MEGABYTE), whole)
        return 0

    plain.set_progress_handler(tell, _OFTEN)
    plain.execute("ATTACH DATABASE ? AS encrypted KEY ?", (str(draft), key.phrase))
    plain.execute("PRAGMA encrypted.synchronous=FULL")
    plain.execute("BEGIN EXCLUSIVE")
    tell()
    plain.execute("SELECT sqlcipher_export('encrypted')")
    plain.execute("COMMIT")
    plain.execute("DETACH DATABASE encrypted")
    _prove(plain, draft, key)


def _prove(plain: Any, draft: Path, key: FileKey) -> None:
    """Read the new file as a server will, before the old one is wiped: whole, and with as many
    lines. Raises :class:`DiskRefused`."""
    before = _counts(plain)
    with closing(sqlite.connect(str(draft))) as written:
        unlock(written, key)
        try:
            (checked,) = written.execute("PRAGMA integrity_check").fetchone()
            is_whole = checked == "ok" and _counts(written) == before
        except sqlite.DatabaseError:
            is_whole = False
    if not is_whole:
        raise DiskRefused


def _counts(connection: Any) -> dict[str, int]:
    """How many lines each table has."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {
        # Names of our own tables, which no parameter can stand for.
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for (name,) in tables
    }


def _be_alone(plain: Any) -> None:
    """Leave the write-ahead log, which nobody can who is not alone, and stay alone until the end.

    Raises :class:`StoreBusy`.
    """
    (mode,) = plain.execute("PRAGMA journal_mode=DELETE").fetchone()
    if mode != "delete":
        raise StoreBusy
    plain.execute("PRAGMA locking_mode=EXCLUSIVE")


def _put(file: Path, draft: Path) -> None:
    """Exchange the files while the lock on the old one is held. Who waits for it finds no store in
    what it opened, and nobody finds residents in what the disk has freed."""
    with file.open("r+b") as old:
        draft.replace(file)
        sync_folder(file.parent)
        _wipe(old)


def _put_alone(file: Path, draft: Path) -> None:
    """Where no file that somebody has open can be exchanged, us included. Raises
    :class:`StoreBusy`."""
    try:
        draft.replace(file)
    except PermissionError:
        raise StoreBusy from None


def _wipe(old: IO[bytes]) -> None:
    left = os.fstat(old.fileno()).st_size
    while left > 0:
        left -= old.write(bytes(min(left, _MEGABYTE)))
    old.flush()
    os.fsync(old.fileno())
