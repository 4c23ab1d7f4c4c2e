"""Where the server's key lies: in a file of its own, outside of the database and of every backup.

It opens the ID numbers in the columns, the SQLite file that a store may be, and every backup.

``DOORSTEP_COLUMN_KEY`` names another place than the server's folder, such as another disk or what
the service manager hands over. The database knows its key by a check (``meta``).
"""

import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from sync.disk import sync_folder
from sync.errors import DoorstepError
from sync.i18n import N_
from sync.server.column_key import KEY_BYTES, ColumnKey
from sync.server.file_key import told_place
from sync.server.tables import META

FILE_NAME: Final = "column.key"
VARIABLE: Final = "DOORSTEP_COLUMN_KEY"
CHECK: Final = "column_check"
"""In ``meta``: what the key of this store's columns is known by."""

_PLACE: Final = "column_key_file"
"""In the ``meta`` of a backup whose file is in plain: where the key lay when it was made."""


class ColumnKeyMissing(DoorstepError):
    """The store is sealed, or the numbers in it are, and nothing here opens it."""

    code = "server.column_key_missing"
    message = N_(
        "The server's key cannot be read from {file}. Put it back from where you keep it, "
        "or name its place in DOORSTEP_COLUMN_KEY. Nothing was changed."
    )


class ColumnKeyWrong(DoorstepError):
    """Another store's key, or a damaged one."""

    code = "server.column_key_wrong"
    message = N_(
        "The key in {file} is not the one that opens the data here. Put the right one there, or "
        "name its place in DOORSTEP_COLUMN_KEY. Nothing was changed."
    )


class ColumnKeyUnwritten(DoorstepError):
    """A new key cannot be put where it is to lie."""

    code = "server.column_key_unwritten"
    message = N_(
        "The server's key cannot be written to {file}. See that its folder is there and "
        "may be written. Nothing was changed."
    )


class BackupKeyMissing(DoorstepError):
    """A backup is put back where its key is not."""

    code = "server.backup_key_missing"
    message = N_(
        "No key here opens {file}. Name the one that the server had which made "
        "it: restore --column-key FILE. Nothing was changed."
    )


def key_place(folder: Path) -> Path:
    """The file of the key of the server in ``folder``."""
    named = os.environ.get(VARIABLE, "")
    return Path(named) if named else folder / FILE_NAME


def read_key(file: Path) -> ColumnKey | None:
    """The key in a file; nothing where there is no such file.

    Raises :class:`ColumnKeyMissing` where it is another user's, :class:`ColumnKeyWrong` where it
    holds no key.
    """
    # Hex and a line's end are for people who copy it by hand.
    try:
        secret = bytes.fromhex(file.read_text("ascii").strip())
    except FileNotFoundError:
        return None
    except OSError:
        raise ColumnKeyMissing(file=str(file)) from None
    except ValueError:
        raise ColumnKeyWrong(file=str(file)) from None
    if len(secret) != KEY_BYTES:
        raise ColumnKeyWrong(file=str(file))
    return ColumnKey(secret)


def kept_key(folder: Path, check: str | None) -> ColumnKey:
    """The key of the store in ``folder`` whose check is ``check``.

    Raises :class:`ColumnKeyMissing` or :class:`ColumnKeyWrong`.
    """
    key = _key_of(folder)
    if key.check != check:
        raise ColumnKeyWrong(file=str(key_place(folder)))
    return key


def key_of_file(folder: Path, mark: bytes) -> ColumnKey:
    """The key of the server in ``folder``, whose SQLite file wants the one of this mark.

    Raises :class:`ColumnKeyMissing` or :class:`ColumnKeyWrong`.
    """
    key = _key_of(folder)
    if key.file_key.mark != mark:
        raise ColumnKeyWrong(file=str(key_place(folder)))
    return key


def _key_of(folder: Path) -> ColumnKey:
    file = key_place(folder)
    key = read_key(file)
    if key is None:
        raise ColumnKeyMissing(file=str(file))
    return key


