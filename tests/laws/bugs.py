"""Mistakes that somebody might make in the merge core, each planted where it would be made."""

from dataclasses import replace
from typing import Any

import msgspec

from sync.merge import ledger
from sync.merge.operation import Op, Outcome, new_values
from sync.merge.patching import By, Patching
from sync.merge.removal import delete
from sync.merge.resolve import settle_resolve
from sync.merge.settle import Change, Settlement, Target, held
from sync.merge.values import FieldResult, Verdict, Writer, spec_or_unknown
from sync.schema.canonical import compact
from sync.schema.policy import WHOLE_ROW
from sync.schema.stages import Stages
from sync.schema.values import same
from sync.store.record import Saw
from tests.laws.core import Bug


def _wall_clock(base: Any, new: Any, current: Any, claims: Any, writer: Writer) -> FieldResult:
    if same(current, new):
        return FieldResult(Verdict.AGREED, current)
    latest = max((who.at for who in claims.values()), default="")
    later = writer.at >= latest
    return FieldResult(Verdict.SET if later else Verdict.IGNORED, new if later else current)


def _own_claim_is_enough(
    base: Any, new: Any, current: Any, claims: Any, writer: Writer
) -> FieldResult:
    if same(current, new):
        return FieldResult(Verdict.AGREED, current)
    if same(current, base) or writer.client in claims:
        return FieldResult(Verdict.SET, new)
    return FieldResult(Verdict.WITHDRAWN if same(new, base) else Verdict.CLASH, current)


def _no_claims(base: Any, new: Any, current: Any, claims: Any, writer: Writer) -> FieldResult:
    return _own_claim_is_enough(base, new, current, {}, writer)


def _unguarded(op: Op, asked: Any, target: Target, writer: Writer, entities: Any) -> Settlement:
    if asked and "value" in op.f and asked["field"] != WHOLE_ROW:
        current = (target.body or {}).get(str(asked["field"]))
        op = msgspec.structs.replace(op, f={"value": (current, op.f["value"][1])})
    blind = msgspec.structs.replace(target, decided_since=False, root_changed=False)
    return settle_resolve(op, asked, blind, writer, entities)


def _row_unguarded(op: Op, asked: Any, target: Target, writer: Writer, entities: Any) -> Settlement:
    if asked and asked["field"] == WHOLE_ROW:
        target = msgspec.structs.replace(target, decided_since=False, root_changed=False)
    return settle_resolve(op, asked, target, writer, entities)


def _removes_at_once(op: Op, target: Target, writer: Writer, entities: Any) -> Settlement:
    return delete(op, msgspec.structs.replace(target, root_changed=False), writer, entities)


class _JoinsBlindly(Patching):
    """Writes what waited over whatever stands."""

    def settle(self, name: str, base: Any, new: Any, by: By) -> bool:
        current, self.after[name] = self.after.get(name), new
        self._out.changes.append(Change(self._type, self._id, name, current, new))
        self._out.claims[name] = {by.writer.client: by.writer}
        return True


def _pending_is_base(name: str, now: Saw, saw: Saw) -> Any:
    return now.shown.get(name)


def _alone(body: Any, entry: Any) -> dict[str, Any]:
    return {**body, "candidates": [entry]}


def _by_time(body: Any, entry: Any) -> dict[str, Any]:
    others = [held for held in body["candidates"] if held["client"] != entry["client"]]
    return {**body, "candidates": sorted([*others, entry], key=lambda held: held["at"])}


def _closes_all(body: Any, client: str) -> dict[str, Any]:
    return {**body, "candidates": [], "status": "superseded"}


def _forgets(self: Patching, name: str, pair: Any, by: By, kind: str) -> None:
    self._out.outcome = Outcome.CONFLICT


def _drops_the_choice(op: Op, asked: Any, target: Target, writer: Writer) -> Settlement:
    return Settlement(Outcome.CONFLICT)


def _overwrites(op: Op, entity: Any, target: Target, writer: Writer) -> Settlement:
    return Settlement(Outcome.APPLIED, body=compact(new_values(op)))


def _refuses_overdraft(op: Op, target: Target, writer: Writer) -> Settlement:
    total = ledger.balance(target.entries.values()) + int(op.f["amount"][1])
    return held("overdraft") if total < 0 else ledger.settle_entry(op, target, writer)


