"""Taking operations: one transaction a push, one lock a scope, one outcome an operation.

The lock comes first and everything is read after it, so that the order in which revisions are
handed out is the order in which they commit: whoever saw head H has seen all up to H.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from sync.identity import Clock, local_day, parse_stamp, stamp
from sync.merge.operation import Op, Outcome
from sync.merge.times import Estimate, Receipt, estimates
from sync.merge.values import Writer
from sync.schema.policy import ScopeKind
from sync.schema.registry import ENTITIES, scope_name
from sync.schema.reveal import Reveal
from sync.server import bugs
from sync.server.audit import record_looks
from sync.server.cases import open_cases
from sync.server.crossing import Crossed
from sync.server.database import Database, is_trouble
from sync.server.entries import fresh_rows, plain_entries
from sync.server.epochs import epoch_of
from sync.server.following import (
    HELD_MOVED_AWAY,
    MOVED,
    Named,
    households_named,
    look_around,
    may_follow,
    place_of,
    scopes_followed,
    tell_of_others,
)
from sync.server.grants import Grants, grants_of, may_open_cases, posts_at
from sync.server.incoming import Incoming, IncomingPush
from sync.server.lane import (
    HELD_ID_REUSED,
    LaneBook,
    ReceiptBook,
    open_lanes,
    write_lanes,
)
from sync.server.locked import Locked, Work, lock_homes
from sync.server.notices import deliver_notices
from sync.server.openscope import OpenScope
from sync.server.people import Caller
from sync.server.referrals import deliver_referrals
from sync.server.rows import Cause
from sync.server.settling import Ended, inherit_claims, settle_operation
from sync.server.stepping import HELD_NOT_YOUR_STEP, is_watched, may_step
from sync.wire.messages import Lane, OpOutcome, PushReply

log = logging.getLogger(__name__)

HELD_NOT_PERMITTED: Final = "not_permitted"
HELD_ERROR: Final = "error"
GAP: Final = "gap"
SEQ_REUSE: Final = "seq_reuse"
NO_EPOCH: Final = "-"


def push(db: Database, request: IncomingPush, caller: Caller, clock: Clock) -> PushReply:
    """Settle the operations of a client's lanes, all in one transaction."""
    lanes = [(lane.scope, lane.read(db.key)) for lane in request.lanes]
    now = clock.now()
    work = [(scope_id, [each.op for each in incoming if each.op]) for scope_id, incoming in lanes]
    sent = Receipt(parse_stamp(caller.enrolled_at), now, request.boot, request.mono, request.at)
    times = estimates([op for _, ops in work for op in ops], sent)
    named = households_named(work)

    def settle(connection: Connection) -> PushReply:
        opened = _open_cases(connection, work, caller, local_day(now))
        followed = scopes_followed(connection, work, named)
        locked = lock_homes(connection, work, stamp(now), followed)
        grants = grants_of(connection, caller.staff_id, local_day(now)).with_cases(opened)
        receipts = ReceiptBook(connection, locked.journal, request.client, locked.at)
        receipts.look_up([each for _, incoming in lanes for each in incoming])
        books = open_lanes(connection, locked.journal, request.client, [name for name, _ in lanes])
        epoch = epoch_of(connection)
        writing = _Writing(locked, receipts, request.client, caller, grants, epoch, times, named)
        first, *more = _take(
            writing,
            [
                _Push(writing, book, incoming)
                for book, (_, incoming) in zip(books, lanes, strict=True)
            ],
        )
        receipts.write()
        write_lanes(connection, request.client, books)
        looks = _looks(work, [first, *more])
        record_looks(connection, db.key, caller, looks, times)
        first.more = more
        return first

    reply = db.run(settle)
    _pass_on(db, clock)
    return reply


def _looks(work: Work, replies: Sequence[PushReply]) -> list[Op]:
    """The operations that told of a look and were taken."""
    applied = Outcome.APPLIED.value
    taken = {one.op_id for reply in replies for one in reply.outcomes if one.outcome == applied}
    ops = (op for _, ops in work for op in ops)
    return [op for op in ops if op.type == Reveal.TYPE and op.op_id in taken]


def _pass_on(db: Database, clock: Clock) -> None:
    """What follows from a commit, in transactions of its own. Whatever fails here waits in its
    queue: the sender's operations are settled, and are answered with their receipts."""
    for deliver in (deliver_notices, deliver_referrals):
        try:
            deliver(db, clock)
        except Exception as error:  # noqa: BLE001  # No error of what follows undoes what is done.
            log.warning("what was settled is not passed on yet: %s", bugs.place_of(error))


