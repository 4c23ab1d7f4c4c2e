"""Sending lanes, one batch at a time. Whatever goes wrong with a lane is that lane's alone."""

from typing import Final

from sync.engine.line import Line
from sync.errors import ClonedStore, NetworkError, NotPermitted, TooMuchAtOnce
from sync.merge.operation import Op
from sync.store.store import Store
from sync.wire.messages import MOST_OPS_IN_PUSH, PushReply, PushRequest

SEQ_REUSE: Final = "seq_reuse"
GAP: Final = "gap"
MOST_BEGINNINGS: Final = 2
"""How often one session takes a new client id; a server that never knows it is broken."""


class Sending:
    """What one session sent. ``stuck`` maps a lane that does not get through to the reason."""

    def __init__(self, store: Store, line: Line) -> None:
        self._store = store
        self._line = line
        self._beginnings = 0
        self._most: dict[str, int] = {}
        self._refused: set[str] = set()
        self.stuck: dict[str, str] = {}
        self.pushed = 0

    def push(self, scope: str) -> PushReply | None:
        """Send the lane's next batch; nothing comes back where it did not get through."""
        ops = self._store.replica.batch(scope)[: self._most.get(scope, MOST_OPS_IN_PUSH)]
        if ops[0].op_id in self._refused:
            # All that could overtake it went out before.
            self.stuck[scope] = TooMuchAtOnce.code
            return None
        refused = (place for place, op in enumerate(ops) if op.op_id in self._refused)
        return self._send(scope, ops[: next(refused, len(ops))])

    def ask(self, scope: str) -> PushReply | None:
        """A push of nothing, which tells how far the lane is."""
        return self._send(scope, [])

    def _send(self, scope: str, ops: list[Op]) -> PushReply | None:
        replica = self._store.replica
        request = PushRequest(
            scope=scope,
            client=self._store.account.client_id,
            first_seq=ops[0].seq if ops else 1,
            ops=ops,
            epoch=self._epoch(scope),
        )
        try:
            reply = self._line.ask(lambda client: client.push(request))
        except TooMuchAtOnce as error:
            self._send_less(scope, ops, error.code)
            return None
        except (NetworkError, NotPermitted) as error:
            self.stuck[scope] = error.code
            return None
        replica.acknowledge(reply)
        self.pushed += len(reply.outcomes)
        if reply.problem == SEQ_REUSE:
            self._begin_again(scope, ClonedStore.code)
        elif ops and not reply.outcomes and replica.batch(scope)[:1] == ops[:1]:
            # No receipt and no other place to go on from: asking again would never end.
            self._not_moved(scope, reply)
        return reply

    def _send_less(self, scope: str, ops: list[Op], reason: str) -> None:
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

    def _not_moved(self, scope: str, reply: PushReply) -> None:
        """A lane that asks for numbers which are durable by its own word, and deleted here: the
        server was restored to a time before its backups count. It gets lanes of a new client."""
        if reply.problem == GAP:
            self._begin_again(scope, reply.problem)
        else:
            self.stuck[scope] = reply.problem or NetworkError.code

    def _begin_again(self, scope: str, reason: str) -> None:
        if self._beginnings == MOST_BEGINNINGS:
            self.stuck[scope] = reason
            return
        self._beginnings += 1
        self._store.take_client_id()

    def _epoch(self, scope: str) -> str:
        return next((c.epoch for c in self._store.replica.copies() if c.scope_id == scope), "")
