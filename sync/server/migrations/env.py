"""Run by Alembic for every command, on the connection and in the transaction of its caller."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from sync.server.columns import STRING, TEXT
from sync.server.tables import METADATA

_NAMES = {id(STRING): "STRING", id(TEXT): "TEXT"}


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Our own text types by their names, everything else as Alembic writes it."""
    name = _NAMES.get(id(item))
    if kind != "type" or name is None:
        return False
    autogen.imports.add(f"from sync.server.columns import {name}")
    return name


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=render_item,
)
context.run_migrations()
