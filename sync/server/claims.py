"""Who asserts which value, and which disagreements wait, as the store keeps them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, delete, insert, select

from sync.merge.operation import Op
from sync.merge.settle import OpenConflict
from sync.merge.values import Claims, Writer
from sync.schema.policy import WHOLE_ROW
from sync.schema.values import same
from sync.server.rows import OpenScope, StoredRow
from sync.server.tables import CLAIM, OPEN_CONFLICT


def claims_of(
    scope: OpenScope, type_: str, row_id: str, fields: Iterable[str]
) -> dict[str, dict[str, Writer]]:
    """The claims on each of ``fields``; the row's maker asserts what nobody claimed since."""
    found: dict[str, dict[str, Writer]] = {}
    where = and_(CLAIM.c.scope_id == scope.scope_id, CLAIM.c.type == type_, CLAIM.c.id == row_id)
    for line in scope.connection.execute(select(CLAIM).where(where)):
        writer = Writer(line.client, line.author, line.device, line.at)
        found.setdefault(line.field, {})[line.client] = writer
    made = found.get(WHOLE_ROW, {})
    return {field: found.get(field, made) for field in fields}


def assert_claims(scope: OpenScope, type_: str, row_id: str, claims: Mapping[str, Claims]) -> None:
    """From now on exactly these clients assert these fields."""
    if not claims:
        return
    scope.connection.execute(
        delete(CLAIM).where(
            CLAIM.c.scope_id == scope.scope_id,
            CLAIM.c.type == type_,
            CLAIM.c.id == row_id,
            CLAIM.c.field.in_(claims),
        )
    )
    lines = [
        _line(scope, type_, row_id, field, writer)
        for field, writers in claims.items()
        for writer in writers.values()
    ]
    if lines:
        scope.connection.execute(insert(CLAIM), lines)


def inherit_claims(scope: OpenScope, op: Op, before: str, heir: Writer) -> None:
    """An author's operation came again under another client id: what it asserted, that one does.

    Only who holds the journal knows the operation, so nobody else's word is taken over: without
    this a laptop that was enrolled anew would quarrel with what it wrote itself.
    """
    row = scope.row(op.type, op.id)
    moved: dict[str, Claims] = {}
    for name, claims in claims_of(scope, op.type, op.id, op.f).items():
        said = claims.get(before)
        stands = row is not None and same(row.body.get(name), op.f[name][1])
        if said is not None and said.author == heir.author and stands:
            others = {client: who for client, who in claims.items() if client != before}
            moved[name] = {heir.client: replace(said, client=heir.client), **others}
    assert_claims(scope, op.type, op.id, moved)


def assert_made(scope: OpenScope, rows: Iterable[StoredRow], writer: Writer) -> None:
    """The writer made these rows and asserts everything in them: one line for each."""
    lines = [_line(scope, row.type, row.id, WHOLE_ROW, writer) for row in rows]
    if lines:
        scope.connection.execute(insert(CLAIM), lines)


def _line(scope: OpenScope, type_: str, row_id: str, field: str, writer: Writer) -> dict[str, Any]:
    return {
        "scope_id": scope.scope_id,
        "type": type_,
        "id": row_id,
        "field": field,
        "client": writer.client,
        "author": writer.author,
        "device": writer.device,
        "at": writer.at,
    }


def open_conflicts_of(scope: OpenScope, type_: str, row_id: str) -> dict[str, OpenConflict]:
    """The conflicts about a row that wait for a person, by field."""
    lines = scope.connection.execute(
        select(OPEN_CONFLICT.c.field, OPEN_CONFLICT.c.conflict_id).where(
            OPEN_CONFLICT.c.scope_id == scope.scope_id,
            OPEN_CONFLICT.c.type == type_,
            OPEN_CONFLICT.c.id == row_id,
        )
    ).all()
    waiting: dict[str, OpenConflict] = {}
    for field, conflict_id in lines:
        row = scope.row("conflict", conflict_id)
        if row is not None:
            waiting[field] = OpenConflict(conflict_id, row.body)
    return waiting


def list_conflict(scope: OpenScope, conflict_id: str, body: Mapping[str, Any]) -> None:
    """Keep the list of waiting conflicts true once one was written."""
    place = {
        "scope_id": scope.scope_id,
        "type": body["target_type"],
        "id": body["target_id"],
        "field": body["field"],
    }
    where = and_(*(OPEN_CONFLICT.c[name] == value for name, value in place.items()))
    scope.connection.execute(
        delete(OPEN_CONFLICT).where(where, OPEN_CONFLICT.c.conflict_id == conflict_id)
    )
    if body["status"] == "open":
        # The key lets nobody open a second one about the same field.
        scope.connection.execute(insert(OPEN_CONFLICT).values(**place, conflict_id=conflict_id))
