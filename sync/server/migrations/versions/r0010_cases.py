"""Mediation cases: whose they are, who holds them, and the last number given."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from sync.server.columns import STRING

revision: Final = "0010"
down_revision: Final = "0009"


def upgrade() -> None:
    """Three new tables, empty: no case was ever opened before."""
    op.create_table(
        "case_file",
        sa.Column("case_id", STRING, nullable=False),
        sa.Column("community_id", STRING, nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("ix_case_file_community_id", "case_file", ["community_id"])
    op.create_table(
        "case_member",
        sa.Column("account_id", STRING, nullable=False),
        sa.Column("case_id", STRING, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "case_id"),
    )
    op.create_index("ix_case_member_case_id", "case_member", ["case_id"])
    op.create_table(
        "case_counter",
        sa.Column("community_id", STRING, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "year"),
    )
