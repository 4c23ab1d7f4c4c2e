"""What the next pull would bring of our own entries, made of the receipts for them."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from sync.merge.operation import Op, Outcome, new_values
from sync.schema.canonical import encode_body
from sync.schema.registry import ENTITIES
from sync.store import outbox
from sync.store.generations import Copy
from sync.wire.messages import OpOutcome, PushReply, ScopePage, WireRow


def echoed(
    connection: Connection, copies: Sequence[Copy], replies: Sequence[PushReply]
) -> list[tuple[Copy, ScopePage]]:
    """The pages of those copies of which the server told that nothing happened since but our own
    entries: each of them made one row, and holds what its operation says.

    The digest that the next pull compares proves it.
    """
    told = {reply.scope: reply for reply in replies}
    plain = {
        copy.scope_id: copy
        for copy in copies
        if copy.shown and (reply := told.get(copy.scope_id)) and _is_all_of_it(copy, reply)
    }
    ids = [each.op_id for scope in plain for each in told[scope].outcomes]
    made = outbox.made(connection, ids) if ids else {}
    return [
        (copy, _page(copy, told[scope], made))
        for scope, copy in plain.items()
        if all(each.op_id in made for each in told[scope].outcomes)
    ]


def _is_all_of_it(copy: Copy, reply: PushReply) -> bool:
    """Whether each operation took one revision, and nobody else any."""
    revs = [each.rev for each in reply.outcomes]
    in_step = bool(revs) and revs == list(range(copy.cursor + 1, reply.head + 1))
    return (
        in_step
        and copy.epoch == reply.epoch
        and not copy.staged
        and all(map(_is_as_written, reply.outcomes))
    )


def _is_as_written(each: OpOutcome) -> bool:
    return each.outcome == Outcome.APPLIED and not (each.code or each.conflicts or each.home)


def _page(copy: Copy, reply: PushReply, made: dict[str, Op]) -> ScopePage:
    return ScopePage(
        scope=copy.scope_id,
        epoch=copy.epoch,
        cursor=copy.cursor,
        gen=copy.no,
        to=reply.head,
        head=reply.head,
        done=True,
        lane=reply.lane,
        rows=[_as_row(made[each.op_id], each.rev) for each in reply.outcomes],
    )


def _as_row(op: Op, rev: int) -> WireRow:
    body = new_values(op)
    root = ENTITIES[op.type].root_of(op.id, body)
    return op.type, op.id, rev, root, msgspec.Raw(encode_body(body).encode())
