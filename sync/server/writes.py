"""What several scopes write at the end of a transaction: one statement for each kind of line."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Delete,
    Executable,
    Table,
    Update,
    bindparam,
    delete,
    update,
)

from sync.server.many import insert_lines
from sync.server.tables import CLAIM, HISTORY, OPEN_CONFLICT, ROW, SCOPE

Line = dict[str, Any]


class Writes:
    """Lines by what happens to them, written in an order in which none stands in another's way."""

    def __init__(self) -> None:
        self._lines: dict[str, list[Line]] = defaultdict(list)

    def add(self, kind: str, lines: Iterable[Line]) -> None:
        """Have these lines written. ``kind`` is one of :data:`_STATEMENTS`."""
        self._lines[kind] += lines

    def execute(self, connection: Connection) -> None:
        """Write all of it."""
        for kind, statement in _STATEMENTS.items():
            if self._lines[kind] and isinstance(statement, Executable):
                connection.execute(statement, self._lines[kind])
            elif isinstance(statement, Table):
                insert_lines(connection, statement, self._lines[kind])


def found_by(line: Mapping[str, Any], *key: str) -> Line:
    """A line for an update or a removal: the names of its key begin with ``of_``."""
    return {f"of_{name}" if name in key else name: value for name, value in line.items()}


_ROW_KEY: Final = ("scope_id", "type", "id")
_FIELD_KEY: Final = ("scope_id", "type", "id", "field")


def _where(table: Table, key: Iterable[str]) -> list[Any]:
    return [table.c[name] == bindparam(f"of_{name}") for name in key]


def _update(table: Table, key: Iterable[str], columns: Iterable[str]) -> Update:
    values: dict[str, Any] = {name: bindparam(name) for name in columns if name not in key}
    return update(table).where(*_where(table, key)).values(values)


def _delete(table: Table, key: Iterable[str]) -> Delete:
    return delete(table).where(*_where(table, key))


# What happens to each kind of line: those of a table alone are inserted. Made once: making a
# statement costs more than running it on a few lines.
_STATEMENTS: Final[Mapping[str, Executable | Table]] = MappingProxyType(
    {
        "row": ROW,
        "row again": _update(ROW, _ROW_KEY, ROW.c.keys()),
        "history": HISTORY,
        "claim gone": _delete(CLAIM, _FIELD_KEY),
        "claim": CLAIM,
        "conflict closed": _delete(OPEN_CONFLICT, _FIELD_KEY),
        # The key lets nobody open a second one about the same field.
        "conflict": OPEN_CONFLICT,
        "scope": _update(SCOPE, ("scope_id",), ("head", "digest")),
    }
)
