"""What of the lanes goes into the next request."""

from collections.abc import Iterable
from typing import Final

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from sync.store.outbox import WAITING
from sync.store.tables import OPERATION
from sync.wire.messages import MOST_BODY_BYTES, MOST_OPS_IN_PUSH

# What a request carries around its operations; they get the rest of the body.
_ENVELOPE_BYTES: Final = 4 * 1024
MOST_BATCH_BYTES: Final = MOST_BODY_BYTES - _ENVELOPE_BYTES

# Made once: making these statements costs more than running them.
_OF_LANE: Final = OPERATION.c.scope_id == bindparam("scope")
_NEXT_UP: Final = (
    select(func.min(OPERATION.c.seq))
    .where(_OF_LANE, WAITING, OPERATION.c.seq > bindparam("after", 0))
    .scalar_subquery()
)
_BATCH: Final = (
    select(OPERATION.c.op_id, OPERATION.c.seq, OPERATION.c.raw)
    .where(_OF_LANE, OPERATION.c.seq >= _NEXT_UP)
    .order_by(OPERATION.c.seq)
    .limit(bindparam("most"))
)
_FIRST: Final = select(OPERATION.c.op_id).where(_OF_LANE, OPERATION.c.seq == _NEXT_UP)
_LANES: Final = (
    select(OPERATION.c.scope_id, func.count()).where(WAITING).group_by(OPERATION.c.scope_id)
)


def lanes(connection: Connection) -> dict[str, int]:
    """How many operations without a receipt each scope has; scopes without any are left out."""
    return dict(connection.execute(_LANES).all())


class Waiting(msgspec.Struct, frozen=True, gc=False):
    """An operation as it waits: ``raw`` is what travels, whatever of it this version knows."""

    op_id: str
    seq: int
    raw: bytes


def batch(connection: Connection, scope_id: str, after: int = 0) -> list[Waiting]:
    """The next operations of a lane, as many as one request carries, numbered without a gap.

    ``after`` is the number of the last one that another request carries already.
    """
    chosen: list[Waiting] = []
    size = 0
    asked = {"scope": scope_id, "after": after, "most": MOST_OPS_IN_PUSH}
    for op_id, seq, text in connection.execute(_BATCH, asked).all():
        raw = text.encode()
        size += len(raw) + 1
        if chosen and (size > MOST_BATCH_BYTES or seq != chosen[-1].seq + 1):
            break  # A gap is what is durable, and was deleted.
        chosen.append(Waiting(op_id, seq, raw))
    return chosen


def batches(connection: Connection, scopes: Iterable[str]) -> dict[str, list[Waiting]]:
    """The next operations of as many of these lanes as one request carries, of one at least."""
    chosen: dict[str, list[Waiting]] = {}
    size = count = 0
    for scope_id in scopes:
        ops = batch(connection, scope_id)
        size += sum(len(op.raw) + 1 for op in ops)
        count += len(ops)
        if chosen and (size > MOST_BATCH_BYTES or count > MOST_OPS_IN_PUSH):
            break
        chosen[scope_id] = ops
    return chosen


def first_waiting(connection: Connection, scope_id: str) -> str:
    """The id of the operation with which the next batch of a lane begins; empty for none."""
    return connection.execute(_FIRST, {"scope": scope_id}).scalar_one_or_none() or ""
