"""Removing a row, bringing it back, and editing one that is removed: nobody's work disappears."""

from collections.abc import Mapping
from typing import Any, Final

from sync.merge import conflicts
from sync.merge.conflicts import Place
from sync.merge.operation import Op, Outcome
from sync.merge.settlement import HELD_IMMUTABLE, Change, Settlement, Target, held
from sync.merge.values import Writer, merge_set, spec_or_unknown
from sync.schema.policy import JOINS, WHOLE_ROW, Merge
from sync.schema.registry import Entity, FieldSpec
from sync.schema.values import same

KEEP: Final = "keep"
DELETE: Final = "delete"
"""What a person chooses about a whole row, and what a candidate about one may want."""

EDIT_VS_DELETE: Final = "edit_vs_delete"
DELETE_VS_EDIT: Final = "delete_vs_edit"


def edit_of_removed(
    op: Op, target: Target, writer: Writer, entities: Mapping[str, Entity]
) -> Settlement:
    """The row stays removed and the edit waits beside it: one click restores both."""
    body = target.body or {}
    if not _leaves_frozen(op, body, entities):
        return held(HELD_IMMUTABLE)
    key, start = whole_row_conflict(op, (op.type, op.id), target, entities)
    # A second edit of the same client joins its first: both wait in the one candidate.
    wanted = dict(conflicts.edits_of(start, writer.client))
    for name, pair in op.f.items():
        spec = spec_or_unknown(op.type, name, entities)
        if spec.merge not in (Merge.SERVER, Merge.IMMUTABLE):
            wanted[name] = _joined(spec, wanted.get(name), pair)
    entry = conflicts.candidate(op.op_id, writer, wanted)
    return Settlement(Outcome.CONFLICT, conflicts={key: conflicts.with_candidate(start, entry)})


def _leaves_frozen(op: Op, body: Mapping[str, Any], entities: Mapping[str, Entity]) -> bool:
    """Whether the edit leaves alone what never changes."""
    return all(
        same(new, body.get(name))
        for name, (_, new) in op.f.items()
        if spec_or_unknown(op.type, name, entities).merge is Merge.IMMUTABLE
    )


def _joined(spec: FieldSpec, first: Any, second: tuple[Any, Any]) -> tuple[Any, Any]:
    """Two edits of one field by one client, as one (base, new)."""
    if first is None or spec.merge not in JOINS:
        return second
    if spec.merge is Merge.SET:
        return first[0], merge_set(second[0], second[1], first[1])
    return first[0], second[1]  # The second one started from where the first one ended.


def delete(op: Op, target: Target, writer: Writer, entities: Mapping[str, Entity]) -> Settlement:
    """A tombstone, unless somebody worked on the row or below it since the operation's seen."""
    if target.deleted:
        return Settlement(Outcome.NOOP, deleted=True)
    body = dict(target.body or {})
    if not target.root_changed:
        change = Change(op.type, op.id, WHOLE_ROW, body, None)
        return Settlement(Outcome.APPLIED, body=body, deleted=True, changes=[change])
    key, start = whole_row_conflict(op, (op.type, op.id), target, entities)
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
    op: Op, about: tuple[str, str], target: Target, entities: Mapping[str, Entity]
) -> tuple[str, Mapping[str, Any]]:
    """The conflict about the row itself that waits, or a new one: its id and body."""
    waiting = target.open_conflicts.get(WHOLE_ROW)
    if waiting is not None:
        return waiting.id, waiting.body
    type_, row_id = about
    place = Place(type_, row_id, entities[type_].root_of(row_id, target.body or {}), WHOLE_ROW)
    kind = EDIT_VS_DELETE if target.deleted else DELETE_VS_EDIT
    return conflicts.conflict_id(place, op.op_id), conflicts.opened(kind, place, None, None, {})
