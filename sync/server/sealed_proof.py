"""Proving that nothing in the store tells an ID number to whoever lacks the column key."""

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, LargeBinary, Table, select, type_coerce

from sync.server.column_key import SEALED, Sealing, TokenUnknown
from sync.server.columns import TEXT
from sync.server.number_shapes import holds_number
from sync.server.own_secret import is_secret_sealed
from sync.server.relabelling import bare_labels
from sync.server.sealed_types import SealedHash
from sync.server.sealing import PORTION, TABLES, sealed_columns
from sync.server.tables import HELD, META, PART

T = TypeVar("T", str, bytes)

_PARTS_AT_ONCE: Final = 16


def looked_through(connection: Connection, key: Sealing) -> tuple[list[str], list[str]]:
    """Where a number stands in plain or a hash proves one, and where there is what the key does
    not open: a line for each table."""
    plain, unknown = [], []
    for table in TABLES:
        texts, hashes, closed = _counted(connection, key, table)
        if texts:
            plain.append(f"{table.name}: {texts} texts hold an ID number, or its end, in plain")
        if hashes:
            plain.append(f"{table.name}: {hashes} hashes are not sealed")
        if closed:
            unknown.append(f"{table.name}: the column key does not open {closed} texts")
    packed = select(type_coerce(PART.c.packed, LargeBinary))
    parts = connection.execute(packed.execution_options(yield_per=_PARTS_AT_ONCE)).scalars()
    if any(not _opens(key.unseal_bytes, bytes(one)) for one in parts):
        plain.append(f"{PART.name}: a part is not sealed")
    if not is_secret_sealed(connection):
        plain.append(f"{META.name}: the server's own secret is not sealed")
    if left := bare_labels(connection, key):
        plain.append(f"{HELD.name}: {len(left)} operations are named by a bare hash")
    return plain, unknown


def _counted(connection: Connection, key: Sealing, table: Table) -> tuple[int, int, int]:
    """Texts with a number in plain, hashes in plain, and what the key does not open."""
    in_plain, bare, closed = 0, 0, 0
    for column, stored in _stored(connection, table):
        if isinstance(column.type, SealedHash):
            bare += not stored.startswith(SEALED)
            closed += not _opens(key.unseal_hash, stored)
        else:
            in_plain += holds_number(stored)
            closed += not _opens(key.unseal, stored)
    return in_plain, bare, closed


def _stored(connection: Connection, table: Table) -> Iterator[tuple[Any, str]]:
    columns = sealed_columns(table)
    query = select(*(type_coerce(one, TEXT) for one in columns))
    for line in connection.execute(query.execution_options(yield_per=PORTION)):
        yield from ((one, text) for one, text in zip(columns, line, strict=True) if text)


def _opens(unseal: Callable[[T], T], stored: T) -> bool:
    try:
        unseal(stored)
    except TokenUnknown:
        return False
    return True
