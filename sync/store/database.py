"""The encrypted database file: opened with every check, one writer, several readers.

Errors of SQLite become ours in one function, :func:`translated`.
"""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy import exc as sqlalchemy_exc
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2 as sqlcipher

from sync.errors import (
    Bug,
    DiskFull,
    DiskRefused,
    DoorstepError,
    StoreBusy,
    StoreDamaged,
    StoreUnreadable,
)
from sync.store import vault
from sync.store.unsynced import Unsynced
from sync.store.vault import Key

FILE_NAME: Final = "store.db"
EXAMINE_NAME: Final = "examine"
"""Its presence asks the next opening to read every page before anything else does."""

KEY_PURPOSE: Final = "store"
FLOOD_PAGES: Final = 16_384
"""Pages (64 MB) that the log may hold while a copy is filled."""

BUSY_MS: Final = 5_000
READERS: Final = 4
READER_CACHE_KIB: Final = 6_144
"""What each reader keeps of the file in memory. A walk over a whole community fills it to the brim,
and what stands at the door was read as quickly with it as with the writer's 16 MiB."""

MOST_PATIENCE_S: Final = 1.0
"""So long filling lets others go first: it must come to an end on a busy day too."""

_PLAINTEXT_HEADER: Final = b"SQLite format 3\x00"
_HEX_DIGITS: Final = 64

_DURABLE: Final = "FULL"
_LOG_PAGES: Final = 1_000
LOG_BYTES: Final = 5_000_000
"""What the log's file is cut to where it was longer: a little more than its usual pages take."""

# What every connection sets, and the answer it must then give.
_PRAGMAS: Final = (
    ("journal_mode", "WAL", "wal"),
    ("synchronous", _DURABLE, "2"),
    ("foreign_keys", "ON", "1"),
    ("temp_store", "MEMORY", "2"),
    ("secure_delete", "ON", "1"),
    ("cache_size", "-16384", "-16384"),
    ("wal_autocheckpoint", str(_LOG_PAGES), str(_LOG_PAGES)),
    ("journal_size_limit", str(LOG_BYTES), str(LOG_BYTES)),
)

_BUSY: Final = (5, 6)  # SQLITE_BUSY, SQLITE_LOCKED
_FULL: Final = 13  # SQLITE_FULL
# SQLITE_IOERR: a quota, a limit, a failing disk; the driver does not say which. Damaged content
# never shows like this (300 flipped bits gave 11 or 26), so it is no reason to set a file aside.
_REFUSED: Final = 10
_DAMAGED: Final = (11, 26)  # SQLITE_CORRUPT, SQLITE_NOTADB
# After some failures SQLite has undone the whole transaction. Going back to a savepoint fails then
# too, and what failed before that is what happened.
_UNDONE: Final = "no such savepoint"


def translated(error: BaseException) -> DoorstepError | None:
    """Our error for one of the database's, or ``None`` where it is no expected failure."""
    if isinstance(error, sqlalchemy_exc.TimeoutError):
        return StoreBusy()
    code = getattr(_cause(error), "sqlite_errorcode", None) or 0
    primary = code & 0xFF  # Extended codes keep the primary one in their low byte.
    if primary in _BUSY:
        return StoreBusy()
    if primary == _FULL:
        return DiskFull()
    if primary == _REFUSED:
        return DiskRefused()
    if primary in _DAMAGED:
        return StoreUnreadable()
    return None


def _cause(error: BaseException) -> BaseException:
    """What the driver raised: the first of it, where the way back failed too."""
    wrapped = error.orig if isinstance(error, sqlalchemy_exc.DBAPIError) else None
    cause = error if wrapped is None else wrapped
    before = cause.__context__
    return _cause(before) if before is not None and _UNDONE in str(cause) else cause


