"""What computers tell of themselves: version, what waits, what went wrong."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from sync.server.columns import STRING

revision: Final = "0018"
down_revision: Final = "0017"


def upgrade() -> None:
    """A new table, empty until each computer syncs the next time."""
    op.create_table(
        "device_state",
        sa.Column("client_id", STRING, nullable=False),
        sa.Column("at", STRING, nullable=False),
        sa.Column("version", STRING, nullable=False),
        sa.Column("system", STRING, nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("oldest", STRING, nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("error", STRING, nullable=False),
        sa.PrimaryKeyConstraint("client_id"),
    )
