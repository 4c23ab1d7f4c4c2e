"""Lanes across the server's lives and this computer's names: numbered anew, asked for again."""

from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, exists, insert, select, update

from sync.store.tables import LANE, OPERATION

_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


def note_epoch(connection: Connection, scope_id: str, epoch: str) -> None:
    """The server of this ``epoch`` told how far the lane is, and what it lost waits again."""
    where = (LANE.c.scope_id == scope_id, LANE.c.epoch != epoch)
    connection.execute(update(LANE).where(*where).values(epoch=epoch))


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
    a receipt is sent again too: the new lane then covers it, whatever backup is restored.
    """
    columns = (OPERATION.c.no, OPERATION.c.scope_id, OPERATION.c.raw)
    query = select(*columns).order_by(OPERATION.c.scope_id, OPERATION.c.seq)
    lanes: dict[str, int] = {}
    numbered: list[dict[str, Any]] = []
    for no, scope_id, raw in connection.execute(query):
        seq = lanes[scope_id] = lanes.get(scope_id, 0) + 1
        numbered.append({"op_no": no, "new_seq": seq, "new_raw": _with_seq(raw, seq)})
    if numbered:
        # Out of the way first: a number is given once in a lane, in between too.
        connection.execute(update(OPERATION).values(seq=-OPERATION.c.no))
        statement = update(OPERATION).where(OPERATION.c.no == bindparam("op_no"))
        values = {"seq": bindparam("new_seq"), "raw": bindparam("new_raw"), "outcome": ""}
        connection.execute(statement.values(**values), numbered)
    connection.execute(delete(LANE))
    if lanes:
        rows = [
            {"scope_id": scope_id, "next_seq": last + 1, "durable": 0, "epoch": ""}
            for scope_id, last in lanes.items()
        ]
        connection.execute(insert(LANE), rows)


def _with_seq(raw: str, seq: int) -> str:
    """The operation under another number; members of a later version stay in it."""
    return _ENCODER.encode({**msgspec.json.decode(raw), "seq": seq}).decode()
