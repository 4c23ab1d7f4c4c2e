"""A SQLite store that an older version left in plain is written anew, so that its key alone opens
it."""

import os
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, Any, Final

from sqlcipher3 import dbapi2 as sqlite

from sync.disk import sync_folder
from sync.errors import DiskRefused, StoreBusy
from sync.i18n import N_
from sync.progress import Progress
from sync.server.file_key import FileKey, mark_of
from sync.server.sqlite import erase_draft, is_damage, sqlite_trouble, unlock

STEP: Final = N_("Encrypting the store, megabytes")

_MEGABYTE: Final = 1 << 20
_OFTEN: Final = 20_000
"""Steps of SQLite's machine between two words about how far it is: some thirty a second."""


def shut_file(file: Path, key: FileKey, progress: Progress) -> None:
    """Write a file in plain anew under a key, put that in its place, and wipe what stood there.

    Whatever stops it leaves the one or the other, whole. Whoever has the file open, or waits for
    it, writes nothing into what is gone. Where two do so at once, one of them does it. Raises
    :class:`StoreBusy`, :class:`DiskFull` and what else the disk refuses; then nothing was changed.
    """
    file = file.resolve()  # What is exchanged is the file, not a link to it.
    try:
        _shut(file, key, progress)
    except sqlite.Error as error:
        if is_damage(error) and mark_of(file) is not None:
            return  # Somebody was faster: what we had opened is wiped.
        if (told := sqlite_trouble(error)) is None:
            raise
        raise told from error


def _shut(file: Path, key: FileKey, progress: Progress) -> None:
    draft = file.with_name(f"{file.name}.encrypted")
    with closing(sqlite.connect(str(file), isolation_level=None)) as plain:
        _be_alone(plain)
        # Not before: the draft of somebody else who is at it would take the place of the store.
        erase_draft(draft)
        draft.touch(mode=0o600)
        try:
            _write(plain, file, draft, key, progress)
            if os.name == "posix":
                _put(file, draft)
        except BaseException:
            _let_go(plain)
            erase_draft(draft)
            raise
    if os.name != "posix":
        _put_alone(file, draft)


def _write(plain: Any, file: Path, draft: Path, key: FileKey, progress: Progress) -> None:
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
    """Leave the write-ahead log, which nobody can who is not alone, and stay alone until the end:
    nobody comes in between, nor begins another log. Raises :class:`StoreBusy`."""
    plain.execute("PRAGMA locking_mode=EXCLUSIVE")
    (mode,) = plain.execute("PRAGMA journal_mode=DELETE").fetchone()
    if mode != "delete":
        raise StoreBusy
    # A file that had no log is locked by what is done with it first.
    plain.execute("BEGIN EXCLUSIVE")
    plain.execute("COMMIT")


def _let_go(plain: Any) -> None:
    """Close the draft: Windows erases no file that somebody has open."""
    with suppress(sqlite.Error):
        if plain.in_transaction:
            plain.execute("ROLLBACK")
        plain.execute("DETACH DATABASE encrypted")


def _put(file: Path, draft: Path) -> None:
    """Exchange the files while the lock on the old one is held. Who waits for it finds no store in
    what it opened, and nobody finds residents in what the disk has freed."""
    with file.open("r+b") as old:
        # An administrator who upgrades as root does not take the store away from its server.
        had = os.fstat(old.fileno())
        os.chown(draft, had.st_uid, had.st_gid)
        draft.replace(file)
        sync_folder(file.parent)
        _wipe(old)


def _put_alone(file: Path, draft: Path) -> None:
    """Where no file that somebody has open can be exchanged, us included. Raises
    :class:`StoreBusy`."""
    try:
        draft.replace(file)
    except PermissionError:
        erase_draft(draft)
        raise StoreBusy from None


def _wipe(old: IO[bytes]) -> None:
    left = os.fstat(old.fileno()).st_size
    while left > 0:
        left -= old.write(bytes(min(left, _MEGABYTE)))
    old.flush()
    os.fsync(old.fileno())
