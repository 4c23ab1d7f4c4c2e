"""A person decides about a conflict. Guarded: nobody decides about what they did not see."""

from collections.abc import Mapping
from typing import Any

from sync.merge import conflicts
from sync.merge.conflicts import Place
from sync.merge.operation import Op, Outcome
from sync.merge.patching import By, Patching
from sync.merge.removal import DELETE, KEEP, whole_row_conflict
from sync.merge.settlement import HELD_NO_CONFLICT, Change, Settlement, Target, held
from sync.merge.values import Writer
from sync.schema.canonical import compact
from sync.schema.policy import WHOLE_ROW
from sync.schema.values import same


def settle_resolve(
    op: Op, conflict_body: Mapping[str, Any] | None, target: Target, writer: Writer
) -> Settlement:
    """If the value moved meanwhile, nothing is overwritten and the conflict shows the new one.

    ``op.f["value"]`` is ``(the current value they saw, what they chose)``. The settlement's
    ``body`` is the target row's. A settled conflict may be decided again: that undoes it.
    """
    if conflict_body is None or target.body is None or "value" not in op.f:
        return held(HELD_NO_CONFLICT)
    if conflict_body["field"] == WHOLE_ROW:
        return _row(op, conflict_body, target, writer)
    name = str(conflict_body["field"])
    expected, choice = op.f["value"]
    current = target.body.get(name)
    if same(current, choice):
        return _confirmed(op, conflict_body, writer)
    if target.decided_since or not same(current, expected):
        return _missed(op, conflict_body, target, writer)
    out = Settlement(Outcome.APPLIED, deleted=target.deleted)
    out.body = compact({**target.body, name: choice})
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


def _row(op: Op, conflict_body: Mapping[str, Any], target: Target, writer: Writer) -> Settlement:
    """Keep the row with the edits that waited (``"keep"``), or remove it (``"delete"``)."""
    choice = op.f["value"][1]
    stands = target.deleted == (choice == DELETE)
    if conflict_body["status"] != "open" and stands:
        return Settlement(Outcome.NOOP)
    if target.decided_since or (choice == DELETE and target.root_changed and not stands):
        return _row_missed(op, conflict_body, target, writer)
    out = Settlement(Outcome.APPLIED, deleted=choice == DELETE)
    if choice == KEEP:
        _bring_back(op, conflict_body, target, writer, out)
    elif not stands:
        out.body = dict(target.body or {})
        out.changes = [Change(*_about(conflict_body), WHOLE_ROW, out.body, None)]
    out.conflicts[op.id] = conflicts.settled_as(conflict_body, choice, writer)
    return out


def _row_missed(
    op: Op, conflict_body: Mapping[str, Any], target: Target, writer: Writer
) -> Settlement:
    """Something changed that the person had not seen: their choice waits beside it."""
    choice = op.f["value"][1]
    key, start = whole_row_conflict(op, _about(conflict_body), target)
    if choice == KEEP and conflicts.edits_of(start, writer.client):
        # Their own edits wait there already, which says "keep" and more.
        return Settlement(Outcome.CONFLICT, conflicts={key: dict(start)})
    entry = conflicts.candidate(op.op_id, writer, choice)
    return Settlement(Outcome.CONFLICT, conflicts={key: conflicts.with_candidate(start, entry)})


def _bring_back(
    op: Op,
    conflict_body: Mapping[str, Any],
    target: Target,
    writer: Writer,
    out: Settlement,
) -> None:
    """The row lives, with every edit that waited and fits; one that clashes is asked about."""
    about = _about(conflict_body)
    if target.deleted:
        out.changes.append(Change(*about, WHOLE_ROW, None, dict(target.body or {})))
    patching = Patching(about, target, out, own_counts=False)
    for client, op_id, who in conflicts.waiting_edits(conflict_body):
        for name, (base, new) in conflicts.edits_of(conflict_body, client).items():
            patching.settle(name, base, new, By(op_id, who))
    asked = {str(body["field"]) for body in out.conflicts.values() if body["status"] == "open"}
    # What stands without a doubt was decided by this person, and they alone assert it.
    decided = {change.field for change in out.changes} - asked - {WHOLE_ROW}
    out.claims |= {name: {writer.client: writer} for name in decided if name in out.claims}
    after = compact(patching.after)
    if target.deleted or after != target.body:
        out.body = after
