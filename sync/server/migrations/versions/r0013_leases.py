"""The server's part of each computer's key, and what an office decided about keys."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from sync.server.columns import STRING

revision: Final = "0013"
down_revision: Final = "0012"


def upgrade() -> None:
    """Empty: a computer that is enrolled already gets its part with its next sync."""
    op.create_table(
        "lease",
        sa.Column("client_id", STRING, nullable=False),
        sa.Column("secret", STRING, nullable=False),
        sa.Column("extended", sa.Integer(), nullable=False),
        sa.Column("lent_at", STRING, nullable=False),
        sa.Column("lost_at", STRING, nullable=False),
        sa.PrimaryKeyConstraint("client_id"),
    )
