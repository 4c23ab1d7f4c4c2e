"""Which life of the store this is, read in the transaction that speaks of it: a restore may have
come since the server began to serve."""

from sqlalchemy import Connection, select

from sync.server.tables import META


def epoch_of(connection: Connection) -> str:
    """The store's present epoch."""
    return str(connection.execute(select(META.c.value).where(META.c.name == "epoch")).scalar_one())
