"""What tells an ID number is sealed from here on: hashes, its last four signs, the secret."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0021"
down_revision: Final = "0020"


def upgrade() -> None:
    """Nothing in the tables. Where an older version began to seal numbers, all is gone through
    once more (``sealing``); where nobody began, once is enough."""
    connection = op.get_bind()
    made_before = sa.text("SELECT value FROM meta WHERE name = 'version'")
    begun = sa.text("SELECT value FROM meta WHERE name = 'sealing'")
    if connection.execute(made_before).first() and connection.execute(begun).scalar() != "":
        connection.execute(sa.text("INSERT INTO meta (name, value) VALUES ('sealing_rest', '')"))
