"""The journal of operations: numbered when saved, acknowledged by receipts, gone when durable."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)

from sync.merge.fold import targets
from sync.merge.operation import Op, OpKind, Outcome, decode_op, new_values
from sync.schema.canonical import encode_body
from sync.store.tables import LANE, OPERATION, TARGET
from sync.wire.messages import MOST_BODY_BYTES, MOST_OPS_IN_PUSH, Lane, OpOutcome

# What a request carries around its operations; they get the rest of the body.
_ENVELOPE_BYTES: Final = 4 * 1024
MOST_BATCH_BYTES: Final = MOST_BODY_BYTES - _ENVELOPE_BYTES

RowKey = tuple[str, str]
"""(type, id) of a row."""

# Written out, because SQLite uses a partial index only for the very words it was made with.
WAITING: Final[ColumnElement[bool]] = OPERATION.c.outcome == literal_column("''")
HELD: Final[ColumnElement[bool]] = OPERATION.c.outcome == literal_column("'held'")


def next_seq(connection: Connection, scope_id: str) -> int:
    """The number of the scope's next operation, given once."""
    found = select(LANE.c.next_seq).where(LANE.c.scope_id == scope_id)
    seq = connection.execute(found).scalar_one_or_none()
    if seq is None:
        connection.execute(insert(LANE).values(scope_id=scope_id, next_seq=2, durable=0, epoch=""))
        return 1
    connection.execute(
        update(LANE).where(LANE.c.scope_id == scope_id).values(next_seq=LANE.c.next_seq + 1)
    )
    return int(seq)


def save(connection: Connection, scope_id: str, op: Op, raw: bytes, saved_at: str) -> None:
    """Write one operation into the journal, with the rows it shows on."""
    values = {
        "op_id": op.op_id,
        "scope_id": scope_id,
        "seq": op.seq,
        "kind": op.kind,
        "type": op.type,
        "row_id": op.id,
        "raw": raw.decode(),
        "saved_at": saved_at,
    }
    number = connection.execute(insert(OPERATION).values(**_UNSENT, **values)).inserted_primary_key
    assert number is not None
    connection.execute(
        insert(TARGET),
        [{"op_no": number[0], "type": type_, "row_id": row_id} for type_, row_id in targets(op)],
    )


_UNSENT: Final[dict[str, Any]] = {
    "folded": True,
    "outcome": "",
    "rev": 0,
    "at": "",
    "code": "",
    "conflicts": "",
    "home": "",
}


def folded(connection: Connection, key: RowKey) -> list[Op]:
    """The operations that people still see on a row, oldest first."""
    type_, row_id = key
    query = (
        select(OPERATION.c.raw)
        .join(TARGET, TARGET.c.op_no == OPERATION.c.no)
        .where(TARGET.c.type == type_, TARGET.c.row_id == row_id, OPERATION.c.folded)
        .order_by(OPERATION.c.no)
    )
    return [decode_op(raw) for raw in connection.execute(query).scalars()]


def folded_keys(connection: Connection, scope_id: str) -> set[RowKey]:
    """The rows of a scope on which an operation still shows."""
    return _keys(connection, and_(OPERATION.c.scope_id == scope_id, OPERATION.c.folded))


def all_folded_keys(connection: Connection) -> set[RowKey]:
    """The rows on which an operation of any lane still shows."""
    return _keys(connection, OPERATION.c.folded)


def waiting_keys(connection: Connection) -> set[RowKey]:
    """The rows of all lanes on which something without a receipt shows."""
    return _keys(connection, WAITING)


def foreign_keys(connection: Connection, scope_id: str) -> set[RowKey]:
    """The rows on which an operation of another lane still shows."""
    return _keys(connection, and_(OPERATION.c.scope_id != scope_id, OPERATION.c.folded))


