"""A scope as a server holds it, in memory: gives pages of its feed and receipts for operations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sync.merge.operation import Op, OpKind, Outcome, new_values
from sync.schema.canonical import add_mark, digest_text, encode_body, row_hash, row_mark
from sync.schema.registry import ENTITIES, SCHEMA_VERSION
from sync.store.echo import entries_of
from sync.store.store import Store
from sync.wire.messages import Lane, OpOutcome, PushReply, ScopeCursor, ScopePage, WireRow

GRID = "grid:third"


@dataclass
class Feed:
    """Rows with revisions 1, 2, 3 … in one scope. ``None`` is a tombstone."""

    scope: str = GRID
    epoch: str = "epoch-1"
    head: int = 0
    rows: dict[tuple[str, str], tuple[int, dict[str, Any] | None]] = field(default_factory=dict)
    next_seq: int = 1
    durable: int = 0

    def put(self, type_: str, row_id: str, **body: Any) -> None:
        """Write a row as it shall be."""
        self.head += 1
        self.rows[type_, row_id] = (self.head, body)

    def remove(self, type_: str, row_id: str) -> None:
        """Leave a tombstone."""
        self.head += 1
        self.rows[type_, row_id] = (self.head, None)

    def take(self, op: Op, outcome: Outcome = Outcome.APPLIED) -> OpOutcome:
        """Apply an operation plainly (no merge), and give its receipt."""
        self.next_seq = op.seq + 1
        rev = 0
        if outcome is Outcome.APPLIED:
            key = (op.type, op.id)
            before = (self.rows.get(key) or (0, {}))[1] or {}
            if op.kind == OpKind.DELETE:
                self.remove(*key)
            else:
                self.put(*key, **{**before, **new_values(op)})
            rev = self.head
        return OpOutcome(op.op_id, op.seq, outcome.value, rev, "2026-11-21T02:00:00Z")

    def reply(self, *outcomes: OpOutcome, problem: str = "") -> PushReply:
        """The answer to a push."""
        return PushReply(
            scope=self.scope,
            epoch=self.epoch,
            lane=Lane(self.next_seq, self.durable),
            head=self.head,
            grant_rev=1,
            server_time="2026-11-21T02:00:00Z",
            outcomes=list(outcomes),
            problem=problem,
        )

    def page(
        self, asked: ScopeCursor, limit: int = 5_000, schema: int = SCHEMA_VERSION
    ) -> ScopePage:
        """The page after a cursor."""
        wire = self.wire_rows(asked.cursor)
        done = len(wire) <= limit
        wire = wire[:limit]
        return ScopePage(
            scope=self.scope,
            epoch=asked.epoch,
            cursor=asked.cursor,
            gen=asked.gen,
            to=self.head if done else wire[-1][2],
            head=self.head,
            done=done,
            lane=Lane(self.next_seq, self.durable),
            digest=self.digest() if done else "",
            rows=wire,
            schema=schema,
        )

    def wire_rows(self, after: int = 0) -> list[WireRow]:
        """The rows as they travel, in order of their revisions."""
        chosen = sorted((rev, key, body) for key, (rev, body) in self.rows.items() if rev > after)
        return [
            (type_, row_id, rev, _root(type_, row_id, body), msgspec.Raw(_text(body).encode()))
            for rev, (type_, row_id), body in chosen
        ]

    def digest(self) -> str:
        """The sum over the live rows."""
        total = 0
        for (type_, row_id), (rev, body) in self.rows.items():
            if body is not None:
                total = add_mark(total, row_mark(type_, row_id, rev, row_hash(_text(body))))
        return digest_text(total)

    def live(self) -> dict[tuple[str, str], tuple[int, str]]:
        """What a laptop in step with this holds."""
        return {
            key: (rev, encode_body(body))
            for key, (rev, body) in self.rows.items()
            if body is not None
        }

    def pull_into(self, store: Store, limit: int = 5_000) -> None:
        """Bring a store up to the head, page by page."""
        store.replica.grant([self.scope])
        for _ in range(100):
            (asked,) = store.replica.cursors([self.scope])
            if store.replica.apply(self.page(asked, limit), self.epoch).done:
                return
        raise AssertionError("the feed never ended")

    def push_from(self, store: Store) -> None:
        """Take everything that waits, and let the store know."""
        while store.replica.lanes().get(self.scope):
            ops = store.replica.batch(self.scope)
            reply = self.reply(*[self.take(op) for op in ops])
            store.replica.acknowledge(reply, entries_of(ops))


def _text(body: Mapping[str, Any] | None) -> str:
    return "null" if body is None else encode_body(body)


def _root(type_: str, row_id: str, body: Mapping[str, Any] | None) -> str:
    if type_ not in ENTITIES:
        return row_id
    return ENTITIES[type_].root_of(row_id, body or {})
