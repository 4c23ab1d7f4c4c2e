"""The whole server in one file, and back: whatever database it lies in.

The file is a SQLite store with every table as it was at one moment. The server's key opens it, and
is not in it; where that lay stands behind the pages. A backup that ended well is recorded, because
from then on laptops may forget what even the oldest kept one holds.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Update, delete, func, insert, select, update
from sqlalchemy.exc import DatabaseError

from sync.disk import sync_folder
from sync.errors import DoorstepError, StoreTooNew
from sync.i18n import N_
from sync.identity import Clock, Minter, stamp
from sync.server.column_key import ColumnKey, PlainColumns
from sync.server.covered import Backup, backups_known, note_coverage, settle_durable
from sync.server.crossing import insert_missing
from sync.server.database import SET_ASIDE, Database, NoStore, create_database, open_database
from sync.server.file_key import FileKey, mark_of, tell_place
from sync.server.key_file import (
    check_in,
    hand_key,
    key_of_backup,
    key_of_backup_file,
    key_place,
    note_key,
)
from sync.server.own_secret import keep_secret, secret_in
from sync.server.relabelling import relabel
from sync.server.sealed_types import key_of, use_key
from sync.server.sqlite import file_engine
from sync.server.tables import (
    ACCOUNT,
    BACKUP,
    BACKUP_LANE,
    DEVICE,
    LEASE,
    META,
    METADATA,
    PART,
    SNAPSHOT,
)
from sync.server.upgrading import SEALING, SEALING_REST, Standing, standing_of, upgrade_tables

KEEP: Final = 7
"""How many of the newest backups are kept, unless the keeper says otherwise."""

_CHUNK_ROWS: Final = 1_000
_UPGRADED: Final = ".upgraded"
# Snapshots are made again when somebody wants them.
_MADE_AGAIN: Final = (SNAPSHOT, PART)
# What was switched off stays so, whatever a backup says: (table, key, column with the time).
_OFF: Final = (
    (DEVICE, DEVICE.c.client_id, "revoked_at"),
    (ACCOUNT, ACCOUNT.c.id, "disabled_at"),
)


class NoBackup(DoorstepError):
    """The file is not there, is none of ours, or was damaged."""

    code = "server.no_backup"
    message = N_("{file} is no whole backup of a Doorstep server. Nothing was changed.")


def back_up(db: Database, file: Path, clock: Clock, minter: Minter, keep: int = KEEP) -> Backup:
    """Write everything into ``file`` as it is at one moment, and record that it is there.

    Writers go on meanwhile. A file of that name is replaced once the new one is whole and on the
    disk; a failure leaves it as it was, and records nothing.
    """
    made = Backup(minter.new_id(), stamp(clock.now()), max(1, keep))
    draft = file.with_name(f"{file.name}.partial")
    try:
        with _fresh_file(draft, db) as into, db.read() as connection:
            _copy_all(connection, into)
            _record(into, made)
        tell_place(draft, db.key_file)
        _sync_to_disk(draft)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(file.parent)
    with _reading(file, db.column_key.file_key) as kept:
        db.run(lambda connection: _note(kept, connection, made))
    return made


def backups(db: Database) -> list[Backup]:
    """The backups that are kept, oldest first."""
    with db.read() as connection:
        return backups_known(connection)


def restore(
    folder: Path, file: Path, clock: Clock, database: str = "", key_file: Path | None = None
) -> Path | None:
    """Put the store in ``folder`` back to what ``file`` holds, and begin a new epoch.

    One transaction: whole or not at all. What was there before is written to a file beside the
    store, whose path is the answer; where there was no store, one is made, in the database of
    that URL if one is given. Computers that were revoked and users that were disabled since stay
    so, and what laptops were lent since stays theirs. A backup of an older version is upgraded on
    the way.

    ``key_file`` has the key of the server that made the backup; without it the key is looked for
    where it lies for the server in ``folder``, and where the backup says that it lay. A server that
    has a key of its own goes on with it.

    Raises :class:`NoBackup`, :class:`StoreTooNew` or :class:`BackupKeyMissing`; then nothing was
    changed.
    """
    drop_half_restored(folder)
    places = [key_file or key_place(folder)]
    by_mark = _key_of_file(file, places)
    opened_by = by_mark.file_key if by_mark else None
    with (
        _reading(file, opened_by) as found,
        _of_today(found, file, folder, opened_by) as source,
    ):
        key = by_mark or _key_of_numbers(source, file, places)
        use_key(source.engine, key or PlainColumns())
        db, is_new = _store_for(folder, database, key)
        try:
            aside = None if is_new else _set_aside(db, folder, clock)
            db.run(lambda connection: _replace_all(source, connection, db))
        finally:
            db.close()
    return aside


def drop_half_restored(folder: Path) -> None:
    """Erase what a restore of an older backup left that was killed: numbers in plain, maybe.

    Whoever begins to serve from ``folder``, to upgrade it or to restore into it does this.
    """
    for copy in folder.glob(f"*{_UPGRADED}"):
        with suppress(OSError):  # Windows keeps the file of a restore that is still at it.
            copy.unlink()


def _key_of_file(file: Path, places: list[Path]) -> ColumnKey | None:
    """What opens a backup; nothing where an older version left it in plain, or it is none."""
    mark = mark_of(file) if file.is_file() else None
    return None if mark is None else key_of_backup_file(file, mark, places)


def _key_of_numbers(source: Connection, file: Path, places: list[Path]) -> ColumnKey | None:
    """What opens the numbers in a backup in plain; nothing where they are in plain, too."""
    return None if check_in(source) is None else key_of_backup(source, file, places)


def _store_for(folder: Path, database: str, key: ColumnKey | None) -> tuple[Database, bool]:
    try:
        return open_database(folder), False
    except NoStore:
        if key is not None:
            hand_key(folder, key)
        return create_database(folder, database), True


@contextmanager
def _of_today(
    found: Connection, file: Path, folder: Path, key: FileKey | None
) -> Iterator[Connection]:
    """The backup with the tables of this version; an older one is upgraded as a copy."""
    match standing_of(found):
        case Standing.NONE:
            raise NoBackup(file=file.name)
        case Standing.NEWER:
            raise StoreTooNew
        case Standing.CURRENT:
            yield found
        case Standing.OLDER:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            copy = folder / f"{file.name}{_UPGRADED}"
            try:
                copy.touch(mode=0o600)
                copy.write_bytes(file.read_bytes())
                with _writing(copy, key) as connection:
                    upgrade_tables(connection)
                with _reading(copy, key) as upgraded:
                    yield upgraded
            finally:
                copy.unlink(missing_ok=True)


def _replace_all(source: Connection, connection: Connection, db: Database) -> None:
    _lock_out(connection)
    off = [_switched_off(connection, *switch) for switch in _OFF]
    lent = [dict(line) for line in connection.execute(select(LEASE)).mappings()]
    for table in METADATA.sorted_tables:
        connection.execute(delete(table))
        _copy_table(source, connection, table)
    for statement in chain.from_iterable(off):
        connection.execute(statement)
    _keep_lent(connection, lent)
    connection.execute(delete(META).where(META.c.name.in_([SEALING, SEALING_REST])))
    note_key(connection, db.column_key)
    secret = secret_in(source, key_of(source))
    keep_secret(connection, db.column_key, secret)
    relabel(connection, db.column_key, secret)
    epoch = update(META).where(META.c.name == "epoch")
    connection.execute(epoch.values(value=secrets.token_hex(5)))
    settle_durable(connection)


def _switched_off(connection: Connection, table: Any, key: Any, name: str) -> list[Update]:
    """The statements that switch off again what is switched off now."""
    query = select(key, table.c[name]).where(table.c[name] != "")
    return [
        update(table).where(key == row_id, table.c[name] == "").values({name: at})
        for row_id, at in connection.execute(query)
    ]


def _keep_lent(connection: Connection, lent: list[dict[str, Any]]) -> None:
    """Laptops go on opening by what was lent since the backup, and what is lost stays lost.

    Another secret in its place would close every laptop whose days are over.
    """
    insert_missing(connection, LEASE, lent)
    for line in lent:
        mine = update(LEASE).where(LEASE.c.client_id == line["client_id"], LEASE.c.lost_at == "")
        connection.execute(mine.values(line))


def _lock_out(connection: Connection) -> None:
    """Wait until nobody is in the middle of anything. SQLite's writers are alone anyway."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in METADATA.sorted_tables)
        connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")