class Database:
    """One open store file. :meth:`reading` and :meth:`writing` are the only ways in."""

    def __init__(self, folder: Path, key: Key, *, busy_ms: int = BUSY_MS) -> None:
        """Connections open when first used; see :func:`open_database` for the checks."""
        self._folder = folder
        self._writer = _engine(folder / FILE_NAME, key, busy_ms, writes=True)
        self._readers = _engine(folder / FILE_NAME, key, busy_ms, writes=False)
        self._held = threading.local()
        self._turn = threading.Condition()
        self._wanting = 0
        self._writes = 0
        self._is_flooded = False
        self._unsynced = Unsynced(folder / f"{FILE_NAME}-wal")

    @property
    def in_transaction(self) -> bool:
        """Whether this thread holds a transaction: it must not wait for a network then."""
        return bool(getattr(self._held, "open", False))

    @property
    def writes(self) -> int:
        """How many transactions were written since opening: nothing is new while it stays, for
        nobody else has the file. Ask before the snapshot that something is kept from; within one of
        them, it is not counted yet."""
        return self._writes

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One durable transaction: all of the block is saved, or nothing. Waits its turn.

        Raises :class:`DiskFull`, StoreBusy or StoreUnreadable; then nothing was saved.
        """
        with self._first_in_line(), self._written(_DURABLE) as connection:
            yield connection

    @property
    def is_unsynced(self) -> bool:
        """Whether a power cut may still take rows of a filling: no durable transaction that wrote
        anything came after them, in this session or an earlier one."""
        return self._unsynced.is_any

    @property
    def somebody_waits(self) -> bool:
        """Whether somebody wants to write: who fills a copy then ends the transaction."""
        return self._wanting > 0

    @contextmanager
    def filling(self, *, brief: bool = False) -> Iterator[Connection]:
        """As :meth:`writing`, for rows that the server can send again.

        It does not wait for the disk: a power cut may take the last ones, always in their order,
        and the next durable transaction makes all before it durable too. Whoever saves goes first:
        a pool gives a connection to who asks for it soonest, which a loop of fillings would be.
        A ``brief`` one goes before the others for the same reason.

        Many of them fill the log, which :meth:`write_back` empties once nobody waits for it; after
        every few megabytes one waits for the disk, which whoever saves next would have to.
        """
        if brief:
            with self._first_in_line(), self._written("NORMAL") as connection:
                yield connection
            return
        with self._turn:
            self._turn.wait_for(lambda: not self._wanting, MOST_PATIENCE_S)
        is_much = self._unsynced.is_much
        with self._written(_DURABLE if is_much else "NORMAL") as connection:
            if not is_much:
                self._unsynced.note()
            if not self._is_flooded:
                connection.exec_driver_sql(f"PRAGMA wal_autocheckpoint={FLOOD_PAGES}").close()
                self._is_flooded = True
            yield connection

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        """As a brief :meth:`filling`, of a word about a session and of nothing that anybody keeps a
        look at (:attr:`writes`)."""
        with self._first_in_line(), self._written("NORMAL", counts=False) as connection:
            yield connection

    @contextmanager
    def _written(self, synchronous: str, *, counts: bool = True) -> Iterator[Connection]:
        try:
            with self._transaction(self._writer, synchronous) as connection:
                mark, before = self._unsynced.mark(), _changes(connection)
                yield connection
                wrote = _changes(connection) > before
            if wrote and synchronous == _DURABLE:  # A commit of nothing waits for nothing.
                self._unsynced.synced(mark)
        finally:
            self._writes += counts  # Also where it failed: that costs a look, and forgets nothing.

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One snapshot. Never waits for a writer; a write in it fails."""
        with self._transaction(self._readers) as connection:
            yield connection

    @contextmanager
    def looking_back(self) -> Iterator[Connection]:
        """A short look at what was written last, or is about to be written: whoever writes has it
        in memory, and a reader unlocks every page anew after each transaction that wrote. While
        somebody does write, or copies the store, it is a look of any reader, which waits for
        nobody."""
        if self._somebody_writes:
            with self.reading() as connection:
                yield connection
            return
        with self._first_in_line(), self._transaction(self._writer) as connection:
            yield connection

    def copy_to(self, path: Path) -> None:
        """Write the store as it is now to a new file, encrypted by the same key; saves wait.

        Raises :class:`DiskFull` or DiskRefused.
        """
        raw = self._writer.raw_connection()
        try:
            raw.cursor().execute("VACUUM INTO ?", (str(path),))
        except sqlcipher.Error as error:
            raise (translated(error) or error) from error
        finally:
            raw.close()

    def write_back(self) -> None:
        """Write back what filling left in the log, while others read and save; where that fails,
        it is in the log still.

        Done after every thousand pages of a first sync, it took a tenth of its time.
        """
        if not self._is_flooded:
            return
        steps = (
            (self._readers, "PRAGMA wal_checkpoint(PASSIVE)"),
            (self._writer, f"PRAGMA wal_autocheckpoint={_LOG_PAGES}"),
        )
        try:
            for engine, pragma in steps:
                raw = engine.raw_connection()
                try:
                    raw.cursor().execute(pragma).fetchall()
                finally:
                    raw.close()
            self._is_flooded = False
        except (sqlcipher.Error, sqlalchemy_exc.SQLAlchemyError) as error:
            expected = translated(error)
            if expected is None:
                raise
            if isinstance(expected, StoreUnreadable):
                self._ask_for_examination(self._writer)

    def checkpoint(self) -> bool:
        """Write the log back into the main file and empty it. For idle moments.

        False where a reader was in the way, or the disk refused: then some of it is still there.
        """
        try:
            return self._checkpoint()
        except (sqlcipher.Error, sqlalchemy_exc.SQLAlchemyError) as error:
            if translated(error) is None:
                raise
            return False

    def _checkpoint(self) -> bool:
        raw = self._writer.raw_connection()
        try:
            # All of the answer is fetched: a statement that is still open locks every table.
            ((busy, *_),) = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            return not busy
        finally:
            raw.close()

    def close(self) -> None:
        """Give every connection back. A full disk must not keep the app from ending."""
        try:
            self.checkpoint()
        finally:
            self._readers.dispose()
            self._writer.dispose()

    @property
    def _somebody_writes(self) -> bool:
        pool = self._writer.pool
        return isinstance(pool, QueuePool) and pool.checkedout() > 0

    @contextmanager
    def _first_in_line(self) -> Iterator[None]:
        with self._turn:
            self._wanting += 1
        try:
            yield
        finally:
            with self._turn:
                self._wanting -= 1
                self._turn.notify_all()

    @contextmanager
    def _transaction(self, engine: Engine, synchronous: str = _DURABLE) -> Iterator[Connection]:
        if self.in_transaction:
            raise Bug
        self._held.open = True
        try:
            with (
                engine.connect() as connection,
                _synced(connection, synchronous),
                connection.begin(),
            ):
                yield connection
        except (sqlcipher.Error, sqlalchemy_exc.SQLAlchemyError) as error:
            expected = translated(error)
            if expected is None:
                raise
            if isinstance(expected, StoreUnreadable):
                self._ask_for_examination(engine)
            raise expected from error
        finally:
            self._held.open = False

    def _ask_for_examination(self, engine: Engine) -> None:
        # One bad page makes its whole connection fail from then on; fresh ones read the rest.
        engine.dispose()
        (self._folder / EXAMINE_NAME).touch()


