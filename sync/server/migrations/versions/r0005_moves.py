"""What a row that moved left behind says where it went, and since which revision."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from sync.server.columns import STRING

revision: Final = "0005"
down_revision: Final = "0004"


def upgrade() -> None:
    """Two columns of the rows, empty for all that never moved."""
    op.add_column("synced_row", sa.Column("moved_to", STRING, nullable=False, server_default=""))
    op.add_column(
        "synced_row", sa.Column("moved_rev", sa.Integer(), nullable=False, server_default="0")
    )
