"""Attachments: what is known of each, which parts of it came, and the keys of their scopes."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from sync.server.columns import STRING

revision: Final = "0003"
down_revision: Final = "0002"


def upgrade() -> None:
    """Three new tables."""
    op.create_table(
        "blob",
        sa.Column("id", STRING, nullable=False),
        sa.Column("key_scope", STRING, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", STRING, nullable=False),
        sa.Column("ready_at", STRING, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "blob_key",
        sa.Column("scope_id", STRING, nullable=False),
        sa.Column("wrapped", STRING, nullable=False),
        sa.PrimaryKeyConstraint("scope_id"),
    )
    op.create_table(
        "blob_part",
        sa.Column("id", STRING, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", "n"),
    )
