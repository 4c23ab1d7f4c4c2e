"""Single rows of an entity: from a body to its columns and back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Insert,
    Select,
    Table,
    bindparam,
    delete,
    insert,
    select,
)

from sync.schema.canonical import compact, decode_body, encode_body, row_hash, row_mark
from sync.schema.registry import ENTITIES
from sync.store.lists import bound, encode_texts
from sync.store.tables import GENERATION, TABLES, known_fields


@dataclass(frozen=True)
class ServerRow:
    """A row as the server wrote it. ``body`` is ``None`` where it has none (any more)."""

    rev: int
    root_id: str
    mark: str
    body: dict[str, Any] | None


NOT_THERE = ServerRow(rev=0, root_id="", mark="", body=None)


def mark_text(type_: str, row_id: str, rev: int, body: str) -> str:
    """A row's share of the digest, from its canonical text, as 32 hex digits."""
    return f"{row_mark(type_, row_id, rev, row_hash(body)):032x}"


def body_of(type_: str, columns: Mapping[Any, Any]) -> dict[str, Any]:
    """The travelling fields of a stored row, those of a later version included."""
    body = {name: columns[name] for name in known_fields(type_)}
    if columns["extra"]:
        body.update(decode_body(columns["extra"]))
    return compact(body)


def columns_of(type_: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that hold ``body``; what this version does not know goes to ``extra``."""
    fields = ENTITIES[type_].fields
    columns = {name: body.get(name, _empty(type_, name)) for name in fields}
    unknown = {name: value for name, value in body.items() if name not in fields}
    return {**columns, "extra": encode_body(unknown) if unknown else None}


def _empty(type_: str, name: str) -> Any:
    return None if TABLES[type_].c[name].nullable else False


def put(connection: Connection, type_: str, generation: int, row_id: str, row: ServerRow) -> None:
    """Write one visible row in place of what was there."""
    assert row.body is not None
    values = {
        "generation": generation,
        "id": row_id,
        "rev": row.rev,
        "root_id": row.root_id,
        "mark": row.mark,
        **columns_of(type_, row.body),
    }
    connection.execute(_putting(type_), values)


def drop(connection: Connection, type_: str, generation: int, row_id: str) -> None:
    """Take one visible row away, if it is there."""
    connection.execute(_dropping(type_), {"of_generation": generation, "of_id": row_id})


# Made once for each entity: making a statement costs more than running it on one row.
@cache
def _putting(type_: str) -> Insert:
    return insert(TABLES[type_]).prefix_with("OR REPLACE")


@cache
def _dropping(type_: str) -> Delete:
    return delete(TABLES[type_]).where(*_one(TABLES[type_]))


@cache
def _finding(type_: str) -> Select[Any]:
    return select(TABLES[type_]).where(*_one(TABLES[type_]))


def _one(table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    generation = table.c.generation == bindparam("of_generation")
    return generation, table.c.id == bindparam("of_id")


def find(connection: Connection, type_: str, generation: int, row_id: str) -> ServerRow | None:
    """One row of a generation with its body, or ``None``."""
    by = {"of_generation": generation, "of_id": row_id}
    found = connection.execute(_finding(type_), by).mappings().first()
    if found is None:
        return None
    body = body_of(type_, found)
    return ServerRow(found["rev"], found["root_id"], found["mark"], body)


def held(
    connection: Connection, type_: str, ids: Iterable[str]
) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """(generation, id, body) of these rows in every generation that has one."""
    for found in connection.execute(_held(type_), {"ids": encode_texts(ids)}).mappings():
        yield found["generation"], found["id"], body_of(type_, found)


@cache
def _held(type_: str) -> Select[Any]:
    table, known = TABLES[type_], select(GENERATION.c.no)
    return select(table).where(table.c.generation.in_(known), table.c.id.in_(bound("ids")))
