"""Stores for tests, on SQLite and on PostgreSQL: whoever asks for one gets both in turn."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from sync.server.database import Database, create_database, open_database
from sync.server.place import URL_FILE
from tests.support.postgres import Postgres

SQLITE = "sqlite"
POSTGRESQL = "postgresql"


@dataclass
class Stores:
    """Makes stores of one kind; their databases last as long as the test."""

    kind: str
    postgres: Postgres | None
    lasting: ExitStack

    def make(self, folder: Path) -> Database:
        """A new, empty store of the server in ``folder``."""
        if self.postgres is None:
            return create_database(folder)
        # A copy of one that was made before: that takes a tenth of making it.
        self._note(folder, self.lasting.enter_context(self.postgres.store()))
        return open_database(folder)

    def url(self) -> str:
        """A database with nothing in it, for ``init --database``; empty on SQLite."""
        if self.postgres is None:
            return ""
        return self.lasting.enter_context(self.postgres.database())

    def _note(self, folder: Path, url: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        (folder / URL_FILE).write_text(url, "utf-8")


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """Both kinds of store, one after the other."""
    kind = request.param
    running = request.getfixturevalue("postgres") if kind == POSTGRESQL else None
    with ExitStack() as lasting:
        yield Stores(kind, running, lasting)
