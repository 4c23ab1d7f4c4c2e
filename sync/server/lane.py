"""A lane while a push is taken: its numbers, its receipts, and what is kept aside."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

import msgspec
from sqlalchemy import Connection, insert, select, update

from sync.merge.operation import Outcome
from sync.server.incoming import Incoming
from sync.server.journal import Journal
from sync.server.people import Caller
from sync.server.tables import HELD, LANE, RECEIPT
from sync.wire.messages import OpOutcome

HELD_ID_REUSED: Final = "op_id_reuse"
_HELD_KEY: Final = (HELD.c.op_id, HELD.c.op_hash)


@dataclass
class LaneBook:
    """One lane's next number and its receipts. :meth:`write` puts all of it into the store.

    ``durable`` stays where it is: it advances with backups, which this server has not.
    """

    connection: Connection
    journal: Journal
    scope_id: str
    client: str
    at: str
    next: int = 1
    durable: int = 0
    is_new: bool = True
    _known: dict[str, tuple[str, str, OpOutcome]] = field(default_factory=dict)
    _receipts: list[dict[str, Any]] = field(default_factory=list)
    _held: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    _reused: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def open(
        cls, connection: Connection, journal: Journal, scope_id: str, client: str, at: str
    ) -> Self:
        """The lane as it stands; a first push makes it."""
        lane = cls(connection, journal, scope_id, client, at)
        where = (LANE.c.client == client, LANE.c.scope_id == scope_id)
        # The lane's own lock is for one in a scope that does not exist, which nothing else locks.
        line = connection.execute(select(LANE).where(*where).with_for_update()).first()
        if line is not None:
            lane.next, lane.durable, lane.is_new = line.next, line.durable, False
        return lane

    def look_up(self, incoming: Sequence[Incoming]) -> None:
        """Read what was answered to these operations before, in whatever lane."""
        lines = self.connection.execute(
            select(RECEIPT.c.op_id, RECEIPT.c.op_hash, RECEIPT.c.client, RECEIPT.c.outcome).where(
                RECEIPT.c.op_id.in_({each.op_id for each in incoming})
            )
        )
        for op_id, op_hash, client, outcome in lines:
            told = msgspec.json.decode(outcome, type=OpOutcome)
            self._known[op_id] = (op_hash, client, told)
        others = {each.op_id for each in incoming if self._is_other(each)}
        self._reused.update(self._kept(others))

    def known(self, each: Incoming, caller: Caller) -> OpOutcome | None:
        """The outcome that was given before: nothing runs twice."""
        found = self._known.get(each.op_id)
        if found is None:
            return None
        if found[0] == each.hash:
            return msgspec.structs.replace(found[2], seq=each.seq)
        # Another payload under a known id: kept beside the first one, and the lane goes on.
        key = (each.op_id, each.hash)
        if each.seq == self.next and key not in self._reused:
            self.hold(each, caller, HELD_ID_REUSED)
            self.journal.set(self._reused, key, self.at)
        kept = self._reused.get(key)
        if kept is None:
            return None
        return OpOutcome(each.op_id, each.seq, Outcome.HELD.value, 0, kept, HELD_ID_REUSED)

    def sender(self, each: Incoming) -> str:
        """The client under which an operation came the first time; ours where this is it."""
        found = self._known.get(each.op_id)
        return found[1] if found is not None and found[0] == each.hash else self.client

    def receive(self, each: Incoming, outcome: OpOutcome) -> None:
        """Keep how an operation ended."""
        self.journal.set(self._known, each.op_id, (each.hash, self.client, outcome))
        self.journal.append(
            self._receipts,
            {
                "op_id": each.op_id,
                "client": self.client,
                "scope_id": self.scope_id,
                "seq": each.seq,
                "op_hash": each.hash,
                "outcome": msgspec.json.encode(outcome).decode(),
                "at": self.at,
            },
        )

    def hold(self, each: Incoming, caller: Caller, code: str) -> None:
        """Keep an operation aside, whole."""
        line = {
            "op_id": each.op_id,
            "op_hash": each.hash,
            "scope_id": self.scope_id,
            "client": self.client,
            "author": caller.staff_id,
            "device": caller.device_name,
            "type": each.op.type if each.op else "",
            "id": each.op.id if each.op else "",
            "code": code,
            "payload": each.raw,
            "at": self.at,
        }
        self.journal.set(self._held, (each.op_id, each.hash), line)

    def advance(self) -> None:
        """The next number was taken."""
        number = self.next
        self.journal.note(lambda: setattr(self, "next", number))
        self.next = number + 1

    def write(self) -> None:
        """Put receipts, kept operations and the next number into the store."""
        if self._receipts:
            self.connection.execute(insert(RECEIPT), self._receipts)
        if self._held:
            there = self._kept({op_id for op_id, _ in self._held})
            fresh = [line for key, line in self._held.items() if key not in there]
            if fresh:
                self.connection.execute(insert(HELD), fresh)
        if self.is_new:
            line = {"client": self.client, "scope_id": self.scope_id, "durable": self.durable}
            self.connection.execute(insert(LANE), line | {"next": self.next})
            return
        self.connection.execute(
            update(LANE)
            .where(LANE.c.client == self.client, LANE.c.scope_id == self.scope_id)
            .values(next=self.next)
        )

    def _is_other(self, each: Incoming) -> bool:
        """Whether another operation came under this id before."""
        found = self._known.get(each.op_id)
        return found is not None and found[0] != each.hash

    def _kept(self, op_ids: Collection[str]) -> dict[tuple[str, str], str]:
        """When those of these operations that are kept aside came."""
        if not op_ids:
            return {}
        query = select(*_HELD_KEY, HELD.c.at).where(HELD.c.op_id.in_(op_ids))
        return {(op_id, op_hash): at for op_id, op_hash, at in self.connection.execute(query)}
