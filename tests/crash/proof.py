"""What has to hold of a laptop that was cut off, whenever that was."""

from collections.abc import Iterable

from sync.merge.fold import fold, targets
from sync.merge.operation import decode_op
from sync.schema.canonical import decode_body
from sync.store.store import Store
from sync.store.tables import OPERATION
from tests.crash.day import Remembering
from tests.crash.journal import recorded
from tests.support.feed import GRID


def lost(store: Store, told: Iterable[str]) -> list[str]:
    """Law 1: operations that somebody was told are saved, and that are not in the journal."""
    with store.database.reading() as connection:
        kept = set(connection.execute(OPERATION.select()).scalars(1))
    return [op_id for op_id in told if op_id not in kept]


def unwritten(store: Store, journal: bytes, told: Iterable[str]) -> list[str]:
    """What is told stands twice: each place holds it without the other's help. ``journal`` is the
    edit journal as the cut left it, before the store was opened."""
    noted = recorded(journal, store.journal._key)
    faults = [] if noted.issuperset(told) else ["a saving is not in the edit journal"]
    if store.found.again:
        faults.append(f"the store had lost {store.found.again} operations")
    if store.found.unreadable:
        faults.append(f"{store.found.unreadable} savings are counted as unreadable")
    return faults


def behind(store: Store, feed: Remembering) -> list[str]:
    """Laws 4 and 7: the server's rows as held are the server's at the cursor."""
    (copy,) = (copy for copy in store.replica.copies() if copy.shown)
    if store.replica.server_rows(GRID) != feed.at(copy.cursor):
        return [f"the rows are not the server's at revision {copy.cursor}"]
    return []


def torn(store: Store, scope: str = GRID) -> list[str]:
    """Law 5, and the file itself: in words what does not fit together."""
    faults: list[str] = []
    with store.database.reading() as connection:
        for check in ("cipher_integrity_check", "integrity_check"):
            said = [row[0] for row in connection.exec_driver_sql(f"PRAGMA {check}")]
            faults += [f"{check}: {line}" for line in said if line != "ok"]
        lines = connection.execute(OPERATION.select().order_by(OPERATION.c.no)).all()
    if not store.replica.verify_deep(scope):
        faults.append("the rows do not sum up to the digest that is kept beside them")
    pending = [decode_op(line.raw) for line in lines if line.folded and line.scope_id == scope]
    server = store.replica.server_rows(scope)
    for key in {key for op in pending for key in targets(op)}:
        held = decode_body(server[key][1]) if key in server else None
        wanted = fold(held, [op for op in pending if key in targets(op)], key).body
        found = store.reading.find(*key)
        if (dict(found.fields) if found else None) != wanted:
            faults.append(f"{key[0]}: shown otherwise than its pending operations make it")
    return faults
