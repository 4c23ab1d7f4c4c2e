"""What the server makes of one operation, field by field. Pure: rows in, decisions out."""

import msgspec

from sync.merge.operation import Op, OpKind, Outcome, new_values
from sync.merge.patching import By, Patching
from sync.merge.removal import delete, edit_of_removed, restore
from sync.merge.resolve import settle_resolve
from sync.merge.settlement import (
    HELD_APPEND_DIFFERS,
    HELD_APPEND_ONLY,
    HELD_IMMUTABLE,
    HELD_UNKNOWN_ROW,
    HELD_UNKNOWN_TYPE,
    Change,
    OpenConflict,
    Settlement,
    Target,
    held,
)
from sync.merge.values import Writer, spec_or_unknown
from sync.schema.canonical import compact
from sync.schema.policy import WHOLE_ROW, Merge
from sync.schema.registry import ENTITIES

__all__ = ["Change", "OpenConflict", "Settlement", "Target", "held", "settle", "settle_resolve"]


def settle(op: Op, target: Target, writer: Writer) -> Settlement:
    """Settle any operation but a resolve, which speaks of two rows (:func:`settle_resolve`)."""
    if op.type not in ENTITIES:
        return held(HELD_UNKNOWN_TYPE)
    makes = op.kind in (OpKind.CREATE, OpKind.APPEND)
    if ENTITIES[op.type].append_only:
        # Whatever the operation calls itself, an entry is written once.
        return _append(op, target) if makes else held(HELD_APPEND_ONLY)
    if makes:
        return _create(op, target, writer)
    return held(HELD_UNKNOWN_ROW) if target.body is None else _change(op, target, writer)


def _change(op: Op, target: Target, writer: Writer) -> Settlement:
    """An operation on a row that is there, or was."""
    if op.kind == OpKind.PATCH:
        return edit_of_removed(op, target, writer) if target.deleted else _patch(op, target, writer)
    if op.kind == OpKind.DELETE:
        return delete(op, target, writer)
    return restore(op, target) if op.kind == OpKind.RESTORE else held(HELD_UNKNOWN_TYPE)


def _append(op: Op, target: Target) -> Settlement:
    wanted = compact(new_values(op))
    if target.body is not None:
        if dict(target.body) == wanted:
            return Settlement(Outcome.NOOP)
        return held(HELD_APPEND_DIFFERS)
    return Settlement(Outcome.APPLIED, body=wanted)


def _create(op: Op, target: Target, writer: Writer) -> Settlement:
    if target.body is not None:
        # Two devices may both make a row whose id is derived: the second is a patch of it.
        return _change(msgspec.structs.replace(op, kind=OpKind.PATCH), target, writer)
    wanted = {
        name: value
        for name, value in compact(new_values(op)).items()
        if writer.is_server or spec_or_unknown(op.type, name).merge is not Merge.SERVER
    }
    settlement = Settlement(Outcome.APPLIED, body=wanted)
    settlement.claims = {name: {writer.client: writer} for name in wanted}
    settlement.changes = [Change(op.type, op.id, WHOLE_ROW, None, wanted)]
    return settlement


def _patch(op: Op, target: Target, writer: Writer) -> Settlement:
    before = dict(target.body or {})
    out = Settlement(Outcome.NOOP)
    patching = Patching((op.type, op.id), target, out)
    by = By(op.op_id, writer)
    for name, (base, new) in op.f.items():
        if not patching.settle(name, base, new, by):
            return held(HELD_IMMUTABLE)
    after = compact(patching.after)
    out.body = after if after != before else None
    return out
