"""The tables of the first stores, which were made before there were revisions."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from sync.server.columns import STRING, TEXT

revision: Final = "0001"
down_revision: Final = None


def upgrade() -> None:
    """The tables of the first stores, which were made before there were revisions."""
    op.create_table(
        "account",
        sa.Column("id", STRING, nullable=False),
        sa.Column("login", STRING, nullable=False),
        sa.Column("community_id", STRING, nullable=False),
        sa.Column("disabled_at", STRING, nullable=False),
        sa.Column("grants", TEXT, nullable=False),
        sa.Column("grants_of", STRING, nullable=False),
        sa.Column("grant_rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login"),
    )
    op.create_table(
        "audit",
        sa.Column("id", STRING, nullable=False),
        sa.Column("at", STRING, nullable=False),
        sa.Column("actor", STRING, nullable=False),
        sa.Column("device", STRING, nullable=False),
        sa.Column("action", STRING, nullable=False),
        sa.Column("type", STRING, nullable=False),
        sa.Column("object_id", STRING, nullable=False),
        sa.Column("reason", STRING, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)

    op.create_table(
        "claim",
        sa.Column("scope_id", STRING, nullable=False),
        sa.Column("type", STRING, nullable=False),
        sa.Column("id", STRING, nullable=False),
        sa.Column("field", STRING, nullable=False),
        sa.Column("client", STRING, nullable=False),
        sa.Column("author", STRING, nullable=False),
        sa.Column("device", STRING, nullable=False),
        sa.Column("at", STRING, nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "type", "id", "field", "client"),
    )
    op.create_table(
        "companion",
        sa.Column("account_id", STRING, nullable=False),
        sa.Column("person_id", STRING, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "person_id"),
    )
    op.create_table(
        "device",
        sa.Column("client_id", STRING, nullable=False),
        sa.Column("account_id", STRING, nullable=False),
        sa.Column("name", STRING, nullable=False),
        sa.Column("app_version", STRING, nullable=False),
        sa.Column("token_hash", STRING, nullable=False),
        sa.Column("enrolled_at", STRING, nullable=False),
        sa.Column("last_seen", STRING, nullable=False),
        sa.Column("revoked_at", STRING, nullable=False),
        sa.PrimaryKeyConstraint("client_id"),
        sa.UniqueConstraint("token_hash"),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_account_id"), ["account_id"], unique=False)

    op.create_table(
        "enrollment_code",
        sa.Column("code_hash", STRING, nullable=False),
        sa.Column("account_id", STRING, nullable=False),
        sa.Column("expires_at", STRING, nullable=False),
        sa.Column("used_at", STRING, nullable=False),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_table(
        "held",
        sa.Column("op_id", STRING, nullable=False),
        sa.Column("op_hash", STRING, nullable=False),
        sa.Column("scope_id", STRING, nullable=False),
        sa.Column("client", STRING, nullable=False),
        sa.Column("author", STRING, nullable=False),
        sa.Column("device", STRING, nullable=False),
        sa.Column("type", STRING, nullable=False),
        sa.Column("id", STRING, nullable=False),
        sa.Column("code", STRING, nullable=False),
        sa.Column("payload", TEXT, nullable=False),
        sa.Column("at", STRING, nullable=False),
        sa.PrimaryKeyConstraint("op_id", "op_hash"),
    )
    with op.batch_alter_table("held", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_held_author"), ["author"], unique=False)
        batch_op.create_index(batch_op.f("ix_held_scope_id"), ["scope_id"], unique=False)

    op.create_table(
        "history",
        sa.Column("scope_id", STRING, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("type", STRING, nullable=False),
        sa.Column("id", STRING, nullable=False),
        sa.Column("root_id", STRING, nullable=False),
        sa.Column("field", STRING, nullable=False),
        sa.Column("old", TEXT, nullable=True),
        sa.Column("new", TEXT, nullable=True),
        sa.Column("op_id", STRING, nullable=False),
        sa.Column("client", STRING, nullable=False),
        sa.Column("author", STRING, nullable=False),
        sa.Column("device", STRING, nullable=False),
        sa.Column("at", STRING, nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "rev", "n"),
    )
    with op.batch_alter_table("history", schema=None) as batch_op:
        batch_op.create_index("history_root", ["scope_id", "root_id", "rev"], unique=False)
        batch_op.create_index("history_row", ["type", "id"], unique=False)

    op.create_table(
        "import_cells",
        sa.Column("source", STRING, nullable=False),
        sa.Column("type", STRING, nullable=False),
        sa.Column("id", STRING, nullable=False),
        sa.Column("said", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("source", "type", "id"),
    )
    op.create_table(
        "import_key",
        sa.Column("community_id", STRING, nullable=False),
        sa.Column("type", STRING, nullable=False),
        sa.Column("key_hash", STRING, nullable=False),
        sa.Column("id", STRING, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "type", "key_hash"),
    )
    op.create_table(
        "lane",
        sa.Column("client", STRING, nullable=False),
        sa.Column("scope_id", STRING, nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.Column("durable", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client", "scope_id"),
    )
    op.create_table(
        "meta",
        sa.Column("name", STRING, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "notice_queue",
        sa.Column("op_id", STRING, nullable=False),
        sa.Column("user_id", STRING, nullable=False),
        sa.Column("about", STRING, nullable=False),
        sa.Column("kind", STRING, nullable=False),
        sa.Column("at", STRING, nullable=False),
        sa.PrimaryKeyConstraint("op_id", "user_id"),
    )
    op.create_table(
        "open_conflict",
        sa.Column("scope_id", STRING, nullable=False),
        sa.Column("type", STRING, nullable=False),
        sa.Column("id", STRING, nullable=False),
        sa.Column("field", STRING, nullable=False),
        sa.Column("conflict_id", STRING, nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "type", "id", "field"),
    )
    op.create_table(
        "receipt",
        sa.Column("op_id", STRING, nullable=False),
        sa.Column("client", STRING, nullable=False),
        sa.Column("scope_id", STRING, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("op_hash", STRING, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("at", STRING, nullable=False),
        sa.PrimaryKeyConstraint("op_id"),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index("receipt_lane", ["client", "scope_id", "seq"], unique=False)

    op.create_table(
        "scope",
        sa.Column("scope_id", STRING, nullable=False),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.Column("digest", STRING, nullable=False),
        sa.Column("gen", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope_id"),
    )
    op.create_table(
        "synced_row",
        sa.Column("scope_id", STRING, nullable=False),
        sa.Column("type", STRING, nullable=False),
        sa.Column("id", STRING, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("root_id", STRING, nullable=False),
        sa.Column("home_rev", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("body_hash", STRING, nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "type", "id"),
        sa.UniqueConstraint("scope_id", "rev", name="synced_row_rev"),
    )
    with op.batch_alter_table("synced_row", schema=None) as batch_op:
        batch_op.create_index("synced_row_id", ["id", "type"], unique=False)
        batch_op.create_index("synced_row_root", ["root_id", "type"], unique=False)