def _set_aside(db: Database, folder: Path, clock: Clock) -> Path:
    moment = clock.now().strftime("%Y%m%dT%H%M%SZ")
    aside = folder / f"{SET_ASIDE}{moment}-{secrets.token_hex(2)}.backup"
    now = Backup(aside.stem, stamp(clock.now()), KEEP)
    with _fresh_file(aside, db) as into, db.read() as connection:
        _copy_all(connection, into)
        _record(into, now)
    tell_place(aside, db.key_file)
    _sync_to_disk(aside)
    return aside


def _note(kept: Connection, connection: Connection, made: Backup) -> None:
    _insert(connection, BACKUP, [asdict(made)])
    _copy_table(kept, connection, BACKUP_LANE, BACKUP_LANE.c.backup_id == made.id)
    settle_durable(connection)


def _record(connection: Connection, made: Backup) -> None:
    """Say in the file itself which backup it is: a restored server knows it then."""
    _insert(connection, BACKUP, [asdict(made)])
    note_coverage(connection, made.id)


def _copy_all(source: Connection, into: Connection) -> None:
    for table in METADATA.sorted_tables:
        if table not in _MADE_AGAIN:
            _copy_table(source, into, table)


def _copy_table(source: Connection, into: Connection, table: Any, *where: Any) -> None:
    query = select(table).where(*where).execution_options(yield_per=_CHUNK_ROWS)
    for chunk in source.execute(query).mappings().partitions():
        _insert(into, table, [dict(line) for line in chunk])