def _open_cases(connection: Connection, work: Work, caller: Caller, today: date) -> frozenset[str]:
    """The scopes of mediation cases that begin with this push: their author writes there."""
    kind = scope_name(ScopeKind.CASE, "")
    cases = [(scope_id, ops) for scope_id, ops in work if scope_id.startswith(kind)]
    community_id = str(caller.account.community_id)
    if not cases or not may_open_cases(connection, caller.staff_id, community_id, today):
        return frozenset()
    return open_cases(connection, cases, community_id)


def _take(writing: "_Writing", pushes: "Sequence[_Push]") -> list[PushReply]:
    """The reply to each lane: settled in memory, written together.

    Where the store refuses what the operations came to together, nobody knows which of them it
    was: all of it is undone, and each is settled and written by itself.
    """
    locked = writing.locked
    try:
        with locked.connection.begin_nested(), locked.attempt():
            look_around(locked, writing.named)
            locked.prefetch([(push.scope, push.readable) for push in pushes if push.scope])
            replies = [push.take_together() or push.take(push.in_memory) for push in pushes]
            locked.write()
    except Exception as error:  # One bad record never blocks a lane.
        if is_trouble(error) or isinstance(error, Crossed):
            # The disk is full or the store is busy: no fault of any operation. All is undone.
            raise
        log.warning("operations are written one by one: %s", bugs.place_of(error))
        replies = [push.take(push.in_store) for push in pushes]
    locked.save()
    return replies


@dataclass(frozen=True)
class _Writing:
    """Who writes what, where, and since when it is known."""

    locked: Locked
    receipts: ReceiptBook
    client: str
    caller: Caller
    grants: Grants
    epoch: str
    times: Mapping[str, Estimate]
    named: Named
    posts: dict[str, frozenset[str]] = field(default_factory=dict)

    def may_step(self, op: Op, scope: OpenScope, by: OpenScope) -> bool:
        """Whether the writer's posts in the grid ``by`` take the step, where the operation is
        one; ``scope`` is where the row stands."""
        if not is_watched(op):
            return True
        return may_step(op, scope, self._posts(by.scope_id), self.client)

    def _posts(self, scope_id: str) -> frozenset[str]:
        """The writer's posts in a scope, asked once a push."""
        if scope_id not in self.posts:
            today = local_day(parse_stamp(self.locked.at))
            account = self.caller.account
            found = posts_at(self.locked.connection, account, scope_id, today)
            self.posts[scope_id] = frozenset(found)
        return self.posts[scope_id]

    def writer(self, op: Op) -> Writer:
        """Who asserts what the operation says."""
        return Writer(
            client=self.client,
            author=self.caller.staff_id,
            device=self.caller.device_name,
            at=self.times[op.op_id].stamp,
            sure=self.times[op.op_id].sure,
        )


