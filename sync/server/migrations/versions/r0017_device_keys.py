"""The keys that computers sign their requests with, and which requests they made last."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from sync.server.columns import STRING, TEXT

revision: Final = "0017"
down_revision: Final = "0016"


def upgrade() -> None:
    """Empty: a computer that is enrolled already tells its key once it has one."""
    op.create_table(
        "device_key",
        sa.Column("client_id", STRING, nullable=False),
        sa.Column("public", STRING, nullable=False),
        sa.Column("seen", TEXT, nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("serial_at", STRING, nullable=False),
        sa.Column("suspended_at", STRING, nullable=False),
        sa.PrimaryKeyConstraint("client_id"),
    )
