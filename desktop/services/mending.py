"""A profile whose data does not open any more: set right in its place, every edit kept.

The damaged file was set aside when it was met; nothing here touches it. What was not sent comes
back from the edit journal when the profile is opened, the rest from a backup or from the server.
"""

import shutil
from pathlib import Path
from typing import Final

from desktop.services.keeping import NoProfileBackup, take_store
from desktop.services.profiles import ProfileFolder
from sync.i18n import n_
from sync.identity import Clock
from sync.store import lease, vault
from sync.store.attachments import FOLDER_NAME
from sync.store.database import FILE_NAME
from sync.store.edit_return import Found
from sync.store.keychain import Keychain, system_keychain
from sync.store.lock import ProfileLock
from sync.store.rebuilding import rebuild, rebuild_from, take_back

_WORK: Final = "from-backup"


def mend(
    folder: ProfileFolder,
    password: str,
    clock: Clock,
    backup: Path | None = None,
    keychain: Keychain | None = None,
) -> None:
    """Build the store anew, from ``backup`` where there is one.

    Raises WrongPassword, KeychainLost, LeaseEnded, ProfileInUse, NothingToRebuild, AccountGone or
    NoProfileBackup; then nothing was changed.
    """
    lock = ProfileLock(folder.path)
    try:
        lease.expire(folder.path, clock)
        key = vault.unlock(folder.path, password, keychain or system_keychain())
        if backup is None:
            # An update that was taken back leaves a store that this version cannot read.
            if not take_back(folder.path, key, now=clock.now()):
                rebuild(folder.path, key, now=clock.now())
        else:
            _from_backup(folder.path, key, backup, clock)
    finally:
        lock.release()


def found_words(found: Found) -> list[str]:
    """What opening found of edits that the store had lost, in sentences; none where none was."""
    told = []
    if found.again:
        again = n_("One edit came back.", "{count} edits came back.", found.again)
        told.append(again.format(count=found.again))
    if found.unreadable:
        lost = n_(
            "One save could not be read any more. Look through your last days, and tell IT.",
            "{count} saves could not be read any more. Look through your last days, and tell IT.",
            found.unreadable,
        )
        told.append(lost.format(count=found.unreadable))
    return told


def _from_backup(folder: Path, key: vault.Key, backup: Path, clock: Clock) -> None:
    work = folder / _WORK
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    try:
        take_store(backup, work)
        if not rebuild_from(folder, key, work / FILE_NAME, now=clock.now()):
            raise NoProfileBackup(file=backup.name)
        for photo in (work / FOLDER_NAME).glob("*"):
            target = folder / FOLDER_NAME / photo.name
            target.parent.mkdir(mode=0o700, exist_ok=True)
            if not target.exists():
                photo.replace(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