def make_key(folder: Path) -> ColumnKey:
    """The key for a store that has none yet: the one that is there, or a new one.

    Raises what :func:`read_key` and :func:`write_key` raise.
    """
    file = key_place(folder)
    found = read_key(file)
    if found is None:
        write_key(file, secrets.token_bytes(KEY_BYTES))
        # What lies there: another process may have been first.
        found = read_key(file)
    if found is None:
        raise ColumnKeyMissing(file=str(file))
    return found


def write_key(file: Path, secret: bytes) -> None:
    """Put a key into a file for its owner alone, on the disk before anything is sealed with it. A
    file that is there stays: somebody may have sealed with it.

    Raises :class:`ColumnKeyUnwritten`.
    """
    try:
        _write(file, f"{secret.hex()}\n")
    except OSError:
        raise ColumnKeyUnwritten(file=str(file)) from None


def _write(file: Path, line: str) -> None:
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}.partial")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as kept:
            kept.write(line)
            kept.flush()
            os.fsync(kept.fileno())
        if os.name == "posix" and os.geteuid() == 0:
            # An upgrade that an administrator types as root: the server reads it as another user.
            folder = file.parent.stat()
            with suppress(PermissionError):  # A share knows no root.
                os.chown(draft, folder.st_uid, folder.st_gid)
        _put(draft, file)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(file.parent)


def _put(draft: Path, file: Path) -> None:
    """Give a whole file its name, unless another one has it: of two, one comes first."""
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        return
    except OSError:
        # A disk that knows no second names, such as a stick or a share.
        if not file.exists():
            draft.replace(file)


def check_in(connection: Connection) -> str | None:
    """What the key of the store behind a connection is known by; nothing where none is used."""
    return _fact(connection, CHECK)


def note_key(connection: Connection, key: ColumnKey) -> None:
    """Write down in a store what its key is known by."""
    connection.execute(delete(META).where(META.c.name.in_([CHECK, _PLACE])))
    connection.execute(insert(META), {"name": CHECK, "value": key.check})


def claim(connection: Connection, key: ColumnKey, file: Path) -> None:
    """Write down what a store's key is known by, in the transaction that decides it.

    Raises :class:`ColumnKeyWrong` where somebody who was faster began to seal with another one.
    """
    if check_in(connection) not in (None, key.check):
        raise ColumnKeyWrong(file=str(file))
    note_key(connection, key)


def hand_key(folder: Path, key: ColumnKey) -> None:
    """Give a new server the key of another one, unless it has one already."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_key(key_place(folder), key.secret)


def key_of_backup(found: Connection, file: Path, places: Sequence[Path]) -> ColumnKey:
    """The first key that opens the numbers in a backup whose file is in plain: in one of these
    places, or where the server that made it had its own. Raises :class:`BackupKeyMissing`."""
    told, check = _fact(found, _PLACE), check_in(found)
    known = [*places, Path(told)] if told else places
    return _first_key(known, file, lambda key: key.check == check)


def key_of_backup_file(file: Path, mark: bytes, places: Sequence[Path]) -> ColumnKey:
    """The first key that opens a backup whose file wants the one of this mark: in one of these
    places, or where the server that made it had its own. Raises :class:`BackupKeyMissing`."""
    told = told_place(file)
    known = [*places, told] if told else places
    return _first_key(known, file, lambda key: key.file_key.mark == mark)


def _first_key(places: Sequence[Path], file: Path, opens: Callable[[ColumnKey], bool]) -> ColumnKey:
    for place in places:
        try:
            key = read_key(place)
        except (ColumnKeyMissing, ColumnKeyWrong):
            continue
        if key is not None and opens(key):
            return key
    raise BackupKeyMissing(file=file.name)


def _fact(connection: Connection, name: str) -> str | None:
    return connection.execute(select(META.c.value).where(META.c.name == name)).scalar()
