"""Many rows at once: one SQL statement over a JSON part, without an object per row.

SQLite takes the part apart by itself, which costs less than binding each value and leaves the
interpreter free for the other threads meanwhile.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, lru_cache
from hashlib import sha256
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Select,
    Table,
    Text,
    bindparam,
    delete,
    func,
    select,
    tuple_,
)

from sync.schema.canonical import row_mark_bytes
from sync.schema.policy import Kind
from sync.schema.registry import ENTITIES
from sync.store import rows
from sync.store.lists import bound, encode_texts
from sync.store.tables import OTHER, TABLES
from sync.wire.messages import WireRow

BATCH_ROWS: Final = 500
"""Rows of one sync transaction: the person who saves meanwhile waits for one of these at most."""

TOMBSTONE: Final = b"null"
MARK_BYTES: Final = 16
_MARK_DIGITS: Final = 2 * MARK_BYTES
_MOST_STATEMENTS: Final = 64
_WORTH_COUNTING: Final = 100
"""So many rows of one kind are looked through for their fields first: to look for each of those
that none has took 500 visits 40 % of their time. For a few it takes less than another statement."""

_FIELDS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
Placed = tuple[int, WireRow]
"""A row and the number of the copy that it belongs to."""

Place = tuple[int, str, str]
"""(copy, type, id) of a row."""

_NONE_KNOWN: Final[Mapping[Place, bytes]] = MappingProxyType({})
# Where a part's entry keeps what: [id, rev, root, body], and in our own ones the copy.
_ID, _REV, _ROOT, _BODY, _COPY = "$[0]", "$[1]", "$[2]", "$[3]", "$[4]"


def batches(wire_rows: Sequence[WireRow]) -> Iterator[list[WireRow]]:
    """The rows in lists of at most :data:`BATCH_ROWS`, in order."""
    rest = iter(wire_rows)
    while batch := list(islice(rest, BATCH_ROWS)):
        yield batch


def mark_of(row: WireRow) -> str:
    """A live row's share of the digest, 32 hex digits; empty for a tombstone."""
    type_, row_id, rev, _, body = row
    if bytes(body) == TOMBSTONE:
        return ""
    return mark_bytes(type_, row_id, rev, body).hex()


def mark_bytes(type_: str, row_id: str, rev: int, body: bytes | msgspec.Raw) -> bytes:
    """A live row's share of the digest, from its canonical text: :data:`MARK_BYTES` bytes."""
    return row_mark_bytes(type_, row_id, rev, sha256(body).hexdigest())


def write(
    connection: Connection,
    placed: Iterable[Placed],
    known: Mapping[Place, bytes] = _NONE_KNOWN,
) -> None:
    """Put rows in place, each in its copy: live ones written, tombstones removed.

    What a body holds beyond the fields of this version is kept in ``extra``, whoever sent it.
    ``known`` are marks that were computed before.
    """
    live: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    marks: dict[str, bytearray] = defaultdict(bytearray)
    gone: dict[tuple[int, str], list[str]] = defaultdict(list)
    for generation, row in placed:
        type_, row_id, rev, root_id, body = row
        if bytes(body) == TOMBSTONE:
            gone[generation, type_].append(row_id)
        else:
            live[type_].append((row_id, rev, root_id, body, generation))
            mark = known.get((generation, type_, row_id))
            marks[type_] += mark or mark_bytes(type_, row_id, rev, body)
    for type_, entries in live.items():
        part = msgspec.json.encode((type_, entries))
        told = _names(entry[3] for entry in entries) if len(entries) >= _WORTH_COUNTING else set()
        _write_entries(connection, type_, part, bytes(marks[type_]), {}, frozenset(told))
    for (generation, type_), ids in gone.items():
        remove(connection, generation, type_, ids)


def _names(bodies: Iterable[msgspec.Raw]) -> set[str]:
    """The fields that occur in these rows."""
    return set().union(*map(_FIELDS.decode, bodies))


def write_part(
    connection: Connection,
    generation: int,
    type_: str,
    part: bytes,
    marks: bytes,
    told: Iterable[str] = (),
) -> None:
    """Write live rows of one kind: ``part`` is the JSON text ``[type, [[id, rev, root, body], …]]``
    and ``marks`` holds each one's mark, :data:`MARK_BYTES` bytes apiece in the same order.

    ``told`` are the fields that occur in these rows, where somebody counted: no other is looked
    for, which is a third of the cost.
    """
    _write_entries(connection, type_, part, marks, {"generation_no": generation}, frozenset(told))


def _write_entries(
    connection: Connection,
    type_: str,
    part: bytes,
    marks: bytes,
    copy: Mapping[str, int],
    told: Set[str] = frozenset(),
) -> None:
    """``copy`` says which one all of these rows belong to; else each entry does."""
    values: dict[str, Any] = {**copy, "part": part, "marks": marks.hex().encode()}
    if type_ in ENTITIES:
        statement = _insert_known(type_, told, bool(copy))
    else:
        statement = _insert_other(bool(copy))
        values["row_type"] = type_
    connection.exec_driver_sql(statement, values)