def lane_of(connection: Connection, key: RowKey) -> str:
    """The lane in which an operation on a row waits: the next one follows it there, so that the
    server settles them in their order. Empty where none waits."""
    query = (
        select(OPERATION.c.scope_id)
        .join(TARGET, TARGET.c.op_no == OPERATION.c.no)
        .where(TARGET.c.type == key[0], TARGET.c.row_id == key[1], WAITING)
        .order_by(OPERATION.c.no.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none() or ""


def lanes(connection: Connection) -> dict[str, int]:
    """How many operations without a receipt each scope has; scopes without any are left out."""
    query = select(OPERATION.c.scope_id, func.count()).where(WAITING).group_by(OPERATION.c.scope_id)
    return dict(connection.execute(query).all())


def batch(connection: Connection, scope_id: str, after: int = 0) -> list[Op]:
    """The next operations of a lane, as many as one request carries, numbered without a gap.

    ``after`` is the number of the last one that another request carries already.
    """
    of_lane = OPERATION.c.scope_id == scope_id
    waiting = (of_lane, WAITING, OPERATION.c.seq > after)
    first = select(func.min(OPERATION.c.seq)).where(*waiting).scalar_subquery()
    query = (
        select(OPERATION.c.raw)
        .where(of_lane, OPERATION.c.seq >= first)
        .order_by(OPERATION.c.seq)
        .limit(MOST_OPS_IN_PUSH)
    )
    chosen: list[Op] = []
    size = 0
    for raw in connection.execute(query).scalars():
        size += len(raw.encode()) + 1
        if chosen and size > MOST_BATCH_BYTES:
            break
        op = decode_op(raw)
        if chosen and op.seq != chosen[-1].seq + 1:
            break  # What stood between is durable, and was deleted.
        chosen.append(op)
    return chosen


def receive(connection: Connection, outcomes: Sequence[OpOutcome]) -> None:
    """Store the receipts. An operation's first one is the law; a repeated one changes nothing."""
    if not outcomes:
        return
    query = update(OPERATION).where(WAITING, OPERATION.c.op_id == bindparam("op"))
    receipts = [
        {
            "op": receipt.op_id,
            "got_outcome": receipt.outcome,
            "got_rev": receipt.rev,
            "got_at": receipt.at,
            "got_code": receipt.code,
            "got_conflicts": msgspec.json.encode(receipt.conflicts).decode(),
            "got_home": receipt.home,
        }
        for receipt in outcomes
    ]
    columns = ("outcome", "rev", "at", "code", "conflicts", "home")
    connection.execute(query.values({name: bindparam(f"got_{name}") for name in columns}), receipts)


def unfold(connection: Connection, scope_id: str, cursor: int) -> set[RowKey]:
    """Stop showing what the server's rows contain by ``cursor``; the rows that this touches."""
    settled = and_(
        case((OPERATION.c.home == "", OPERATION.c.scope_id), else_=OPERATION.c.home) == scope_id,
        OPERATION.c.folded,
        OPERATION.c.outcome != "",
        OPERATION.c.rev <= cursor,
    )
    touched = _keys(connection, settled)
    if touched:
        connection.execute(update(OPERATION).where(settled).values(folded=False))
    return touched


def entries(connection: Connection, keys: Iterable[RowKey]) -> Iterator[tuple[RowKey, bytes]]:
    """What those of these rows hold that one operation of ours made and that never change."""
    wanted = {row_id: type_ for type_, row_id in keys}
    part = msgspec.json.encode(list(wanted)).decode()
    ids = select(func.json_each(part).table_valued("value").c.value)
    query = select(OPERATION.c.raw).where(
        OPERATION.c.row_id.in_(ids), OPERATION.c.kind == OpKind.APPEND.value
    )
    for raw in connection.execute(query).scalars():
        op = decode_op(raw)
        if wanted.get(op.id) == op.type:
            yield (op.type, op.id), encode_body(new_values(op)).encode()


def fold_waiting(connection: Connection, scope_id: str) -> None:
    """Show everything without a receipt: what the server had once, it may have lost."""
    hidden = and_(OPERATION.c.scope_id == scope_id, WAITING, ~OPERATION.c.folded)
    connection.execute(update(OPERATION).where(hidden).values(folded=True))


def unfold_home(connection: Connection, scope_id: str) -> None:
    """The scope is not ours any more: what other lanes sent there is its server's alone."""
    settled = and_(
        OPERATION.c.home == scope_id, OPERATION.c.scope_id != scope_id, OPERATION.c.folded
    )
    connection.execute(update(OPERATION).where(settled).values(folded=False))


def reopen(connection: Connection, scope_id: str, expected: int) -> set[RowKey]:
    """The server lost receipts from number ``expected`` on: those operations wait again.

    Returns the rows they show on. Nothing to do is the rule; a restored server the exception.
    """
    lost = and_(
        OPERATION.c.scope_id == scope_id, OPERATION.c.seq >= expected, OPERATION.c.outcome != ""
    )
    touched = _keys(connection, lost)
    if touched:
        connection.execute(update(OPERATION).where(lost).values(**_UNSENT))
    return touched


def is_news(connection: Connection, scope_id: str, lane: Lane) -> bool:
    """Whether a lane's state asks for :func:`reopen` or :func:`forget_durable`."""
    if lane.durable:
        return True
    query = select(func.max(OPERATION.c.seq)).where(
        OPERATION.c.scope_id == scope_id, OPERATION.c.outcome != ""
    )
    return (connection.execute(query).scalar_one_or_none() or 0) >= lane.next


def forget_durable(connection: Connection, scope_id: str, lane: Lane) -> None:
    """Delete what the server can never lose again and nobody sees waiting.

    Held operations stay: they are how a person learns that theirs was kept aside.
    """
    if not lane.durable:
        return
    connection.execute(update(LANE).where(LANE.c.scope_id == scope_id).values(durable=lane.durable))
    safe = and_(
        OPERATION.c.scope_id == scope_id,
        OPERATION.c.seq <= lane.durable,
        OPERATION.c.outcome.not_in(("", Outcome.HELD.value)),
        ~OPERATION.c.folded,
    )
    gone = select(OPERATION.c.no).where(safe)
    connection.execute(delete(TARGET).where(TARGET.c.op_no.in_(gone)))
    connection.execute(delete(OPERATION).where(safe))


def _keys(connection: Connection, where: ColumnElement[bool]) -> set[RowKey]:
    query = select(TARGET.c.type, TARGET.c.row_id).join(OPERATION, OPERATION.c.no == TARGET.c.op_no)
    return {(type_, row_id) for type_, row_id in connection.execute(query.where(where))}
