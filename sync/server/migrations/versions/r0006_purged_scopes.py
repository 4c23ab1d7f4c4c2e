"""Which scopes a computer removed after they were taken from it."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from sync.server.columns import STRING

revision: Final = "0006"
down_revision: Final = "0005"


def upgrade() -> None:
    """One new table."""
    op.create_table(
        "purged",
        sa.Column("client_id", STRING, nullable=False),
        sa.Column("scope_id", STRING, nullable=False),
        sa.Column("at", STRING, nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "scope_id"),
    )