def remove(connection: Connection, generation: int, type_: str, ids: Sequence[str]) -> None:
    """Take rows of one kind out of a generation."""
    asked = {"copy": generation, "ids": encode_texts(ids)}
    if type_ not in TABLES:
        asked["row_type"] = type_
    connection.execute(_removing(type_ if type_ in TABLES else ""), asked)


@cache
def _removing(type_: str) -> Delete:
    table = TABLES.get(type_, OTHER)
    some = delete(table).where(*_some(table))
    return some.where(OTHER.c.type == bindparam("row_type")) if table is OTHER else some


def _some(table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.generation == bindparam("copy"), table.c.id.in_(bound("ids"))


def marks(
    connection: Connection, type_: str, places: Iterable[tuple[int, str]]
) -> dict[tuple[int, str], str]:
    """The marks of those (copy, id) that there are."""
    values = {"places": msgspec.json.encode(list(places)).decode()}
    if type_ not in TABLES:
        values["row_type"] = type_
    found = connection.execute(_marks(type_ if type_ in TABLES else ""), values).all()
    return {(generation, row_id): mark for generation, row_id, mark in found}


@cache
def _marks(type_: str) -> Select[int, str, str]:
    table = TABLES.get(type_, OTHER)
    place = func.jsonb_each(bindparam("places", type_=Text())).table_valued("value").c.value
    asked = select(func.json_extract(place, "$[0]"), func.json_extract(place, "$[1]"))
    columns = (table.c.generation, table.c.id, table.c.mark)
    query = select(*columns).where(tuple_(table.c.generation, table.c.id).in_(asked))
    return query.where(OTHER.c.type == bindparam("row_type")) if table is OTHER else query


def bodies(
    connection: Connection, type_: str, generation: int, ids: Sequence[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The bodies of those of ``ids`` that a generation holds, as people see them."""
    asked = {"copy": generation, "ids": encode_texts(ids)}
    for found in connection.execute(_reading(type_), asked).mappings():
        yield found["id"], rows.body_of(type_, found)


@cache
def _reading(type_: str) -> Select[Any]:
    return select(TABLES[type_]).where(*_some(TABLES[type_]))


def by_type(keys: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The ids of (type, id) keys, kind by kind."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for type_, row_id in keys:
        grouped[type_].append(row_id)
    return dict(grouped)


# Written as SQL text: to have these built and compiled took a new process 67 ms, a fifth of the
# first sync of 1,000 households. Names come from our own declarations alone.
@lru_cache(_MOST_STATEMENTS)
def _insert_known(type_: str, told: Set[str], of_one_copy: bool) -> str:
    fields = ENTITIES[type_].fields
    chosen = _local_columns(of_one_copy)
    if not told or not told <= fields.keys():
        chosen["extra"] = _unknown(fields)
    for name, spec in fields.items():
        if not told or name in told:
            chosen[name] = _field(name, spec.kind)
        elif spec.kind is Kind.FLAG:
            chosen[name] = "0"
    return _insert(TABLES[type_], chosen)


@cache
def _insert_other(of_one_copy: bool) -> str:
    body = f"json_extract(value, '{_BODY}')"
    return _insert(OTHER, {**_local_columns(of_one_copy), "type": ":row_type", "body": body})


def _insert(table: Table, chosen: Mapping[str, str]) -> str:
    """Rows of a part in the table's ``chosen`` columns. ``key`` counts the part's entries,
    ``value`` is one, taken apart already.

    As JSONB, because every look into a text would take all of it apart again: 1.9 s became 1.1 s
    for 132,000 rows.
    """
    columns = ", ".join(f'"{name}"' for name in chosen)
    entries = "jsonb_each(CAST(:part AS TEXT), '$[1]')"
    values = ", ".join(chosen.values())
    into = f'INSERT OR REPLACE INTO "{table.name}" ({columns})'
    return f"{into} SELECT {values} FROM {entries}"  # noqa: S608  # Our own names alone.


def _local_columns(of_one_copy: bool) -> dict[str, str]:
    # Cut as bytes: to find a place in a text SQLite would count from its beginning each time.
    mark = f"substr(:marks, key * {_MARK_DIGITS} + 1, {_MARK_DIGITS})"
    return {
        "generation": ":generation_no" if of_one_copy else f"json_extract(value, '{_COPY}')",
        "id": f"json_extract(value, '{_ID}')",
        "rev": f"json_extract(value, '{_REV}')",
        "root_id": f"json_extract(value, '{_ROOT}')",
        "mark": f"CAST({mark} AS TEXT)",
    }


def _unknown(known: Iterable[str]) -> str:
    """The fields of a body that this version does not know, as JSON; NULL where there are none."""
    paths = ", ".join(f"'{_BODY}.{name}'" for name in known)
    return f"nullif(json_extract(jsonb_remove(value, {paths}), '{_BODY}'), '{{}}')"


def _field(name: str, kind: Kind) -> str:
    path = f"'{_BODY}.{name}'"
    if kind is Kind.JSON:
        return f"value -> {path}"  # Stays JSON: a bare text keeps its quotes.
    extracted = f"json_extract(value, {path})"
    return f"coalesce({extracted}, 0)" if kind is Kind.FLAG else extracted
