"""Laws 1, 2, 3, 6, 9, 10 and 11, told from what a server's store holds once all is at rest."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import select

from sync.merge.operation import OpKind, Outcome
from sync.schema.registry import ENTITIES
from sync.schema.values import same
from sync.server.checking import check_store
from sync.server.lane import outcome_in
from sync.server.tables import HELD, HISTORY, RECEIPT, ROW, SCOPE
from tests.sim.laws.asserted import Asserted
from tests.sim.laws.removals import Removals
from tests.sim.record import Key, Line, News, ScopeLog, ServerRecord, Version
from tests.sim.witness import Judge, Saved, Witness


@dataclass
class Stored:
    """What the store keeps of operations: receipts by id, and what was held."""

    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=dict)
    held: dict[str, list[Any]] = field(default_factory=dict)
    lines: dict[str, list[Line]] = field(default_factory=dict)


class FinalRecord(ServerRecord):
    """The store as it is now, read whole: each row has one version, the history is all there."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.stored = Stored()

    def look(self) -> None:
        """Read everything anew."""
        self._logs.clear()
        self._homes.clear()
        self.stored = Stored()
        with self._server.database.read() as connection:
            for scope in connection.execute(select(SCOPE)):
                self._logs[self.epoch, scope.scope_id] = ScopeLog(scope.head, scope.digest)
            for row in connection.execute(select(ROW)):
                log, key = self.log(row.scope_id), (row.type, row.id)
                version = Version(row.rev, row.root_id, bool(row.deleted), row.body)
                log.versions[key] = [version]
                if not row.moved_to:
                    self._homes[key] = row.scope_id
            order = (HISTORY.c.scope_id, HISTORY.c.rev, HISTORY.c.n)
            for line in connection.execute(select(HISTORY).order_by(*order)):
                self._keep(line)
            for receipt in connection.execute(select(RECEIPT)):
                self.stored.receipts[receipt.op_id] = msgspec.to_builtins(outcome_in(receipt))
                self.stored.clients[receipt.op_id] = receipt.client
            for held in connection.execute(select(HELD)):
                payload = {**msgspec.json.decode(held.payload), "seq": 0}
                self.stored.held.setdefault(held.op_id, []).append(payload)

    def bodies(self) -> dict[Key, str]:
        """The canonical text of every live row."""
        logs = [self.log(scope) for scope in self.heads()]
        return {key: body for log in logs for key, (_, body) in log.at(log.head).items()}

    def _keep(self, line: Any) -> None:
        told = Line(
            line.rev,
            line.type,
            line.id,
            line.field,
            line.old,
            line.new,
            line.op_id,
            line.client,
            line.root_id,
        )
        self.stored.lines.setdefault(line.scope_id, []).append(told)
        self.log(line.scope_id).workers[line.root_id].append((line.rev, line.client))


