"""The server's store: opened, made, read in one snapshot, written under its locks.

It is a SQLite file or a PostgreSQL database (``place``); from here on nobody asks which.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from sync.errors import DiskFull, DiskRefused, DoorstepError, StoreBusy, StoreTooNew
from sync.i18n import N_
from sync.progress import Progress, silent
from sync.server.column_key import ColumnKey
from sync.server.crossing import RETRIES, Crossed
from sync.server.file_key import FileKey, mark_of
from sync.server.key_file import (
    CHECK,
    check_in,
    claim,
    kept_key,
    key_of_file,
    key_place,
    make_key,
    note_key,
)
from sync.server.own_secret import SECRET, keep_secret, secret_in
from sync.server.place import Place, keep_url, make_folder, place_of
from sync.server.postgres import (
    DatabaseUnreachable,
    postgres_refusal,
    postgres_snapshots,
    postgres_trouble,
)
from sync.server.relabelling import relabel
from sync.server.sealed_types import use_key
from sync.server.sealing import seal_all
from sync.server.shutting import shut_file
from sync.server.sqlite import HALF, copy_sqlite, is_damage, sqlite_snapshots, sqlite_trouble
from sync.server.tables import META, STORE_VERSION
from sync.server.upgrading import Standing, is_sealed, standing_of, upgrade_tables

_TROUBLES: Final = (StoreBusy, DiskFull, DiskRefused, DatabaseUnreachable)
_SNAPSHOTS: Final = {"sqlite": sqlite_snapshots, "postgresql": postgres_snapshots}

_BEFORE: Final = ".before-upgrade"
SET_ASIDE: Final = "before-restore-"
"""How the file is called in which a restore keeps what was there."""

T = TypeVar("T")


class StoreExists(DoorstepError):
    """``init`` would touch a store that is there already."""

    code = "server.exists"
    message = N_("There is a server in {folder} already. Nothing was changed.")


class NoStore(DoorstepError):
    """No store was made in this folder yet."""

    code = "server.none"
    message = N_("There is no server in {folder} yet. Run: doorstep-server init --data {folder}")


class StoreOutdated(DoorstepError):
    """An older version made the store. It is upgraded when its keeper says so, not by opening."""

    code = "server.outdated"
    message = N_(
        "An older version made the data in {folder}. Stop every server on it, then run: "
        "doorstep-server upgrade --data {folder}"
    )


class ServerDataDamaged(DoorstepError):
    """The file does not open although the key is right, or a page of it is not as it was written.

    Nobody makes it anew: what is left of it may be the only copy.
    """

    code = "server.damaged"
    message = N_(
        "The data in {folder} is damaged. Stop every server on it, keep a copy of the folder, and "
        "put the newest backup into a new one: doorstep-server restore FILE --data NEW"
    )


@dataclass(frozen=True)
class Database:
    """One store. ``epoch`` names this life of it: a restore from backup begins another.

    ``key`` is the server's own secret: ids and remembered import cells are derived with it.
    ``column_key`` seals ID numbers in the columns; it lies in ``key_file``.
    """

    engine: Engine
    epoch: str
    key: bytes = field(repr=False)
    column_key: ColumnKey = field(repr=False)
    key_file: Path

    def run(self, work: Callable[[Connection], T]) -> T:
        """Do ``work`` in a transaction that may write; whole or not at all.

        Where another writer crosses it, all of it begins again, so ``work`` keeps nothing from
        one try to the next. Raises :class:`StoreBusy` where that does not help.
        """
        for _ in range(RETRIES):
            try:
                with self.write() as connection:
                    return work(connection)
            except (Crossed, IntegrityError):
                # Two may find that a line is missing, and both add it; the second finds it now.
                continue
        with self.write() as connection:
            return work(connection)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One try of :meth:`run`. Raises :class:`Crossed` where another writer was in the way."""
        with _transaction(self.engine) as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot: everything read in it was true at the same moment."""
        with _transaction(self._snapshots) as connection:
            yield connection

    @cached_property
    def _snapshots(self) -> Engine:
        return _snapshots(self.engine)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def create_database(folder: Path, database: str = "") -> Database:
    """Make an empty store: in ``folder``, or in the database of that URL, noted in ``folder``.

    Raises :class:`StoreExists` where there is one.
    """
    place = place_of(folder, database)
    if place.file.exists() or place_of(folder).url not in (None, place.url):
        raise StoreExists(folder=str(folder))
    make_folder(place)
    # First, because what opens a SQLite file makes it.
    column_key = make_key(folder)
    with _opened(place, column_key.file_key) as engine, _transaction(engine) as connection:
        if standing_of(connection) is not Standing.NONE:
            raise StoreExists(folder=str(folder))
        upgrade_tables(connection)
        facts = {
            "version": str(STORE_VERSION),
            # Short, because every reply and every page of it says it again.
            "epoch": secrets.token_hex(5),
            SECRET: column_key.seal_secret(secrets.token_bytes(32)),
            "care_day": "",
        }
        connection.execute(insert(META), [{"name": n, "value": v} for n, v in facts.items()])
        note_key(connection, column_key)
        keep_url(place, secret=bool(database))
    return open_database(folder)


def open_database(folder: Path) -> Database:
    """Open the store of the server in ``folder``.

    Raises :class:`NoStore`, :class:`StoreTooNew`, :class:`StoreOutdated`,
    :class:`ServerDataDamaged`, or what :func:`kept_key` raises.
    """
    place = _store_in(folder)
    mark = place.mark
    in_plain = place.url is None and mark is None
    engine = place.engine(_file_key(place, mark))
    try:
        with _found(place, mark), _transaction(_snapshots(engine)) as connection:
            if _standing(connection, folder) is Standing.OLDER or in_plain:
                raise StoreOutdated(folder=str(folder))
            facts = {str(name): str(value) for name, value in connection.execute(select(META))}
        column_key = kept_key(folder, facts.get(CHECK))
    except BaseException:
        engine.dispose()
        raise
    use_key(engine, column_key)
    key = column_key.unseal_secret(facts[SECRET])
    return Database(engine, facts["epoch"], key, column_key, key_place(folder))


def upgrade_database(folder: Path, now: datetime, progress: Progress = silent) -> Path | None:
    """Bring an older store to this version. Nobody may serve it meanwhile.

    A SQLite file is copied first; the answer is where the copy lies. The tables change whole or
    not at all; then what stands in them in plain is sealed in portions, and a file in plain is
    written anew under the key; whoever was stopped there goes on from there. A store of this
    version is left alone.

    Raises :class:`NoStore`, :class:`StoreTooNew`, :class:`ServerDataDamaged`, or what
    :func:`kept_key` or :func:`shut_file` raises.
    """
    place = _store_in(folder)
    mark, copy = place.mark, None
    file_key = _file_key(place, mark)
    with _found(place, mark), _opened(place, file_key) as engine:
        with _transaction(_snapshots(engine)) as connection:
            standing = _standing(connection, folder)
            check, is_new = check_in(connection), is_sealed(connection)
        key = make_key(folder) if check is None else kept_key(folder, check)
        use_key(engine, key)
        if standing is Standing.OLDER:
            if place.url is None and is_new:
                copy = _copy_before(place, file_key, now)
            is_done = _change_tables(engine, folder, key, copy)
            if not is_done:
                with _told():
                    seal_all(engine, key, progress)
    if place.url is None and place.mark is None:
        shut_file(place.file, key.file_key, progress)
    return copy


def _copy_before(place: Place, key: FileKey | None, now: datetime) -> Path:
    for half in place.folder.glob(f"*{_BEFORE}{HALF}*"):
        half.unlink()  # Of an upgrade that was killed: in plain, maybe, and of no use.
    copy = place.file.with_name(f"{place.file.name}.{now:%Y%m%dT%H%M%SZ}{_BEFORE}")
    copy_sqlite(place.file, copy, key)
    return copy


def _change_tables(engine: Engine, folder: Path, key: ColumnKey, copy: Path | None) -> bool:
    """Whether nothing is left to seal. Where it fails all is as it was, and so is the disk, which a
    ``copy`` for each try would fill."""
    try:
        with _transaction(engine) as connection:
            upgrade_tables(connection)
            claim(connection, key, key_place(folder))
            keep_secret(connection, key, secret := secret_in(connection, key))
            relabel(connection, key, secret)
            return is_sealed(connection)
    except BaseException:
        if copy is not None:
            copy.unlink()
        raise


def copies_from_before(folder: Path) -> list[Path]:
    """The copies that upgrades left, also those that were stopped before they could say so, and
    what a restore of an older version set aside in plain."""
    aside = [one for one in folder.glob(f"{SET_ASIDE}*") if mark_of(one) is None]
    return sorted([*folder.glob(f"*{_BEFORE}"), *aside])


def is_trouble(error: BaseException) -> bool:
    """Whether the store itself failed, rather than something we asked of it: as the driver told
    it, or as a transaction of ours did."""
    if isinstance(error, DBAPIError):
        return _trouble(error) is not None or is_damage(error.orig)
    return isinstance(error, _TROUBLES) and not isinstance(error, Crossed)


def _trouble(error: DBAPIError) -> DoorstepError | None:
    """A store's own trouble as an error that a person understands; nothing where we are at fault.

    The text of the statement is never repeated: it may hold what a resident said.
    """
    return sqlite_trouble(error.orig) or postgres_trouble(error.orig)


def _trouble_before(error: DBAPIError) -> DoorstepError | None:
    """The same of what failed first: a full disk undoes the whole transaction, and Alembic then
    misses the table that it was writing anew."""
    before = error.orig.__context__ if error.orig is not None else None
    return _trouble(before) if isinstance(before, DBAPIError) else None


def _store_in(folder: Path) -> Place:
    place = place_of(folder)
    # Opening a SQLite file that is not there would make one.
    if place.url is None and not place.file.is_file():
        raise NoStore(folder=str(folder))
    return place


def _standing(connection: Connection, folder: Path) -> Standing:
    standing = standing_of(connection)
    if standing is Standing.NONE:
        raise NoStore(folder=str(folder))
    if standing is Standing.NEWER:
        raise StoreTooNew
    return standing


def _snapshots(engine: Engine) -> Engine:
    return _SNAPSHOTS[engine.dialect.name](engine)


def _file_key(place: Place, mark: bytes | None) -> FileKey | None:
    """What opens the SQLite file; nothing for one in plain, and for PostgreSQL.

    Raises what :func:`key_of_file` raises.
    """
    return None if mark is None else key_of_file(place.folder, mark).file_key


@contextmanager
def _found(place: Place, mark: bytes | None) -> Iterator[None]:
    """What is done in here with the store whose file had this mark. Raises :class:`StoreBusy` where
    an upgrade put another file there meanwhile."""
    with telling_damage(place.folder):
        try:
            yield
        except DBAPIError as error:
            if is_damage(error.orig) and place.mark != mark:
                raise StoreBusy from None
            raise


@contextmanager
def telling_damage(folder: Path) -> Iterator[None]:
    """What an administrator does in here with the store in ``folder``. Raises
    :class:`ServerDataDamaged`."""
    try:
        yield
    except DBAPIError as error:
        if is_damage(error.orig):
            raise ServerDataDamaged(folder=str(folder)) from None
        raise


@contextmanager
def _opened(place: Place, key: FileKey | None) -> Iterator[Engine]:
    engine = place.engine(key)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    with _told(), engine.begin() as connection:
        yield connection


@contextmanager
def _told() -> Iterator[None]:
    """What the database raises in here, as errors of ours where it is none of our faults."""
    try:
        yield
    except DBAPIError as error:
        expected = _trouble(error) or postgres_refusal(error.orig) or _trouble_before(error)
        if expected is None:
            raise
        raise expected from error
    except NoConnectionLeft:
        raise StoreBusy from None
