"""Whether the store's own file is whole: also pages and indexes that no question reads."""

from typing import Any, Final

from sqlalchemy import Connection
from sqlcipher3 import dbapi2 as sqlite

from sync.server.sqlite import is_damage

_PAGES: Final = "PRAGMA cipher_integrity_check"
_TREES: Final = "PRAGMA integrity_check(20)"
_WHOLE: Final = "ok"


def faults_in_file(connection: Connection) -> list[str]:
    """Nothing where all trees are whole. Else a line for each page that its key does not prove, or
    for what SQLite finds wrong, 20 at most. PostgreSQL's own tools look after its files."""
    if connection.dialect.name != "sqlite":
        return []
    # Past the engine, which would take the connection away at the first page that is damaged.
    opened = connection.connection.driver_connection
    trees = _told(opened, _TREES) - {_WHOLE}
    if not trees:
        return []
    connection.detach()  # SQLCipher reads nothing more on one that met a bad page.
    # This names the pages, but it reads past the log: while others write, and as long as anybody
    # reads what was there before, new pages are missing in the file that are whole in the log.
    return sorted(_told(opened, _PAGES) or trees)


def _told(opened: Any, question: str) -> set[str]:
    try:
        return {said for (said,) in opened.execute(question)}
    except sqlite.DatabaseError as error:
        if not is_damage(error):
            raise
        return {str(error)}
