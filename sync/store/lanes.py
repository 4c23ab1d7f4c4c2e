"""Lanes across the server's lives and this computer's names: what is known of each, what a server
lost or can never lose, numbered anew, asked for again."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, and_, bindparam, delete, exists, func, insert, select, update

from sync.merge.operation import Outcome
from sync.store.outbox import UNSENT, RowKey, keys_of, shown_on
from sync.store.tables import LANE, OPERATION, TARGET
from sync.wire.messages import Lane

_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


# Made once: making these statements costs more than running them.
_NOTE_EPOCH: Final = (
    update(LANE)
    .where(LANE.c.scope_id == bindparam("scope"), LANE.c.epoch != bindparam("told"))
    .values(epoch=bindparam("told"))
)
_LANES_HERE: Final = select(
    LANE.c.scope_id,
    select(func.max(OPERATION.c.seq))
    .where(OPERATION.c.scope_id == LANE.c.scope_id, OPERATION.c.outcome != "")
    .scalar_subquery(),
    LANE.c.durable,
    LANE.c.epoch,
)
_IS_LOST: Final = and_(
    OPERATION.c.scope_id == bindparam("scope"),
    OPERATION.c.seq >= bindparam("expected"),
    OPERATION.c.outcome != "",
)
_LOST: Final = shown_on(_IS_LOST)
_REOPEN: Final = update(OPERATION).where(_IS_LOST).values(**UNSENT)


def reopen(connection: Connection, scope_id: str, expected: int) -> set[RowKey]:
    """The server lost receipts from number ``expected`` on: those operations wait again.

    Returns the rows they show on. Nothing to do is the rule; a restored server the exception.
    """
    by: dict[str, str | int] = {"scope": scope_id, "expected": expected}
    touched = keys_of(connection, _LOST, by)
    if touched:
        connection.execute(_REOPEN, by)
    return touched


@dataclass(frozen=True)
class LaneHere:
    """What this computer knows of a lane: its highest number with a receipt, 0 for none, how far
    it was durable, and the epoch of the server that told so."""

    highest: int
    durable: int
    epoch: str

    def is_told_more(self, lane: Lane, epoch: str) -> bool:
        """Whether what the server of this ``epoch`` says of it asks for something to be done."""
        lost = self.highest >= lane.next
        safe = lane.durable and (self.highest or lane.durable != self.durable)
        return bool(lost or safe or (self.epoch != epoch))


def lanes_here(connection: Connection) -> dict[str, LaneHere]:
    """All lanes of this computer, by scope."""
    return {
        scope_id: LaneHere(highest or 0, durable, epoch)
        for scope_id, highest, durable, epoch in connection.execute(_LANES_HERE)
    }


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


def note_epoch(connection: Connection, scope_id: str, epoch: str) -> None:
    """The server of this ``epoch`` told how far the lane is, and what it lost waits again."""
    connection.execute(_NOTE_EPOCH, {"scope": scope_id, "told": epoch})


def unsure(connection: Connection, epoch: str) -> set[str]:
    """The lanes with kept receipts of which the server of this ``epoch`` has not told anything.

    It may be restored, and then it misses some of what it once acknowledged.
    """
    kept = exists().where(OPERATION.c.scope_id == LANE.c.scope_id, OPERATION.c.outcome != "")
    query = select(LANE.c.scope_id).where(LANE.c.epoch != epoch, kept)
    return set(connection.execute(query).scalars())


def renumber(connection: Connection) -> None:
    """Number the whole journal anew, each lane from 1, for a client id that no server knows yet.

    Ids and contents stay, so the server answers what it knows with the stored outcome. What has
    a receipt is sent again too: the new lane then covers it, whatever backup is restored. What
    was purged to a reason without words is out of every lane.
    """
    has_words = OPERATION.c.raw != ""
    connection.execute(update(OPERATION).where(~has_words).values(seq=-OPERATION.c.no))
    columns = (OPERATION.c.no, OPERATION.c.scope_id, OPERATION.c.raw)
    query = select(*columns).where(has_words).order_by(OPERATION.c.scope_id, OPERATION.c.seq)
    lanes: dict[str, int] = {}
    numbered: list[tuple[int, str, int]] = []
    for no, scope_id, raw in connection.execute(query):
        lanes[scope_id] = lanes.get(scope_id, 0) + 1
        numbered.append((no, raw, lanes[scope_id]))
    _number(connection, numbered)
    connection.execute(update(OPERATION).where(has_words).values(outcome=""))
    connection.execute(delete(LANE))
    if lanes:
        rows = [
            {"scope_id": scope_id, "next_seq": last + 1, "durable": 0, "epoch": ""}
            for scope_id, last in lanes.items()
        ]
        connection.execute(insert(LANE), rows)


def postpone(connection: Connection, scope_id: str, op_id: str) -> None:
    """Put an operation that does not get through at the end of what waits in its lane, with the
    ones that follow it on the same rows. The server has none of them: numbers may change."""
    waiting = (OPERATION.c.scope_id == scope_id, OPERATION.c.outcome == "")
    columns = (OPERATION.c.no, OPERATION.c.op_id, OPERATION.c.seq, OPERATION.c.raw)
    lane = connection.execute(select(*columns).where(*waiting).order_by(OPERATION.c.seq)).all()
    late = {op_id} | _following(connection, op_id)
    order = sorted(lane, key=lambda line: line.op_id in late)
    numbers = [line.seq for line in lane]
    _number(
        connection, [(line.no, line.raw, seq) for line, seq in zip(order, numbers, strict=True)]
    )


def _following(connection: Connection, op_id: str) -> set[str]:
    """The later operations on the same rows."""
    no = select(OPERATION.c.no).where(OPERATION.c.op_id == op_id).scalar_subquery()
    rows = select(TARGET.c.type, TARGET.c.row_id).where(TARGET.c.op_no == no).subquery()
    same_row = and_(TARGET.c.type == rows.c.type, TARGET.c.row_id == rows.c.row_id)
    on_them = select(OPERATION.c.op_id).join(TARGET, TARGET.c.op_no == OPERATION.c.no)
    found = on_them.join(rows, same_row).where(OPERATION.c.no > no)
    return set(connection.execute(found).scalars())


def _number(connection: Connection, numbered: Iterable[tuple[int, str, int]]) -> None:
    """Give operations other numbers: (no, raw, seq) each."""
    values = [
        {"op_no": no, "new_seq": seq, "new_raw": with_seq(raw, seq)} for no, raw, seq in numbered
    ]
    if not values:
        return
    chosen = OPERATION.c.no == bindparam("op_no")
    # Out of the way first: a number is given once in a lane, in between too.
    aside = update(OPERATION).where(chosen).values(seq=-OPERATION.c.no)
    connection.execute(aside, values)
    new: dict[str, Any] = {"seq": bindparam("new_seq"), "raw": bindparam("new_raw")}
    connection.execute(update(OPERATION).where(chosen).values(**new), values)


def with_seq(raw: str, seq: int) -> str:
    """The operation under another number; members of a later version stay in it."""
    return _ENCODER.encode({**msgspec.json.decode(raw), "seq": seq}).decode()
