"""No index of the history by household: every push wrote a page of it for each household, and who
worked below one since is told by the revisions since."""

from typing import Final

from alembic import op

revision: Final = "0022"
down_revision: Final = "0021"


def upgrade() -> None:
    """Drop it. Its pages are used again."""
    op.drop_index("history_root", table_name="history", if_exists=True)
