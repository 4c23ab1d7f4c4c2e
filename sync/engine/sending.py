"""Sending lanes, batch by batch. Whatever goes wrong with a lane is that lane's alone."""

from typing import Final

from msgspec import Raw

from sync.engine.line import Line, Meanwhile
from sync.errors import ClonedStore, NetworkError, NotPermitted, TooMuchAtOnce
from sync.identity import stamp
from sync.merge.operation import decode_op
from sync.store.echo import Entry, entries_of
from sync.store.sendable import Waiting
from sync.store.store import Store
from sync.wire.messages import MOST_OPS_IN_PUSH, LaneOps, PushReply, PushRequest

SEQ_REUSE: Final = "seq_reuse"
GAP: Final = "gap"
MOST_BEGINNINGS: Final = 2
"""How often one session takes a new client id; a server that never knows it is broken."""


class Sending:
    """What one session sent. ``stuck`` maps a lane that does not get through to the reason."""

    def __init__(self, store: Store, line: Line, *, echoes: bool) -> None:
        self._store = store
        self._line = line
        self._echoes = echoes
        self._alone = False
        self._beginnings = 0
        self._most: dict[str, int] = {}
        self._refused: set[str] = set()
        self.stuck: dict[str, str] = {}
        self.pushed = 0

    def push(self, scopes: tuple[str, ...]) -> PushReply | None:
        """Send the next batches of these lanes; nothing comes back where they did not get through.

        All of them go in one request as far as it holds them. Where that does not get through,
        each goes by itself from then on, so that none stops another.
        """
        if self._alone or len(scopes) == 1:
            return self._push_one(scopes[0])
        return self._send(self._store.replica.waiting_together(scopes))

    def ask(self, scope: str) -> PushReply | None:
        """A push of nothing, which tells how far the lane is."""
        return self._send({scope: []})

    def _push_one(self, scope: str) -> PushReply | None:
        ops = self._store.replica.waiting(scope)[: self._most.get(scope, MOST_OPS_IN_PUSH)]
        if ops[0].op_id in self._refused:
            # All that could overtake it went out before.
            self.stuck[scope] = TooMuchAtOnce.code
            return None
        refused = (place for place, op in enumerate(ops) if op.op_id in self._refused)
        return self._send({scope: ops[: next(refused, len(ops))]})

    def _send(self, lanes: dict[str, list[Waiting]]) -> PushReply | None:
        entries = Meanwhile(lambda: self._entries(lanes))
        try:
            reply = self._line.ask(lambda client: client.push(self._request(lanes), entries))
        except (NetworkError, NotPermitted) as error:
            self._not_through(lanes, error)
            return None
        self._store.replica.acknowledge(reply, entries.result())
        answered = (reply, *reply.more)
        # Whoever takes one lane at a time has to be asked so.
        self._alone = self._alone or len(answered) < len(lanes)
        beginnings = self._beginnings
        waiting = self._store.replica.glance().waiting
        firsts = self._store.replica.first_waiting(
            each.scope for each in answered if each.scope in waiting
        )
        for each in answered:
            self._note(each, lanes.get(each.scope, []), firsts.get(each.scope, ""))
            if self._beginnings > beginnings:
                break  # Every lane has other numbers now.
        return reply

    def _entries(self, lanes: dict[str, list[Waiting]]) -> dict[str, Entry]:
        """What will come back of what is sent, but for its revisions."""
        if not self._echoes:
            return {}
        seen, found = self._store.replica.glance(), dict[str, Entry]()
        for scope, ops in lanes.items():
            found |= entries_of((decode_op(op.raw) for op in ops), seen.cursor_of(scope))
        return found

    def _request(self, lanes: dict[str, list[Waiting]]) -> PushRequest:
        first, *more = (
            LaneOps(scope, ops[0].seq if ops else 1, [Raw(op.raw) for op in ops])
            for scope, ops in lanes.items()
        )
        glance, grants = self._store.replica.glance(), self._store.facts.grants()
        # The sum speaks of copies that hold what was sent, as the receipts alone can make them.
        at_rest = glance.at_rest(grants.scopes) if self._echoes else None
        return PushRequest(
            scope=first.scope,
            client=self._store.account.client_id,
            first_seq=first.first_seq,
            ops=first.ops,
            epoch=glance.epoch_of(first.scope),
            more=more,
            boot=self._store.boot,
            mono=self._store.clock.monotonic(),
            at=stamp(self._store.clock.now()),
            grant_rev=grants.grant_rev,
            gens=[gen for _, gen in at_rest[1]] if at_rest else [],
        )

    def _not_through(
        self, lanes: dict[str, list[Waiting]], error: NetworkError | NotPermitted
    ) -> None:
        if len(lanes) > 1:
            self._alone = True
            return
        ((scope, ops),) = lanes.items()
        if isinstance(error, TooMuchAtOnce):
            self._send_less(scope, ops, error.code)
        else:
            self.stuck[scope] = error.code

    def _note(self, reply: PushReply, ops: list[Waiting], first: str) -> None:
        """``first`` is the operation with which its lane's next batch begins now."""
        self.pushed += len(reply.outcomes)
        if reply.problem == SEQ_REUSE:
            self._begin_again(reply.scope, ClonedStore.code)
        elif ops and first == ops[0].op_id:
            # No receipt for it and no other place to go on from: asking again would never end.
            self._not_moved(reply)

    def _send_less(self, scope: str, ops: list[Waiting], reason: str) -> None:
        """Something on the way takes no more at once: half as much, and at last one by one.

        One operation that is too much by itself goes to the end of its lane and stops nothing.
        """
        if len(ops) > 1:
            self._most[scope] = len(ops) // 2
        elif ops:
            self._refused.add(ops[0].op_id)
            self._store.replica.postpone(scope, ops[0].op_id)
        else:
            self.stuck[scope] = reason

    def _not_moved(self, reply: PushReply) -> None:
        """A lane that asks for numbers which are durable by its own word, and deleted here: the
        server was restored to a time before its backups count. It gets lanes of a new client."""
        if reply.problem == GAP:
            self._begin_again(reply.scope, reply.problem)
        else:
            self.stuck[reply.scope] = reply.problem or NetworkError.code

    def _begin_again(self, scope: str, reason: str) -> None:
        if self._beginnings == MOST_BEGINNINGS:
            self.stuck[scope] = reason
            return
        self._beginnings += 1
        self._store.take_client_id()
