"""Ids that older versions gave to operations that could not be read: a bare hash of all that stood
in them, and so a proof of an ID number among it."""

from typing import Final

from sqlalchemy import Connection, select, type_coerce, update

from sync.server.column_key import Sealing
from sync.server.columns import TEXT
from sync.server.incoming import UNREADABLE, bare_label_of, label_of
from sync.server.tables import HELD, RECEIPT

_TABLES: Final = (HELD, RECEIPT)


def relabel(connection: Connection, sealing: Sealing, secret: bytes) -> None:
    """Give them the ids by which a retry is known from now on. Twice changes nothing."""
    for bare, digest in bare_labels(connection, sealing):
        named = label_of(secret, digest)
        for table in _TABLES:
            connection.execute(
                update(table).where(table.c.op_id == bare).values({table.c.op_id: named})
            )
        _tell(connection, named, bare)


def bare_labels(connection: Connection, sealing: Sealing) -> list[tuple[str, str]]:
    """Those that are left, each with the whole hash."""
    found: dict[str, str] = {}
    for table in _TABLES:
        stored = type_coerce(table.c.op_hash, TEXT)
        query = select(table.c.op_id, stored).where(table.c.op_id.startswith(UNREADABLE))
        for op_id, hashed in connection.execute(query):
            digest = sealing.unseal_hash(hashed)
            if op_id == bare_label_of(digest):
                found[op_id] = digest
    return sorted(found.items())


def _tell(connection: Connection, named: str, bare: str) -> None:
    """The answer that was given says the id, too. As it is stored: it may not be sealed yet."""
    stored = type_coerce(RECEIPT.c.outcome, TEXT)
    told = connection.execute(select(stored).where(RECEIPT.c.op_id == named)).scalar()
    if told is not None:
        line = update(RECEIPT).where(RECEIPT.c.op_id == named)
        connection.execute(line.values(outcome=type_coerce(told.replace(bare, named), TEXT)))
