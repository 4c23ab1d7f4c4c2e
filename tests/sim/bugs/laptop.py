"""Bugs on the laptop: saving, showing, receiving, acknowledging."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from sync.engine.sending import Sending
from sync.merge.operation import OpKind
from sync.store import bulk, feed, generations, in_place, lanes, outbox, pairs, promote, visible
from sync.store.feed import Applied
from sync.store.records import Records
from sync.store.replica import Replica
from sync.store.request_counter import BLOCK, RequestCounter
from tests.sim.bugs.planted import planted
from tests.sim.limits import swapped


@planted("the last receipt of a reply is dropped", 19, 6)
def lost_receipt() -> Iterator[None]:
    real = outbox.receive
    with swapped(outbox, "receive", lambda connection, told: real(connection, told[:-1])):
        yield


@planted("a reply counts for all that waits", 1)
def over_acknowledged() -> Iterator[None]:
    real = outbox.receive

    def receive(connection: Any, told: Sequence[Any]) -> None:
        query = "SELECT op_id, seq FROM operation WHERE outcome = ''"
        waiting = connection.exec_driver_sql(query).all() if told else []
        assumed = [msgspec.structs.replace(told[0], op_id=op_id, seq=seq) for op_id, seq in waiting]
        real(connection, [*told, *assumed])

    with swapped(outbox, "receive", receive):
        yield


@planted("the cursor moves before the data", 7, 4)
def cursor_first() -> Iterator[None]:
    real = Replica._promote

    def promote_(self: Any, news: Any, epoch: str) -> Any:
        waiting = list(news)
        for copy, page in waiting:
            for place in (page.to, copy.cursor):
                with self._database.writing() as connection:
                    generations.advance(connection, copy.no, cursor=place)
        return real(self, waiting, epoch)

    with swapped(Replica, "_promote", promote_):
        yield


@planted("a row is passed over and the server's digest adopted", 4, 7)
def adopted_digest() -> Iterator[None]:
    real_write, real_promote = bulk.write, Replica._promote

    def write(connection: Any, placed: Any, *rest: Any) -> None:
        kept = list(placed)
        real_write(connection, kept[1:] if len(kept) > 3 else kept, *rest)

    def promote_(self: Any, news: Any, epoch: str) -> Any:
        applied = real_promote(self, news, epoch)
        for page, one in applied:
            if one.done:
                with self._database.writing() as connection:
                    generations.advance(connection, page.gen, digest=page.digest)
        return [(page, replace(one, equal=True)) for page, one in applied]

    with swapped(bulk, "write", write), swapped(Replica, "_promote", promote_):
        yield


class _EqualToAll:
    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = None  # type: ignore[assignment]


@planted("a reply that comes too late is applied", 4, 7)
def late_reply() -> Iterator[None]:

    with swapped(feed, "place_of", lambda copy: _EqualToAll()):
        yield


@planted("tombstones are not applied", 4)
def no_tombstones() -> Iterator[None]:
    with swapped(bulk, "remove", lambda *_: None):
        yield


@planted("pending edits are laid over in the wrong order", 5)
def wrong_order() -> Iterator[None]:
    real = outbox.folded

    def folded(connection: Any, key: Any) -> Any:
        return list(reversed(real(connection, key)))

    with swapped(outbox, "folded", folded):
        yield


@planted("a long feed is called complete before its end", 6)
def complete_too_soon() -> Iterator[None]:
    real = Replica.apply_all

    def apply_all(self: Any, pages: Any, *rest: Any) -> Any:
        for page in pages:
            if page.head - page.cursor > 8:
                yield page, Applied(done=True)
            else:
                yield from real(self, [page], *rest)

    with swapped(Replica, "apply_all", apply_all):
        yield


@planted("what people see is not worked out anew after a promotion", 5)
def not_recomputed() -> Iterator[None]:
    def set_shadow_only(connection: Any, generation: int, keys: Any) -> set[str]:
        return set()

    real = promote.promote

    def promote_(*args: Any) -> str:
        with swapped(visible, "recompute", set_shadow_only):
            return real(*args)

    with swapped(promote, "promote", promote_):
        yield


@planted("a refilled copy forgets what is pending", 5)
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


@planted("an operation is deleted once it is acknowledged", 5, 1)
def deleted_on_receipt() -> Iterator[None]:
    real = outbox.receive

    def receive(connection: Any, told: Sequence[Any]) -> None:
        real(connection, told)
        connection.exec_driver_sql("DELETE FROM operation WHERE outcome = 'applied'")

    with swapped(outbox, "receive", receive):
        yield


@planted("an entry of ours is summed up and its row left as it was", 4, 7)
def summed_up_alone() -> Iterator[None]:
    real = in_place._each_found

    def found(connection: Any, statement: str, lines: Any) -> bool:
        return "mark = ?" in statement or real(connection, statement, lines)

    with swapped(in_place, "_each_found", found):
        yield


@planted("the operation and what it shows are saved apart", 5)
def saved_apart() -> Iterator[None]:
    real = outbox.save

    def save(connection: Any, *args: Any) -> None:
        real(connection, *args)
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with swapped(outbox, "save", save):
        yield


@planted("a save is not kept", 1)
def save_forgotten() -> Iterator[None]:
    real = Records._write_one

    def write_one(
        self: Any, connection: Any, edit: Any, row_id: str, roots: Any, entries: Any
    ) -> str:
        op_id = real(self, connection, edit, row_id, roots, entries)
        if edit.kind is OpKind.DELETE:
            connection.exec_driver_sql(f"DELETE FROM operation WHERE op_id = '{op_id}'")
            # Nor in the journal, which would bring it back at the next opening.
            entries.ops[:] = [op for op in entries.ops if op.op_id != op_id]
        return op_id

    with swapped(Records, "_write_one", write_one):
        yield


@planted("the base is the worker's own pending value", 9)
def pending_base() -> Iterator[None]:
    with swapped(pairs, "server_base", lambda name, now, saw: now.shown.get(name)):
        yield


@planted("a revoked scope stays", 14)
def not_revoked() -> Iterator[None]:
    with swapped(Replica, "revoke", lambda self, scope_id: None):
        yield


@planted("old copies are half removed", 14)
def purged_by_half() -> Iterator[None]:
    with swapped(generations, "_purge_some", lambda *_: False):
        yield


@planted("a cloned laptop keeps its name", 19, 6, 1)
def clone_keeps_name() -> Iterator[None]:

    with (
        swapped(Sending, "_begin_again", lambda self, scope, reason: None),
        swapped(lanes, "renumber", lambda connection: None),
    ):
        yield


@planted("an app that starts uses the numbers of its requests again", 19)
def numbers_again() -> Iterator[None]:
    def take_block(self: Any) -> None:
        self._last, self._taken = self._taken, self._taken + BLOCK

    with swapped(RequestCounter, "_take_block", take_block):
        yield
