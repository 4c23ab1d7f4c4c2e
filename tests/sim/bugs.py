"""Planted bugs: each replaces one function of the product for the length of a run.

All of them were met somewhere, in other programs or in a model of this one. A law that cannot
find its bugs is worth nothing, so each is caught by at least one law, within a bounded number of
steps (``test_bugs.py``, ``python -m tests.sim --bugs``).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from sync.merge import patching, resolve, settle
from sync.merge.operation import OpKind, Outcome
from sync.merge.settlement import Settlement
from sync.merge.values import FieldResult, Verdict, settle_field
from sync.schema.policy import Merge
from sync.server import scopes
from sync.server.grants import Grants
from sync.server.lane import LaneBook
from sync.server.openscope import OpenScope
from sync.store import bulk, generations, lanes, outbox, pairs, promote, visible
from sync.store.records import Records
from sync.store.replica import Replica
from tests.sim.limits import swapped

Install = Callable[[], Any]


@dataclass(frozen=True)
class Bug:
    """A planted bug and the laws of which at least one must find it."""

    name: str
    laws: frozenset[int]
    install: Install


def _bug(name: str, *laws: int) -> Callable[[Install], Bug]:
    return lambda install: Bug(name, frozenset(laws), contextmanager(install))


# --- The laptop ----------------------------------------------------------------------------------


@_bug("the last receipt of a reply is dropped", 6, 19)
def lost_receipt() -> Iterator[None]:
    real = outbox.receive
    with swapped(outbox, "receive", lambda connection, told: real(connection, told[:-1])):
        yield


@_bug("a reply counts for all that waits", 1)
def over_acknowledged() -> Iterator[None]:
    real = outbox.receive

    def receive(connection: Any, told: Sequence[Any]) -> None:
        query = "SELECT op_id, seq FROM operation WHERE outcome = ''"
        waiting = connection.exec_driver_sql(query).all() if told else []
        assumed = [replace_(told[0], op_id=op_id, seq=seq) for op_id, seq in waiting]
        real(connection, [*told, *assumed])

    with swapped(outbox, "receive", receive):
        yield


def replace_(struct: Any, **changes: Any) -> Any:
    """A message with other members."""
    return msgspec.structs.replace(struct, **changes)


@_bug("the cursor moves before the data", 4, 7)
def cursor_first() -> Iterator[None]:
    real = Replica._promote

    def promote_(self: Any, copy: Any, page: Any, epoch: str) -> Any:
        for place in (page.to, copy.cursor):
            with self._database.writing() as connection:
                generations.advance(connection, copy.no, cursor=place)
        return real(self, copy, page, epoch)

    with swapped(Replica, "_promote", promote_):
        yield


@_bug("a row is passed over and the server's digest adopted", 4, 7)
def adopted_digest() -> Iterator[None]:
    real_write, real_promote = bulk.write, Replica._promote

    def write(connection: Any, generation: int, rows: Any, schema: int) -> None:
        kept = list(rows)
        real_write(connection, generation, kept[1:] if len(kept) > 3 else kept, schema)

    def promote_(self: Any, copy: Any, page: Any, epoch: str) -> Any:
        done = real_promote(self, copy, page, epoch)
        if done.done:
            with self._database.writing() as connection:
                generations.advance(connection, copy.no, digest=page.digest)
        return replace(done, equal=True)

    with swapped(bulk, "write", write), swapped(Replica, "_promote", promote_):
        yield


class _EqualToAll:
    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = None  # type: ignore[assignment]


@_bug("a reply that comes too late is applied", 4, 7)
def late_reply() -> Iterator[None]:
    from sync.store import replica

    with swapped(replica, "_echo", lambda copy: _EqualToAll()):
        yield


@_bug("tombstones are not applied", 4)
def no_tombstones() -> Iterator[None]:
    with swapped(bulk, "remove", lambda *_: None):
        yield


@_bug("pending edits are laid over in the wrong order", 5)
def wrong_order() -> Iterator[None]:
    real = outbox.folded

    def folded(connection: Any, key: Any) -> Any:
        return list(reversed(real(connection, key)))

    with swapped(outbox, "folded", folded):
        yield


@_bug("what people see is not worked out anew after a promotion", 5)
def not_recomputed() -> Iterator[None]:
    def set_shadow_only(connection: Any, generation: int, keys: Any) -> set[str]:
        return set()

    real = promote.promote

    def promote_(*args: Any) -> str:
        with swapped(visible, "recompute", set_shadow_only):
            return real(*args)

    with swapped(promote, "promote", promote_):
        yield


@_bug("a refilled copy forgets what is pending", 5)
def refill_drops_pending() -> Iterator[None]:
    real = generations.flip

    def flip(connection: Any, filled: Any) -> None:
        with (
            swapped(visible, "capture", lambda *_: None),
            swapped(visible, "recompute", lambda *_: set()),
        ):
            real(connection, filled)

    with swapped(generations, "flip", flip):
        yield


@_bug("an operation is deleted once it is acknowledged", 1, 5)
def deleted_on_receipt() -> Iterator[None]:
    real = outbox.receive

    def receive(connection: Any, told: Sequence[Any]) -> None:
        real(connection, told)
        connection.exec_driver_sql("DELETE FROM operation WHERE outcome = 'applied'")

    with swapped(outbox, "receive", receive):
        yield


@_bug("the operation and what it shows are saved apart", 5)
def saved_apart() -> Iterator[None]:
    real = outbox.save

    def save(connection: Any, *args: Any) -> None:
        real(connection, *args)
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with swapped(outbox, "save", save):
        yield


@_bug("a save is not kept", 1)
def save_forgotten() -> Iterator[None]:
    real = Records._write_one

    def write_one(self: Any, connection: Any, edit: Any, row_id: str, roots: Any) -> str:
        op_id = real(self, connection, edit, row_id, roots)
        if edit.kind is OpKind.DELETE:
            connection.exec_driver_sql(f"DELETE FROM operation WHERE op_id = '{op_id}'")
        return op_id

    with swapped(Records, "_write_one", write_one):
        yield


@_bug("the base is the worker's own pending value", 9)
def pending_base() -> Iterator[None]:
    with swapped(pairs, "_server_base", lambda name, now, saw: now.shown.get(name)):
        yield


@_bug("a revoked scope stays", 14)
def not_revoked() -> Iterator[None]:
    with swapped(Replica, "revoke", lambda self, scope_id: None):
        yield


@_bug("old copies are half removed", 14)
def purged_by_half() -> Iterator[None]:
    with swapped(generations, "_purge_some", lambda *_: False):
        yield


@_bug("a cloned laptop keeps its name", 1, 6, 19)
def clone_keeps_name() -> Iterator[None]:
    from sync.engine.sending import Sending

    with (
        swapped(Sending, "_begin_again", lambda self, scope, reason: None),
        swapped(lanes, "renumber", lambda connection: None),
    ):
        yield


# --- The server ----------------------------------------------------------------------------------


@_bug("the later wall clock wins", 9)
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


@_bug("a savepoint is skipped", 1)
def skipped_savepoint() -> Iterator[None]:
    """Needs an operation that falls over in its middle; see :func:`falls_over`."""
    from sync.server.journal import Journal

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


@_bug("an operation that falls over takes its lane with it", 19)
def blocks_its_lane() -> Iterator[None]:
    def in_memory(self: Any, op: Any) -> Any:
        return self._decide(op)

    def in_store(self: Any, op: Any) -> Any:
        return self._decide(op)

    with (
        falls_over(),
        swapped(scopes._Push, "_in_memory", in_memory),
        swapped(scopes._Push, "_in_store", in_store),
    ):
        yield


@_bug("a receipt is not stored", 1, 2, 19)
def receipt_not_stored() -> Iterator[None]:
    real = LaneBook.receive

    def receive(self: Any, each: Any, outcome: Any) -> None:
        if each.op is None or each.op.kind != OpKind.PATCH:
            real(self, each, outcome)

    with swapped(LaneBook, "receive", receive):
        yield


@_bug("what is held is not kept", 1)
def held_forgotten() -> Iterator[None]:
    with swapped(LaneBook, "hold", lambda *_: None):
        yield


class _AnyNumber(int):
    def __lt__(self, other: object) -> bool:
        return False

    def __gt__(self, other: object) -> bool:
        return False


@_bug("the numbers of a lane are not looked at", 1, 6, 19)
def numbers_unchecked() -> Iterator[None]:
    real_open, real_advance = LaneBook.__dict__["open"], LaneBook.advance

    def open_(cls: Any, *args: Any) -> Any:
        lane = real_open.__func__(cls, *args)
        lane.next = _AnyNumber(lane.next)
        return lane

    def advance(self: Any) -> None:
        real_advance(self)
        self.next = _AnyNumber(self.next)

    with swapped(LaneBook, "open", classmethod(open_)), swapped(LaneBook, "advance", advance):
        yield


@_bug("a known operation is settled again", 2, 3, 19)
def settled_again() -> Iterator[None]:
    with swapped(LaneBook, "known", lambda *_: None):
        yield


@_bug("a conflict is closed by the next arrival", 10)
def closed_by_arrival() -> Iterator[None]:
    from sync.merge import conflicts

    def with_current(body: Any, current: Any, claims: Any) -> Any:
        return {**body, "current": current, "candidates": [], "status": "superseded"}

    with swapped(conflicts, "with_current", with_current):
        yield


@_bug("a candidate is not kept", 10)
def candidate_lost() -> Iterator[None]:
    from sync.merge import conflicts

    with swapped(conflicts, "with_candidate", lambda body, entry: dict(body)):
        yield


@_bug("a decision is not guarded", 9)
def unguarded() -> Iterator[None]:
    real = resolve.settle_resolve

    def settle_resolve(op: Any, body: Any, target: Any, writer: Any) -> Settlement:
        if body is None or target.body is None or "value" not in op.f or body["field"] == "*":
            return real(op, body, target, writer)
        now = (target.body.get(str(body["field"])), op.f["value"][1])
        blind = msgspec.structs.replace(op, f={"value": now})
        return real(blind, body, replace(target, decided_since=False), writer)

    from sync.server import settling

    with swapped(settling, "settle_resolve", settle_resolve):
        yield


@_bug("a removal asks nobody", 9)
def blind_removal() -> Iterator[None]:
    from sync.server import settling

    with swapped(settling, "_worked_on", lambda *_: False):
        yield


@_bug("an entry may be changed", 11)
def entries_change() -> Iterator[None]:
    real = settle._append

    def append(op: Any, target: Any) -> Settlement:
        if target.body is None:
            return real(op, target)
        body = {**target.body, **{name: new for name, (_, new) in op.f.items()}}
        return Settlement(Outcome.APPLIED, body=body)

    with swapped(settle, "_append", append):
        yield


@_bug("anybody may read a scope", 14)
def reads_unchecked() -> Iterator[None]:
    with swapped(Grants, "may_hold", lambda self, scope_id: True):
        yield


@_bug("anybody may write", 14)
def writes_unchecked() -> Iterator[None]:
    with swapped(scopes, "_permitted", lambda *_: True):
        yield


@_bug("a revision is left out", 3)
def revision_left_out() -> Iterator[None]:
    real = OpenScope.record

    def record(self: Any, row: Any, changes: Any, cause: Any) -> None:
        if row.type != "visit":
            real(self, row, changes, cause)

    with swapped(OpenScope, "record", record):
        yield


ALL_BUGS: tuple[Bug, ...] = tuple(
    found for found in list(globals().values()) if isinstance(found, Bug)
)
