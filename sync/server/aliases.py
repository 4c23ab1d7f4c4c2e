"""Two records of one resident become one: the loser's row stays, as another name of the winner.

Setting ``alias_of`` is an edit like any other, guarded by the same merge. What follows from it is
written here, in the same transaction and under the same operation, so that taking it back finds
it: what the loser was known by goes to the winner by each field's own policy, the loser leaves
the household with its residency and its number, and what comes late for the loser is settled on
the winner.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from sync.identity import derived_id
from sync.merge import conflicts
from sync.merge.operation import Op, OpKind
from sync.merge.settle import Change
from sync.merge.values import Writer, merge_set, spec_or_unknown
from sync.schema.policy import WHOLE_ROW, Merge, ScopeKind
from sync.schema.registry import ENTITIES, scope_name
from sync.server.crossing import Crossed
from sync.server.derived import refresh_each
from sync.server.locked import Locked
from sync.server.openscope import OpenScope
from sync.server.rows import Cause, StoredRow, rows_below

ALIAS: Final = "alias_of"
PERSON: Final = "person"
MOST_ALIASES: Final = 8
_HOME: Final = "household_id"
_OWN: Final = frozenset({ALIAS, _HOME})
"""What the winner does not take over: they live where they live."""


@dataclass(frozen=True)
class Follow:
    """What settling lends: to settle an edit of another row, and to hear of ID numbers."""

    settle_patch: Callable[[OpenScope, Op, Writer], object]
    note_number: Callable[[OpenScope, StoredRow], object]


def person_in(locked: Locked, person_id: str) -> tuple[OpenScope, StoredRow] | None:
    """A resident's row and its scope, where that is locked."""
    for scope in locked.grids:
        row = scope.row(PERSON, person_id)
        if row is not None and not row.moved_to:
            return scope, row
    return None


def winner_of(locked: Locked, person_id: str) -> str:
    """The resident behind a record; themselves, where it is nobody's alias."""
    for _ in range(MOST_ALIASES):
        found = person_in(locked, person_id)
        alias = str(found[1].body.get(ALIAS) or "") if found else ""
        if not alias:
            return person_id
        person_id = alias
    return person_id


def alias_fits(locked: Locked, op: Op, person_id: str) -> bool:
    """Whether what an operation calls this resident an alias of is somebody else, and there."""
    pair = op.f.get("value" if op.kind == OpKind.RESOLVE else ALIAS)
    if pair is None or pair[1] is None:
        return True
    found = person_in(locked, str(pair[1]))
    if found is None and locked.home(PERSON, str(pair[1])):
        raise Crossed
    if found is None or found[1].deleted or winner_of(locked, str(pair[1])) == person_id:
        return False
    own = person_in(locked, person_id)
    # Who lives in another grid is nobody's to name, unless an equal number raised the question.
    asked = own is not None and own[0].row("conflict", dup_id(person_id, found[1].id)) is not None
    return own is None or own[0] is found[0] or asked


def dup_id(one: str, other: str) -> str:
    """The question whether two records are one: the same whoever of them is told of first."""
    return derived_id("conflict", "dup", *sorted((one, other)))


def redirected(locked: Locked, scope: OpenScope, op: Op) -> tuple[OpenScope, Op]:
    """Where an operation settles, and as what: one on an alias on whom it stands for."""
    if op.type != PERSON:
        return scope, _about_winner(locked, op)
    if op.kind == OpKind.MERGE:
        op = msgspec.structs.replace(op, kind=OpKind.PATCH)
    row = scope.row(PERSON, op.id)
    alias = str(row.body.get(ALIAS) or "") if row is not None and not row.deleted else ""
    if not alias:
        return scope, op
    if op.kind == OpKind.RESTORE:
        return scope, _patch(op, {ALIAS: (alias, None)})
    if op.kind == OpKind.DELETE:
        # They are gone from every list already, and whom they stand for is somebody else's row.
        return scope, _patch(op, {})
    if ALIAS in op.f:
        return scope, op
    found = person_in(locked, winner_of(locked, op.id))
    if found is None:
        raise Crossed
    kept = {name: pair for name, pair in op.f.items() if name != _HOME}
    return found[0], msgspec.structs.replace(_patch(op, kept), id=found[1].id)


def consequences(
    locked: Locked,
    scope: OpenScope,
    rows: tuple[StoredRow | None, StoredRow],
    cause: Cause,
    follow: Follow,
) -> None:
    """A resident's row was written: see to what follows if it became an alias, or is none more."""
    before, after = rows
    if after.type != PERSON:
        return
    was = str(before.body.get(ALIAS) or "") if before else ""
    now = str(after.body.get(ALIAS) or "")
    if was == now:
        return
    if was:
        _take_back(locked, scope, (after.id, was), cause, follow)
    if now:
        _become(locked, scope, after, winner_of(locked, now), cause, follow)


