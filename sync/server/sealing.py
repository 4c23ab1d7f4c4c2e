"""Sealing what an older version stored in plain, and proving that nothing stands there in plain.

Sealing goes through every table in portions, each with its place written down in the same
transaction: whatever stops it, it goes on from there. Until it is done the store is one of an older
version, which nobody serves.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import (
    Connection,
    Engine,
    LargeBinary,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    tuple_,
    type_coerce,
    update,
)

from sync.i18n import N_
from sync.progress import Progress
from sync.server.column_key import SealedText, Sealing, TokenUnknown, holds_number
from sync.server.columns import TEXT
from sync.server.postgres import compact_postgres
from sync.server.sqlite import compact_sqlite
from sync.server.tables import META, METADATA, PART, SNAPSHOT
from sync.server.upgrading import SEALING

STEP: Final = N_("Sealing ID numbers")
T = TypeVar("T", str, bytes)

PORTION: Final = 2_000
_COMPACT: Final = {"sqlite": compact_sqlite, "postgresql": compact_postgres}


def sealed_columns(table: Table) -> list[Any]:
    """The columns of a table in which numbers are sealed."""
    return [column for column in table.columns if isinstance(column.type, SealedText)]


TABLES: Final = [table for table in METADATA.sorted_tables if sealed_columns(table)]


def seal_all(engine: Engine, key: Sealing, progress: Progress) -> None:
    """Seal what is left to seal in a store, and leave nothing of it in what its file freed."""
    with engine.begin() as connection:
        counts = {table: _count(connection, table) for table in TABLES}
        begun, last = _cursor(connection)
    left = TABLES[TABLES.index(begun) :]
    so_far = sum(counts[table] for table in TABLES if table not in left)
    for table in left:
        more = True
        while more:
            progress(STEP, so_far, sum(counts.values()))
            with engine.begin() as connection:
                done, last = _seal_portion(connection, key, table, last)
            so_far += done
            more = done == PORTION
        last = []
    with engine.begin() as connection:
        for made_again in (PART, SNAPSHOT):
            connection.execute(delete(made_again))
    _COMPACT[engine.dialect.name](engine, [table.name for table in (*TABLES, PART)])
    with engine.begin() as connection:
        connection.execute(delete(META).where(META.c.name == SEALING))


def looked_through(connection: Connection, key: Sealing) -> tuple[list[str], list[str]]:
    """Where a number stands in plain, and where there is what the key does not open: a line for
    each table."""
    plain, unknown = [], []
    for table in TABLES:
        raw = [type_coerce(column, TEXT) for column in sealed_columns(table)]
        query = select(*raw).execution_options(yield_per=PORTION)
        in_plain, closed = 0, 0
        for text in (one for line in connection.execute(query) for one in line if one):
            in_plain += holds_number(text)
            closed += not _opens(key.unseal, text)
        if in_plain:
            plain.append(f"{table.name}: {in_plain} texts hold an ID number in plain")
        if closed:
            unknown.append(f"{table.name}: the column key does not open {closed} texts")
    parts = connection.execute(select(type_coerce(PART.c.packed, LargeBinary))).scalars()
    if any(not _opens(key.unseal_bytes, bytes(one)) for one in parts):
        plain.append(f"{PART.name}: a part is not sealed")
    return plain, unknown


def _opens(unseal: Callable[[T], T], stored: T) -> bool:
    try:
        unseal(stored)
    except TokenUnknown:
        return False
    return True


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar() or 0


def _seal_portion(
    connection: Connection, key: Sealing, table: Table, last: list[Any]
) -> tuple[int, list[Any]]:
    """Seal the lines of a table after ``last``: how many were looked at, and the last of them."""
    keys, columns = list(table.primary_key), sealed_columns(table)
    raw = [type_coerce(column, TEXT).label(column.name) for column in columns]
    query = select(*keys, *raw).order_by(*keys).limit(PORTION)
    if last:
        query = query.where(tuple_(*keys) > tuple_(*last))
    lines = connection.execute(query).mappings().all()
    changed = []
    for line in lines:
        texts = {column.name: line[column.name] for column in columns}
        sealed = {name: text and key.seal(text) for name, text in texts.items()}
        if sealed != texts:
            found = {f"of_{one.name}": line[one.name] for one in keys}
            changed.append(found | {f"new_{name}": text for name, text in sealed.items()})
    if changed:
        connection.execute(_writing(table), changed)
    if lines:
        last = [lines[-1][one.name] for one in keys]
        _note(connection, table, last)
    return len(lines), last


def _writing(table: Table) -> Any:
    """The statement that puts texts into lines as they are."""
    where = [one == bindparam(f"of_{one.name}") for one in table.primary_key]
    texts: dict[str, Any] = {
        one.name: bindparam(f"new_{one.name}", type_=TEXT) for one in sealed_columns(table)
    }
    return update(table).where(*where).values(texts)


def _cursor(connection: Connection) -> tuple[Table, list[Any]]:
    """The table that sealing is at, and the key of the last line of it that is done."""
    query = select(META.c.value).where(META.c.name == SEALING)
    told = connection.execute(query).scalar_one()
    at, *last = msgspec.json.decode(told) if told else [TABLES[0].name]
    return METADATA.tables[at], last


def _note(connection: Connection, table: Table, last: list[Any]) -> None:
    told = msgspec.json.encode([str(table.name), *last]).decode()
    connection.execute(delete(META).where(META.c.name == SEALING))
    connection.execute(insert(META), [{"name": SEALING, "value": told}])
