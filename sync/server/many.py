"""Many values in one statement: a list to look for, lines to insert.

Each goes as one bound value, however many there are, so that a statement is made and compiled
once. A list of separate values would be rendered anew with each number of them.
"""

from collections.abc import Iterable
from functools import cache
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
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

from sync.server.number_shapes import may_hold
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
    """Insert lines, each with the same columns of ``table``, none of which holds bytes."""
    told = _hashes_sealed(connection, table, list(lines))
    if not told:
        return
    statement = _insertion(table, tuple(told[0]), connection.dialect.name)
    text = msgspec.json.encode(told).decode()
    # One look at all of them: hardly ever is there anything to seal.
    if may_hold(text):
        text = msgspec.json.encode(_sealed(connection, table, told)).decode()
    connection.execute(statement, {_LINES: text})


def _hashes_sealed(
    connection: Connection, table: Table, lines: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The lines with their hashes as they are stored, all at once."""
    for name in _hashes_in(table):
        stored = key_of(connection).seal_hashes([line[name] for line in lines])
        lines = [{**line, name: one} for line, one in zip(lines, stored, strict=True)]
    return lines


@cache
def _hashes_in(table: Table) -> tuple[str, ...]:
    return tuple(one.name for one in table.columns if isinstance(one.type, SealedHash))


def _sealed(
    connection: Connection, table: Table, lines: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The lines as they are stored: they go past the types of their columns."""
    seal = key_of(connection).seal
    names = [name for name in lines[0] if isinstance(table.c[name].type, SealedText)]
    return [{**line, **{name: line[name] and seal(line[name]) for name in names}} for line in lines]


@cache
def _insertion(table: Table, names: tuple[str, ...], dialect: str) -> Insert:
    told = _TOLD[dialect](table, names)
    return insert(table).from_select(list(names), told)


def _told_sqlite(table: Table, names: tuple[str, ...]) -> Any:
    # As JSONB: every look into a text would take all of it apart again.
    line = func.jsonb_each(bindparam(_LINES, type_=Text())).table_valued("value").c.value
    paths: dict[str, ColumnElement[str]] = {
        name: literal_column(f"'$.{name}'", Text()) for name in names
    }
    return select(*(func.json_extract(line, path).label(name) for name, path in paths.items()))


def _told_postgres(table: Table, names: tuple[str, ...]) -> Any:
    columns = [column(name, table.c[name].type) for name in names]
    part = cast(bindparam(_LINES, type_=Text()), JSON)
    told = func.json_to_recordset(part).table_valued(*columns).render_derived(with_types=True)
    return select(*(told.c[name] for name in names))


_TOLD: Final = {"sqlite": _told_sqlite, "postgresql": _told_postgres}
