"""Asking the window that has a profile open to lock it, from a terminal or a script of IT."""

from typing import Final

from desktop.services.profiles import ProfileFolder
from sync.errors import ProfileInUse
from sync.store.lock import ProfileLock

FOLDER_NAME: Final = "asks"
LOCK: Final = "lock"


def is_open(folder: ProfileFolder) -> bool:
    """Whether a window or a command has this profile open."""
    try:
        ProfileLock(folder.path).release()
    except ProfileInUse:
        return True
    return False


def ask_to_lock(folder: ProfileFolder) -> None:
    """Leave a note where the window looks; it takes the note away and locks."""
    asks = folder.path / FOLDER_NAME
    asks.mkdir(mode=0o700, exist_ok=True)
    (asks / LOCK).touch()
