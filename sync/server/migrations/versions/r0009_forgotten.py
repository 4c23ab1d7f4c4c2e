"""Below which revision a scope has forgotten what was removed."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0009"
down_revision: Final = "0008"


def upgrade() -> None:
    """Below which revision a scope has forgotten what was removed."""
    op.add_column("scope", sa.Column("floor", sa.Integer(), nullable=False, server_default="0"))
