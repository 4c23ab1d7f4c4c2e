"""What the server makes of one operation, field by field. Pure: rows in, decisions out."""

from collections.abc import Mapping

from sync.merge.ledger import settle_entry
from sync.merge.operation import Op, OpKind, Outcome, new_values
from sync.merge.patching import By, Patching
from sync.merge.removal import delete, edit_of_removed, restore
from sync.merge.resolve import settle_resolve
from sync.merge.settlement import (
    HELD_APPEND_DIFFERS,
    HELD_APPEND_ONLY,
    HELD_GONE_ON,
    HELD_IMMUTABLE,
    HELD_STAGE,
    HELD_UNKNOWN_ROW,
    HELD_UNKNOWN_TYPE,
    Change,
    OpenConflict,
    Settlement,
    Target,
    complete,
    held,
)
from sync.merge.values import Writer, is_own
from sync.schema.canonical import compact
from sync.schema.policy import WHOLE_ROW
from sync.schema.registry import ENTITIES, Entity
from sync.schema.values import same

__all__ = [
    "Change",
    "OpenConflict",
    "Settlement",
    "Target",
    "held",
    "settle",
    "settle_resolve",
    "takes_step_back",
]


def settle(
    op: Op, target: Target, writer: Writer, entities: Mapping[str, Entity] = ENTITIES
) -> Settlement:
    """Settle any operation but a resolve, which speaks of two rows (:func:`settle_resolve`)."""
    entity = entities.get(op.type)
    if entity is None:
        return held(HELD_UNKNOWN_TYPE)
    makes = op.kind in (OpKind.CREATE, OpKind.APPEND)
    if entity.append_only:
        # Whatever the operation calls itself, an entry is written once.
        return _append(op, entity, target, writer) if makes else held(HELD_APPEND_ONLY)
    if target.body is None:
        made = _create(op, entity, writer) if makes else held(HELD_UNKNOWN_ROW)
        return complete(entity, target, made)
    # Two devices may both make a row whose id is derived: the second is a patch of it.
    kind = OpKind.PATCH if makes else op.kind
    return complete(entity, target, _change(kind, op, target, writer, entities))


def _change(
    kind: str, op: Op, target: Target, writer: Writer, entities: Mapping[str, Entity]
) -> Settlement:
    """An operation on a row that is there, or was."""
    if kind == OpKind.PATCH:
        edit = edit_of_removed if target.deleted else _patch
        return edit(op, target, writer, entities)
    if kind == OpKind.DELETE:
        return delete(op, target, writer, entities)
    return restore(op, target) if kind == OpKind.RESTORE else held(HELD_UNKNOWN_TYPE)


def _append(op: Op, entity: Entity, target: Target, writer: Writer) -> Settlement:
    if entity.is_ledger:
        return settle_entry(op, target, writer)
    wanted = compact(new_values(op))
    if target.body is not None:
        if dict(target.body) == wanted:
            return Settlement(Outcome.NOOP)
        return held(HELD_APPEND_DIFFERS)
    return Settlement(Outcome.APPLIED, body=wanted)


def _create(op: Op, entity: Entity, writer: Writer) -> Settlement:
    wanted = compact(new_values(op))
    if not writer.is_server:
        for name in entity.of_server:
            wanted.pop(name, None)
    for name, stages in entity.graphs:
        begins = wanted.get(name)
        if begins and not stages.may_step(None, begins):
            return held(HELD_STAGE)
    settlement = Settlement(Outcome.APPLIED, body=wanted)
    by_writer = {writer.client: writer}
    settlement.claims = {name: by_writer for name in wanted}  # noqa: C420  # Nobody changes it.
    settlement.changes = [Change(op.type, op.id, WHOLE_ROW, None, wanted)]
    return settlement


def takes_step_back(op: Op, entities: Mapping[str, Entity] = ENTITIES) -> bool:
    """Whether it matters to the operation that nobody else worked on its row since."""
    graphs = entities[op.type].graphs if op.type in entities else ()
    return any(stages.may_go_back(*op.f[name]) for name, stages in graphs if name in op.f)


def _is_overtaken(op: Op, target: Target, writer: Writer, entities: Mapping[str, Entity]) -> bool:
    """Whether the operation takes back a step from which somebody else has gone on, or which
    they took too. It is kept aside whole: half of an undo is none."""
    for name, stages in entities[op.type].graphs:
        base, new = op.f.get(name, (None, None))
        current = (target.body or {}).get(name)
        if name not in op.f or not stages.may_go_back(base, new) or same(current, new):
            continue
        alone = is_own(target.claims.get(name, {}), writer) and not target.root_changed
        if not same(current, base) or not (alone or stages.may_step(base, new)):
            return True
    return False


def _patch(op: Op, target: Target, writer: Writer, entities: Mapping[str, Entity]) -> Settlement:
    if _is_overtaken(op, target, writer, entities):
        return held(HELD_GONE_ON)
    before = dict(target.body or {})
    out = Settlement(Outcome.NOOP)
    patching = Patching((op.type, op.id), target, out, entities=entities)
    by = By(op.op_id, writer)
    for name, (base, new) in op.f.items():
        if not patching.settle(name, base, new, by):
            return held(HELD_IMMUTABLE)
    after = compact(patching.after)
    out.body = after if after != before else None
    return out
