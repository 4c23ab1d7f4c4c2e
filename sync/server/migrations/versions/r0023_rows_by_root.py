"""The index of rows by their root leads to no visit, nor to what else piles up below a household:
every push wrote a page of it for each household. An index leads to what moved away alone."""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0023"
down_revision: Final = "0022"

_LED_TO: Final = "type NOT IN ('campaign_sheet', 'change', 'note', 'visit')"
_MOVED_AWAY: Final = "moved_to <> ''"


def upgrade() -> None:
    """Make both."""
    op.drop_index("synced_row_root", table_name="synced_row")
    op.create_index("synced_row_root", "synced_row", ["root_id", "type"], **_partial(_LED_TO))
    op.create_index("synced_row_moved", "synced_row", ["type", "id"], **_partial(_MOVED_AWAY))


def _partial(where: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
