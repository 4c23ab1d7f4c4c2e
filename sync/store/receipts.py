"""What servers say of operations and lanes: receipts kept, and what they contain shown once."""

from collections.abc import Iterable, Mapping, Sequence, Set

import msgspec
from sqlalchemy import Connection

from sync.store import generations, in_place, lanes, outbox, promote, visible
from sync.store.derived import mark_stale
from sync.store.echo import Echo, Entry, echoed
from sync.store.generations import Copy
from sync.wire.messages import Lane, OpOutcome, PushReply


def acknowledge(
    connection: Connection,
    reply: PushReply,
    entries: Mapping[str, Entry],
    *,
    as_written: bool,
) -> None:
    """Store a push's receipts, and show what the server's rows contain already; ``entries`` as of
    :meth:`Replica.acknowledge <sync.store.replica.Replica.acknowledge>`.

    ``as_written``: those that become the server's rows are taken to stand as they were written.
    Raises :class:`~sync.store.in_place.NotAsWritten` where they do not.
    """
    replies = (reply, *reply.more)
    copies = generations.copies(connection)
    known = echoed(copies, replies, entries)
    heads = {echo.copy.scope_id: echo.reply.head for echo in known}
    held = {copy.scope_id for copy in copies}
    others = [lane for lane in replies if lane.scope not in heads]
    outcomes = [_settled_here(each, lane, held) for lane in others for each in lane.outcomes]
    outbox.receive(connection, outcomes)
    if known and as_written:
        in_place.settle(connection, known)
    elif known:
        _bring_in(connection, known)
    touched_scopes = {lane.scope for lane in replies} | {each.home for each in outcomes}
    reached = {
        copy: heads.get(copy.scope_id, copy.cursor)
        for copy in copies
        if copy.shown and copy.scope_id in touched_scopes
    }
    _show_reached(connection, reached)
    note_lanes(connection, [(lane.scope, lane.lane, lane.epoch) for lane in replies])


def _bring_in(connection: Connection, known: Sequence[Echo]) -> None:
    """Store the receipts of our entries, and make the server's rows of them."""
    outbox.receive(connection, [each for echo in known for each in echo.reply.outcomes])
    promote.promote(connection, [(echo.copy, echo.page()) for echo in known])


def _show_reached(connection: Connection, reached: Mapping[Copy, int]) -> None:
    """Show what these copies contain at the revisions they ``reached`` as the server has it."""
    by_scope = {copy.scope_id: rev for copy, rev in reached.items()}
    unfolded = outbox.unfold(connection, by_scope) if by_scope else {}
    for copy in reached:
        touched = unfolded.pop(copy.scope_id, set())
        roots = visible.recompute(connection, copy.no, touched)
        roots |= visible.recompute_others(connection, copy.no, touched)
        mark_stale(connection, roots)
    mark_stale(connection, visible.recompute_in(connection, unfolded))
    mark_stale(connection, visible.release(connection))


def note_lanes(connection: Connection, told: Iterable[tuple[str, Lane, str]]) -> None:
    """What servers say of lanes: (scope, lane, epoch) each, as a rule nothing new."""
    here = lanes.lanes_here(connection)
    for scope_id, lane, epoch in told:
        if scope_id in here and here[scope_id].is_told_more(lane, epoch):
            note_lane(connection, scope_id, lane, epoch)


def note_lane(connection: Connection, scope_id: str, lane: Lane, epoch: str) -> None:
    """What a server of this ``epoch`` says of one lane: what it lost waits again, and what it can
    never lose goes."""
    lanes.note_epoch(connection, scope_id, epoch)
    lost = lanes.reopen(connection, scope_id, lane.next)
    copy = generations.shown_copy(connection, scope_id) if lost else None
    if copy is not None:
        visible.capture(connection, copy.no, lost)
        roots = visible.recompute(connection, copy.no, lost)
        roots |= visible.recompute_others(connection, copy.no, lost)
        mark_stale(connection, roots)
    lanes.forget_durable(connection, scope_id, lane)


def _settled_here(outcome: OpOutcome, reply: PushReply, held: Set[str]) -> OpOutcome:
    """A receipt from a scope that is not ours is seen by what its lane's own scope says next."""
    if not outcome.home or outcome.home in held:
        return outcome
    return msgspec.structs.replace(outcome, home="", rev=reply.head)
