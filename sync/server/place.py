"""Where a server keeps its store: a SQLite file in its folder, or a PostgreSQL database.

The folder of a server on PostgreSQL holds the database's URL in a file for its owner alone. The
URL in the environment wins over it, so that no password need lie on a disk.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Engine

from sync.server.file_key import FileKey, mark_of
from sync.server.postgres import postgres_engine, postgres_url
from sync.server.sqlite import FILE_NAME, sqlite_engine

URL_FILE: Final = "database.url"
VARIABLE: Final = "DOORSTEP_DATABASE"


@dataclass(frozen=True)
class Place:
    """One server's store, opened or not. Without a ``url`` it is the SQLite file."""

    folder: Path
    url: URL | None = None

    @property
    def file(self) -> Path:
        """The SQLite file; of no use on PostgreSQL."""
        return self.folder / FILE_NAME

    def engine(self, key: FileKey | None) -> Engine:
        """A new engine on the store. Connections are made when they are needed. ``key`` opens the
        SQLite file, if it is not in plain."""
        return sqlite_engine(self.file, key) if self.url is None else postgres_engine(self.url)

    @property
    def mark(self) -> bytes | None:
        """Which key opens the SQLite file; nothing where it is in plain, and on PostgreSQL."""
        return mark_of(self.file) if self.url is None else None


def place_of(folder: Path, database: str = "") -> Place:
    """Where the store of the server in ``folder`` is, or is to be. Raises ``DatabaseUnknown``."""
    kept = folder / URL_FILE
    text = database or os.environ.get(VARIABLE, "")
    if not text and kept.is_file():
        text = kept.read_text("utf-8").strip()
    return Place(folder, postgres_url(text) if text else None)


def make_folder(place: Place) -> None:
    """The server's folder, its owner's alone."""
    place.folder.mkdir(parents=True, exist_ok=True)
    place.folder.chmod(0o700)


def keep_url(place: Place, *, secret: bool) -> None:
    """Write the database down in the folder; ``secret``: with its password."""
    if place.url is not None:
        url = place.url if secret else place.url.set(password=None)
        kept = place.folder / URL_FILE
        kept.touch(mode=0o600)
        kept.write_text(url.render_as_string(hide_password=False), "utf-8")
