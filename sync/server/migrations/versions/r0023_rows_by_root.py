"""The index of rows by their root leads to no visit, nor to what else piles up below a household:
every push wrote a page of it for each household. An index leads to what moved away alone."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0023"
down_revision: Final = "0022"

_LED_TO: Final = "type NOT IN ('campaign_sheet', 'change', 'note', 'visit')"
_MOVED_AWAY: Final = "moved_to <> ''"


def upgrade() -> None:
    """Make both."""
    op.drop_index("synced_row_root", table_name="synced_row", if_exists=True)
    _make("synced_row_root", ["root_id", "type"], _LED_TO)
    _make("synced_row_moved", ["type", "id"], _MOVED_AWAY)


def _make(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name,
        "synced_row",
        columns,
        if_not_exists=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
