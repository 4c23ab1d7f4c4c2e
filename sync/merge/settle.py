"""What the server makes of one operation, field by field. Pure: rows in, decisions out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from sync.merge import conflicts
from sync.merge.conflicts import Place
from sync.merge.operation import Op, OpKind, Outcome, new_values
from sync.merge.values import (
    Claims,
    Verdict,
    Writer,
    merge_set,
    settle_field,
    spec_or_unknown,
)
from sync.schema.canonical import compact
from sync.schema.policy import WHOLE_ROW, Merge
from sync.schema.registry import ENTITIES
from sync.schema.values import same

HELD_UNKNOWN_ROW: Final = "unknown_row"
HELD_UNKNOWN_TYPE: Final = "unknown_type"
HELD_APPEND_DIFFERS: Final = "append_differs"
HELD_APPEND_ONLY: Final = "append_only"
HELD_IMMUTABLE: Final = "immutable"
HELD_NO_CONFLICT: Final = "no_such_conflict"


@dataclass(frozen=True)
class OpenConflict:
    """A conflict about a field of the row at hand that still waits for a person."""

    id: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Target:
    """The server's row that an operation speaks about, and what is known around it.

    ``body`` is ``None`` where there never was such a row; a removed one keeps its last body.
    ``root_changed`` tells whether anything with this root changed since the operation's
    ``seen``: a row below which somebody worked is not removed. ``decided_since`` tells the same
    of a conflict that another client settled: a decision is not overruled unseen.
    """

    body: Mapping[str, Any] | None = None
    deleted: bool = False
    claims: Mapping[str, Claims] = field(default_factory=dict)
    open_conflicts: Mapping[str, OpenConflict] = field(default_factory=dict)
    root_changed: bool = False
    decided_since: bool = False


@dataclass(frozen=True)
class Change:
    """One line of history: a field of a row had ``old`` and now has ``new``."""

    type: str
    id: str
    field: str
    old: Any
    new: Any


@dataclass
class Settlement:
    """The outcome, and everything that the server writes for it."""

    outcome: Outcome
    code: str = ""
    body: dict[str, Any] | None = None
    deleted: bool = False
    claims: dict[str, dict[str, Writer]] = field(default_factory=dict)
    conflicts: dict[str, dict[str, Any]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)


def held(code: str) -> Settlement:
    """Kept aside whole, with a reason; nothing else happens."""
    return Settlement(Outcome.HELD, code=code)


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
        return (
            _edit_of_removed(op, target, writer) if target.deleted else _patch(op, target, writer)
        )
    if op.kind == OpKind.DELETE:
        return _delete(op, target, writer)
    return _restore(op, target) if op.kind == OpKind.RESTORE else held(HELD_UNKNOWN_TYPE)


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
    patching = _Patching(op, target, writer, dict(before), out)
    for name, (base, new) in op.f.items():
        if not patching.settle(name, base, new):
            return held(HELD_IMMUTABLE)
    after = compact(patching.after)
    out.body = after if after != before else None
    return out


@dataclass
class _Patching:
    """A patch on its way through the fields; ``after`` grows into the new body."""

    op: Op
    target: Target
    writer: Writer
    after: dict[str, Any]
    out: Settlement

    def settle(self, name: str, base: Any, new: Any) -> bool:
        """Settle one field. False where the whole operation has to be held."""
        spec = spec_or_unknown(self.op.type, name)
        current = self.after.get(name)
        claims = self.target.claims.get(name, {})
        result = settle_field(spec, base, new, current, claims, self.writer)
        if result.verdict is Verdict.FROZEN:
            return False
        self.after[name] = result.value
        if result.verdict is Verdict.SET:
            claims = {**self._who_wanted(name, result.value), self.writer.client: self.writer}
            self.out.changes.append(Change(self.op.type, self.op.id, name, current, result.value))
            if self.out.outcome is Outcome.NOOP:
                self.out.outcome = Outcome.APPLIED
        elif result.verdict is Verdict.AGREED:
            said = claims.get(self.writer.client, self.writer)
            # A clock that ran back must not make what this client said before any older.
            claims = {**claims, self.writer.client: max(said, self.writer, key=_time)}
        elif result.verdict in (Verdict.CLASH, Verdict.WITHDRAWN):
            # Whoever wants something else, or nothing any more, no longer asserts this value:
            # the others who do may go on changing it as their own.
            claims = {client: who for client, who in claims.items() if client != self.writer.client}
        if spec.merge in (Merge.ASK, Merge.LWW):
            self.out.claims[name] = dict(claims)
        if result.verdict is Verdict.CLASH:
            self._ask(name, base, new, claims)
        elif result.verdict is not Verdict.IGNORED:
            self._withdraw(name, claims)
        return True

    def _who_wanted(self, name: str, value: Any) -> Claims:
        """The clients whose candidate is the value that now stands: they assert it too."""
        waiting = self.target.open_conflicts.get(name)
        return conflicts.who_wanted(waiting.body, value) if waiting else {}

    def _ask(self, name: str, base: Any, new: Any, claims: Claims) -> None:
        self.out.outcome = Outcome.CONFLICT
        root = ENTITIES[self.op.type].root_of(self.op.id, self.after)
        place = Place(self.op.type, self.op.id, root, name)
        entry = conflicts.candidate(self.op.op_id, self.writer, new)
        waiting = self.target.open_conflicts.get(name)
        key = waiting.id if waiting else conflicts.conflict_id(place, self.op.op_id)
        current = self.after.get(name)
        start = waiting.body if waiting else conflicts.opened("value", place, base, current, claims)
        self.out.conflicts[key] = conflicts.with_candidate(
            {**start, "current_by": conflicts.asserted_by(claims)}, entry
        )

    def _withdraw(self, name: str, claims: Claims) -> None:
        """Whatever this client said before, it now stands by the current value."""
        waiting = self.target.open_conflicts.get(name)
        if waiting is None:
            return
        body = conflicts.without_client(waiting.body, self.writer.client)
        if body["status"] == "open":
            body = conflicts.with_current(body, self.after.get(name), claims)
        self.out.conflicts[waiting.id] = body


def _time(writer: Writer) -> str:
    return writer.at


def _edit_of_removed(op: Op, target: Target, writer: Writer) -> Settlement:
    """The row stays removed and the edit waits beside it: one click restores both."""
    body = target.body or {}
    place = Place(op.type, op.id, ENTITIES[op.type].root_of(op.id, body), WHOLE_ROW)
    waiting = target.open_conflicts.get(WHOLE_ROW)
    key = waiting.id if waiting else conflicts.conflict_id(place, op.op_id)
    start = waiting.body if waiting else conflicts.opened("edit_vs_delete", place, None, None, {})
    # A second edit of the same client joins its first: both wait in the one candidate.
    wanted = {**conflicts.wanted_by(start, writer.client), **_wanted(op, body)}
    entry = conflicts.candidate(op.op_id, writer, wanted)
    return Settlement(Outcome.CONFLICT, conflicts={key: conflicts.with_candidate(start, entry)})


def _wanted(op: Op, body: Mapping[str, Any]) -> dict[str, Any]:
    """The values a client may write, as they would stand in ``body``."""
    wanted: dict[str, Any] = {}
    for name, (base, new) in op.f.items():
        merge = spec_or_unknown(op.type, name).merge
        if merge is Merge.SET:
            wanted[name] = merge_set(base, new, body.get(name))
        elif merge not in (Merge.SERVER, Merge.IMMUTABLE):
            wanted[name] = new
    return wanted


def _delete(op: Op, target: Target, writer: Writer) -> Settlement:
    if target.deleted:
        return Settlement(Outcome.NOOP, deleted=True)
    body = dict(target.body or {})
    if not target.root_changed:
        change = Change(op.type, op.id, WHOLE_ROW, body, None)
        return Settlement(Outcome.APPLIED, body=body, deleted=True, changes=[change])
    place = Place(op.type, op.id, ENTITIES[op.type].root_of(op.id, body), WHOLE_ROW)
    waiting = target.open_conflicts.get(WHOLE_ROW)
    key = waiting.id if waiting else conflicts.conflict_id(place, op.op_id)
    start = waiting.body if waiting else conflicts.opened("delete_vs_edit", place, None, None, {})
    entry = conflicts.candidate(op.op_id, writer, "delete")
    return Settlement(Outcome.CONFLICT, conflicts={key: conflicts.with_candidate(start, entry)})


def _restore(op: Op, target: Target) -> Settlement:
    if not target.deleted:
        return Settlement(Outcome.NOOP)
    body = dict(target.body or {})
    change = Change(op.type, op.id, WHOLE_ROW, None, body)
    return Settlement(Outcome.APPLIED, body=body, changes=[change])


def settle_resolve(
    op: Op, conflict_body: Mapping[str, Any] | None, target: Target, writer: Writer
) -> Settlement:
    """A person decides. Guarded: if the value moved meanwhile, the conflict shows the new one.

    ``op.f["value"]`` is ``(the current value they saw, what they chose)``. The settlement's
    ``body`` is the target row's. A settled conflict may be decided again: that undoes it.
    """
    if conflict_body is None or target.body is None or "value" not in op.f:
        return held(HELD_NO_CONFLICT)
    if conflict_body["field"] == WHOLE_ROW:
        return _resolve_row(op, conflict_body, target, writer)
    name = str(conflict_body["field"])
    expected, choice = op.f["value"]
    current = target.body.get(name)
    if same(current, choice):
        return _confirmed(op, conflict_body, target, writer)
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


def _confirmed(
    op: Op, conflict_body: Mapping[str, Any], target: Target, writer: Writer
) -> Settlement:
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


def _resolve_row(
    op: Op, conflict_body: Mapping[str, Any], target: Target, writer: Writer
) -> Settlement:
    """Keep the row with the edits that waited (``"keep"``), or remove it (``"delete"``)."""
    choice = op.f["value"][1]
    if conflict_body["status"] != "open":
        return Settlement(Outcome.NOOP)
    edits: dict[str, Any] = {}
    for entry in conflict_body["candidates"] if choice == "keep" else ():
        edits.update(entry["value"] if isinstance(entry["value"], dict) else {})
    return Settlement(
        Outcome.APPLIED,
        body=compact({**(target.body or {}), **edits}),
        deleted=choice == "delete",
        claims={name: {writer.client: writer} for name in edits},
        conflicts={op.id: conflicts.settled_as(conflict_body, choice, writer)},
        changes=[Change(*_about(conflict_body), WHOLE_ROW, None, choice)],
    )
