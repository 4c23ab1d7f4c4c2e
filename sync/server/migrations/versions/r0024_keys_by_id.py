"""Rows, and what the history says of them, are found by their ids first, which are made in the
order of time: what a push brings stands together in the keys, and not in a few pages for each
scope. By its kind a scope's row is found where it is none of those that pile up. A receipt that
says no more than a revision has no text."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

from sync.server.columns import STRING, TEXT

revision: Final = "0024"
down_revision: Final = "0023"

_PILED: Final = ("campaign_sheet", "change", "note", "visit")
_LED_TO: Final = " AND ".join(f"type <> '{type_}'" for type_ in _PILED)
_MOVED_AWAY: Final = "moved_to <> ''"
_ROW_KEY: Final = ("id", "type", "scope_id")
_HISTORY_KEY: Final = ("id", "type", "scope_id", "rev", "n")


def upgrade() -> None:
    """Write both tables anew on SQLite; PostgreSQL changes their keys where they are."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for table in (_rows(), _history()):
            # Its indexes go with the former table.
            with op.batch_alter_table(table.name, recreate="always", copy_from=table):
                pass
        op.create_index("synced_row_id", "synced_row", ["id", "type", "home_rev"], unique=True)
        _index("synced_row_moved", ["type", "id"], _MOVED_AWAY)
    else:
        op.drop_index("history_row", table_name="history", if_exists=True)
        op.drop_index("synced_row_root", table_name="synced_row", if_exists=True)
        _change_key("synced_row", _ROW_KEY)
        _change_key("history", _HISTORY_KEY)
    # For each row that it writes SQLite would make a table of the list in `NOT IN`.
    _index("synced_row_root", ["root_id", "type"], _LED_TO)
    _index("synced_row_kind", ["type", "scope_id"], _LED_TO)
    op.drop_index("receipt_lane", table_name="receipt", if_exists=True)
    if "rev" not in {column["name"] for column in sa.inspect(connection).get_columns("receipt")}:
        rev = sa.Column("rev", sa.Integer(), nullable=False, server_default="0")
        op.add_column("receipt", rev)


def _change_key(table: str, columns: Sequence[str]) -> None:
    named = sa.inspect(op.get_bind()).get_pk_constraint(table)["name"]
    assert named is not None
    op.drop_constraint(named, table, type_="primary")
    op.create_primary_key(named, table, list(columns))


def _index(name: str, columns: list[str], where: str) -> None:
    told = sa.text(where)
    op.create_index(
        name,
        "synced_row",
        columns,
        if_not_exists=True,
        sqlite_where=told,
        postgresql_where=told,
    )


def _rows() -> sa.Table:
    return sa.Table(
        "synced_row",
        sa.MetaData(),
        *(sa.Column(name, STRING, nullable=False) for name in ("scope_id", "type", "id")),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("root_id", STRING, nullable=False),
        sa.Column("home_rev", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("body_hash", STRING, nullable=False),
        sa.Column("moved_to", STRING, nullable=False, server_default=""),
        sa.Column("moved_rev", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint(*_ROW_KEY),
        sa.UniqueConstraint("scope_id", "rev", name="synced_row_rev"),
    )


def _history() -> sa.Table:
    names = ("op_id", "client", "author", "device", "at")
    return sa.Table(
        "history",
        sa.MetaData(),
        sa.Column("scope_id", STRING, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        *(sa.Column(name, STRING, nullable=False) for name in ("type", "id", "root_id", "field")),
        *(sa.Column(name, TEXT) for name in ("old", "new")),
        *(sa.Column(name, STRING, nullable=False) for name in names),
        sa.PrimaryKeyConstraint(*_HISTORY_KEY),
    )
