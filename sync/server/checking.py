"""Proving the store: everything that is kept as a sum is computed again."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, func, or_, select

from sync.merge.operation import Outcome
from sync.schema.canonical import add_mark, decode_body, digest_text, row_hash
from sync.server.database import Database
from sync.server.file_proof import faults_in_file
from sync.server.lane import outcome_in
from sync.server.rows import stored
from sync.server.sealed_audit import check_audit
from sync.server.sealed_proof import looked_through
from sync.server.tables import HELD, HISTORY, LANE, OPEN_CONFLICT, RECEIPT, ROW, SCOPE


@dataclass(frozen=True)
class StoreReport:
    """What was looked at, and each difference as a line without personal data."""

    scopes: int
    rows: int
    differences: list[str]


def check_store(db: Database, audit_head: str = "") -> StoreReport:
    """Digests, revisions, receipts, open conflicts, the audit's chain, the file itself, and that no
    ID number is in plain; all in one snapshot.

    ``audit_head`` is one that was kept elsewhere. Raises :class:`HeadUnreadable`.
    """
    with db.read() as connection:
        scopes = connection.execute(select(SCOPE).order_by(SCOPE.c.scope_id)).all()
        rows = connection.execute(select(func.count()).select_from(ROW)).scalar() or 0
        if torn := faults_in_file(connection):
            return StoreReport(len(scopes), rows, torn)
        differences, closed = looked_through(connection, db.column_key)
        if closed:
            # What cannot be read cannot be summed up.
            return StoreReport(len(scopes), rows, differences + closed)
        differences += [line for scope in scopes for line in _check_scope(connection, scope)]
        differences += _check_history(connection, {scope.scope_id: scope.head for scope in scopes})
        differences += _check_receipts(connection)
        differences += _check_homes(connection)
        differences += check_audit(connection, db.key, audit_head)
    return StoreReport(len(scopes), rows, differences)


def _check_scope(connection: Connection, scope: Any) -> Iterator[str]:
    name = scope.scope_id
    digest, highest, waiting = 0, 0, Counter[str]()
    for line in connection.execute(select(ROW).where(ROW.c.scope_id == name)):
        row = stored(line)
        digest = add_mark(digest, row.mark)
        highest = max(highest, row.rev)
        if row_hash(row.text) != row.hash:
            yield f"{name}: {row.type} {row.id}: its text and its hash differ"
        if row.type == "conflict" and decode_body(row.text).get("status") == "open":
            waiting[row.id] += 1
    if digest_text(digest) != scope.digest:
        yield f"{name}: the digest is {scope.digest}, its rows sum up to {digest_text(digest)}"
    if highest != scope.head:
        yield f"{name}: the head is {scope.head}, the last row has {highest}"
    listed = Counter(
        connection.execute(
            select(OPEN_CONFLICT.c.conflict_id).where(OPEN_CONFLICT.c.scope_id == name)
        ).scalars()
    )
    if listed != waiting:
        yield f"{name}: {len(waiting)} conflicts are open, {len(listed)} are listed"


def _check_history(connection: Connection, heads: Mapping[str, int]) -> Iterator[str]:
    """Every revision was handed out once, and none left out."""
    scope_id, revs = HISTORY.c.scope_id, HISTORY.c.rev
    # In one pass: no index leads from a scope to its history. And no key refuses two rows with one
    # revision: each begins with a line of its own.
    begun = func.sum(case((HISTORY.c.n == 0, 1), else_=0))
    counted = select(scope_id, func.count(revs.distinct()), func.min(revs), func.max(revs), begun)
    told = {name: span for name, *span in connection.execute(counted.group_by(scope_id))}
    for name, head in heads.items():
        if head and told.get(name) != [head, 1, head, head]:
            yield f"{name}: revisions 1 to {head} are not all in the history, once each"


def _check_receipts(connection: Connection) -> Iterator[str]:
    lanes = {(lane.client, lane.scope_id): lane.next for lane in connection.execute(select(LANE))}
    kept = set(connection.execute(select(HELD.c.op_id)).scalars())
    for line in connection.execute(select(RECEIPT)):
        outcome = outcome_in(line)
        if outcome.op_id != line.op_id or outcome.seq != line.seq:
            yield f"{line.scope_id}: the receipt of operation {line.op_id} is another one's"
        if line.seq >= lanes.get((line.client, line.scope_id), 0):
            yield f"{line.scope_id}: operation {line.op_id} is beyond its lane"
        if outcome.outcome == Outcome.HELD and line.op_id not in kept:
            yield f"{line.scope_id}: operation {line.op_id} is held and not kept"


def _check_homes(connection: Connection) -> Iterator[str]:
    """A row is in one scope, and the tombstones that a move left lead to it."""
    # In one pass: to look for the home of each row that moved would be another pass for each.
    home = case((ROW.c.moved_to == "", ROW.c.home_rev))
    left = func.max(case((ROW.c.moved_to != "", ROW.c.home_rev)))
    homes, is_nowhere = func.count(home), func.coalesce(func.max(home), -1) <= left
    rows = select(ROW.c.type, ROW.c.id, homes).group_by(ROW.c.type, ROW.c.id)
    for type_, row_id, held in connection.execute(rows.having(or_(homes > 1, is_nowhere))):
        wrong = "several scopes hold it" if held > 1 else "it moved, and is nowhere"
        yield f"{type_} {row_id}: {wrong}"
