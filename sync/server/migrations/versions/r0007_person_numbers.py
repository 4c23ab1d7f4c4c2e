"""Who has which ID number, as a keyed hash; told from the rows that are there already."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from sync.schema.canonical import decode_body
from sync.server.columns import STRING
from sync.server.numbers import hashed

revision: Final = "0007"
down_revision: Final = "0006"

_ROW: Final = sa.table(
    "synced_row", *map(sa.column, ("scope_id", "type", "id", "deleted", "moved_to", "body"))
)
_META: Final = sa.table("meta", sa.column("name"), sa.column("value"))


def upgrade() -> None:
    """One new table, filled."""
    told = op.create_table(
        "person_number",
        sa.Column("id", STRING, nullable=False),
        sa.Column("community_id", STRING, nullable=False),
        sa.Column("number_hash", STRING, nullable=False),
        sa.Column("person_id", STRING, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("person_number_hash", "person_number", ["community_id", "number_hash"])
    lines = _numbers(op.get_bind())
    if lines:
        op.bulk_insert(told, lines)


def _numbers(connection: sa.Connection) -> list[dict[str, str]]:
    query = sa.select(_META.c.value).where(_META.c.name == "key")
    key = bytes.fromhex(connection.execute(query).scalar() or "")
    areas = sa.select(_ROW.c.id, _ROW.c.scope_id).where(_ROW.c.type == "area")
    homes = {area: scope.partition(":")[2] for area, scope in connection.execute(areas)}
    live = (_ROW.c.type == "id_number", _ROW.c.deleted.is_(sa.false()), _ROW.c.moved_to == "")
    lines = []
    for row_id, scope, text in connection.execute(
        sa.select(_ROW.c.id, _ROW.c.scope_id, _ROW.c.body).where(*live)
    ):
        body = decode_body(text)
        if body.get("id_no") and body.get("person_id"):
            lines.append(
                {
                    "id": row_id,
                    "community_id": homes.get(scope.partition(":")[2], ""),
                    "number_hash": hashed(key, str(body["id_no"])),
                    "person_id": str(body["person_id"]),
                }
            )
    return lines
