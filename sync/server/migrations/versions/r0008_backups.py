"""The backups that are kept, and how far each lane was in them."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from sync.server.columns import STRING

revision: Final = "0008"
down_revision: Final = "0007"


def upgrade() -> None:
    """The backups that are kept, and how far each lane was in them."""
    op.create_table(
        "backup",
        sa.Column("id", STRING, nullable=False),
        sa.Column("at", STRING, nullable=False),
        sa.Column("keep", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "backup_lane",
        sa.Column("backup_id", STRING, nullable=False),
        sa.Column("client", STRING, nullable=False),
        sa.Column("scope_id", STRING, nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("backup_id", "client", "scope_id"),
    )
