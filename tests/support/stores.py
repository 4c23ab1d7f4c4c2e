"""Stores for tests, on SQLite and on PostgreSQL: whoever asks for one gets both in turn."""

import atexit
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select

from sync.server.database import Database, create_database, open_database
from sync.server.key_file import key_of_file, note_key
from sync.server.own_secret import SECRET, keep_secret
from sync.server.place import URL_FILE, place_of
from sync.server.sqlite import FILE_NAME
from sync.server.tables import METADATA
from tests.support.postgres import Postgres
from tests.support.raw_files import raw

SQLITE = "sqlite"
POSTGRESQL = "postgresql"
KINDS = (SQLITE, POSTGRESQL)


@dataclass
class Stores:
    """Makes stores of one kind; their databases last as long as the test."""

    kind: str
    postgres: Postgres | None
    lasting: ExitStack

    def make(self, folder: Path) -> Database:
        """A new, empty store of the server in ``folder``."""
        if self.postgres is None:
            return empty_store(folder)
        # A copy of one that was made before: that takes a tenth of making it.
        url = self.lasting.enter_context(self.postgres.store())
        return open_database(self._noted(folder, url, self.postgres.key_file))

    def take_over(self, folder: Path) -> None:
        """Have the SQLite store of the server in ``folder`` lie in one of this kind, whole."""
        if self.postgres is None:
            return
        with closing(open_database(folder)) as source:
            url = self.lasting.enter_context(self.postgres.store())
            key = self.postgres.key_file
            with closing(open_database(self._noted(folder.with_name("new"), url, key))) as into:
                _copy(source, into)
        (folder / FILE_NAME).unlink()
        self._noted(folder, url, key)

    def url(self) -> str:
        """A database with nothing in it, for ``init --database``; empty on SQLite."""
        if self.postgres is None:
            return ""
        return self.lasting.enter_context(self.postgres.database())

    @staticmethod
    def _noted(folder: Path, url: str, key: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(key, folder / key.name)
        folder.chmod(0o700)
        (folder / URL_FILE).write_text(url, "utf-8")
        return folder


@cache
def _made_before() -> Path:
    """The folder of an empty store that this process copies."""
    folder = Path(tempfile.mkdtemp(prefix="doorstep-store-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    create_database(folder / "server").close()
    return folder / "server"


def empty_store(folder: Path) -> Database:
    """A new SQLite store in ``folder``: a copy with an epoch and a key of its own, which takes a
    tenth of making one."""
    shutil.copytree(_made_before(), folder, dirs_exist_ok=True)
    place = place_of(folder)
    assert place.mark is not None
    column_key = key_of_file(folder, place.mark)
    own = [
        (secrets.token_hex(5), "epoch"),
        (column_key.seal_secret(secrets.token_bytes(32)), SECRET),
    ]
    with raw(place.file, column_key.file_key) as connection:
        connection.executemany("UPDATE meta SET value = ? WHERE name = ?", own)
    return open_database(folder)


def _copy(source: Database, into: Database) -> None:
    """Every table, what names the store included. Numbers are sealed anew, by its own key."""
    with source.read() as found, into.write() as connection:
        for table in METADATA.sorted_tables:
            connection.execute(delete(table))
            lines = [dict(line) for line in found.execute(select(table)).mappings()]
            if lines:
                connection.execute(insert(table), lines)
        note_key(connection, into.column_key)
        keep_secret(connection, into.column_key, source.key)


@contextmanager
def stores_of(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """Stores of the kind that a fixture's parameter names, until the block ends."""
    kind = request.param
    running = request.getfixturevalue("postgres") if kind == POSTGRESQL else None
    with ExitStack() as lasting:
        yield Stores(kind, running, lasting)


@pytest.fixture(params=KINDS)
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """Both kinds of store, one after the other."""
    with stores_of(request) as made:
        yield made
