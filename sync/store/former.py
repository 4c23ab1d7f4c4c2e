"""The store as it was before an upgrade: the way back to the version of the app before.

Copied, under the same key, before the first step is taken; a full disk refuses the upgrade, not
the copy. It goes once it has been of no use for a week, and before anything is purged: what leaves
the store must not stay in its copy.
"""

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sync.disk import sync_folder
from sync.errors import DiskFull, DiskRefused
from sync.store.attachments import NO_SPACE
from sync.store.database import Database
from sync.store.migrations import is_behind

FILE_NAME: Final = "before-upgrade.db"
KEPT_FOR: Final = timedelta(days=7)


def keep_before_upgrade(folder: Path, database: Database, now: datetime) -> None:
    """Copy a store that is about to be upgraded; drop a copy that served its time.

    Raises :class:`DiskFull` or DiskRefused; then nothing was changed.
    """
    file = folder / FILE_NAME
    if is_behind(database):
        _copy(database, file)
    elif _is_old(file, now):
        drop(folder)


def drop(folder: Path) -> bool:
    """Let the copy go. False where the disk refuses: whoever purges waits, and asks again."""
    try:
        (folder / FILE_NAME).unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _copy(database: Database, file: Path) -> None:
    draft = file.with_name(f"{file.name}.partial")
    try:
        draft.unlink(missing_ok=True)
        database.copy_to(draft)
        draft.chmod(0o600)
        with draft.open("rb+") as copied:
            os.fsync(copied.fileno())
        draft.replace(file)
        sync_folder(file.parent)
    except OSError as error:
        raise (DiskFull() if error.errno in NO_SPACE else DiskRefused()) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _is_old(file: Path, now: datetime) -> bool:
    try:
        made = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except OSError:
        return False
    # Also of a day that is not yet: a clock that was wrong then would keep it for ever.
    return abs(now - made) > KEPT_FOR
