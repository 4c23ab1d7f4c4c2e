"""What of the lanes goes into the next request."""

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby, islice
from operator import itemgetter
from typing import Final

import msgspec
from sqlalchemy import Connection, LargeBinary, bindparam, cast, func, select

from sync.store.lists import bound, encode_texts
from sync.store.outbox import WAITING
from sync.store.tables import OPERATION
from sync.wire.messages import MOST_BODY_BYTES, MOST_OPS_IN_PUSH

# What a request carries around its operations; they get the rest of the body.
_ENVELOPE_BYTES: Final = 4 * 1024
MOST_BATCH_BYTES: Final = MOST_BODY_BYTES - _ENVELOPE_BYTES

# Made once: making these statements costs more than running them.
_NEXT_UP: Final = (
    select(OPERATION.c.scope_id, func.min(OPERATION.c.seq).label("seq"))
    .where(
        OPERATION.c.scope_id.in_(bound("scopes")), WAITING, OPERATION.c.seq > bindparam("after", 0)
    )
    .group_by(OPERATION.c.scope_id)
    .subquery()
)
# Chosen by what an index tells: SQLite would carry whole operations through the sorting.
_NEXT_ONES: Final = (
    select(OPERATION.c.no)
    .join(_NEXT_UP, OPERATION.c.scope_id == _NEXT_UP.c.scope_id)
    .where(OPERATION.c.seq >= _NEXT_UP.c.seq)
    .order_by(OPERATION.c.scope_id, OPERATION.c.seq)
    .limit(bindparam("most"))
)
_RAW: Final = cast(OPERATION.c.raw, LargeBinary)  # As it travels: not decoded to be encoded again.
_BATCH: Final = select(OPERATION.c.scope_id, OPERATION.c.seq, OPERATION.c.op_id, _RAW).where(
    OPERATION.c.no.in_(_NEXT_ONES)
)
_FIRST: Final = select(OPERATION.c.scope_id, OPERATION.c.op_id).join(
    _NEXT_UP,
    (OPERATION.c.scope_id == _NEXT_UP.c.scope_id) & (OPERATION.c.seq == _NEXT_UP.c.seq),
)
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
    asked = {"scopes": encode_texts([scope_id]), "after": after, "most": MOST_OPS_IN_PUSH}
    return _fitting(_next_ones(connection, asked))


def batches(connection: Connection, scopes: Collection[str]) -> dict[str, list[Waiting]]:
    """The next operations of as many of these lanes as one request carries, of one at least."""
    # One more than fits shows that the lane in which it stands goes on.
    asked = {"scopes": encode_texts(scopes), "most": MOST_OPS_IN_PUSH + 1}
    found = _next_ones(connection, asked)
    chosen: dict[str, list[Waiting]] = {}
    size = count = 0
    for scope_id, lines in groupby(found, key=itemgetter(0)):
        ops = _fitting(lines)
        size += sum(len(op.raw) + 1 for op in ops)
        count += len(ops)
        if chosen and (size > MOST_BATCH_BYTES or count > MOST_OPS_IN_PUSH):
            break
        chosen[scope_id] = ops
    return chosen or {scope_id: [] for scope_id in scopes}


def _next_ones(
    connection: Connection, asked: Mapping[str, object]
) -> list[tuple[str, int, str, bytes]]:
    """(scope, number, id, raw) of the next operations that are asked for, in their order."""
    found = connection.execute(_BATCH, asked).all()
    return sorted(map(tuple, found), key=itemgetter(0, 1))


def _fitting(lines: Iterable[tuple[str, int, str, bytes]]) -> list[Waiting]:
    """The operations of one lane that fit in a request."""
    chosen: list[Waiting] = []
    size = 0
    for _, seq, op_id, raw in islice(lines, MOST_OPS_IN_PUSH):
        size += len(raw) + 1
        if chosen and (size > MOST_BATCH_BYTES or seq != chosen[-1].seq + 1):
            break  # A gap is what is durable, and was deleted.
        chosen.append(Waiting(op_id, seq, raw))
    return chosen


def first_waiting(connection: Connection, scopes: Iterable[str]) -> dict[str, str]:
    """The id of the operation with which each lane's next batch begins, where one waits."""
    found = connection.execute(_FIRST, {"scopes": encode_texts(scopes)})
    return dict(found.all())