class AtRest:
    """Looks at a store whose laptops have nothing more to say.

    ``begun`` are the rows that were there before any of them wrote.
    """

    def __init__(
        self, judge: Judge, witness: Witness, record: FinalRecord, begun: Mapping[Key, str]
    ) -> None:
        self._begun = begun
        self._judge = judge
        self._witness = witness
        self._record = record

    def look(self) -> None:
        """All of it. Fills in how each operation ended."""
        self._ends()
        for scope, lines in self._record.stored.lines.items():
            self._asserted(scope, lines)
            Removals(self._judge, self._witness, self._record).look(News(scope, [], lines))
            self._entries(lines)
        self._conflicts()

    def proven(self) -> None:
        """Law 3: what the server itself proves of its store."""
        wrong = check_store(self._record.database).differences
        self._judge.hold(3, not wrong, "the server's store:", *wrong[:2])

    def again(self, everything: Callable[[], None]) -> None:
        """Law 2: whatever was sent once changes nothing when it comes again."""
        before = (self._record.heads(), self._record.stored.receipts)
        everything()
        self._record.look()
        now = (self._record.heads(), self._record.stored.receipts)
        self._judge.hold(2, before == now, "repeated pushes changed something")

    # --- Law 1 -----------------------------------------------------------------------------

    def _ends(self) -> None:
        stored = self._record.stored
        lines = defaultdict(list)
        for some in stored.lines.values():
            for line in some:
                lines[line.op_id].append(line)
        for op_id, one in self._witness.saved.items():
            told = stored.receipts.get(op_id)
            self._judge.hold(1, told is not None or one.lost_with_disk, "never arrived:", op_id)
            if told is None:
                continue
            one.outcome, one.client = told["outcome"], stored.clients[op_id]
            one.conflicts = tuple(told.get("conflicts", ()))
            if one.outcome == Outcome.HELD:
                asked = {**msgspec.json.decode(one.raw), "seq": 0}
                kept = asked in stored.held.get(op_id, ())
                self._judge.hold(1, kept, "held, and not kept:", one.op)
                self._judge.hold(1, op_id not in lines, "held, and done in part:", one.op)
            elif one.outcome == Outcome.APPLIED and one.op.kind in _WRITING:
                changes = not all(same(base, new) for base, new in one.op.f.values())
                there = op_id in lines or not changes
                self._judge.hold(1, there, "accepted, and nowhere:", one.op)

    # --- Laws 9, 10 and 11 -------------------------------------------------------------------

    def _asserted(self, scope: str, lines: Sequence[Line]) -> None:
        asserted = Asserted(self._judge, self._witness)
        for key, body in self._begun.items():
            asserted.begin(key, body)
        wrote = {line.op_id for line in lines}
        settled = [
            one for op_id, one in self._witness.saved.items() if one.scope == scope and one.outcome
        ]

        def order(one: Saved) -> tuple[int, bool, int]:
            # Who changed something has a revision of their own; others came after it.
            told = self._record.stored.receipts[one.op.op_id]
            return told.get("rev", 0), one.op.op_id not in wrote, told["seq"]

        asserted.follow(lines, sorted(settled, key=order))

    def _entries(self, lines: Sequence[Line]) -> None:
        made: Counter[Key] = Counter()
        for line in lines:
            if line.type in ENTITIES and ENTITIES[line.type].append_only:
                made[line.type, line.id] += 1
        for key, times in made.items():
            self._judge.hold(11, times == 1, "an entry was written twice:", *key)
        for op_id, one in self._witness.saved.items():
            if one.op.kind == OpKind.APPEND and one.outcome == Outcome.APPLIED:
                version = self._record.latest((one.op.type, one.op.id))
                body = msgspec.json.decode(version.body) if version else {}
                kept = all(same(body.get(name), new) for name, (_, new) in one.op.f.items())
                self._judge.hold(11, kept, "an entry is not what was written:", op_id)

    def _conflicts(self) -> None:
        bodies = [
            msgspec.json.decode(versions[-1].body)
            for scope in self._record.heads()
            for key, versions in self._record.log(scope).versions.items()
            if key[0] == "conflict" and not versions[-1].deleted
        ]
        places = Counter(
            (body["target_type"], body["target_id"], body["field"])
            for body in bodies
            if body["status"] == "open"
        )
        for place, times in places.items():
            self._judge.hold(10, times == 1, "several conflicts are open about", *place)
        for one in self._witness.saved.values():
            if one.outcome == Outcome.CONFLICT:
                asks = [self._record.latest(("conflict", each)) for each in one.conflicts]
                told = [version.body for version in asks if version]
                what = (one.op, "but its conflicts hold", *told)
                self._judge.hold(10, self._is_kept(one), "no conflict holds the value of", *what)

    def _is_kept(self, one: Saved) -> bool:
        """In a conflict; or it was settled, or its author has said something else since."""
        if _only_keeps(one) or self._stood(one):
            return True
        found = [self._record.latest(("conflict", each)) for each in one.conflicts]
        bodies = [msgspec.json.decode(version.body) for version in found if version]
        if any(body["status"] != "open" for body in bodies):
            return True
        if any(
            held["op"] == one.op.op_id for body in bodies for held in body.get("candidates", ())
        ):
            return True
        return any(
            self._is_ours(other, one) and _says_else(other, one)
            for other in self._witness.saved.values()
        )

    def _is_ours(self, other: Saved, one: Saved) -> bool:
        """Whether the same computer wrote both."""
        return self._witness.computer(other.client) == self._witness.computer(one.client)

    def _stood(self, one: Saved) -> bool:
        """Whether what it said became the row's value since: then nobody need be asked."""
        about = one.op.target or (one.op.type, one.op.id, "")
        said = {about[2] or name: new for name, (_, new) in one.op.f.items()}
        settled = self._record.stored.receipts[one.op.op_id].get("rev", 0)
        return any(
            (line.type, line.id) == about[:2]
            and line.field in said
            and line.rev >= settled
            and same(msgspec.json.decode(line.new) if line.new else None, said[line.field])
            for line in self._record.stored.lines.get(one.scope, ())
        )


def _says_else(other: Saved, one: Saved) -> bool:
    """Whether it spoke about the same thing later: in the conflict itself, in
    another one about the row, or by writing to the row that ``one`` decided about."""
    about = (one.op.target or (one.op.type, one.op.id))[:2]
    return _is_later(other, one) and (
        other.op.id == one.op.id
        or (other.op.target or ("",))[:2] == about
        or (other.op.type, other.op.id) == about
    )


def _is_later(other: Saved, one: Saved) -> bool:
    """In a lane by its numbers: of two that were made within a millisecond ids tell nothing."""
    if (other.client, other.scope) == (one.client, one.scope):
        return other.op.seq > one.op.seq
    return other.op.op_id > one.op.op_id


def _only_keeps(one: Saved) -> bool:
    """A missed decision to keep a row: it says no value, and its conflict asks again."""
    return one.op.kind == OpKind.RESOLVE and one.op.f["value"][1] == "keep"


_WRITING = (OpKind.PATCH, OpKind.CREATE, OpKind.APPEND)
