"""A row is made in one scope only, whoever else makes it elsewhere at the same moment."""

from typing import Final

from alembic import op

revision: Final = "0002"
down_revision: Final = "0001"


def upgrade() -> None:
    """The count of moves joins the index on ids, which is unique from now on."""
    op.drop_index("synced_row_id", "synced_row")
    op.create_index("synced_row_id", "synced_row", ["id", "type", "home_rev"], unique=True)