@dataclass(frozen=True)
class _Push:
    """One lane's operations on their way."""

    writing: _Writing
    lane: LaneBook
    incoming: Sequence[Incoming]

    @property
    def scope(self) -> OpenScope | None:
        """The locked scope; nothing where it never existed, and then all is held."""
        return self.writing.locked.scopes.get(self.lane.scope_id)

    @property
    def readable(self) -> list[Op]:
        """The operations that can be settled at all."""
        return [each.op for each in self.incoming if each.op is not None and not each.flaw]

    def take(self, decide: Callable[[Op], Ended]) -> PushReply:
        """An outcome for each operation, up to the first that does not belong here."""
        lane = self.lane
        outcomes: list[OpOutcome] = []
        problem = ""
        for each in self.incoming:
            outcome = self._known(each)
            if outcome is None:
                problem = SEQ_REUSE if each.seq < lane.next else GAP if each.seq > lane.next else ""
                if problem:
                    break
                outcome = self._settle(each, decide)
            outcomes.append(outcome)
            if each.seq == lane.next:
                lane.advance()
        return self._reply(outcomes, problem)

    def take_together(self) -> PushReply | None:
        """The same of a lane of nothing but new entries; nothing where it is not, and then
        nothing was done."""
        writing, lane, scope = self.writing, self.lane, self.scope
        if scope is None or not all(map(writing.receipts.is_new, self.incoming)):
            return None
        try:
            with writing.locked.attempt():
                found = plain_entries(
                    writing.locked,
                    scope,
                    self.incoming,
                    lane.next,
                    writing.grants,
                    writing.named.get(scope.scope_id, frozenset()),
                )
                if not found:
                    return None
                return self._taken(scope, found)
        except (SQLAlchemyError, Crossed):
            raise
        except Exception:  # noqa: BLE001  # One by one it is seen which of them it was.
            return None

    def _taken(self, scope: OpenScope, ops: Sequence[Op]) -> PushReply:
        rows = fresh_rows(scope, ops)
        scope.record_new(rows, (Cause(op.op_id, self.writing.writer(op)) for op in ops))
        applied, at = Outcome.APPLIED.value, self.writing.locked.at
        outcomes = [
            OpOutcome(each.op_id, each.seq, applied, row.rev, at)
            for each, row in zip(self.incoming, rows, strict=True)
        ]
        ended = list(zip(self.incoming, outcomes, strict=True))
        self.writing.receipts.receive_all(ended, scope.scope_id)
        self.lane.advance(len(outcomes))
        return self._reply(outcomes, "")

    def _reply(self, outcomes: list[OpOutcome], problem: str) -> PushReply:
        lane = self.lane
        return PushReply(
            scope=lane.scope_id,
            epoch=self.writing.epoch,
            lane=Lane(lane.next, lane.durable),
            head=self.scope.head if self.scope else 0,
            grant_rev=self.writing.grants.rev,
            server_time=self.writing.locked.at,
            outcomes=outcomes,
            problem=problem,
        )

    def _known(self, each: Incoming) -> OpOutcome | None:
        """The outcome that was given before, in whatever lane: nothing runs twice."""
        receipts, writing = self.writing.receipts, self.writing
        if receipts.is_new(each):
            return None
        if receipts.is_other(each) and each.seq == self.lane.next:
            # Another payload under a known id: kept beside the first one, and the lane goes on.
            receipts.hold(each, self.lane.scope_id, writing.caller, HELD_ID_REUSED)
        before = receipts.sender(each)
        if before != writing.client and self.scope is not None and each.op is not None:
            inherit_claims(self.scope, each.op, before, writing.writer(each.op))
        return receipts.known(each)

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
            at=self.writing.locked.at,
            code=ended.code,
            conflicts=list(ended.conflicts),
            home=ended.home.scope_id if ended.home else "",
        )
        if ended.outcome is Outcome.HELD:
            self.writing.receipts.hold(each, self.lane.scope_id, self.writing.caller, ended.code)
        self.writing.receipts.receive(each, self.lane.scope_id, outcome)
        return outcome

    def in_memory(self, op: Op) -> Ended:
        """Settle; whatever goes wrong, only this operation is kept aside."""
        try:
            with self.writing.locked.attempt():
                return self._decide(op)
        except (SQLAlchemyError, Crossed):
            # The transaction may be worth nothing now: what it read has to be read again.
            raise
        except Exception as error:  # noqa: BLE001  # One bad record never blocks a lane.
            return _failed(op, error)

    def in_store(self, op: Op) -> Ended:
        """The same with everything written in a savepoint of its own."""
        try:
            with self.writing.locked.connection.begin_nested(), self.writing.locked.attempt():
                ended = self._decide(op)
                self.writing.locked.write()
                return ended
        except Exception as error:  # One bad record never blocks a lane.
            if is_trouble(error) or isinstance(error, Crossed):
                raise
            return _failed(op, error)

    def _decide(self, op: Op) -> Ended:
        lane, writing = self.scope, self.writing
        assert lane is not None
        place = place_of(writing.locked, lane, op)
        if not place.left_at:
            if not _permitted(op, lane, writing.grants):
                return Ended(Outcome.HELD, HELD_NOT_PERMITTED, ())
            if not writing.may_step(op, lane, lane):
                return Ended(Outcome.HELD, HELD_NOT_YOUR_STEP, ())
            return settle_operation(writing.locked, lane, op, writing.writer(op), writing.epoch)
        if not may_follow(op, place, lane, writing.grants, writing.epoch):
            return Ended(Outcome.HELD, HELD_MOVED_AWAY, ())
        # Whoever may follow is asked by the posts that they have where the work was done.
        if not any(writing.may_step(op, place.scope, by) for by in (place.scope, lane)):
            return Ended(Outcome.HELD, HELD_NOT_YOUR_STEP, ())
        tell_of_others(place, lane, op, writing.epoch)
        # What the writer had seen is counted in another scope's revisions.
        ended = settle_operation(writing.locked, place.scope, op, writing.writer(op), NO_EPOCH)
        return msgspec.structs.replace(
            ended, code=ended.code or MOVED, home=ended.home or place.scope
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
