"""The server's own secret, from which ids, tokens and the keyed hashes of ID numbers are made.

It is in ``meta``, sealed by the column key: in plain, it would make each of those hashes a proof of
the number for whoever copies the database.
"""

from typing import Final

from sqlalchemy import Connection, select, update

from sync.server.column_key import SEALED, Sealing
from sync.server.tables import META

SECRET: Final = "key"
"""Its name in ``meta``."""

_HERE: Final = META.c.name == SECRET


def secret_in(connection: Connection, sealing: Sealing) -> bytes:
    """The secret; an older version stored it in plain."""
    return sealing.unseal_secret(_stored(connection))


def keep_secret(connection: Connection, sealing: Sealing, secret: bytes) -> None:
    """Store the secret of a store that has one already, sealed with this."""
    line = update(META).where(_HERE)
    connection.execute(line.values(value=sealing.seal_secret(secret)))


def is_secret_sealed(connection: Connection) -> bool:
    """Whether whoever reads the store past its key learns nothing of it."""
    return _stored(connection).startswith(SEALED)


def _stored(connection: Connection) -> str:
    return str(connection.execute(select(META.c.value).where(_HERE)).scalar_one())
