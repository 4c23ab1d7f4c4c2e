"""The audit: who did what to which record, on which device and why. Values are never in it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from sync.identity import Clock, Minter, stamp
from sync.merge.operation import Op
from sync.merge.times import Estimate, estimated
from sync.schema.reveal import Reveal, is_export, is_print
from sync.server.database import Database
from sync.server.people import Caller
from sync.server.sealed_audit import append
from sync.wire.messages import AuditEvent, AuditReply

MOST_EVENTS: Final = 500
LONGEST_WORD: Final = 64
LONGEST_REASON: Final = 200


def record_events(
    db: Database, caller: Caller, events: Sequence[AuditEvent], clock: Clock
) -> AuditReply:
    """Keep what a laptop saw; an event that is known already is not kept twice."""
    now = stamp(clock.now())
    lines = {
        f"{caller.client_id}:{event.id[:LONGEST_WORD]}": {
            "at": estimated(event.at, caller.enrolled_at, now),
            "actor": caller.staff_id,
            "device": caller.device_name,
            "action": event.action[:LONGEST_WORD],
            "type": event.type[:LONGEST_WORD],
            "object_id": event.object_id[:LONGEST_WORD],
            "reason": event.reason[:LONGEST_REASON],
        }
        for event in events
    }
    fresh = [{"id": key, **line} for key, line in lines.items()]
    db.run(lambda connection: append(connection, db.key, fresh))
    return AuditReply(recorded=len(events))


def record_command(
    connection: Connection,
    key: bytes,
    clock: Clock,
    minter: Minter,
    action: str,
    object_id: str,
    actor: str = "admin",
) -> None:
    """Keep what an administrator's command did, or the office over the network; ``key`` is the
    server's own."""
    line = {
        "id": minter.new_id(),
        "at": stamp(clock.now()),
        "actor": actor,
        "device": "doorstep-server",
        "action": action,
        "type": "",
        "object_id": object_id,
        "reason": "",
    }
    append(connection, key, [line])


def record_looks(
    connection: Connection,
    key: bytes,
    caller: Caller,
    looks: Iterable[Op],
    times: Mapping[str, Estimate],
) -> None:
    """Keep that masked values were seen, printed or exported, when a laptop tells it, whenever that
    was: the rows themselves lie with whoever looked, and no chain holds those."""
    lines = [
        {
            "id": f"{Reveal.TYPE}:{op.id}"[:LONGEST_WORD],
            "at": times[op.op_id].stamp,
            "actor": caller.staff_id,
            "device": caller.device_name,
            "action": _action(_said(op, "field")),
            "type": _said(op, "target_type")[:LONGEST_WORD],
            "object_id": _said(op, "target_id")[:LONGEST_WORD],
            "reason": " ".join(filter(None, (_said(op, "field"), _said(op, "reason"))))[
                :LONGEST_REASON
            ],
        }
        for op in looks
    ]
    if lines:
        append(connection, key, lines)


def _said(op: Op, field: str) -> str:
    told: Any = op.f.get(field, (None, None))[1]
    return told if isinstance(told, str) else ""


def _action(field: str) -> str:
    if is_export(field):
        return "export"
    return "print" if is_print(field) else "reveal"