def _insert(connection: Connection, table: Any, lines: list[dict[str, Any]]) -> None:
    if lines:
        connection.execute(insert(table), lines)


@contextmanager
def _fresh_file(file: Path, db: Database) -> Iterator[Connection]:
    """A file of its own for what ``db`` holds, for its owner alone, written in one transaction."""
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    with _writing(file, db.column_key.file_key) as connection:
        use_key(connection.engine, db.column_key)
        upgrade_tables(connection)
        connection.execute(delete(META))  # What the tables begin with comes with their content.
        yield connection
        note_key(connection, db.column_key)


@contextmanager
def _writing(file: Path, key: FileKey | None) -> Iterator[Connection]:
    engine = file_engine(file, key, writes=True)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _reading(file: Path, key: FileKey | None) -> Iterator[Connection]:
    """The store in a backup file, found whole. Raises :class:`NoBackup`."""
    if not file.is_file():
        raise NoBackup(file=file.name)
    engine = file_engine(file, key, writes=False)
    try:
        with engine.connect() as connection:
            if not _is_whole(connection):
                raise NoBackup(file=file.name)
            yield connection
    finally:
        engine.dispose()


def _is_whole(connection: Connection) -> bool:
    try:
        checked = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
        recorded = select(func.count()).select_from(BACKUP)
        return checked == "ok" and bool(connection.execute(recorded).scalar())
    except DatabaseError:
        return False  # No database at all, or another program's.


def _sync_to_disk(file: Path) -> None:
    with closing(file.open("rb+")) as handle:
        os.fsync(handle.fileno())
