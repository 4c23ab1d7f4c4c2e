"""The last four signs of a resident's ID number, beside the name, so that a desk finds by them.

They are what a masked number shows everywhere. The number itself stays in a scope of its own, and
a desk, which does not hold that scope, still finds who lays an ID card on the counter.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Final

from sqlalchemy import Connection, select

from sync.identity import Clock, stamp
from sync.merge.values import Writer
from sync.rules.idcard import id_tail
from sync.schema.canonical import compact
from sync.server.crossing import insert_missing
from sync.server.database import Database
from sync.server.following import grid_scope
from sync.server.locked import Locked, lock_scopes
from sync.server.openscope import OpenScope
from sync.server.rows import SERVER_CLIENT, Cause, StoredRow
from sync.server.tables import LED_TO, META, ROW

_NUMBER: Final = "id_number"
_PERSON: Final = "person"
_TAIL: Final = "id_tail"
_MARK: Final = "tails_filled"

NUMBERS_AT_ONCE: Final = 200
"""ID numbers of one transaction of :func:`fill_tails`: the others who write there wait for it."""

_FILLED: Final = select(META.c.value).where(META.c.name == _MARK)
_NUMBERS: Final = (
    select(ROW.c.scope_id, ROW.c.id)
    .where(ROW.c.type == _NUMBER, LED_TO, ROW.c.deleted.is_(False), ROW.c.moved_to == "")
    .order_by(ROW.c.scope_id, ROW.c.id)
)


def note_tails(locked: Locked, scope: OpenScope, rows: Iterable[StoredRow]) -> None:
    """ID numbers were written or removed: the residents they belong to show their last signs.

    A resident whose grid is not locked is left alone, as one who is not known yet.
    """
    told = [row for row in rows if row.type == _NUMBER and not row.moved_to]
    grid = locked.scopes.get(grid_scope(scope.scope_id) or "") if told else None
    if grid is None:
        return
    grid.prefetch([(_PERSON, _person_of(row)) for row in told])
    for row in told:
        _note(locked, grid, row)


def fill_tails(db: Database, clock: Clock) -> None:
    """Once in a store's life: note the ends of numbers that were there before ends were kept.

    A bounded number of them in each transaction; what is cut short is begun again.
    """
    with db.read() as connection:
        if connection.execute(_FILLED).scalar() is not None:
            return
        numbers = [(str(line.scope_id), str(line.id)) for line in connection.execute(_NUMBERS)]
    for scope_id, lines in groupby(numbers, itemgetter(0)):
        ids = [row_id for _, row_id in lines]
        for start in range(0, len(ids), NUMBERS_AT_ONCE):
            some = ids[start : start + NUMBERS_AT_ONCE]
            db.run(partial(_fill, scope_id, some, clock))
    db.run(_remember)


def _fill(scope_id: str, ids: Sequence[str], clock: Clock, connection: Connection) -> None:
    locked = lock_scopes(connection, {scope_id, grid_scope(scope_id) or ""}, stamp(clock.now()))
    scope = locked.scopes[scope_id]
    scope.prefetch([(_NUMBER, row_id) for row_id in ids])
    rows = [row for row_id in ids if (row := scope.row(_NUMBER, row_id)) is not None]
    note_tails(locked, scope, [row for row in rows if not row.deleted])
    locked.save()


def _remember(connection: Connection) -> None:
    insert_missing(connection, META, [{"name": _MARK, "value": "1"}])


def _note(locked: Locked, grid: OpenScope, number: StoredRow) -> None:
    person = grid.row(_PERSON, _person_of(number))
    if person is None or person.deleted or person.moved_to:
        return
    tail, shown = id_tail(str(number.body.get("id_no") or "")), person.body.get(_TAIL)
    if number.deleted:
        # Of another card than the one that went nothing is forgotten.
        tail = "" if shown == tail else str(shown or "")
    body = compact({**person.body, _TAIL: tail or None})
    if body == person.body:
        return
    writer = Writer(SERVER_CLIENT, at=locked.at, is_server=True)
    grid.record(grid.put(_PERSON, person.id, body, deleted=False), (), Cause("", writer))


def _person_of(number: StoredRow) -> str:
    return str(number.body.get("person_id") or "")