def _any_reversal(op: Op, wanted: Any, target: Target) -> str:
    return "" if op.id == ledger.entry_id(op.type, wanted) else ledger.HELD_OCCASION


def _any_step(spec: Any, base: Any, new: Any, current: Any) -> FieldResult:
    return FieldResult(Verdict.AGREED if same(current, new) else Verdict.SET, new)


def _reopening(self: Stages, before: Any, after: Any) -> bool:
    if not before:
        return after in self.starts
    return self.is_closed(before) or after in self.steps.get(before, ())


def _without_graph(type_: str, name: str, entities: Any) -> Any:
    return replace(spec_or_unknown(type_, name, entities), stages=None)


def _text_is_one_value(spec: Any, base: Any, new: Any, current: Any) -> FieldResult:
    return FieldResult(Verdict.SET, new)


VALUES = "sync.merge.values"
WALL_CLOCK = Bug("the wall clock decides", f"{VALUES}._ask", _wall_clock)
OWN_CLAIM = Bug("one's own claim beside others' is enough", f"{VALUES}._ask", _own_claim_is_enough)
NO_CLAIMS = Bug("claims are ignored", f"{VALUES}._ask", _no_claims)
UNGUARDED = Bug("a decision is not guarded", "tests.merge.replica.settle_resolve", _unguarded)
ROW_UNGUARDED = Bug(
    "a decision about a row is not guarded", "tests.merge.replica.settle_resolve", _row_unguarded
)
REMOVES = Bug("a removal is not guarded", "sync.merge.settle.delete", _removes_at_once)
JOINS_BLINDLY = Bug("edits that waited are joined", "sync.merge.resolve.Patching", _JoinsBlindly)
PENDING_BASE = Bug(
    "the base is one's own pending value", "tests.laws.offline.server_base", _pending_is_base
)
ONE_CANDIDATE = Bug(
    "a candidate replaces the others", "sync.merge.conflicts.with_candidate", _alone
)
SORTED_BY_TIME = Bug(
    "candidates stand in the order of time", "sync.merge.conflicts.with_candidate", _by_time
)
CLOSES_ALL = Bug("one agreement closes all", "sync.merge.conflicts.without_client", _closes_all)
FORGETS = Bug("a clash is not written down", "sync.merge.patching.Patching._ask", _forgets)
DROPS_CHOICE = Bug("a late decision is dropped", "sync.merge.resolve._missed", _drops_the_choice)
SET_IS_ONE_VALUE = Bug(
    "a set is one value", f"{VALUES}.merge_set", lambda base, new, current: sorted(new or ())
)
TEXT_IS_ONE_VALUE = Bug("a text is one value", f"{VALUES}._joined", _text_is_one_value)
OVERWRITES = Bug("an entry is written over", "sync.merge.settle._append", _overwrites)
CHANGES_ENTRIES = Bug(
    "an entry is patched", "sync.schema.registry.Entity.append_only", property(lambda self: False)
)
REFUSES_OVERDRAFT = Bug(
    "an overdraft is refused", "sync.merge.settle.settle_entry", _refuses_overdraft
)
ANY_ID = Bug("an occasion has any id", "sync.merge.ledger._flaw", lambda op, wanted, target: "")
FORGETS_REVERSALS = Bug(
    "the balance leaves reversals out",
    "sync.merge.ledger.balance",
    lambda entries: sum(body["amount"] for body in entries if not body.get("reverses")),
)
REVERSES_AGAIN = Bug("an entry is taken back twice", "sync.merge.ledger._flaw", _any_reversal)
HIDES_OVERDRAFT = Bug(
    "an overdraft is not shown",
    "sync.merge.settle.settle_entry",
    lambda op, target, writer: msgspec.structs.replace(
        ledger.settle_entry(op, target, writer), conflicts={}
    ),
)
ANY_STEP = Bug("the graph is ignored", f"{VALUES}._step", _any_step)
REOPENS = Bug(
    "closed is opened again",
    "sync.schema.stages.Stages.may_step",
    _reopening,
)
DECIDES_ANYWHERE = Bug(
    "a decision ignores the graph", "sync.merge.resolve.spec_or_unknown", _without_graph
)
