"""The desk's own scope in every community that is there already."""

from typing import Final

from alembic import op

revision: Final = "0012"
down_revision: Final = "0011"


def upgrade() -> None:
    """Empty scopes beside those of the communities."""
    op.execute(
        "INSERT INTO scope (scope_id, head, digest, gen)"
        " SELECT 'desk:' || SUBSTR(scope_id, 11), 0, '00000000000000000000000000000000', 0"
        " FROM scope WHERE scope_id LIKE 'community:%'"
    )
