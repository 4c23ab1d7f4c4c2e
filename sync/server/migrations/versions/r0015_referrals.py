"""Which department holds a copy of what, and which matters wait to be brought to one."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from sync.server.columns import STRING, TEXT

revision: Final = "0015"
down_revision: Final = "0014"


def upgrade() -> None:
    """Two new tables, empty: departments had no computers before."""
    names = ("copy_id", "scope_id", "line_id", "matter_id", "shown_as")
    op.create_table(
        "referral",
        *(sa.Column(name, STRING, nullable=False) for name in names),
        sa.Column("agreed", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("copy_id"),
    )
    op.create_index("ix_referral_matter_id", "referral", ["matter_id"])
    op.create_index("ix_referral_shown_as", "referral", ["shown_as"])
    op.create_table(
        "referral_queue",
        sa.Column("matter_id", STRING, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("matter_id"),
    )
