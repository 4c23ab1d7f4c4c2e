"""What the next pull would bring of our own entries, made of the receipts for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import msgspec

from sync.merge.operation import Op, OpKind, Outcome, new_values
from sync.schema.canonical import encode_body, row_mark_bytes
from sync.schema.registry import ENTITIES
from sync.store.generations import Copy
from sync.wire.messages import PushReply, ScopePage, WireRow

_APPLIED: Final = Outcome.APPLIED.value


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A row that one operation of ours makes and that never changes, as the server holds it; only
    its revision is not known before the receipt: the ``expected`` one, if nobody else writes."""

    type: str
    id: str
    root_id: str
    body: bytes
    body_hash: str
    expected: int
    expected_mark: bytes

    def row(self, rev: int) -> WireRow:
        """As it travels."""
        return self.type, self.id, rev, self.root_id, msgspec.Raw(self.body)

    def mark(self, rev: int) -> bytes:
        """Its share of the digest."""
        if rev == self.expected:
            return self.expected_mark
        return row_mark_bytes(self.type, self.id, rev, self.body_hash)


@dataclass(frozen=True)
class Echo:
    """A copy to which nothing happened at the server since but the ``entries`` of ours that the
    ``reply`` acknowledges, in its order."""

    copy: Copy
    reply: PushReply
    entries: Sequence[Entry]

    def page(self) -> ScopePage:
        """The page of the feed that would bring them."""
        receipts = zip(self.entries, self.reply.outcomes, strict=True)
        return ScopePage(
            scope=self.copy.scope_id,
            epoch=self.copy.epoch,
            cursor=self.copy.cursor,
            gen=self.copy.no,
            to=self.reply.head,
            head=self.reply.head,
            done=True,
            lane=self.reply.lane,
            rows=[entry.row(receipt.rev) for entry, receipt in receipts],
        )


def entries_of(ops: Iterable[Op], cursor: int = 0) -> dict[str, Entry]:
    """Those of these operations of one lane that make entries, by their ids. ``cursor`` is the
    revision that each is expected to follow, in their order."""
    return {
        op.op_id: _entry(op, rev)
        for rev, op in enumerate(ops, start=cursor + 1)
        if op.kind == OpKind.APPEND and op.type in ENTITIES
    }


def echoed(
    copies: Sequence[Copy], replies: Iterable[PushReply], entries: Mapping[str, Entry]
) -> list[Echo]:
    """Those of the copies of which the server told that nothing happened since but ``entries`` of
    ours: each of them made one row, and holds what its operation says.

    The digest that the next pull compares proves it.
    """
    told = {reply.scope: reply for reply in replies}
    return [
        Echo(copy, reply, [entries[each.op_id] for each in reply.outcomes])
        for copy in copies
        if copy.shown and (reply := told.get(copy.scope_id)) and _is_all_of_it(copy, reply)
        if all(each.op_id in entries for each in reply.outcomes)
    ]


def _is_all_of_it(copy: Copy, reply: PushReply) -> bool:
    """Whether each operation took one revision, nobody else any, and all are as they were sent."""
    if not reply.outcomes or copy.epoch != reply.epoch or copy.staged:
        return False
    expected = range(copy.cursor + 1, reply.head + 1)
    return len(expected) == len(reply.outcomes) and all(
        each.rev == rev
        and each.outcome == _APPLIED
        and not (each.code or each.conflicts or each.home)
        for rev, each in zip(expected, reply.outcomes, strict=True)
    )


def _entry(op: Op, rev: int) -> Entry:
    values = new_values(op)
    body = encode_body(values).encode()
    root_id, body_hash = ENTITIES[op.type].root_of(op.id, values), sha256(body).hexdigest()
    mark = row_mark_bytes(op.type, op.id, rev, body_hash)
    return Entry(op.type, op.id, root_id, body, body_hash, rev, mark)
