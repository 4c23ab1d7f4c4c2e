"""Sealing what an older version stored in plain, and proving that nothing stands there in plain.

Sealing goes through every table in portions, each with its place written down in the same
transaction: whatever stops it, it goes on from there. Until it is done the store is one of an older
version, which nobody serves.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
from sqlalchemy import (
    Connection,
    Engine,
    LargeBinary,
    Table,
    bindparam,
    delete,
    func,
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
from sync.server.upgrading import SEALING, is_sealed

STEP: Final = N_("Sealing ID numbers")
T = TypeVar("T", str, bytes)

PORTION: Final = 2_000
_THROUGH: Final = "through"
_COMPACT: Final = {"sqlite": compact_sqlite, "postgresql": compact_postgres}


class _Place(NamedTuple):
    """Where sealing is: in a table, behind the line with this key."""

    table: Table
    last: list[Any]


def sealed_columns(table: Table) -> list[Any]:
    """The columns of a table in which numbers are sealed."""
    return [column for column in table.columns if isinstance(column.type, SealedText)]


TABLES: Final = [table for table in METADATA.sorted_tables if sealed_columns(table)]


def seal_all(engine: Engine, key: Sealing, progress: Progress) -> None:
    """Seal what is left to seal in a store, and leave nothing of it in what its file freed."""
    with engine.begin() as connection:
        counts = {table: _count(connection, table) for table in TABLES}
        place = _place(connection)
    so_far = sum(counts[table] for table in TABLES[: TABLES.index(place.table)]) if place else 0
    while place is not None:
        progress(STEP, so_far, sum(counts.values()))
        with engine.begin() as connection:
            done, place = _seal_portion(connection, key)
        so_far += done
    with engine.begin() as connection:
        if is_sealed(connection):
            return  # Somebody else has done all of it, and may serve by now.
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
    packed = select(type_coerce(PART.c.packed, LargeBinary)).execution_options(yield_per=16)
    parts = connection.execute(packed).scalars()
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


def _seal_portion(connection: Connection, key: Sealing) -> tuple[int, _Place | None]:
    """Seal the next lines: how many were looked at, and where it goes on, if anywhere.

    Where it is, the store says, and not who asks: what two sealed would be a token for a token.
    """
    place = _place(connection)
    if place is None:
        return 0, None
    table = place.table
    keys, columns = list(table.primary_key), sealed_columns(table)
    raw = [type_coerce(column, TEXT).label(column.name) for column in columns]
    query = select(*keys, *raw).order_by(*keys).limit(PORTION)
    if place.last:
        query = query.where(tuple_(*keys) > tuple_(*place.last))
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
    if len(lines) == PORTION:
        return PORTION, _note(connection, _Place(table, [lines[-1][one.name] for one in keys]))
    after = TABLES[TABLES.index(table) + 1 :]
    return len(lines), _note(connection, _Place(after[0], []) if after else None)


def _writing(table: Table) -> Any:
    """The statement that puts texts into lines as they are."""
    where = [one == bindparam(f"of_{one.name}") for one in table.primary_key]
    texts: dict[str, Any] = {
        one.name: bindparam(f"new_{one.name}", type_=TEXT) for one in sealed_columns(table)
    }
    return update(table).where(*where).values(texts)


def _place(connection: Connection) -> _Place | None:
    """Where sealing is; nothing where every table is through. Whoever else seals waits."""
    query = select(META.c.value).where(META.c.name == SEALING).with_for_update()
    told = connection.execute(query).scalar()
    if told is None or told == _THROUGH:
        return None
    at, *last = msgspec.json.decode(told) if told else [TABLES[0].name]
    return _Place(METADATA.tables[at], last)


def _note(connection: Connection, place: _Place | None) -> _Place | None:
    told = _THROUGH
    if place is not None:
        told = msgspec.json.encode([str(place.table.name), *place.last]).decode()
    connection.execute(update(META).where(META.c.name == SEALING).values(value=told))
    return place
