"""What a picture was when it came, where the server wrote it anew."""

import json
from typing import Final

import sqlalchemy as sa
from alembic import op

from sync.server.columns import STRING

revision: Final = "0019"
down_revision: Final = "0018"

_ROWS: Final = sa.text(
    "SELECT id, body FROM synced_row WHERE type = 'attachment' AND moved_to = ''"
)
_CHANGES: Final = sa.text(
    "SELECT id, field, old FROM history WHERE type = 'attachment' AND old IS NOT NULL"
    " AND field IN ('size', 'sha256') ORDER BY at DESC, rev DESC"
)


def upgrade() -> None:
    """Two columns; of the pictures that are here already, the history of their rows tells it, and
    of those that were removed before they were written anew, the row itself."""
    size = sa.Column("sent_size", sa.Integer(), nullable=False, server_default="0")
    op.add_column("blob", size)
    op.add_column("blob", sa.Column("sent_sha256", STRING, nullable=False, server_default=""))
    connection = op.get_bind()
    said = {row.id: json.loads(row.body) for row in connection.execute(_ROWS)}
    for change in connection.execute(_CHANGES):
        # The oldest comes last: it says what the laptop had told.
        said.setdefault(change.id, {})[change.field] = json.loads(change.old)
    kept = connection.execute(sa.text("SELECT id, sha256 FROM blob WHERE ready_at != ''")).all()
    sent = [
        {"one": blob_id, "size": was["size"], "digest": was["sha256"]}
        for blob_id, digest in kept
        if (was := said.get(blob_id, {})).get("sha256") not in (None, "", digest)
        and isinstance(was.get("size"), int)
    ]
    if sent:
        line = sa.text("UPDATE blob SET sent_size = :size, sent_sha256 = :digest WHERE id = :one")
        connection.execute(line, sent)
