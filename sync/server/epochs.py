"""Which life of the store this is, read in the transaction that speaks of it: a restore may have
come since the server began to serve."""

from typing import Final

from sqlalchemy import Connection, select

from sync.server.tables import META

_EPOCH: Final = select(META.c.value).where(META.c.name == "epoch")


def epoch_of(connection: Connection) -> str:
    """The store's present epoch."""
    return str(connection.execute(_EPOCH).scalar_one())
