"""Inboxes: what was queued beside its cause is delivered by a transaction of its own.

A verdict's cause locks the scope of a grid and its delivery that of a person; together they
could wait for each other for ever.
"""

from typing import Any, Final

from sqlalchemy import Connection, delete, select

from sync.identity import Clock, derived_id, stamp
from sync.merge.values import Writer
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.server.database import Database
from sync.server.locked import Locked, lock_scopes
from sync.server.rows import SERVER_CLIENT, Cause
from sync.server.tables import NOTICE_QUEUE

MOST_AT_ONCE: Final = 500
_OLDEST: Final = (NOTICE_QUEUE.c.at, NOTICE_QUEUE.c.op_id)


def deliver_notices(db: Database, clock: Clock) -> None:
    """Write what waits into the inboxes. Doing it twice writes nothing twice."""
    with db.read() as connection:
        if connection.execute(select(NOTICE_QUEUE.c.op_id).limit(1)).first() is None:
            return

    def deliver(connection: Connection) -> None:
        waiting = connection.execute(
            select(NOTICE_QUEUE).order_by(*_OLDEST).limit(MOST_AT_ONCE)
        ).all()
        inboxes = {scope_name(ScopeKind.USER, line.user_id) for line in waiting}
        locked = lock_scopes(connection, inboxes, stamp(clock.now()))
        for line in waiting:
            _deliver(locked, line)
            connection.execute(
                delete(NOTICE_QUEUE).where(
                    NOTICE_QUEUE.c.op_id == line.op_id, NOTICE_QUEUE.c.user_id == line.user_id
                )
            )
        locked.save()

    db.run(deliver)


def _deliver(locked: Locked, line: Any) -> None:
    op_id, user_id = str(line.op_id), str(line.user_id)
    inbox = locked.scopes.get(scope_name(ScopeKind.USER, user_id))
    notice_id = derived_id("notice", op_id, user_id)
    # A source of imports takes part in conflicts too, and has no inbox.
    if inbox is None or inbox.row("notice", notice_id) is not None:
        return
    body = {"user_id": user_id, "about": line.about, "kind": line.kind, "at": line.at}
    row = inbox.put("notice", notice_id, body, deleted=False)
    inbox.record(row, (), Cause(op_id, Writer(SERVER_CLIENT, at=locked.at, is_server=True)))
