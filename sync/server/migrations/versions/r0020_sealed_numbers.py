"""ID numbers are sealed from here on."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0020"
down_revision: Final = "0019"


def upgrade() -> None:
    """Nothing in the tables. What stands in them is sealed in portions afterwards (``sealing``);
    until then the store says that it is to be done."""
    connection = op.get_bind()
    made_before = sa.text("SELECT value FROM meta WHERE name = 'version'")
    if connection.execute(made_before).first():
        connection.execute(sa.text("INSERT INTO meta (name, value) VALUES ('sealing', '')"))
