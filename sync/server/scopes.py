"""Taking operations: one transaction a push, one lock a scope, one outcome an operation.

The lock comes first and everything is read after it, so that the order in which revisions are
handed out is the order in which they commit: whoever saw head H has seen all up to H.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.exc import OperationalError

from sync.identity import Clock, local_day, parse_stamp, stamp
from sync.merge.operation import Op, Outcome
from sync.merge.values import Writer
from sync.schema.registry import ENTITIES
from sync.server.bugs import place_of
from sync.server.claims import inherit_claims
from sync.server.database import Database
from sync.server.grants import Grants, grants_of
from sync.server.incoming import Incoming, IncomingPush, read_operation
from sync.server.locked import Locked, home_scopes, lock_scopes
from sync.server.notices import deliver_notices
from sync.server.people import Caller
from sync.server.rows import OpenScope
from sync.server.settling import Ended, settle_operation
from sync.server.tables import HELD, LANE, RECEIPT
from sync.wire.messages import Lane, OpOutcome, PushReply

log = logging.getLogger(__name__)

HELD_NOT_PERMITTED: Final = "not_permitted"
HELD_ERROR: Final = "error"
HELD_ID_REUSED: Final = "op_id_reuse"
GAP: Final = "gap"
SEQ_REUSE: Final = "seq_reuse"


def push(db: Database, request: IncomingPush, caller: Caller, clock: Clock) -> PushReply:
    """Settle the operations of one lane, whole or not at all."""
    incoming = [
        read_operation(bytes(raw), request.first_seq + place)
        for place, raw in enumerate(request.ops)
    ]
    now = clock.now()
    with db.write() as connection:
        grants = grants_of(connection, caller.staff_id, local_day(now))
        known = [each.op for each in incoming if each.op is not None]
        homes = home_scopes(connection, request.scope, known)
        locked = lock_scopes(connection, homes, stamp(now))
        lane = _Lane.open(locked, request.scope, request.client, db.epoch)
        reply = lane.take(incoming, caller, grants)
        locked.save()
    deliver_notices(db, clock)
    return reply


@dataclass
class _Lane:
    """A lane while a push is taken: the next number, and the scope's lock."""

    locked: Locked
    scope_id: str
    client: str
    epoch: str
    next: int
    durable: int

    @classmethod
    def open(cls, locked: Locked, scope_id: str, client: str, epoch: str) -> "_Lane":
        """The lane as it stands; a first push makes it."""
        where = (LANE.c.client == client, LANE.c.scope_id == scope_id)
        line = locked.connection.execute(select(LANE).where(*where)).first()
        if line is None:
            new = {"client": client, "scope_id": scope_id, "next": 1, "durable": 0}
            locked.connection.execute(insert(LANE), new)
        return cls(
            locked,
            scope_id,
            client,
            epoch,
            next=line.next if line else 1,
            durable=line.durable if line else 0,
        )

    @property
    def scope(self) -> OpenScope | None:
        """The locked scope; nothing where it never existed, and then all is held."""
        return self.locked.scopes.get(self.scope_id)

    def take(self, incoming: Sequence[Incoming], caller: Caller, grants: Grants) -> PushReply:
        """An outcome for each operation, up to the first that does not belong here."""
        outcomes: list[OpOutcome] = []
        problem = ""
        for each in incoming:
            outcome = self._known(each, caller)
            if outcome is None:
                problem = SEQ_REUSE if each.seq < self.next else GAP if each.seq > self.next else ""
                if problem:
                    break
                outcome = self._settle(each, caller, grants)
            outcomes.append(outcome)
            if each.seq == self.next:
                self.next += 1
        self._save()
        return PushReply(
            scope=self.scope_id,
            epoch=self.epoch,
            lane=Lane(self.next, self.durable),
            head=self.scope.head if self.scope else 0,
            grant_rev=grants.rev,
            server_time=self.locked.at,
            outcomes=outcomes,
            problem=problem,
        )

    def _known(self, each: Incoming, caller: Caller) -> OpOutcome | None:
        """The outcome that was given before, in whatever lane: nothing runs twice."""
        line = self.locked.connection.execute(
            select(RECEIPT.c.op_hash, RECEIPT.c.outcome, RECEIPT.c.client).where(
                RECEIPT.c.op_id == each.op_id
            )
        ).first()
        if line is None:
            return None
        if line.op_hash == each.hash:
            told = msgspec.json.decode(line.outcome, type=OpOutcome)
            if line.client != self.client and self.scope is not None and each.op is not None:
                heir = self._writer(each.op, caller)
                inherit_claims(self.scope, each.op, line.client, heir)
            return msgspec.structs.replace(told, seq=each.seq)
        # Another payload under a known id: kept beside the first one, and the lane goes on.
        if each.seq == self.next:
            self._hold(each, caller, HELD_ID_REUSED)
        where = (HELD.c.op_id == each.op_id, HELD.c.op_hash == each.hash)
        kept = self.locked.connection.execute(select(HELD.c.at).where(*where)).scalar()
        if kept is None:
            return None
        return OpOutcome(each.op_id, each.seq, Outcome.HELD.value, 0, kept, HELD_ID_REUSED)

    def _settle(self, each: Incoming, caller: Caller, grants: Grants) -> OpOutcome:
        ended = self._decide(each, caller, grants)
        outcome = self._outcome(each, ended)
        if ended.outcome is Outcome.HELD:
            self._hold(each, caller, ended.code)
        self.locked.connection.execute(
            insert(RECEIPT).values(
                op_id=each.op_id,
                client=self.client,
                scope_id=self.scope_id,
                seq=each.seq,
                op_hash=each.hash,
                outcome=msgspec.json.encode(outcome).decode(),
                at=self.locked.at,
            )
        )
        return outcome

    def _decide(self, each: Incoming, caller: Caller, grants: Grants) -> Ended:
        """Settle in a savepoint; whatever goes wrong, only this operation is kept aside."""
        if each.op is None or each.flaw:
            return Ended(Outcome.HELD, each.flaw, ())
        if self.scope is None or not _permitted(each.op, self.scope, grants):
            return Ended(Outcome.HELD, HELD_NOT_PERMITTED, ())
        writer = self._writer(each.op, caller)
        marks = {scope_id: scope.mark() for scope_id, scope in self.locked.scopes.items()}
        try:
            with self.locked.connection.begin_nested():
                return settle_operation(self.locked, self.scope, each.op, writer, self.epoch)
        except OperationalError:
            # The disk is full or the store is busy: no fault of this operation. All is undone.
            raise
        except Exception as error:  # noqa: BLE001  # One bad record never blocks a lane.
            for scope_id, mark in marks.items():
                self.locked.scopes[scope_id].rewind(mark)
            log.error("operation %s held: %s", each.op_id, place_of(error))
            return Ended(Outcome.HELD, HELD_ERROR, ())

    def _writer(self, op: Op, caller: Caller) -> Writer:
        return Writer(
            client=self.client,
            author=caller.staff_id,
            device=caller.device_name,
            at=estimated(op.at, caller.enrolled_at, self.locked.at),
        )

    def _outcome(self, each: Incoming, ended: Ended) -> OpOutcome:
        return OpOutcome(
            op_id=each.op_id,
            seq=each.seq,
            outcome=ended.outcome.value,
            rev=self.scope.head if self.scope else 0,
            at=self.locked.at,
            code=ended.code,
            conflicts=list(ended.conflicts),
        )

    def _hold(self, each: Incoming, caller: Caller, code: str) -> None:
        where = (HELD.c.op_id == each.op_id, HELD.c.op_hash == each.hash)
        if self.locked.connection.execute(select(HELD.c.op_id).where(*where)).first():
            return
        self.locked.connection.execute(
            insert(HELD).values(
                op_id=each.op_id,
                op_hash=each.hash,
                scope_id=self.scope_id,
                client=self.client,
                author=caller.staff_id,
                device=caller.device_name,
                type=each.op.type if each.op else "",
                id=each.op.id if each.op else "",
                code=code,
                payload=each.raw,
                at=self.locked.at,
            )
        )

    def _save(self) -> None:
        """``durable`` stays where it is: it advances with backups, which this server has not."""
        self.locked.connection.execute(
            update(LANE)
            .where(LANE.c.client == self.client, LANE.c.scope_id == self.scope_id)
            .values(next=self.next)
        )


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
