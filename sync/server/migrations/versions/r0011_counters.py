"""Running numbers of matters: the last that a community gave out under a name."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from sync.server.columns import STRING

revision: Final = "0011"
down_revision: Final = "0010"


def upgrade() -> None:
    """One new table, empty: matters had no number before."""
    op.create_table(
        "counter",
        sa.Column("community_id", STRING, nullable=False),
        sa.Column("name", STRING, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "name"),
    )