def _changes(connection: Connection) -> int:
    """Rows that this connection wrote since it was opened."""
    return int(connection.connection.driver_connection.total_changes)  # type: ignore[union-attr]


@contextmanager
def _synced(connection: Connection, synchronous: str) -> Iterator[None]:
    """How long a commit waits for the disk; only changeable between two transactions."""
    if synchronous == _DURABLE:
        yield
        return
    raw = connection.connection.cursor()
    raw.execute(f"PRAGMA synchronous={synchronous}")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA synchronous={_DURABLE}")
        raw.close()


def create_database(folder: Path, key: Key, *, now: datetime, busy_ms: int = BUSY_MS) -> Database:
    """A new, empty store. A file that is there without a profile is set aside, not written over."""
    path = folder / FILE_NAME
    if path.exists():
        set_aside(folder, now)
    path.touch(mode=0o600)
    return Database(folder, key, busy_ms=busy_ms)


def open_database(folder: Path, key: Key, *, now: datetime, busy_ms: int = BUSY_MS) -> Database:
    """An existing store, after all checks.

    A file that does not open with its own key is damaged: it is set aside untouched, with a copy
    of its key header, and :class:`StoreDamaged` tells where. It is never recreated.
    """
    path = folder / FILE_NAME
    if not path.exists():
        raise StoreDamaged(folder=str(folder))
    if not _opens(path, key, examine=(folder / EXAMINE_NAME).exists()):
        raise StoreDamaged(folder=str(set_aside(folder, now)))
    (folder / EXAMINE_NAME).unlink(missing_ok=True)
    return Database(folder, key, busy_ms=busy_ms)


