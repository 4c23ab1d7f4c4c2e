"""Whether the store's own file is whole: also pages and indexes that no question reads."""

from typing import Final

from sqlalchemy import Connection

_PAGES: Final = "PRAGMA cipher_integrity_check"
_TREES: Final = "PRAGMA integrity_check(20)"
_WHOLE: Final = "ok"


def faults_in_file(connection: Connection) -> list[str]:
    """A line for each page that its key does not prove, or else for what SQLite finds wrong in its
    trees, 20 at most; none for PostgreSQL, whose own tools look after its files."""
    if connection.dialect.name != "sqlite":
        return []
    # Read past SQLite's locks: what was being written back at the first look is whole at the next.
    pages = _told(connection, _PAGES)
    if pages:
        pages &= _told(connection, _PAGES)
    return sorted(pages or _told(connection, _TREES) - {_WHOLE})


def _told(connection: Connection, question: str) -> set[str]:
    return set(connection.exec_driver_sql(question).scalars())
