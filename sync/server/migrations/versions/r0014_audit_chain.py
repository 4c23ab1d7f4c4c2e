"""A number and a mark on every line of the audit, each mark sealing the one before it."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from sync.server.columns import STRING
from sync.server.sealed_audit import HEAD, START, head_text, mark_after

revision: Final = "0014"
down_revision: Final = "0013"

_FIELDS: Final = ("id", "at", "actor", "device", "action", "type", "object_id", "reason")


def upgrade() -> None:
    """Lines that are there already are numbered by their time; from here on nobody cuts one out."""
    columns = [sa.Column(name, STRING, nullable=False) for name in _FIELDS]
    before = sa.table("audit", *(sa.column(name) for name in _FIELDS))
    connection = op.get_bind()
    lines = (
        connection.execute(sa.select(before).order_by(before.c.at, before.c.id)).mappings().all()
    )
    op.drop_index("ix_audit_at", "audit")
    op.drop_table("audit")
    made = op.create_table(
        "audit",
        *columns,
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mark", STRING, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    meta = sa.table("meta", sa.column("name"), sa.column("value"))
    secret = connection.execute(sa.select(meta.c.value).where(meta.c.name == "key")).scalar() or ""
    mark = START
    for number, line in enumerate(lines, 1):
        told = dict(line) | {"number": number}
        mark = mark_after(bytes.fromhex(secret), mark, told)
        connection.execute(sa.insert(made).values(**told, mark=mark))
    head = {"name": HEAD, "value": head_text(len(lines), mark)}
    connection.execute(sa.insert(meta).values(**head))