def is_whole(folder: Path, key: Key) -> bool:
    """Whether every page of a store nobody has open is what was written; it stays where it is."""
    path = folder / FILE_NAME
    return path.exists() and _opens(path, key, examine=True)


def _opens(path: Path, key: Key, *, examine: bool) -> bool:
    with path.open("rb") as file:
        # Somebody's unencrypted file, or one that was emptied: neither is written to.
        if file.read(len(_PLAINTEXT_HEADER)) in (_PLAINTEXT_HEADER, b""):
            return False
    try:
        connection = _connect(path, key, BUSY_MS)
    except sqlcipher.DatabaseError as error:
        if isinstance(translated(error), StoreUnreadable):
            return False
        raise (translated(error) or error) from error
    try:
        return not examine or not connection.execute("PRAGMA cipher_integrity_check").fetchall()
    finally:
        connection.close()


def place_aside(folder: Path, now: datetime) -> Path:
    """A new folder for what does not belong to the profile any more, and is not ours to erase."""
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    shelf = folder / "set-aside"
    target = next(
        place
        for count in range(1000)
        if not (place := shelf / (f"{stamp}-{count}" if count else stamp)).exists()
    )
    target.mkdir(parents=True)
    return target


def set_aside(folder: Path, now: datetime) -> Path:
    """Move the store out of the way, untouched, with a copy of its key header; where it is now."""
    target = place_aside(folder, now)
    for name in (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm", EXAMINE_NAME):
        if (folder / name).exists():
            (folder / name).replace(target / name)
    if (folder / vault.FILE_NAME).exists():
        shutil.copy2(folder / vault.FILE_NAME, target / vault.FILE_NAME)
    return target


def _engine(path: Path, key: Key, busy_ms: int, *, writes: bool) -> Engine:
    """One pool: a single writer that everybody queues for, or several readers."""

    def creator() -> Any:
        connection = _connect(path, key, busy_ms)
        if not writes:
            connection.execute("PRAGMA query_only=ON")
            connection.execute(f"PRAGMA cache_size=-{READER_CACHE_KIB}")
        return connection

    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=creator,
        poolclass=QueuePool,
        pool_size=1 if writes else READERS,
        max_overflow=0 if writes else READERS,
        pool_timeout=busy_ms / 1000,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _connect(path: Path, key: Key, busy_ms: int) -> Any:
    """One raw connection with everything set and asserted. A wrong key raises DatabaseError."""
    digits = key.derive(KEY_PURPOSE).hex()
    if len(digits) != _HEX_DIGITS:
        raise Bug  # SQLCipher would take any other length as a passphrase, without a word.
    connection = sqlcipher.connect(
        str(path), timeout=busy_ms / 1000, check_same_thread=False, isolation_level=None
    )
    try:
        _prepare(connection, digits)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: Any, digits: str) -> None:
    connection.execute("PRAGMA cipher_log_level=NONE")  # Else a wrong key writes to stderr.
    connection.execute(f"PRAGMA key = \"x'{digits}'\"")
    if not connection.execute("PRAGMA cipher_version").fetchone():
        raise Bug  # A plain SQLite ignores the key and would write plaintext.
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    for name, wanted, answer in _PRAGMAS:
        connection.execute(f"PRAGMA {name}={wanted}")
        if str(connection.execute(f"PRAGMA {name}").fetchone()[0]) != answer:
            raise Bug
