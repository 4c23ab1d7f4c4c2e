"""What attachments' rows say of their bytes: how many, with which hash, and where the row lives."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, or_, select

from sync.merge.operation import decode_op, new_values
from sync.schema.attachment import parts_of
from sync.server.rows import home_of, read_rows
from sync.server.tables import BLOB, HELD

TYPE: Final = "attachment"


@dataclass(frozen=True)
class Record:
    """What an attachment's row says of its bytes, and the scope where the row lives now.

    ``removed`` of one that somebody removed; ``ready_rev`` is a revision of the scope by which
    the row told that the bytes are here, 0 where it does not; ``is_aside`` of one whose
    operation is held. ``proven_at`` is when the bytes were found to be here, empty before;
    ``sent_size`` and ``sent_sha256`` are of a picture as it came, where it is kept as it was
    written anew.
    """

    id: str
    scope_id: str
    size: int
    sha256: str
    media: str
    author: str
    removed: bool = False
    ready_rev: int = 0
    is_aside: bool = False
    proven_at: str = ""
    sent_size: int = 0
    sent_sha256: str = ""

    @property
    def parts(self) -> int:
        """In how many parts the bytes travel."""
        return parts_of(self.size)

    @property
    def as_sent(self) -> "Record":
        """The same with the bytes that its author's computer has, and has to send."""
        if self.sent_sha256 in ("", self.sha256):
            return self
        return replace(self, size=self.sent_size, sha256=self.sent_sha256, proven_at="")


def record_of(connection: Connection, blob_id: str) -> Record | None:
    """The record of these bytes. Of a picture that was written anew, ``size`` and ``sha256`` are
    those of what is kept, also where the row was removed and could not be told; or of what was
    sent, while that is being sent again."""
    found = _placed(connection, blob_id) or _kept_aside(connection, blob_id)
    is_settled = or_(BLOB.c.ready_at != "", BLOB.c.sent_sha256 != "")
    kept = connection.execute(select(BLOB).where(BLOB.c.id == blob_id, is_settled)).first()
    if found is None or kept is None:
        return found
    return replace(
        found,
        size=kept.size,
        sha256=kept.sha256,
        proven_at=kept.ready_at,
        sent_size=kept.sent_size,
        sent_sha256=kept.sent_sha256,
    )


def _placed(connection: Connection, blob_id: str) -> Record | None:
    """The record as it stands in its scope, or stood when it was removed."""
    scope_id = home_of(connection, TYPE, blob_id)
    rows = read_rows(connection, scope_id, [(TYPE, blob_id)]) if scope_id else []
    if scope_id is None or not rows:
        return None
    said = _said(blob_id, scope_id, rows[0].body)
    ready_rev = rows[0].rev if rows[0].body.get("ready") else 0
    return replace(said, removed=rows[0].deleted, ready_rev=ready_rev)


def _kept_aside(connection: Connection, blob_id: str) -> Record | None:
    """The record as an operation says it that is held: its bytes are not lost either."""
    where = (HELD.c.type == TYPE, HELD.c.id == blob_id)
    found = connection.execute(select(HELD.c.scope_id, HELD.c.author, HELD.c.payload).where(*where))
    for line in found:
        try:
            body = new_values(decode_op(line.payload))
        except msgspec.DecodeError:
            continue
        said = _said(blob_id, line.scope_id, {**body, "staff_id": line.author})
        return replace(said, is_aside=True)
    return None


def _said(blob_id: str, scope_id: str, body: Mapping[str, Any]) -> Record:
    size = body.get("size")
    return Record(
        id=blob_id,
        scope_id=scope_id,
        size=size if isinstance(size, int) else 0,
        sha256=str(body.get("sha256", "")),
        media=str(body.get("media", "")),
        author=str(body.get("staff_id", "")),
    )
