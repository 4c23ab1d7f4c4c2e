"""A locked scope at work: rows in, revisions out, the digest kept beside them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import msgspec
from sqlalchemy import Connection, and_, insert, select, update

from sync.merge.settle import Change
from sync.merge.values import Writer
from sync.schema.canonical import (
    add_mark,
    decode_body,
    digest_text,
    drop_mark,
    encode_body,
    row_hash,
    row_mark,
)
from sync.schema.policy import WHOLE_ROW
from sync.schema.registry import ENTITIES
from sync.server.tables import HISTORY, ROW, SCOPE

SERVER_CLIENT: Final = "server"
"""The client of what the server computes by itself: nobody's claim and nobody's work."""


@dataclass(frozen=True)
class StoredRow:
    """A row as the store holds it; a removed one still has its last body."""

    type: str
    id: str
    rev: int
    root_id: str
    deleted: bool
    text: str
    hash: str

    @property
    def body(self) -> dict[str, Any]:
        """The travelling fields."""
        return decode_body(self.text)

    @property
    def mark(self) -> int:
        """Its share of the digest."""
        return 0 if self.deleted else row_mark(self.type, self.id, self.rev, self.hash)


@dataclass(frozen=True)
class Cause:
    """Why something was written: the operation and who made it, for the history."""

    op_id: str
    writer: Writer


class OpenScope:
    """One scope while its lock is held. Revisions are handed out here and nowhere else.

    :meth:`save` writes the head and the digest back; until then both are only here, so a
    failed operation is undone with :meth:`mark` and :meth:`rewind`.
    """

    def __init__(self, connection: Connection, scope_id: str, head: int, digest: int) -> None:
        self.connection = connection
        self.scope_id = scope_id
        self.head = head
        self.digest = digest
        self._rows: dict[tuple[str, str], StoredRow | None] = {}

    @classmethod
    def lock(cls, connection: Connection, scope_id: str) -> Self | None:
        """Lock the scope's row, or nothing where there is no such scope."""
        found = connection.execute(
            select(SCOPE.c.head, SCOPE.c.digest)
            .where(SCOPE.c.scope_id == scope_id)
            .with_for_update()
        ).first()
        return cls(connection, scope_id, found.head, int(found.digest, 16)) if found else None

    def mark(self) -> tuple[int, int]:
        """Where the counters stand, for :meth:`rewind`."""
        return self.head, self.digest

    def rewind(self, mark: tuple[int, int]) -> None:
        """Forget what was written since ``mark``; the savepoint undoes it in the store."""
        self.head, self.digest = mark
        self._rows.clear()

    def save(self) -> None:
        """Write the head and the digest, in the transaction that wrote the rows."""
        self.connection.execute(
            update(SCOPE)
            .where(SCOPE.c.scope_id == self.scope_id)
            .values(head=self.head, digest=digest_text(self.digest))
        )

    def row(self, type_: str, row_id: str) -> StoredRow | None:
        """The row, removed or not; ``None`` where this scope never had it."""
        key = (type_, row_id)
        if key not in self._rows:
            self._rows[key] = next(iter(read_rows(self.connection, self.scope_id, [key])), None)
        return self._rows[key]

    def prefetch(self, keys: Sequence[tuple[str, str]]) -> None:
        """Read many rows at once that :meth:`row` is about to be asked for."""
        found = {(row.type, row.id): row for row in read_rows(self.connection, self.scope_id, keys)}
        self._rows.update({key: found.get(key) for key in keys})

    def put(self, type_: str, row_id: str, body: Mapping[str, Any], *, deleted: bool) -> StoredRow:
        """Write a row under the next revision."""
        before = self.row(type_, row_id)
        fresh = self._numbered(type_, row_id, body, deleted)
        values = _values(self.scope_id, fresh)
        if before is None:
            self.connection.execute(insert(ROW), values)
        else:
            self.digest = drop_mark(self.digest, before.mark)
            self.connection.execute(
                update(ROW)
                .where(ROW.c.scope_id == self.scope_id, ROW.c.type == type_, ROW.c.id == row_id)
                .values(values)
            )
        return fresh

    def put_fresh(self, rows: Iterable[tuple[str, str, Mapping[str, Any]]]) -> list[StoredRow]:
        """Write many rows that are not there yet, one revision each."""
        written = [self._numbered(type_, row_id, body, False) for type_, row_id, body in rows]
        if written:
            self.connection.execute(insert(ROW), [_values(self.scope_id, row) for row in written])
        return written

    def record(self, row: StoredRow, changes: Sequence[Change], cause: Cause) -> None:
        """Say in the history what the row's new revision changed; at least that it did."""
        lines = changes or [Change(row.type, row.id, WHOLE_ROW, None, None)]
        written = [self._line(row, number, change, cause) for number, change in enumerate(lines)]
        self.connection.execute(insert(HISTORY), written)

    def record_fresh(self, rows: Sequence[StoredRow], cause: Cause) -> None:
        """The history of :meth:`put_fresh`: that each row was made, and by whom."""
        made = [
            self._line(row, 0, Change(row.type, row.id, WHOLE_ROW, None, None), cause)
            for row in rows
        ]
        if made:
            self.connection.execute(insert(HISTORY), made)

    def _line(self, row: StoredRow, number: int, change: Change, cause: Cause) -> dict[str, Any]:
        return {
            "scope_id": self.scope_id,
            "rev": row.rev,
            "n": number,
            "type": row.type,
            "id": row.id,
            "root_id": row.root_id,
            "field": change.field,
            "old": _json(change.old),
            "new": _json(change.new),
            "op_id": cause.op_id,
            "client": cause.writer.client,
            "author": cause.writer.author,
            "device": cause.writer.device,
            "at": cause.writer.at,
        }

    def _numbered(
        self, type_: str, row_id: str, body: Mapping[str, Any], deleted: bool
    ) -> StoredRow:
        text = encode_body(body)
        self.head += 1
        row = StoredRow(
            type=type_,
            id=row_id,
            rev=self.head,
            root_id=ENTITIES[type_].root_of(row_id, body),
            deleted=deleted,
            text=text,
            hash=row_hash(text),
        )
        self.digest = add_mark(self.digest, row.mark)
        self._rows[type_, row_id] = row
        return row


