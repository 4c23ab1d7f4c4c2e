"""One resident written down twice: seen by their ID number, asked of a person, never guessed.

Both stay as they are. The question is a conflict of the kind ``dup`` about the later one's
``alias_of``; it names the other, and tells nothing of the number. The answer is ``aliases``.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from sync.merge import conflicts
from sync.merge.conflicts import Place
from sync.server.aliases import ALIAS, PERSON, dup_id, winner_of
from sync.server.following import grid_scope
from sync.server.locked import Locked
from sync.server.numbers import Number
from sync.server.openscope import OpenScope
from sync.server.rows import SERVER_CLIENT, Cause, StoredRow
from sync.server.tails import note_tails

NUMBER: Final = "id_number"
DUP: Final = "dup"


def note_number(locked: Locked, scope: OpenScope, row: StoredRow, cause: Cause) -> None:
    """An ID number was written or removed: who else has it is asked about, who had it no more."""
    if row.type != NUMBER:
        return
    note_tails(locked, scope, [row])
    before, now = locked.numbers.of(row.id), _number_in(locked, scope, row)
    if before == now:
        return
    locked.numbers.keep(row.id, now)
    if before is not None:
        _settle_itself(locked, before, cause)
    if now is not None:
        _ask(locked, scope, row.root_id, now, cause)


def note_fresh(locked: Locked, scope: OpenScope, rows: Sequence[StoredRow], cause: Cause) -> None:
    """The same of many new rows."""
    note_tails(locked, scope, rows)
    told = [(row, _number_in(locked, scope, row)) for row in rows if row.type == NUMBER]
    numbers = [(row.id, number) for row, number in told if number is not None]
    locked.numbers.made(numbers)
    shared = locked.numbers.shared([number for _, number in numbers])
    for row, number in told:
        if number is not None and (number.community_id, number.hash) in shared:
            _ask(locked, scope, row.root_id, number, cause)


def _number_in(locked: Locked, scope: OpenScope, row: StoredRow) -> Number | None:
    body = row.body
    text, person_id = str(body.get("id_no") or ""), str(body.get("person_id") or "")
    if row.deleted or not text or not person_id:
        return None
    return locked.numbers.number(locked.community_of(scope.scope_id), text, person_id)


def _ask(locked: Locked, scope: OpenScope, root_id: str, number: Number, cause: Cause) -> None:
    """Open the question, unless it was asked before or is answered."""
    grid = locked.scopes.get(grid_scope(scope.scope_id) or "")
    person_id = number.person_id
    others = {winner_of(locked, other) for other in locked.numbers.sharing(number)}
    others -= {person_id, winner_of(locked, person_id)}
    if grid is None or not others or ALIAS in grid.waiting.about((PERSON, person_id)):
        return
    other = min(others)
    conflict_id = dup_id(person_id, other)
    asked = grid.row("conflict", conflict_id)
    if asked is None and locked.home("conflict", conflict_id):
        return
    if asked is not None and asked.body.get("status") != "superseded":
        return
    place = Place(PERSON, person_id, root_id, ALIAS)
    asking = msgspec.structs.replace(cause.writer, client=SERVER_CLIENT)
    entry = conflicts.candidate(cause.op_id, asking, other)
    body = conflicts.with_candidate(conflicts.opened(DUP, place, None, None, {}), entry)
    grid.record(grid.put("conflict", conflict_id, body, deleted=False), (), cause)
    grid.waiting.keep(conflict_id, body)


def _settle_itself(locked: Locked, before: Number, cause: Cause) -> None:
    """Two who no longer have the same number are not asked about any more."""
    still = locked.numbers.sharing(before)
    if before.person_id in still:
        return
    for other in sorted(still):
        conflict_id = dup_id(before.person_id, other)
        for grid in locked.grids:
            row = grid.row("conflict", conflict_id)
            if row is not None and not row.moved_to and row.body.get("status") == "open":
                body = {**row.body, "status": "superseded"}
                grid.record(grid.put("conflict", conflict_id, body, deleted=False), (), cause)
                grid.waiting.keep(conflict_id, body)
