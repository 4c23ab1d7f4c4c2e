"""Taking operations: one transaction a push, one lock a scope, one outcome an operation.

The lock comes first and everything is read after it, so that the order in which revisions are
handed out is the order in which they commit: whoever saw head H has seen all up to H.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from sync.identity import Clock, local_day, parse_stamp, stamp
from sync.merge.operation import Op, Outcome
from sync.merge.values import Writer
from sync.schema.registry import ENTITIES
from sync.server import bugs
from sync.server.crossing import Crossed
from sync.server.database import Database, is_trouble
from sync.server.following import (
    HELD_MOVED_AWAY,
    MOVED,
    may_follow,
    place_of,
    scopes_followed,
    tell_of_others,
)
from sync.server.grants import Grants, grants_of
from sync.server.incoming import Incoming, IncomingPush, read_operation
from sync.server.lane import LaneBook
from sync.server.locked import Locked, lock_homes
from sync.server.notices import deliver_notices
from sync.server.openscope import OpenScope
from sync.server.people import Caller
from sync.server.settling import Ended, inherit_claims, settle_operation
from sync.wire.messages import Lane, OpOutcome, PushReply

log = logging.getLogger(__name__)

HELD_NOT_PERMITTED: Final = "not_permitted"
HELD_ERROR: Final = "error"
GAP: Final = "gap"
SEQ_REUSE: Final = "seq_reuse"
NO_EPOCH: Final = "-"


def push(db: Database, request: IncomingPush, caller: Caller, clock: Clock) -> PushReply:
    """Settle the operations of one lane, whole or not at all."""
    incoming = [
        read_operation(bytes(raw), request.first_seq + place)
        for place, raw in enumerate(request.ops)
    ]
    now = clock.now()
    known = [each.op for each in incoming if each.op is not None]

    def settle(connection: Connection) -> PushReply:
        locked = lock_homes(
            connection,
            request.scope,
            known,
            stamp(now),
            scopes_followed(connection, request.scope, known),
        )
        grants = grants_of(connection, caller.staff_id, local_day(now))
        lane = LaneBook.open(connection, locked.journal, request.scope, request.client, locked.at)
        return _Push(locked, lane, caller, grants, db.epoch).take(incoming)

    reply = db.run(settle)
    deliver_notices(db, clock)
    return reply


@dataclass(frozen=True)
class _Push:
    """One lane's operations on their way: settled in memory, written together."""

    locked: Locked
    lane: LaneBook
    caller: Caller
    grants: Grants
    epoch: str

    @property
    def scope(self) -> OpenScope | None:
        """The locked scope; nothing where it never existed, and then all is held."""
        return self.locked.scopes.get(self.lane.scope_id)

    def take(self, incoming: Sequence[Incoming]) -> PushReply:
        """An outcome for each operation, up to the first that does not belong here.

        Where the store refuses what they came to together, nobody knows which of them it was:
        all of it is undone, and each is settled and written by itself.
        """
        self.lane.look_up(incoming)
        try:
            with self.locked.connection.begin_nested(), self.locked.attempt():
                self._prefetch(incoming)
                reply = self._take(incoming, self._in_memory)
                self.locked.write()
        except Exception as error:  # One bad record never blocks a lane.
            if is_trouble(error) or isinstance(error, Crossed):
                # The disk is full or the store is busy: no fault of any operation. All is undone.
                raise
            log.warning("operations are written one by one: %s", bugs.place_of(error))
            reply = self._take(incoming, self._in_store)
        self.locked.save()
        self.lane.write()
        return reply

    def _prefetch(self, incoming: Sequence[Incoming]) -> None:
        readable = [each.op for each in incoming if each.op is not None and not each.flaw]
        if self.scope is not None:
            self.locked.prefetch(self.scope, readable)

    def _take(self, incoming: Sequence[Incoming], decide: Callable[[Op], Ended]) -> PushReply:
        lane = self.lane
        outcomes: list[OpOutcome] = []
        problem = ""
        for each in incoming:
            outcome = self._known(each)
            if outcome is None:
                problem = SEQ_REUSE if each.seq < lane.next else GAP if each.seq > lane.next else ""
                if problem:
                    break
                outcome = self._settle(each, decide)
            outcomes.append(outcome)
            if each.seq == lane.next:
                lane.advance()
        return PushReply(
            scope=lane.scope_id,
            epoch=self.epoch,
            lane=Lane(lane.next, lane.durable),
            head=self.scope.head if self.scope else 0,
            grant_rev=self.grants.rev,
            server_time=self.locked.at,
            outcomes=outcomes,
            problem=problem,
        )

    def _known(self, each: Incoming) -> OpOutcome | None:
        """The outcome that was given before, in whatever lane: nothing runs twice."""
        outcome = self.lane.known(each, self.caller)
        before = self.lane.sender(each)
        if before != self.lane.client and self.scope is not None and each.op is not None:
            inherit_claims(self.scope, each.op, before, self._writer(each.op))
        return outcome

    def _settle(self, each: Incoming, decide: Callable[[Op], Ended]) -> OpOutcome:
        if each.op is None or each.flaw:
            ended = Ended(Outcome.HELD, each.flaw, ())
        elif self.scope is None:
            ended = Ended(Outcome.HELD, HELD_NOT_PERMITTED, ())
        else:
            ended = decide(each.op)
        home = ended.home or self.scope
        outcome = OpOutcome(
            op_id=each.op_id,
            seq=each.seq,
            outcome=ended.outcome.value,
            rev=home.head if home else 0,
            at=self.locked.at,
            code=ended.code,
            conflicts=list(ended.conflicts),
            home=ended.home.scope_id if ended.home else "",
        )
        if ended.outcome is Outcome.HELD:
            self.lane.hold(each, self.caller, ended.code)
        self.lane.receive(each, outcome)
        return outcome

    def _in_memory(self, op: Op) -> Ended:
        """Settle; whatever goes wrong, only this operation is kept aside."""
        try:
            with self.locked.attempt():
                return self._decide(op)
        except (SQLAlchemyError, Crossed):
            # The transaction may be worth nothing now: what it read has to be read again.
            raise
        except Exception as error:  # noqa: BLE001  # One bad record never blocks a lane.
            return _failed(op, error)

    def _in_store(self, op: Op) -> Ended:
        """The same with everything written in a savepoint of its own."""
        try:
            with self.locked.connection.begin_nested(), self.locked.attempt():
                ended = self._decide(op)
                self.locked.write()
                return ended
        except Exception as error:  # One bad record never blocks a lane.
            if is_trouble(error) or isinstance(error, Crossed):
                raise
            return _failed(op, error)

    def _decide(self, op: Op) -> Ended:
        lane = self.scope
        assert lane is not None
        place = place_of(self.locked, lane, op)
        if not place.left_at:
            if not _permitted(op, lane, self.grants):
                return Ended(Outcome.HELD, HELD_NOT_PERMITTED, ())
            return settle_operation(self.locked, lane, op, self._writer(op), self.epoch)
        if not may_follow(op, place, lane, self.grants, self.epoch):
            return Ended(Outcome.HELD, HELD_MOVED_AWAY, ())
        tell_of_others(place, lane, op, self.epoch)
        # What the writer had seen is counted in another scope's revisions.
        ended = settle_operation(self.locked, place.scope, op, self._writer(op), NO_EPOCH)
        return replace(ended, code=ended.code or MOVED, home=ended.home or place.scope)

    def _writer(self, op: Op) -> Writer:
        return Writer(
            client=self.lane.client,
            author=self.caller.staff_id,
            device=self.caller.device_name,
            at=estimated(op.at, self.caller.enrolled_at, self.locked.at),
        )


def _failed(op: Op, error: Exception) -> Ended:
    log.error("operation %s held: %s", op.op_id, bugs.place_of(error))
    return Ended(Outcome.HELD, HELD_ERROR, ())


def _permitted(op: Op, scope: OpenScope, grants: Grants) -> bool:
    """Whether the writer's posts let them write this row here; a conflict counts as its target."""
    if op.type not in ENTITIES:
        # Of a newer version: held as such, which says more than that it is not permitted.
        return grants.may_hold(scope.scope_id)
    if op.type != "conflict":
        return grants.may_write(scope.scope_id, op.type)
    conflict = scope.row("conflict", op.id)
    if conflict is None:
        return grants.may_hold(scope.scope_id)
    return grants.may_write(scope.scope_id, str(conflict.body["target_type"]))


def estimated(device_time: str, earliest: str, received: str) -> str:
    """When an operation was written: the device's word, within what the server knows.

    It cannot be before the computer was enrolled or after the operation arrived.
    """
    try:
        said = parse_stamp(device_time)
    except (ValueError, OverflowError):
        return received
    return stamp(max(parse_stamp(earliest), min(said, parse_stamp(received))))