def read_rows(
    connection: Connection, scope_id: str, keys: Sequence[tuple[str, str]]
) -> list[StoredRow]:
    """Those of the rows named by (type, id) that the scope holds, removed ones included."""
    rows: list[StoredRow] = []
    by_type: dict[str, set[str]] = {}
    for type_, row_id in keys:
        by_type.setdefault(type_, set()).add(row_id)
    for type_, ids in by_type.items():
        where = and_(ROW.c.scope_id == scope_id, ROW.c.type == type_, ROW.c.id.in_(ids))
        rows += [stored(line) for line in connection.execute(select(ROW).where(where))]
    return rows


def rows_below(connection: Connection, root_id: str, types: Sequence[str]) -> list[StoredRow]:
    """The live rows of these entities that move with ``root_id``, in whatever scope."""
    lines = connection.execute(
        select(ROW).where(ROW.c.root_id == root_id, ROW.c.type.in_(types), ROW.c.deleted.is_(False))
    )
    return [stored(line) for line in lines]


def home_of(connection: Connection, type_: str, row_id: str) -> str | None:
    """The scope that holds a row, whichever it is."""
    found = connection.execute(
        select(ROW.c.scope_id)
        .where(ROW.c.id == row_id, ROW.c.type == type_)
        .order_by(ROW.c.home_rev.desc())
    ).first()
    return str(found.scope_id) if found else None


def ensure_scope(connection: Connection, scope_id: str) -> None:
    """Make an empty scope unless it is there."""
    there = select(SCOPE.c.scope_id).where(SCOPE.c.scope_id == scope_id)
    if connection.execute(there).first() is None:
        connection.execute(
            insert(SCOPE).values(scope_id=scope_id, head=0, digest=digest_text(0), gen=0)
        )


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
    )


def _values(scope_id: str, row: StoredRow) -> dict[str, Any]:
    return {
        "scope_id": scope_id,
        "type": row.type,
        "id": row.id,
        "rev": row.rev,
        "root_id": row.root_id,
        "home_rev": 0,
        "deleted": row.deleted,
        "body": row.text,
        "body_hash": row.hash,
    }


def _json(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value, order="deterministic").decode()
