"""How a content stands, read and written under the lock of its record's scope."""

from sqlalchemy import Connection, delete, update

from sync.errors import StoreBusy
from sync.merge.settle import Change
from sync.merge.values import Writer
from sync.server.blobs.records import TYPE, Record, record_of
from sync.server.covered import durable_head
from sync.server.locked import Locked
from sync.server.replies import Refused
from sync.server.rows import SERVER_CLIENT, Cause
from sync.server.tables import BLOB, BLOB_PART


def is_covered(connection: Connection, record: Record) -> bool:
    """Whether every backup that may be restored knows that the bytes are here, and their key."""
    return 0 < record.ready_rev <= durable_head(connection, record.scope_id)


def still(connection: Connection, record: Record) -> Record:
    """The record as it stands under the lock of the scope where it was found. Raises StoreBusy
    where it moved from there meanwhile, and Refused where it is gone."""
    now = record_of(connection, record.id)
    if now is None:
        raise Refused(404, "record.not_found")
    if now.scope_id != record.scope_id:
        raise StoreBusy
    return now


def is_kept_still(now: Record, known: Record) -> bool:
    """Whether nobody sent it again, nor proved it, since it was looked for."""
    return (now.sha256, now.proven_at) == (known.sha256, known.proven_at)


def await_again(connection: Connection, lost: Record) -> Record:
    """Take what was sent once in place of what was written anew and is lost."""
    sent = lost.as_sent
    connection.execute(delete(BLOB_PART).where(BLOB_PART.c.id == lost.id))
    again = {"size": sent.size, "sha256": sent.sha256, "ready_at": ""}
    connection.execute(update(BLOB).where(BLOB.c.id == lost.id).values(again))
    return sent


def say_ready(locked: Locked, record: Record) -> None:
    """Let everybody who holds the record know that its bytes can be had."""
    scope = locked.scopes.get(record.scope_id)
    row = scope.row(TYPE, record.id) if scope is not None else None
    if scope is None or row is None or row.deleted:
        return
    told = {"ready": True, "size": record.size, "sha256": record.sha256}
    changes = [
        Change(TYPE, record.id, name, row.body.get(name), value)
        for name, value in told.items()
        if row.body.get(name) != value
    ]
    if not changes:
        return
    written = scope.put(TYPE, record.id, {**row.body, **told}, deleted=False)
    writer = Writer(SERVER_CLIENT, at=locked.at, is_server=True)
    scope.record(written, changes, Cause("", writer))
