"""Everything that is SQLite's alone. The SQLite of the sqlcipher3 wheel is newer than Python's,

whose releases before 3.51.3 can corrupt a write-ahead log.
"""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Engine,
    ExceptionContext,
    NullPool,
    QueuePool,
    create_engine,
    event,
)
from sqlcipher3 import dbapi2 as sqlite

from sync.disk import sync_folder
from sync.errors import DiskFull, DiskRefused, DoorstepError, StoreBusy
from sync.server.file_key import FileKey

FILE_NAME: Final = "doorstep-server.sqlite3"
HALF: Final = ".partial"
"""How the name of a copy ends that is not whole yet."""

BUSY_MS: Final = 30_000
"""How long a writer waits for another: a whole roster commits in one transaction."""

_BUSY: Final = (5, 6)  # SQLITE_BUSY, SQLITE_LOCKED
_FULL: Final = 13  # SQLITE_FULL
_REFUSED: Final = 10  # SQLITE_IOERR: a quota, a limit, a failing disk
# Copies, SQLCipher's export among them, pass on the words of what stopped them, and not its code.
_NO_CODE: Final = (0, 1)  # SQLITE_ERROR
_SAID: Final[dict[str, type[DiskFull]]] = {
    "database or disk is full": DiskFull,
    "disk I/O error": DiskRefused,
}
_DAMAGED: Final = (11, 26)  # SQLITE_CORRUPT, SQLITE_NOTADB: a page that its key does not prove

_PRAGMAS: Final = (
    "journal_mode=WAL",
    # A power cut loses acknowledged commits with NORMAL (measured: 356 of 400), none with FULL.
    "synchronous=FULL",
    # A push of 500 operations fills most of the usual 1000 pages: every other one would wait until
    # they are written back and on the disk twice. The log keeps what was acknowledged either way.
    "wal_autocheckpoint=4000",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_MS}",
    "cache_size=-16384",
    "temp_store=MEMORY",
    "secure_delete=ON",
)


def sqlite_engine(file: Path, key: FileKey | None) -> Engine:
    """An engine on ``file``, which is in plain without a ``key``. Connections with the option
    ``read_only`` share one snapshot.

    Writers take the write lock when they begin: two that read first and write later would
    both fail otherwise.
    """

    def connect() -> Any:
        connection = sqlite.connect(
            str(file), timeout=BUSY_MS / 1000, check_same_thread=False, isolation_level=None
        )
        unlock(connection, key)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    engine = create_engine(
        "sqlite://",
        module=sqlite,
        creator=connect,
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=8,
        # The connection that was used last knows most pages still; another one decrypts them anew.
        pool_use_lifo=True,
        # Without it a failed statement's error text would carry residents' data into the log.
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("read_only")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    @event.listens_for(engine, "handle_error")
    def handle_error(context: ExceptionContext) -> None:
        # SQLCipher reads nothing more on a connection that met one bad page: the next one does.
        if is_damage(context.original_exception):
            context.is_disconnect = True
            context.invalidate_pool_on_disconnect = False

    return engine


def sqlite_snapshots(engine: Engine) -> Engine:
    """The same engine for transactions that see one moment and write nothing."""
    return engine.execution_options(read_only=True)


def copy_sqlite(file: Path, target: Path, key: FileKey | None) -> None:
    """A whole copy of the store as it is now, whoever else has it open; the same key opens it.

    It gets its name once it is on the disk, so that nobody goes back to half of one. Raises
    :class:`DiskFull`, among others; then there is none.
    """
    draft = target.with_name(f"{target.name}{HALF}")
    draft.touch(mode=0o600)
    try:
        with (
            closing(sqlite.connect(str(file))) as source,
            closing(sqlite.connect(str(draft))) as copy,
        ):
            unlock(source, key)
            unlock(copy, key)
            source.backup(copy)
        draft.replace(target)
        sync_folder(target.parent)
    except sqlite.Error as error:
        if (told := sqlite_trouble(error)) is None:
            raise
        raise told from error
    finally:
        erase_draft(draft)


def erase_draft(draft: Path) -> None:
    """Remove a file that is not whole, and what a kill or a full disk left beside it."""
    draft.unlink(missing_ok=True)
    draft.with_name(f"{draft.name}-journal").unlink(missing_ok=True)


def unlock(connection: Any, key: FileKey | None) -> None:
    """Open a connection's file with its key, before anything else is done with it."""
    if key is not None:
        connection.execute("PRAGMA cipher_log_level=NONE")  # Else a bad page writes to stderr.
        connection.execute(f'PRAGMA key = "{key.phrase}"')


def compact_sqlite(engine: Engine, _tables: Sequence[str]) -> None:
    """Write the file anew and empty its log: nothing of what was replaced is left in either.

    Raises :class:`DiskFull`, among others: for a while it takes as much room again.
    """
    with engine.connect() as connection:
        # Past the engine, which would begin a transaction; so its errors are told here.
        pooled = connection.connection
        try:
            pooled.execute("VACUUM")
            is_busy, *_ = pooled.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite.Error as error:
            if (told := sqlite_trouble(error)) is None:
                raise
            raise told from error
    if is_busy:
        raise StoreBusy  # Somebody reads what was there before: it is in the log still.


def sqlite_trouble(error: BaseException | None) -> DoorstepError | None:
    """Our error for one of SQLite's, or nothing where it is our own fault."""
    primary = _code_of(error)
    if primary in _NO_CODE and str(error) in _SAID:
        return _SAID[str(error)]()
    if primary in _BUSY:
        return StoreBusy()
    if primary == _FULL:
        return DiskFull()
    return DiskRefused() if primary == _REFUSED else None


def is_damage(error: BaseException | None) -> bool:
    """Whether the file is none of SQLite's, or not as it was written; the key is proven before."""
    return _code_of(error) in _DAMAGED


def _code_of(error: BaseException | None) -> int:
    # Extended codes keep the primary one in their low byte.
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def file_engine(file: Path, key: FileKey | None, *, writes: bool) -> Engine:
    """An engine on one whole file without a log beside it, for one writer or for readers alone;
    the file is in plain without a ``key``.

    Whoever writes it flushes it to the disk before anybody relies on it.
    """
    mode = "rw" if writes else "ro"

    def connect() -> Any:
        connection = sqlite.connect(
            f"{file.absolute().as_uri()}?mode={mode}", uri=True, check_same_thread=False
        )
        unlock(connection, key)
        if writes:
            connection.execute("PRAGMA journal_mode=OFF")
            connection.execute("PRAGMA synchronous=OFF")
        return connection

    return create_engine(
        "sqlite://", module=sqlite, creator=connect, poolclass=NullPool, hide_parameters=True
    )
