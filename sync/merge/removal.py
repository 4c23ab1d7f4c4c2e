"""Removing a row, bringing it back, and editing one that is removed: nobody's work disappears."""

from collections.abc import Mapping
from typing import Any, Final

from sync.merge import conflicts
from sync.merge.conflicts import Place
from sync.merge.operation import Op, Outcome
from sync.merge.settlement import HELD_IMMUTABLE, Change, Settlement, Target, held
from sync.merge.values import Writer, merge_set, spec_or_unknown
from sync.schema.policy import WHOLE_ROW, Merge
from sync.schema.registry import ENTITIES
from sync.schema.values import same

KEEP: Final = "keep"
DELETE: Final = "delete"
"""What a person chooses about a whole row, and what a candidate about one may want."""

EDIT_VS_DELETE: Final = "edit_vs_delete"
DELETE_VS_EDIT: Final = "delete_vs_edit"


def edit_of_removed(op: Op, target: Target, writer: Writer) -> Settlement:
    """The row stays removed and the edit waits beside it: one click restores both."""
    body = target.body or {}
    if not _leaves_frozen(op, body):
        return held(HELD_IMMUTABLE)
    key, start = whole_row_conflict(op, (op.type, op.id), target)
    # A second edit of the same client joins its first: both wait in the one candidate.
    wanted = dict(conflicts.edits_of(start, writer.client))
    for name, (base, new) in op.f.items():
        if spec_or_unknown(op.type, name).merge not in (Merge.SERVER, Merge.IMMUTABLE):
            wanted[name] = _joined(op.type, name, wanted.get(name), (base, new))
    entry = conflicts.candidate(op.op_id, writer, wanted)
    return Settlement(Outcome.CONFLICT, conflicts={key: conflicts.with_candidate(start, entry)})


def _leaves_frozen(op: Op, body: Mapping[str, Any]) -> bool:
    """Whether the edit leaves alone what never changes."""
    return all(
        same(new, body.get(name))
        for name, (_, new) in op.f.items()
        if spec_or_unknown(op.type, name).merge is Merge.IMMUTABLE
    )


def _joined(type_: str, name: str, first: Any, second: tuple[Any, Any]) -> tuple[Any, Any]:
    """Two edits of one field by one client, as one (base, new)."""
    if first is None or spec_or_unknown(type_, name).merge is not Merge.SET:
        return second
    return first[0], merge_set(second[0], second[1], first[1])


def delete(op: Op, target: Target, writer: Writer) -> Settlement:
    """A tombstone, unless somebody worked on the row or below it since the operation's seen."""
    if target.deleted:
        return Settlement(Outcome.NOOP, deleted=True)
    body = dict(target.body or {})
    if not target.root_changed:
        change = Change(op.type, op.id, WHOLE_ROW, body, None)
        return Settlement(Outcome.APPLIED, body=body, deleted=True, changes=[change])
    key, start = whole_row_conflict(op, (op.type, op.id), target)
    entry = conflicts.candidate(op.op_id, writer, DELETE)
    return Settlement(Outcome.CONFLICT, conflicts={key: conflicts.with_candidate(start, entry)})


def restore(op: Op, target: Target) -> Settlement:
    """A removed row comes back with its last body."""
    if not target.deleted:
        return Settlement(Outcome.NOOP)
    body = dict(target.body or {})
    change = Change(op.type, op.id, WHOLE_ROW, None, body)
    return Settlement(Outcome.APPLIED, body=body, changes=[change])


def whole_row_conflict(
    op: Op, about: tuple[str, str], target: Target
) -> tuple[str, Mapping[str, Any]]:
    """The conflict about the row itself that waits, or a new one: its id and body."""
    waiting = target.open_conflicts.get(WHOLE_ROW)
    if waiting is not None:
        return waiting.id, waiting.body
    type_, row_id = about
    place = Place(type_, row_id, ENTITIES[type_].root_of(row_id, target.body or {}), WHOLE_ROW)
    kind = EDIT_VS_DELETE if target.deleted else DELETE_VS_EDIT
    return conflicts.conflict_id(place, op.op_id), conflicts.opened(kind, place, None, None, {})
