"""The server's store: opened, made, read in one snapshot, written under its lock."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import OperationalError

from sync.errors import DiskFull, DoorstepError, StoreBusy, StoreTooNew
from sync.i18n import N_
from sync.server.sqlite import sqlite_engine
from sync.server.tables import META, METADATA, STORE_VERSION

FILE_NAME: Final = "doorstep-server.sqlite3"


class StoreExists(DoorstepError):
    """``init`` would touch a store that is there already."""

    code = "server.exists"
    message = N_("There is a server in {folder} already. Nothing was changed.")


class NoStore(DoorstepError):
    """No store was made in this folder yet."""

    code = "server.none"
    message = N_("There is no server in {folder} yet. Run: doorstep-server init --data {folder}")


@dataclass(frozen=True)
class Database:
    """One store. ``epoch`` names this life of it: a restore from backup begins another.

    ``key`` is the server's own secret: ids and remembered import cells are derived with it.
    """

    engine: Engine
    epoch: str
    key: bytes = field(repr=False)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write; whole or not at all."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except OperationalError as error:
            raise _known(error) from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot: everything read in it was true at the same moment."""
        options = self.engine.execution_options(read_only=True)
        try:
            with options.begin() as connection:
                yield connection
        except OperationalError as error:
            raise _known(error) from error

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def create_database(folder: Path) -> Database:
    """Make an empty store in ``folder``. Raises :class:`StoreExists` where there is one."""
    file = folder / FILE_NAME
    if file.exists():
        raise StoreExists(folder=str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    engine = sqlite_engine(file)
    with engine.begin() as connection:
        METADATA.create_all(connection)
        facts = {
            "version": str(STORE_VERSION),
            # Short, because every reply and every page of it says it again.
            "epoch": secrets.token_hex(5),
            "key": secrets.token_hex(32),
            "care_day": "",
        }
        connection.execute(insert(META), [{"name": n, "value": v} for n, v in facts.items()])
    engine.dispose()
    return open_database(folder)


def open_database(folder: Path) -> Database:
    """Open the store in ``folder``. Raises :class:`NoStore` or :class:`StoreTooNew`."""
    file = folder / FILE_NAME
    if not file.is_file():
        raise NoStore(folder=str(folder))
    engine = sqlite_engine(file)
    with engine.begin() as connection:
        facts = {str(name): str(value) for name, value in connection.execute(select(META))}
    if int(facts["version"]) > STORE_VERSION:
        engine.dispose()
        raise StoreTooNew
    return Database(engine=engine, epoch=facts["epoch"], key=bytes.fromhex(facts["key"]))


def _known(error: OperationalError) -> Exception:
    """The store's own troubles as errors a person understands; anything else is our fault."""
    reason = str(error.orig)
    if "locked" in reason or "busy" in reason:
        return StoreBusy()
    if "full" in reason:
        return DiskFull()
    return error
