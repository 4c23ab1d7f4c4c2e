"""Matters that departments or the street were called to before anybody of them had a computer."""

import json
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0016"
down_revision: Final = "0015"


def upgrade() -> None:
    """Whoever is there now is told of them when the server starts; who is not there, later."""
    connection = op.get_bind()
    calls = sa.text(
        "SELECT body FROM synced_row WHERE type IN ('whistle', 'whistle_unit')"
        " AND scope_id LIKE 'grid:%' AND NOT deleted AND moved_to = ''"
    )
    called = {json.loads(body).get("matter_id") for body in connection.execute(calls).scalars()}
    there = set(connection.execute(sa.text("SELECT matter_id FROM referral_queue")).scalars())
    missing = [{"one": matter_id} for matter_id in sorted(called - there - {None})]
    if missing:
        line = sa.text("INSERT INTO referral_queue (matter_id, tries) VALUES (:one, 0)")
        connection.execute(line, missing)
