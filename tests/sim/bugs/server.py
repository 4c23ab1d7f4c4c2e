"""Bugs on the server: settling, receipts, revisions, rights."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from sync.merge import conflicts, patching, resolve, settle
from sync.merge.operation import OpKind, Outcome
from sync.merge.patching import Patching
from sync.merge.settlement import Settlement
from sync.merge.values import FieldResult, Verdict, settle_field
from sync.schema.policy import Merge
from sync.server import scopes, settling
from sync.server.grants import Grants
from sync.server.journal import Journal
from sync.server.lane import ReceiptBook
from sync.server.openscope import OpenScope
from sync.server.request_book import RequestBook
from sync.server.rows import Cause
from sync.server.signatures import Standing
from tests.sim.bugs.planted import planted
from tests.sim.limits import swapped


@planted("the later wall clock wins", 9, 1)
def wall_clock_wins() -> Iterator[None]:
    def by_time(spec: Any, base: Any, new: Any, current: Any, claims: Any, writer: Any) -> Any:
        if spec.merge is not Merge.ASK:
            return settle_field(spec, base, new, current, claims, writer)
        latest = max((held.at for held in claims.values()), default="")
        return (
            FieldResult(Verdict.SET, new)
            if writer.at >= latest
            else FieldResult(Verdict.IGNORED, current)
        )

    with swapped(patching, "settle_field", by_time):
        yield


@planted("a savepoint is skipped", 1)
def skipped_savepoint() -> Iterator[None]:
    """Needs an operation that falls over in its middle; see :func:`falls_over`."""

    with falls_over(), swapped(Journal, "rewind", lambda *_: None):
        yield


@contextmanager
def falls_over() -> Iterator[None]:
    """No bug of sync: some operations meet an exception once they have written."""
    real = scopes.settle_operation

    def settling(locked: Any, scope: Any, op: Any, writer: Any, epoch: str) -> Any:
        ended = real(locked, scope, op, writer, epoch)
        if op.kind == OpKind.APPEND and op.op_id[-1] in "05":
            raise ValueError("planted")
        return ended

    with swapped(scopes, "settle_operation", settling):
        yield


@planted("an operation that falls over takes its lane with it", 19)
def blocks_its_lane() -> Iterator[None]:
    def in_memory(self: Any, op: Any) -> Any:
        return self._decide(op)

    def in_store(self: Any, op: Any) -> Any:
        return self._decide(op)

    with (
        falls_over(),
        swapped(scopes._Push, "in_memory", in_memory),
        swapped(scopes._Push, "in_store", in_store),
    ):
        yield


@planted("a receipt is not stored", 1, 2, 19)
def receipt_not_stored() -> Iterator[None]:
    real = ReceiptBook.receive

    def receive(self: Any, each: Any, scope_id: str, outcome: Any) -> None:
        if each.op is None or each.op.kind != OpKind.PATCH:
            real(self, each, scope_id, outcome)

    with swapped(ReceiptBook, "receive", receive):
        yield


@planted("what is held is not kept", 1)
def held_forgotten() -> Iterator[None]:
    with swapped(ReceiptBook, "hold", lambda *_: None):
        yield


@planted("a known operation is settled again", 19, 2, 3)
def settled_again() -> Iterator[None]:
    with swapped(ReceiptBook, "known", lambda *_: None):
        yield


@planted("a repeated operation is written again", 2)
def written_again() -> Iterator[None]:
    real = scopes._Push._known

    def known(self: Any, each: Any) -> Any:
        outcome = real(self, each)
        row = self.scope.row(each.op.type, each.op.id) if outcome and self.scope else None
        if row is not None:
            cause = Cause(each.op_id, self.writing.writer(each.op))
            again = self.scope.put(row.type, row.id, row.body, deleted=row.deleted)
            self.scope.record(again, (), cause)
        return outcome

    with swapped(scopes._Push, "_known", known):
        yield


@planted("a repeated operation is told another outcome", 2)
def told_otherwise() -> Iterator[None]:
    real = ReceiptBook.known

    def known(self: Any, each: Any) -> Any:
        outcome = real(self, each)
        return outcome and msgspec.structs.replace(outcome, outcome=Outcome.NOOP.value)

    with swapped(ReceiptBook, "known", known):
        yield


@planted("a conflict is closed by the next arrival", 10)
def closed_by_arrival() -> Iterator[None]:

    def with_current(body: Any, current: Any, claims: Any) -> Any:
        return {**body, "current": current, "candidates": [], "status": "superseded"}

    with swapped(conflicts, "with_current", with_current):
        yield


@planted("a candidate is not kept", 10, 1)
def candidate_lost() -> Iterator[None]:

    with swapped(conflicts, "with_candidate", lambda body, entry: dict(body)):
        yield


@planted("of two fields that clash one is asked about", 10)
def half_asked() -> Iterator[None]:
    real = Patching._ask

    def ask(self: Any, name: str, pair: Any, by: Any, kind: str) -> None:
        if not self._out.conflicts:
            real(self, name, pair, by, kind)

    with swapped(Patching, "_ask", ask):
        yield


@planted("a decision is not guarded", 9)
def unguarded() -> Iterator[None]:
    real = resolve.settle_resolve

    def settle_resolve(op: Any, body: Any, target: Any, writer: Any) -> Settlement:
        if body is None or target.body is None or "value" not in op.f or body["field"] == "*":
            return real(op, body, target, writer)
        now = (target.body.get(str(body["field"])), op.f["value"][1])
        blind = msgspec.structs.replace(op, f={"value": now})
        return real(blind, body, msgspec.structs.replace(target, decided_since=False), writer)

    with swapped(settling, "settle_resolve", settle_resolve):
        yield


@planted("a removal asks nobody", 9)
def blind_removal() -> Iterator[None]:

    with swapped(settling, "_worked_on", lambda *_: False):
        yield


@planted("an entry may be changed", 11)
def entries_change() -> Iterator[None]:
    real = settle._append

    def append(op: Any, entity: Any, target: Any, *rest: Any) -> Settlement:
        if target.body is None:
            return real(op, entity, target, *rest)
        body = {**target.body, **{name: new for name, (_, new) in op.f.items()}}
        return Settlement(Outcome.APPLIED, body=body)

    with swapped(settle, "_append", append):
        yield


@planted("anybody may read a scope", 14)
def reads_unchecked() -> Iterator[None]:
    with swapped(Grants, "may_hold", lambda self, scope_id: True):
        yield


@planted("two copies of a computer go on as one", 14)
def told_all_the_same() -> Iterator[None]:
    real = RequestBook.take

    def take(self: Any, caller: Any, signed: Any) -> Any:
        standing, _ = real(self, caller, signed)
        return (Standing.FRESH if standing is Standing.FORKED else standing), False

    with swapped(RequestBook, "take", take):
        yield


@planted("anybody may write", 14)
def writes_unchecked() -> Iterator[None]:
    with swapped(scopes, "_permitted", lambda *_: True):
        yield


@planted("a revision is left out", 3)
def revision_left_out() -> Iterator[None]:
    real = OpenScope.record

    def record(self: Any, row: Any, changes: Any, cause: Any) -> None:
        if row.type != "visit":
            real(self, row, changes, cause)

    with swapped(OpenScope, "record", record):
        yield
