"""A store in the place of one that was damaged and set aside: the profile stays, nothing is lost.

What was not sent is in the edit journal, everything else is at the server; a backup of the profile,
where there is one, saves fetching it again. What was set aside stays where it is.
"""

import shutil
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from sync.disk import sync_folder
from sync.errors import DoorstepError
from sync.i18n import N_
from sync.store import lanes
from sync.store.account import Account, kept_account
from sync.store.database import (
    FILE_NAME,
    Database,
    create_database,
    is_whole,
    open_database,
    set_aside,
)
from sync.store.facts import Facts, put_account, put_rebuilt
from sync.store.former import FILE_NAME as BEFORE
from sync.store.migrations import is_ahead, upgrade
from sync.store.vault import Key

_WORK: Final = "rebuilding"


class NothingToRebuild(DoorstepError):
    """The store is where it belongs, and every page of it is what was written."""

    code = "store.whole"
    message = N_("The data on this computer opens. Nothing has to be set right.")


class AccountGone(DoorstepError):
    """Neither the store nor the copy beside it tells who this computer is to the server."""

    code = "store.account_gone"
    message = N_("This computer has to be set up anew with a code. Nothing was changed. Ask IT.")


def rebuild(folder: Path, key: Key, *, now: datetime) -> None:
    """An empty store of the same account; the next opening finds what was not sent.

    Raises :class:`NothingToRebuild` or :class:`AccountGone`; then nothing was changed.
    """
    _check_broken(folder, key)
    account = kept_account(folder, key)
    if account is None:
        raise AccountGone
    _make_room(folder, now)
    work = _fresh(folder)
    _settle(create_database(work, key, now=now), account)
    _move_in(work, folder)


def rebuild_from(folder: Path, key: Key, former: Path, *, now: datetime) -> bool:
    """Take the store that a backup held, ``former``. False where this key does not open all of
    it; then nothing was changed. Raises :class:`NothingToRebuild` or StoreTooNew.

    Who this computer is now wins over who it was at the backup: the server may have withdrawn
    that token since, and a laptop that shows it erases its keys.
    """
    _check_broken(folder, key)
    _fresh(folder)
    return _take(folder, key, former, now)


def take_back(folder: Path, key: Key, *, now: datetime) -> bool:
    """Go back to the store as it was before a later version of the app upgraded it.

    What was saved since comes back from the edit journal at the next opening, the rest with the
    next sync; the later store is set aside. False where the store is not of a later version, or
    no copy of before is there; then nothing was changed.
    """
    copy = folder / BEFORE
    if not copy.exists() or not _is_ahead(folder, key, now):
        return False
    kept = _fresh(folder) / "copy.db"
    shutil.copy2(copy, kept)
    return _take(folder, key, kept, now)


def _is_ahead(folder: Path, key: Key, now: datetime) -> bool:
    if not is_whole(folder, key):
        return False
    with closing(open_database(folder, key, now=now)) as database:
        return is_ahead(database)


def _take(folder: Path, key: Key, former: Path, now: datetime) -> bool:
    work = folder / _WORK
    former.replace(work / FILE_NAME)
    if not is_whole(work, key):
        shutil.rmtree(work)
        return False
    try:
        _settle(open_database(work, key, now=now), kept_account(folder, key))
    except DoorstepError:
        shutil.rmtree(work, ignore_errors=True)
        raise
    _make_room(folder, now)
    _move_in(work, folder)
    return True


def _settle(database: Database, account: Account | None) -> None:
    """Have the store be of this ``account``, where it is known, and know what it is."""
    with closing(database):
        upgrade(database)
        former = Facts(database).account()
        with database.writing() as connection:
            if account is not None:
                if former is not None and former.client_id != account.client_id:
                    # Each lane begins at 1 for a name that the server has not met in it.
                    lanes.renumber(connection)
                put_account(connection, account)
            put_rebuilt(connection)


def _check_broken(folder: Path, key: Key) -> None:
    if is_whole(folder, key):
        raise NothingToRebuild


def _make_room(folder: Path, now: datetime) -> None:
    """A store that opens may still have a damaged page: it goes where damaged ones go."""
    if (folder / FILE_NAME).exists():
        set_aside(folder, now)


def _fresh(folder: Path) -> Path:
    work = folder / _WORK
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    return work


def _move_in(work: Path, folder: Path) -> None:
    (work / FILE_NAME).replace(folder / FILE_NAME)
    shutil.rmtree(work, ignore_errors=True)
    sync_folder(folder)
