"""Where two writers of one database cross: what one of them is told, and how not to."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from sync.errors import StoreBusy

RETRIES: Final = 3
"""How often a crossed transaction begins again before its sender is asked to come later."""

_INSERT: Final[Mapping[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Crossed(StoreBusy):
    """Another writer was in the way, or moved what was read: begin again from the start."""


def insert_missing(
    connection: Connection, table: Table, lines: Sequence[Mapping[str, Any]]
) -> None:
    """Add those of the lines whose key is not there, nor just being added by somebody else."""
    if lines:
        insert = _INSERT[connection.dialect.name]
        connection.execute(insert(table).on_conflict_do_nothing(), lines)
