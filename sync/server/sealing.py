"""Sealing what an older version stored in plain, and proving that nothing stands there in plain.

Sealing goes through every table in portions, each with its place written down in the same
transaction: whatever stops it, it goes on from there. Until it is done the store is one of an older
version, which nobody serves.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import (
    Connection,
    Engine,
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
from sync.server.column_key import ColumnKey
from sync.server.columns import TEXT
from sync.server.postgres import compact_postgres
from sync.server.sealed_types import SealedHash, SealedText
from sync.server.sqlite import compact_sqlite
from sync.server.tables import META, METADATA, PART, SNAPSHOT
from sync.server.upgrading import SEALING, SEALING_REST, is_sealed

STEP: Final = N_("Sealing ID numbers")

PORTION: Final = 2_000
_THROUGH: Final = "through"
_COMPACT: Final = {"sqlite": compact_sqlite, "postgresql": compact_postgres}

Way = Callable[[str], str]
"""How a text is sealed that is stored already."""


class _Place(NamedTuple):
    """Where sealing is: in a table, behind the line with this key."""

    table: Table
    last: list[Any]


class _Walk(NamedTuple):
    """Once through all tables: ``mark`` names its place in ``meta``."""

    mark: str
    text: Way
    hash: Way

    def way(self, column: Any) -> Way:
        """How what stands in a column is sealed."""
        return self.hash if isinstance(column.type, SealedHash) else self.text


def sealed_columns(table: Table) -> list[Any]:
    """The columns of a table in which something is sealed."""
    return [one for one in table.columns if isinstance(one.type, SealedText | SealedHash)]


TABLES: Final = [table for table in METADATA.sorted_tables if sealed_columns(table)]

_ORDERS: Final = MappingProxyType(
    {"history": ("scope_id", "rev", "n"), "synced_row": ("scope_id", "type", "id")}
)
"""How lines are gone through whose key was another one before 0024. Whoever was stopped by an older
version goes on behind a line that it names so, and nothing may be sealed twice."""


def _order(table: Table) -> list[Any]:
    """The columns that tell a line, in the order in which the lines are gone through."""
    names = _ORDERS.get(table.name)
    return [table.c[name] for name in names] if names else [*table.primary_key]


def seal_all(engine: Engine, key: ColumnKey, progress: Progress) -> None:
    """Seal what is left to seal in a store, and leave nothing of it in what its file freed."""
    for walk in _walks(key):
        _go_through(engine, walk, progress)
    with engine.begin() as connection:
        if is_sealed(connection):
            return  # Somebody else has done all of it, and may serve by now.
        for made_again in (PART, SNAPSHOT):
            connection.execute(delete(made_again))
    written = [table.name for table in (*TABLES, PART, SNAPSHOT, META)]
    _COMPACT[engine.dialect.name](engine, written)
    with engine.begin() as connection:
        connection.execute(delete(META).where(META.c.name.in_([SEALING, SEALING_REST])))


def _walks(key: ColumnKey) -> list[_Walk]:
    """In this order: the second finds the numbers sealed, and never a token for a token."""

    def seal_hash(stored: str) -> str:
        return key.seal_hashes([stored])[0]

    return [
        _Walk(SEALING, key.seal, seal_hash),
        _Walk(SEALING_REST, key.seal_tails, seal_hash),
    ]


def _go_through(engine: Engine, walk: _Walk, progress: Progress) -> None:
    with engine.begin() as connection:
        counts = {table: _count(connection, table) for table in TABLES}
        place = _place(connection, walk)
    so_far = sum(counts[table] for table in TABLES[: TABLES.index(place.table)]) if place else 0
    in_all = sum(counts.values())
    while place is not None:
        # A line whose key is sealed is met again behind those that are not.
        progress(STEP, min(so_far, in_all), in_all)
        with engine.begin() as connection:
            done, place = _seal_portion(connection, walk)
        so_far += done


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar() or 0


def _seal_portion(connection: Connection, walk: _Walk) -> tuple[int, _Place | None]:
    """Seal the next lines: how many were looked at, and where it goes on, if anywhere.

    Where it is, the store says, and not who asks: what two sealed would be a token for a token.
    """
    place = _place(connection, walk)
    if place is None:
        return 0, None
    table = place.table
    keys = {f"of_{one.name}": _as_stored(one) for one in table.primary_key}
    columns = {f"new_{one.name}": one for one in sealed_columns(table)}
    raw = {name: _as_stored(one) for name, one in (columns | keys).items()}
    query = select(*(one.label(name) for name, one in raw.items()))
    order = {f"of_{one.name}": _as_stored(one) for one in _order(table)}
    query = query.order_by(*order.values()).limit(PORTION)
    if place.last:
        query = query.where(tuple_(*order.values()) > tuple_(*place.last))
    lines = connection.execute(query).mappings().all()
    changed = []
    for line in lines:
        sealed = {name: line[name] and walk.way(one)(line[name]) for name, one in columns.items()}
        if any(sealed[name] != line[name] for name in columns):
            changed.append({**line, **sealed})
    if changed:
        connection.execute(_writing(table), changed)
    if len(lines) == PORTION:
        last = [lines[-1][name] for name in order]
        return PORTION, _note(connection, walk, _Place(table, last))
    after = TABLES[TABLES.index(table) + 1 :]
    return len(lines), _note(connection, walk, _Place(after[0], []) if after else None)


def _as_stored(column: Any) -> Any:
    """A column past what seals it. A hash may be part of a key."""
    return type_coerce(column, TEXT) if isinstance(column.type, SealedText | SealedHash) else column


def _writing(table: Table) -> Any:
    """The statement that puts texts into lines as they are."""
    where = [_as_stored(one) == bindparam(f"of_{one.name}") for one in table.primary_key]
    texts: Mapping[str, Any] = {
        one.name: bindparam(f"new_{one.name}", type_=TEXT) for one in sealed_columns(table)
    }
    return update(table).where(*where).values(texts)


def _place(connection: Connection, walk: _Walk) -> _Place | None:
    """Where sealing is; nothing where every table is through. Whoever else seals waits."""
    query = select(META.c.value).where(META.c.name == walk.mark).with_for_update()
    told = connection.execute(query).scalar()
    if told is None or told == _THROUGH:
        return None
    at, *last = msgspec.json.decode(told) if told else [TABLES[0].name]
    return _Place(METADATA.tables[at], last)


def _note(connection: Connection, walk: _Walk, place: _Place | None) -> _Place | None:
    told = _THROUGH
    if place is not None:
        told = msgspec.json.encode([str(place.table.name), *place.last]).decode()
    connection.execute(update(META).where(META.c.name == walk.mark).values(value=told))
    return place
