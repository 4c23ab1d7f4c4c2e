"""Snapshots of scopes for laptops that begin: what is offered, and the compressed parts."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from sync.server.columns import STRING, TEXT

revision: Final = "0004"
down_revision: Final = "0003"


def upgrade() -> None:
    """Two new tables."""
    op.create_table(
        "snapshot",
        sa.Column("scope_id", STRING, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("offer", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "rev"),
    )
    op.create_table(
        "snapshot_part",
        sa.Column("scope_id", STRING, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "rev", "number"),
    )
