"""The last four signs of a resident's ID number, beside the name, so that a desk finds by them.

They are what a masked number shows everywhere. The number itself stays in a scope of its own, and
a desk, which does not hold that scope, still finds who lays an ID card on the counter.
"""

from collections.abc import Iterable
from typing import Final

from sync.merge.values import Writer
from sync.rules.idcard import id_tail
from sync.schema.canonical import compact
from sync.server.following import grid_scope
from sync.server.locked import Locked
from sync.server.openscope import OpenScope
from sync.server.rows import SERVER_CLIENT, Cause, StoredRow

_NUMBER: Final = "id_number"
_PERSON: Final = "person"
_TAIL: Final = "id_tail"


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
