"""Many values in one statement: a list to look for, lines to insert.

Each goes as one bound value, however many there are, so that a statement is made and compiled
once. A list of separate values would be rendered anew with each number of them.
"""

from collections.abc import Iterable
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

from sync.server.sealed_types import SealedHash, SealedText, key_in, key_of

_LINES: Final = "lines"


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


def insert_lines(connection: Connection, table: Table, lines: Iterable[dict[str, Any]]) -> None:
    """Insert lines, each with the same columns of ``table``, two or more, none of which holds
    bytes."""
    told = _as_stored(connection, table, list(lines))
    if told:
        _INSERT[connection.dialect.name](connection, table, told)


def _as_stored(
    connection: Connection, table: Table, lines: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The lines with what their columns' types would make of them: they go past those."""
    key = key_of(connection)
    hashes, texts = _sealed_in(table)
    for name in hashes:
        stored = key.seal_hashes([line[name] for line in lines])
        lines = [{**line, name: one} for line, one in zip(lines, stored, strict=True)]
    return [
        {**line, **{name: line[name] and key.seal(line[name]) for name in texts if name in line}}
        for line in lines
    ]


@cache
def _sealed_in(table: Table) -> tuple[list[str], list[str]]:
    """The columns that hold sealed hashes, and those that hold texts with sealed numbers."""
    hashes = [one.name for one in table.columns if isinstance(one.type, SealedHash)]
    return hashes, [one.name for one in table.columns if isinstance(one.type, SealedText)]


def _insert_sqlite(connection: Connection, table: Table, lines: list[dict[str, Any]]) -> None:
    # Two thirds of the time that it takes to have SQLite take one JSON text apart.
    names = tuple(lines[0])
    connection.exec_driver_sql(
        _insertion_sqlite(table, names), list(map(itemgetter(*names), lines))
    )


@cache
def _insertion_sqlite(table: Table, names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    places = ", ".join("?" * len(names))
    return f'INSERT INTO "{table.name}" ({columns}) VALUES ({places})'  # noqa: S608  # Our names.


def _insert_postgres(connection: Connection, table: Table, lines: list[dict[str, Any]]) -> None:
    text = msgspec.json.encode(lines).decode()
    connection.execute(_insertion_postgres(table, tuple(lines[0])), {_LINES: text})


@cache
def _insertion_postgres(table: Table, names: tuple[str, ...]) -> Insert:
    return insert(table).from_select(list(names), _told_postgres(table, names))


def _told_postgres(table: Table, names: tuple[str, ...]) -> Any:
    columns = [column(name, table.c[name].type) for name in names]
    part = cast(bindparam(_LINES, type_=Text()), JSON)
    told = func.json_to_recordset(part).table_valued(*columns).render_derived(with_types=True)
    return select(*(told.c[name] for name in names))


_INSERT: Final = {"sqlite": _insert_sqlite, "postgresql": _insert_postgres}
