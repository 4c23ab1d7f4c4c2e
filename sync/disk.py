"""What is on the disk once it is said to be."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Have which files a folder has stay so when the power fails: a file's own bytes do not say its
    name. Raises OSError."""
    if os.name != "posix":
        return  # Windows cannot open a folder; NTFS journals the rename itself.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
