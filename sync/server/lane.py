"""Lanes while a push is taken: their numbers, the receipts, and what is kept aside."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from sync.merge.operation import Outcome
from sync.server.incoming import Incoming
from sync.server.journal import Journal
from sync.server.many import among, insert_lines
from sync.server.people import Caller
from sync.server.tables import HELD, LANE, RECEIPT
from sync.wire.messages import OpOutcome

HELD_ID_REUSED: Final = "op_id_reuse"

# Made once: making a statement costs more than running it on a few lines.
_RECEIPTS: Final = select(RECEIPT).where(among(RECEIPT.c.op_id, "ids"))
_KEPT: Final = select(HELD.c.op_id, HELD.c.op_hash, HELD.c.at).where(among(HELD.c.op_id, "ids"))
# A lane's own lock is for one in a scope that does not exist, which nothing else locks.
_LANES: Final = (
    select(LANE)
    .where(LANE.c.client == bindparam("client"), among(LANE.c.scope_id, "scopes"))
    .order_by(LANE.c.scope_id)
    .with_for_update()
)
_MOVED: Final = (
    update(LANE)
    .where(LANE.c.client == bindparam("of_client"), LANE.c.scope_id == bindparam("of_scope"))
    .values(next=bindparam("next"))
)


class ReceiptBook:
    """The receipts of one push: those given before, and those of now. :meth:`write` keeps them."""

    def __init__(self, connection: Connection, journal: Journal, client: str, at: str) -> None:
        self._connection = connection
        self._journal = journal
        self._client = client
        self._at = at
        self._known: dict[str, tuple[str, str, OpOutcome]] = {}
        self._receipts: list[dict[str, Any]] = []
        self._held: dict[tuple[str, str], dict[str, Any]] = {}
        self._reused: dict[tuple[str, str], str] = {}

    def look_up(self, incoming: Sequence[Incoming]) -> None:
        """Read what was answered to these operations before, in whatever lane."""
        lines = self._connection.execute(_RECEIPTS, {"ids": {each.op_id for each in incoming}})
        for line in lines:
            self._known[line.op_id] = (line.op_hash, line.client, outcome_in(line))
        if self._known:
            others = {each.op_id for each in incoming if self.is_other(each)}
            self._reused.update(self._kept(others))

    def is_new(self, each: Incoming) -> bool:
        """Whether nothing came under this id before."""
        return each.op_id not in self._known

    def known(self, each: Incoming) -> OpOutcome | None:
        """The outcome that was given before: nothing runs twice."""
        found = self._known.get(each.op_id)
        if found is None:
            return None
        if found[0] == each.hash:
            return msgspec.structs.replace(found[2], seq=each.seq)
        kept = self._reused.get((each.op_id, each.hash))
        if kept is None:
            return None
        return OpOutcome(each.op_id, each.seq, Outcome.HELD.value, 0, kept, HELD_ID_REUSED)

    def sender(self, each: Incoming) -> str:
        """The client under which an operation came the first time; ours where this is it."""
        found = self._known.get(each.op_id)
        return found[1] if found is not None and found[0] == each.hash else self._client

    def is_other(self, each: Incoming) -> bool:
        """Whether another operation came under this id before."""
        found = self._known.get(each.op_id)
        return found is not None and found[0] != each.hash

    def receive(self, each: Incoming, scope_id: str, outcome: OpOutcome) -> None:
        """Keep how an operation of this scope's lane ended."""
        self.receive_all([(each, outcome)], scope_id)

    def receive_all(self, ended: Sequence[tuple[Incoming, OpOutcome]], scope_id: str) -> None:
        """Keep how several of them ended, each under an id of its own."""
        told = {each.op_id: (each.hash, self._client, outcome) for each, outcome in ended}
        self._journal.update(self._known, told)
        lines: list[dict[str, Any]] = [
            {
                "op_id": each.op_id,
                "client": self._client,
                "scope_id": scope_id,
                "seq": each.seq,
                "op_hash": each.hash,
                "outcome": "" if _is_bare(outcome) else msgspec.json.encode(outcome).decode(),
                "rev": outcome.rev,
                "at": outcome.at,
            }
            for each, outcome in ended
        ]
        self._journal.extend(self._receipts, lines)

    def hold(self, each: Incoming, scope_id: str, caller: Caller, code: str) -> None:
        """Keep an operation aside, whole."""
        key = (each.op_id, each.hash)
        if key in self._reused:
            return
        line = {
            "op_id": each.op_id,
            "op_hash": each.hash,
            "scope_id": scope_id,
            "client": self._client,
            "author": caller.staff_id,
            "device": caller.device_name,
            "type": each.op.type if each.op else "",
            "id": each.op.id if each.op else "",
            "code": code,
            "payload": each.text,
            "at": self._at,
        }
        self._journal.set(self._held, key, line)
        if code == HELD_ID_REUSED:
            self._journal.set(self._reused, key, self._at)

    def write(self) -> None:
        """Put receipts and kept operations into the store."""
        insert_lines(self._connection, RECEIPT, self._receipts)
        if self._held:
            there = self._kept({op_id for op_id, _ in self._held})
            fresh = [line for key, line in self._held.items() if key not in there]
            insert_lines(self._connection, HELD, fresh)

    def _kept(self, op_ids: Collection[str]) -> dict[tuple[str, str], str]:
        """When those of these operations that are kept aside came."""
        if not op_ids:
            return {}
        lines = self._connection.execute(_KEPT, {"ids": op_ids})
        return {(op_id, op_hash): at for op_id, op_hash, at in lines}


def outcome_in(line: Any) -> OpOutcome:
    """What a line of the receipts says that was answered."""
    if line.outcome:
        return msgspec.json.decode(line.outcome, type=OpOutcome)
    return OpOutcome(line.op_id, line.seq, Outcome.APPLIED.value, line.rev, line.at)


def _is_bare(outcome: OpOutcome) -> bool:
    """Whether the other columns of its receipt tell all of it, as they do of nearly every one."""
    is_applied = outcome.outcome == Outcome.APPLIED
    return is_applied and not (outcome.code or outcome.conflicts or outcome.home)


@dataclass
class LaneBook:
    """One lane's next number.

    ``durable`` stays where it is: it advances with backups (``backup``).
    """

    journal: Journal
    scope_id: str
    next: int = 1
    durable: int = 0
    is_new: bool = True

    def advance(self, count: int = 1) -> None:
        """The next number was taken, or as many as ``count``."""
        number = self.next
        self.journal.note(lambda: setattr(self, "next", number))
        self.next = number + count


def open_lanes(
    connection: Connection, journal: Journal, client: str, scope_ids: Sequence[str]
) -> list[LaneBook]:
    """The lanes as they stand, in order; a first push makes one."""
    lines = connection.execute(_LANES, {"client": client, "scopes": scope_ids})
    found = {line.scope_id: line for line in lines}
    return [
        LaneBook(journal, scope_id, line.next, line.durable, is_new=False)
        if (line := found.get(scope_id)) is not None
        else LaneBook(journal, scope_id)
        for scope_id in scope_ids
    ]


def write_lanes(connection: Connection, client: str, lanes: Sequence[LaneBook]) -> None:
    """Put the next numbers into the store."""
    fresh = [
        {"client": client, "scope_id": lane.scope_id, "next": lane.next, "durable": lane.durable}
        for lane in lanes
        if lane.is_new
    ]
    insert_lines(connection, LANE, fresh)
    moved = [
        {"of_client": client, "of_scope": lane.scope_id, "next": lane.next}
        for lane in lanes
        if not lane.is_new
    ]
    if moved:
        connection.execute(_MOVED, moved)
