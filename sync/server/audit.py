"""The audit: who did what to which record, on which device and why. Values are never in it."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from sync.identity import Clock, Minter, stamp
from sync.merge.times import estimated
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
