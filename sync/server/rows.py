"""Rows as the store holds them, and where to find them."""

from collections.abc import Collection, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, select

from sync.merge.values import Writer
from sync.schema.canonical import decode_body, digest_text, row_mark
from sync.server.crossing import insert_missing
from sync.server.many import among
from sync.server.tables import LED_TO, MOVED_AWAY, ROW, SCOPE

SERVER_CLIENT: Final = "server"
"""The client of what the server computes by itself: nobody's claim and nobody's work."""


class StoredRow(msgspec.Struct, frozen=True, gc=False):
    """A row as the store holds it; a removed one still has its last body."""

    type: str
    id: str
    rev: int
    root_id: str
    deleted: bool
    text: str
    hash: str
    home_rev: int = 0
    moved_to: str = ""

    @property
    def body(self) -> dict[str, Any]:
        """The travelling fields."""
        return decode_body(self.text)

    @property
    def mark(self) -> int:
        """Its share of the digest."""
        return 0 if self.deleted else row_mark(self.type, self.id, self.rev, self.hash)


class Cause(msgspec.Struct, frozen=True, gc=False):
    """Why something was written: the operation and who made it, for the history."""

    op_id: str
    writer: Writer


# Made once: making a statement costs more than running it on a few rows.
_IN_SCOPE: Final = select(ROW).where(
    ROW.c.scope_id == bindparam("scope"), ROW.c.type == bindparam("type"), among(ROW.c.id, "ids")
)
_OF_IDS: Final = select(ROW).where(among(ROW.c.id, "ids")).order_by(ROW.c.home_rev)
_BELOW: Final = select(ROW).where(
    among(ROW.c.root_id, "roots"), among(ROW.c.type, "types"), LED_TO, ROW.c.deleted.is_(False)
)
_LEFT: Final = select(ROW.c.id).where(ROW.c.type == "household", among(ROW.c.id, "ids"), MOVED_AWAY)
_HOME: Final = (
    select(ROW.c.scope_id)
    .where(ROW.c.id == bindparam("id"), ROW.c.type == bindparam("type"))
    .order_by(ROW.c.home_rev.desc())
)


def read_rows(
    connection: Connection, scope_id: str, keys: Sequence[tuple[str, str]]
) -> list[StoredRow]:
    """Those of the rows named by (type, id) that the scope holds, removed ones included."""
    rows: list[StoredRow] = []
    by_type: dict[str, set[str]] = {}
    for type_, row_id in keys:
        by_type.setdefault(type_, set()).add(row_id)
    for type_, ids in by_type.items():
        asked = {"scope": scope_id, "type": type_, "ids": ids}
        rows += [stored(line) for line in connection.execute(_IN_SCOPE, asked)]
    return rows


def rows_of_ids(connection: Connection, ids: Collection[str]) -> list[tuple[str, StoredRow]]:
    """Every row with one of these ids, whatever its entity, with the scope that holds it.

    Of a row that several scopes hold the live copy comes last.
    """
    if not ids:
        return []
    lines = connection.execute(_OF_IDS, {"ids": ids})
    return [(line.scope_id, stored(line)) for line in lines]


def rows_below(
    connection: Connection, roots: Collection[str], types: Sequence[str]
) -> list[tuple[str, StoredRow]]:
    """The live rows of these entities that move with one of ``roots``, with their scopes. None of
    the entities is :data:`~sync.server.tables.PILED`."""
    if not roots:
        return []
    lines = connection.execute(_BELOW, {"roots": roots, "types": types})
    return [(line.scope_id, stored(line)) for line in lines]


def households_that_left(connection: Connection, ids: Collection[str]) -> set[str]:
    """Those of these households that ever left a scope which still tells where they went."""
    return set(connection.execute(_LEFT, {"ids": ids}).scalars()) if ids else set()


def home_of(connection: Connection, type_: str, row_id: str) -> str | None:
    """The scope that holds a row, whichever it is."""
    found = connection.execute(_HOME, {"id": row_id, "type": type_}).first()
    return str(found.scope_id) if found else None


def ensure_scope(connection: Connection, scope_id: str) -> None:
    """Make an empty scope unless it is there."""
    line = {"scope_id": scope_id, "head": 0, "digest": digest_text(0), "gen": 0}
    insert_missing(connection, SCOPE, [line])


def stored(line: Any) -> StoredRow:
    """A line of the table as a :class:`StoredRow`."""
    return StoredRow(
        type=line.type,
        id=line.id,
        rev=line.rev,
        root_id=line.root_id,
        deleted=line.deleted,
        text=line.body,
        hash=line.body_hash,
        home_rev=line.home_rev,
        moved_to=line.moved_to,
    )
