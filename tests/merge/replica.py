"""A server in memory, for the laws of the merge core: one row, its claims, its conflicts.

It applies what :func:`sync.merge.settle.settle` decides and nothing else, so that a law which
holds here holds for every server that does the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from sync.merge.operation import Op, OpKind, Outcome
from sync.merge.settle import OpenConflict, Settlement, Target, settle, settle_resolve
from sync.merge.values import Writer
from sync.schema.policy import WHOLE_ROW
from sync.schema.registry import ENTITIES, Entity

PLACE = ("household", "h1")


@dataclass
class Replica:
    """What the server holds of one row."""

    body: dict[str, Any] | None = None
    deleted: bool = False
    claims: dict[str, dict[str, Writer]] = field(default_factory=dict)
    conflicts: dict[str, dict[str, Any]] = field(default_factory=dict)
    history: list[tuple[str, Any, Any, dict[str, Writer], Writer, Op]] = field(default_factory=list)
    outcomes: list[tuple[Op, Outcome]] = field(default_factory=list)
    head: int = 0
    touched: list[tuple[int, str, str]] = field(default_factory=list)
    entities: Mapping[str, Entity] = field(default_factory=lambda: ENTITIES)

    @classmethod
    def holding(cls, **body: Any) -> "Replica":
        """A row that an import made: its client asserts every value."""
        source = Writer("import")
        return cls(body=dict(body), claims={name: {"import": source} for name in body})

    def target(self, op: Op, writer: Writer) -> Target:
        """The row as the core wants to know it: what others changed since ``op.seen`` included."""
        since = [
            about
            for rev, client, about in self.touched
            if rev > op.seen[1] and client != writer.client
        ]
        decides = op.kind == OpKind.RESOLVE
        asked = self.conflicts.get(op.id, {})
        looked_at = asked.get("status") != "open" or asked.get("field") == WHOLE_ROW
        waiting = {
            str(body["field"]): OpenConflict(key, body)
            for key, body in self.conflicts.items()
            if body["status"] == "open"
        }
        return Target(
            self.body,
            self.deleted,
            self.claims,
            waiting,
            root_changed=bool(since),
            decided_since=decides and looked_at and op.id in since,
        )

    def take(self, op: Op, writer: Writer) -> Settlement:
        """Settle one operation and keep what follows from it."""
        if op.kind == OpKind.RESOLVE:
            asked = self.conflicts.get(op.id)
            decided = settle_resolve(op, asked, self.target(op, writer), writer, self.entities)
        else:
            decided = settle(op, self.target(op, writer), writer, self.entities)
        for change in decided.changes:
            before = self.claims.get(change.field, {})
            self.history.append((change.field, change.old, change.new, dict(before), writer, op))
        self.head += 1
        moved = [key for key, body in decided.conflicts.items() if self.conflicts.get(key) != body]
        row = [PLACE[1]] if decided.body is not None else []
        self.touched += [(self.head, writer.client, about) for about in (*row, *moved)]
        if decided.body is not None:
            self.body, self.deleted = decided.body, decided.deleted
        self.claims.update(decided.claims)
        self.conflicts.update(decided.conflicts)
        self.outcomes.append((op, decided.outcome))
        return decided

    def open_conflicts(self) -> list[dict[str, Any]]:
        """Those that wait for a person."""
        return [body for body in self.conflicts.values() if body["status"] == "open"]

    def wanted(self, name: str) -> set[Any]:
        """The current value of a field and every candidate beside it."""
        current = (self.body or {}).get(name)
        candidates = {
            entry["value"]
            for body in self.open_conflicts()
            if body["field"] == name
            for entry in body["candidates"]
        }
        return {current} | candidates


def writer(client: str, at: str = "2026-06-18T01:00:00Z") -> Writer:
    """A client with its person; the time is the same for all, so that nothing rests on it."""
    return Writer(client, f"author of {client}", f"device of {client}", at)


def patch(op_id: str, **fields: tuple[Any, Any]) -> Op:
    """A patch of the one row."""
    return Op(op_id=op_id, seq=0, kind=OpKind.PATCH, type=PLACE[0], id=PLACE[1], f=fields)


CLIENTS = ("anna", "bo", "cai")
VALUES = ("1", "2", "3", "4")


@st.composite
def edits(draw: st.DrawFn, field_name: str = "contact", base: Any = "0") -> list[tuple[str, Op]]:
    """Offline edits of one field by several clients, each starting from the same server value.

    Correlated on purpose: few values and one base, or two edits would hardly ever meet.
    """
    drawn = draw(st.lists(st.tuples(st.sampled_from(CLIENTS), st.sampled_from(VALUES)), max_size=8))
    return [
        (client, patch(f"op{number}", **{field_name: (base, value)}))
        for number, (client, value) in enumerate(drawn)
    ]


@st.composite
def two_orders(
    draw: st.DrawFn, made: st.SearchStrategy[list[tuple[str, Op]]]
) -> tuple[list[tuple[str, Op]], list[tuple[str, Op]]]:
    """The same operations in two orders; each client's own stay in theirs, as lanes keep them."""
    ops = draw(made)
    return ops, draw(_interleaved(ops))


@st.composite
def _interleaved(draw: st.DrawFn, ops: list[tuple[str, Op]]) -> list[tuple[str, Op]]:
    turns = draw(st.permutations([client for client, _ in ops]))
    lanes = {client: [each for each in ops if each[0] == client] for client in turns}
    return [lanes[client].pop(0) for client in turns]


def run(ops: list[tuple[str, Op]], start: Replica) -> Replica:
    """The replica once it took all of them."""
    for client, op in ops:
        start.take(op, writer(client))
    return start