def _become(
    locked: Locked,
    scope: OpenScope,
    loser: StoredRow,
    winner_id: str,
    cause: Cause,
    follow: Follow,
) -> None:
    found = person_in(locked, winner_id)
    if found is None:
        raise Crossed
    home, winner = found
    follow.settle_patch(
        home, _united(loser, winner_id, cause.op_id), _on_behalf(loser.id, cause.writer)
    )
    _write(scope, loser, {name: v for name, v in loser.body.items() if name != _HOME}, cause)
    for place, row in _papers(locked, scope, loser):
        follow.note_number(place, _write(place, row, row.body, cause, deleted=True))
    household = scope.row("household", loser.root_id)
    heads = household is not None and household.body.get("head_id") == loser.id
    if household is not None and heads and winner.root_id == household.id:
        _write(scope, household, {**household.body, "head_id": winner_id}, cause)
    refresh_each(locked, {loser.root_id, winner.root_id})


def _united(loser: StoredRow, winner_id: str, op_id: str) -> Op:
    """All that is known of the loser, as an edit of the winner that starts from nothing."""
    fields = {
        name: (None, value)
        for name, value in loser.body.items()
        if name not in _OWN
        and spec_or_unknown(PERSON, name).merge not in (Merge.SERVER, Merge.IMMUTABLE)
    }
    return Op(op_id=op_id, seq=0, kind=OpKind.PATCH, type=PERSON, id=winner_id, f=fields)


def _on_behalf(loser_id: str, writer: Writer) -> Writer:
    """Whoever merges asserts nothing of it themselves: what differs is asked."""
    return msgspec.structs.replace(writer, client=f"merge:{loser_id}")


def _papers(
    locked: Locked, scope: OpenScope, loser: StoredRow
) -> Iterable[tuple[OpenScope, StoredRow]]:
    """The loser's residency in the household and their ID number."""
    numbers = scope_name(ScopeKind.ID_NUMBERS, scope.scope_id.partition(":")[2])
    for name, line in rows_below(locked.connection, [loser.root_id], ("residency", "id_number")):
        place = locked.scopes.get(name)
        row = place.row(line.type, line.id) if place is not None else None
        if place is None or row is None or name not in (scope.scope_id, numbers):
            continue
        if row.body.get("person_id") == loser.id and not row.deleted:
            yield place, row


def _take_back(
    locked: Locked, scope: OpenScope, pair: tuple[str, str], cause: Cause, follow: Follow
) -> None:
    """Undo what becoming an alias wrote, wherever nobody wrote anything else since."""
    loser_id, winner_id = pair
    told = scope.told_by(PERSON, loser_id, ALIAS, winner_id)
    roots = set()
    for place in locked.scopes.values() if told else ():
        for line in reversed(place.lines_of(told)):
            row = place.row(line["type"], line["id"])
            if row is None or line["field"] == ALIAS or row.type == "conflict":
                continue
            again = _undo(place, row, line, cause)
            follow.note_number(place, again)
            roots |= {row.root_id, again.root_id}
    _withdraw(locked, loser_id, winner_id, cause)
    refresh_each(locked, roots)


def _undo(place: OpenScope, row: StoredRow, line: Mapping[str, Any], cause: Cause) -> StoredRow:
    name, old, new = line["field"], _value(line["old"]), _value(line["new"])
    if name == WHOLE_ROW:
        return _write(place, row, row.body, cause) if row.deleted and new is None else row
    current = row.body.get(name)
    if ENTITIES[row.type].fields[name].merge is Merge.SET:
        return _write(place, row, {**row.body, name: merge_set(new, old, current)}, cause)
    return _write(place, row, {**row.body, name: old}, cause) if current == new else row


def _withdraw(locked: Locked, loser_id: str, winner_id: str, cause: Cause) -> None:
    """The loser's other values are no candidates for the winner's fields any more."""
    found = person_in(locked, winner_id)
    for conflict_id in found[0].waiting.about((PERSON, winner_id)).values() if found else ():
        scope = found[0] if found else None
        row = scope.row("conflict", conflict_id) if scope else None
        if scope is None or row is None:
            continue
        body = conflicts.without_client(row.body, f"merge:{loser_id}")
        if body != row.body:
            _write(scope, row, body, cause)
            scope.waiting.keep(conflict_id, body)


def _about_winner(locked: Locked, op: Op) -> Op:
    """A new row of a resident who is an alias is one of whom they stand for."""
    pair = op.f.get("person_id")
    if op.kind != OpKind.CREATE or pair is None or not isinstance(pair[1], str):
        return op
    winner = winner_of(locked, pair[1])
    if winner == pair[1] or op.type == "special_care":
        return op
    return msgspec.structs.replace(op, f={**op.f, "person_id": (pair[0], winner)})


def _patch(op: Op, fields: Mapping[str, tuple[Any, Any]]) -> Op:
    return msgspec.structs.replace(op, kind=OpKind.PATCH, f=dict(fields))


def _write(
    scope: OpenScope,
    row: StoredRow,
    body: Mapping[str, Any],
    cause: Cause,
    *,
    deleted: bool = False,
) -> StoredRow:
    written = scope.put(row.type, row.id, body, deleted=deleted)
    before, after = row.body, written.body
    names = sorted(before.keys() | after.keys())
    changes = [
        Change(row.type, row.id, name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    ]
    if deleted != row.deleted:
        whole = (row.body, None) if deleted else (None, row.body)
        changes.append(Change(row.type, row.id, WHOLE_ROW, *whole))
    scope.record(written, changes, cause)
    return written


def _value(text: str | None) -> Any:
    return None if text is None else msgspec.json.decode(text)
