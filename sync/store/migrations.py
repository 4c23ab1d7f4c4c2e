"""From an older store to today's tables, one step at a time.

A step and the number that records it commit together, so a kill in between leaves a store that
the next opening takes further. Steps that once shipped are never changed.
"""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection

from sync.errors import StoreTooNew
from sync.store.database import Database
from sync.store.tables import METADATA

Step = Callable[[Connection], None]


def _first_tables(connection: Connection) -> None:
    METADATA.create_all(connection)


STEPS: Final[Sequence[Step]] = (_first_tables,)


def upgrade(database: Database, steps: Sequence[Step] = STEPS) -> None:
    """Bring the store to the newest step. Raises :class:`StoreTooNew` for a later app's store."""
    with database.reading() as connection:
        done = _version(connection)
    if done > len(steps):
        raise StoreTooNew
    for number, step in enumerate(steps[done:], start=done + 1):
        with database.writing() as connection:
            step(connection)
            connection.exec_driver_sql(f"PRAGMA user_version={number}")


def _version(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
