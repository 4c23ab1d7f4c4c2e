"""A person decides about a conflict. Guarded: nobody decides about what they did not see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync.merge import conflicts
from sync.merge.conflicts import Place
from sync.merge.operation import Op, Outcome
from sync.merge.patching import By, Patching
from sync.merge.removal import DELETE, KEEP, whole_row_conflict
from sync.merge.settlement import (
    HELD_IMMUTABLE,
    HELD_NO_CONFLICT,
    Change,
    Settlement,
    Target,
    complete,
    held,
)
from sync.merge.values import Writer, spec_or_unknown
from sync.schema.canonical import compact
from sync.schema.policy import WHOLE_ROW, Merge
from sync.schema.registry import ENTITIES, Entity
from sync.schema.values import same


def settle_resolve(
    op: Op,
    conflict_body: Mapping[str, Any] | None,
    target: Target,
    writer: Writer,
    entities: Mapping[str, Entity] = ENTITIES,
) -> Settlement:
    """If the value moved meanwhile, nothing is overwritten and the conflict shows the new one.

    ``op.f["value"]`` is ``(the current value they saw, what they chose)``. The settlement's
    ``body`` is the target row's. A settled conflict may be decided again: that undoes it.
    """
    if conflict_body is None or target.body is None or "value" not in op.f:
        return held(HELD_NO_CONFLICT)
    entity = entities[str(conflict_body["target_type"])]
    if conflict_body["field"] == WHOLE_ROW:
        decided = _Row(op, conflict_body, target, writer, entities).settle()
    else:
        decided = _settle_value(op, conflict_body, target, writer, entities)
    return complete(entity, target, decided)


def _settle_value(
    op: Op,
    conflict_body: Mapping[str, Any],
    target: Target,
    writer: Writer,
    entities: Mapping[str, Entity],
) -> Settlement:
    """A choice of one field's value."""
    name = str(conflict_body["field"])
    expected, choice = op.f["value"]
    body = target.body or {}
    current = body.get(name)
    if same(current, choice):
        return _confirmed(op, conflict_body, writer)
    spec = spec_or_unknown(str(conflict_body["target_type"]), name, entities)
    if spec.merge in (Merge.APPEND, Merge.LEDGER, Merge.IMMUTABLE):
        return held(HELD_IMMUTABLE)  # An entry is settled by another entry.
    off = spec.stages is not None and not spec.stages.may_step(current, choice)
    if target.decided_since or off or not same(current, expected):
        return _missed(op, conflict_body, target, writer)
    out = Settlement(Outcome.APPLIED, deleted=target.deleted)
    out.body = compact({**body, name: choice})
    out.claims = {name: {writer.client: writer}}
    out.changes = [Change(*_about(conflict_body), name, current, choice)]
    out.conflicts = {op.id: conflicts.settled_as(conflict_body, choice, writer)}
    waiting = target.open_conflicts.get(name)
    if waiting is not None and waiting.id != op.id:
        out.conflicts[waiting.id] = conflicts.with_current(waiting.body, choice, out.claims[name])
    return out


def _about(conflict_body: Mapping[str, Any]) -> tuple[str, str]:
    return str(conflict_body["target_type"]), str(conflict_body["target_id"])


def _confirmed(op: Op, conflict_body: Mapping[str, Any], writer: Writer) -> Settlement:
    """The choice stands already: the person now asserts it, alone."""
    name, choice = str(conflict_body["field"]), op.f["value"][1]
    if conflict_body["status"] != "open":
        return Settlement(Outcome.NOOP)
    return Settlement(
        Outcome.APPLIED,
        claims={name: {writer.client: writer}},
        conflicts={op.id: conflicts.settled_as(conflict_body, choice, writer)},
    )


def _missed(op: Op, conflict_body: Mapping[str, Any], target: Target, writer: Writer) -> Settlement:
    """The choice met another value than the one decided about: both are kept and asked again."""
    name = str(conflict_body["field"])
    expected, choice = op.f["value"]
    place = Place(*_about(conflict_body), str(conflict_body["target_root"]), name)
    current = (target.body or {}).get(name)
    claims = {c: who for c, who in target.claims.get(name, {}).items() if c != writer.client}
    waiting = target.open_conflicts.get(name)
    key = waiting.id if waiting else conflicts.conflict_id(place, op.op_id)
    start = waiting.body if waiting else conflicts.opened("value", place, expected, current, claims)
    entry = conflicts.candidate(op.op_id, writer, choice)
    body = conflicts.with_candidate(
        {**start, "current": current, "current_by": conflicts.asserted_by(claims)}, entry
    )
    return Settlement(Outcome.CONFLICT, conflicts={key: body})


@dataclass(frozen=True)
class _Row:
    """A decision about a whole row: keep it with the edits that waited, or remove it."""

    op: Op
    conflict: Mapping[str, Any]
    target: Target
    writer: Writer
    entities: Mapping[str, Entity]

    def settle(self) -> Settlement:
        """Guarded like a value: by whatever changed since the person looked."""
        choice, target = self.op.f["value"][1], self.target
        stands = target.deleted == (choice == DELETE)
        if self.conflict["status"] != "open" and stands:
            return Settlement(Outcome.NOOP)
        if target.decided_since or (choice == DELETE and target.root_changed and not stands):
            return self._missed(choice)
        out = Settlement(Outcome.APPLIED, deleted=choice == DELETE)
        if choice == KEEP:
            self._bring_back(out)
        elif not stands:
            out.body = dict(target.body or {})
            out.changes = [Change(*_about(self.conflict), WHOLE_ROW, out.body, None)]
        out.conflicts[self.op.id] = conflicts.settled_as(self.conflict, choice, self.writer)
        return out

    def _missed(self, choice: str) -> Settlement:
        """Something changed that the person had not seen: their choice waits beside it."""
        about = _about(self.conflict)
        key, start = whole_row_conflict(self.op, about, self.target, self.entities)
        if choice == KEEP and conflicts.edits_of(start, self.writer.client):
            # Their own edits wait there already, which says "keep" and more.
            return Settlement(Outcome.CONFLICT, conflicts={key: dict(start)})
        entry = conflicts.candidate(self.op.op_id, self.writer, choice)
        body = conflicts.with_candidate(start, entry)
        return Settlement(Outcome.CONFLICT, conflicts={key: body})

    def _bring_back(self, out: Settlement) -> None:
        """The row lives, with every edit that waited and fits; one that clashes is asked about."""
        about, target = _about(self.conflict), self.target
        if target.deleted:
            out.changes.append(Change(*about, WHOLE_ROW, None, dict(target.body or {})))
        patching = Patching(about, target, out, own_counts=False, entities=self.entities)
        for client, op_id, who in conflicts.waiting_edits(self.conflict):
            for name, (base, new) in conflicts.edits_of(self.conflict, client).items():
                patching.settle(name, base, new, By(op_id, who))
        asked = {str(body["field"]) for body in out.conflicts.values() if body["status"] == "open"}
        # What stands without a doubt was decided by this person, and they alone assert it.
        decided = {change.field for change in out.changes} - asked - {WHOLE_ROW}
        out.claims |= {
            name: {self.writer.client: self.writer} for name in decided if name in out.claims
        }
        after = compact(patching.after)
        if target.deleted or after != target.body:
            out.body = after
