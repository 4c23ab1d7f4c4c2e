"""SQLite files of a server as they are, past the product's own ways in."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlcipher3 import dbapi2 as sqlite

from sync.server.file_key import FileKey
from sync.server.key_file import key_of_file
from sync.server.place import place_of


@contextmanager
def raw(file: Path, key: FileKey | None) -> Iterator[Any]:
    """A connection to a file; what is written is there at the end."""
    with closing(sqlite.connect(str(file))) as connection, connection:
        if key is not None:
            connection.execute(f'PRAGMA key = "{key.phrase}"')
        yield connection


def engine_on(folder: Path) -> Engine:
    """On the store of the server in ``folder``, of whatever version, in plain or not, or none."""
    place = place_of(folder)
    mark = place.mark if place.url is None and place.file.exists() else None
    return place.engine(None if mark is None else key_of_file(folder, mark).file_key)


def leave_in_plain(folder: Path) -> None:
    """Have the SQLite file of a closed store be as the versions before left it."""
    place = place_of(folder)
    if place.mark is None:
        return
    key = key_of_file(folder, place.mark).file_key
    draft = place.file.with_suffix(".plain")
    with raw(place.file, key) as connection:
        connection.execute("ATTACH DATABASE ? AS plain KEY ''", (str(draft),))
        connection.execute("SELECT sqlcipher_export('plain')")
        connection.execute("DETACH DATABASE plain")
    draft.replace(place.file)
