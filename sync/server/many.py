"""Many values in one statement: a list to look for, lines to insert.

However many there are, a statement is made and compiled once: a list, and lines for PostgreSQL, go
as one bound value. A list of separate values would be rendered anew with each number of them.
"""

from collections.abc import Sequence
from functools import cache
from operator import itemgetter
from typing import Any, Final

import msgspec
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Dialect,
    Insert,
    String,
    Table,
    Text,
    bindparam,
    cast,
    column,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

from sync.server.column_key import Sealing
from sync.server.sealed_types import SealedHash, SealedText, key_in, key_of

_LINES: Final = "lines"

_Line = tuple[Any, ...]
"""The values of one line, in the order of its columns."""


class _Texts(TypeDecorator[Any]):
    """A list of texts as one bound value: an array, or where there are none its JSON."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL has arrays."""
        has_arrays = dialect.name == "postgresql"
        return dialect.type_descriptor(ARRAY(String()) if has_arrays else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The texts, in whatever collection they came."""
        texts = list(value)
        return texts if dialect.name == "postgresql" else msgspec.json.encode(texts).decode()


class _Hashes(_Texts):
    """The same of hashes that are stored sealed."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """As they are stored."""
        return super().process_bind_param(key_in(dialect).seal_hashes(list(value)), dialect)


class _Among(FunctionElement[Any]):
    """Whether a column's value is one of a bound list."""

    inherit_cache = True
    # SQLite has no type for this, and a Boolean would be compared with 1 first.
    type = NullType()


@compiles(_Among, "sqlite")
def _among_sqlite(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    what, texts = (compiler.process(each, **options) for each in element.clauses)
    return f"{what} IN (SELECT value FROM json_each({texts}))"  # noqa: S608  # Names and places alone.


@compiles(_Among, "postgresql")
def _among_postgres(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    what, texts = (compiler.process(each, **options) for each in element.clauses)
    return f"{what} = ANY ({texts})"


def among(what: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether ``what`` is one of the texts that the statement is executed with as ``name``."""
    texts = _Hashes() if isinstance(what.type, SealedHash) else _Texts()
    return _Among(what, bindparam(name, type_=texts))


def insert_lines(connection: Connection, table: Table, lines: Sequence[dict[str, Any]]) -> None:
    """Insert lines, each with the same columns of ``table``, two or more, none of which holds
    bytes."""
    if not lines:
        return
    names = tuple(lines[0])
    told = _as_stored(key_of(connection), table, names, list(map(itemgetter(*names), lines)))
    if connection.dialect.name == "sqlite":
        # Two thirds of the time that it takes to have SQLite take one JSON text apart.
        connection.exec_driver_sql(_insertion_sqlite(table, names), told)
    else:
        text = msgspec.json.encode([dict(zip(names, line, strict=True)) for line in told]).decode()
        connection.execute(_insertion_postgres(table, names), {_LINES: text})


def _as_stored(
    key: Sealing, table: Table, names: Sequence[str], lines: Sequence[_Line]
) -> list[_Line]:
    """What their columns' types would make of these values, which go past those."""
    columns: list[Sequence[Any]] = list(zip(*lines, strict=True))
    for place, name in enumerate(names):
        type_ = table.c[name].type
        if isinstance(type_, SealedHash):
            columns[place] = key.seal_hashes(columns[place])
        elif isinstance(type_, SealedText):
            columns[place] = [text and key.seal(text) for text in columns[place]]
    return list(zip(*columns, strict=True))


@cache
def _insertion_sqlite(table: Table, names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    places = ", ".join("?" * len(names))
    return f'INSERT INTO "{table.name}" ({columns}) VALUES ({places})'  # noqa: S608  # Our names.


@cache
def _insertion_postgres(table: Table, names: tuple[str, ...]) -> Insert:
    return insert(table).from_select(list(names), _told_postgres(table, names))


def _told_postgres(table: Table, names: tuple[str, ...]) -> Any:
    columns = [column(name, table.c[name].type) for name in names]
    part = cast(bindparam(_LINES, type_=Text()), JSON)
    told = func.json_to_recordset(part).table_valued(*columns).render_derived(with_types=True)
    return select(*(told.c[name] for name in names))
