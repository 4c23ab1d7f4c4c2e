"""Three laptops and one household, worked on at once: each sees what it last pulled.

Few values, few fields and one row, so that edits meet. Every operation remembers, beside what it
tells the server, what its writer really saw.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from sync.merge.fold import fold
from sync.merge.operation import Op, OpKind
from sync.merge.settle import Settlement
from sync.schema.policy import JOINS, WHOLE_ROW
from sync.schema.values import spec_of
from sync.store.pairs import server_base
from sync.store.record import Saw
from tests.merge.replica import CLIENTS, PLACE, Replica, writer

EPOCH = "e"
VALUES = ("1", "2", "3")
NOON = "2026-06-18T04:00:00Z"
Clock = Callable[[str, int], str]


@dataclass
class Laptop:
    """What one computer last pulled, and what waits on it."""

    body: dict[str, Any] | None
    rev: int = 0
    conflicts: dict[str, dict[str, Any]] = field(default_factory=dict)
    pending: list[Op] = field(default_factory=list)

    @property
    def shown(self) -> dict[str, Any] | None:
        """The row as its person sees it."""
        return fold(self.body, self.pending, PLACE).body


@dataclass
class World:
    """The server, its laptops, and what every writer saw by the id of their operation."""

    replica: Replica
    clock: Clock = lambda client, number: NOON
    laptops: dict[str, Laptop] = field(default_factory=dict)
    saw: dict[str, Any] = field(default_factory=dict)
    number: int = 0

    @classmethod
    def begun(cls, clock: Clock | None = None) -> "World":
        """Everyone holds the household as an import made it."""
        replica = Replica.holding(contact="0", best_time="0")
        laptops = {client: Laptop(dict(replica.body or {})) for client in CLIENTS}
        return cls(replica, clock or (lambda client, number: NOON), laptops)

    def step(self, does: str, client: str, name: str, value: str) -> Settlement | None:
        """One thing that happens; what cannot happen now does not."""
        laptop = self.laptops[client]
        match does:
            case "edit":
                self._edit(laptop, name, value)
            case "remove" if laptop.shown is not None:
                self._write(laptop, OpKind.DELETE, {}, None)
            case "decide":
                self._decide(laptop, value)
            case "look":
                self._pull(laptop)
                self._decide(laptop, value)
            case "pull":
                self._pull(laptop)
            case "send" if laptop.pending:
                op = laptop.pending.pop(0)
                at = self.clock(client, int(op.op_id))
                return self.replica.take(op, writer(client, at))
        return None

    def _pull(self, laptop: Laptop) -> None:
        replica = self.replica
        laptop.body = None if replica.deleted else dict(replica.body or {})
        laptop.conflicts = {key: dict(body) for key, body in replica.conflicts.items()}
        laptop.rev = replica.head

    def _edit(self, laptop: Laptop, name: str, value: str) -> None:
        shown = laptop.shown
        if shown is None or shown.get(name) == value:
            return
        server = laptop.body or {}
        now = Saw(server=server, shown=shown)
        joins = spec_of(PLACE[0], name).merge in JOINS
        base = shown.get(name) if joins else server_base(name, now, now)
        self._write(laptop, OpKind.PATCH, {name: (base, value)}, server.get(name))

    def _decide(self, laptop: Laptop, value: str) -> None:
        waiting = sorted(key for key, body in laptop.conflicts.items() if body["status"] == "open")
        decided = {op.id for op in laptop.pending}
        for key in waiting:
            if key in decided:
                continue
            body = laptop.conflicts[key]
            whole = body["field"] == WHOLE_ROW
            choice = ("keep" if value != "2" else "delete") if whole else value
            pair = (body.get("current"), choice)
            target = (str(body["target_type"]), str(body["target_id"]), str(body["field"]))
            self._write(laptop, OpKind.RESOLVE, {"value": pair}, body.get("current"), key, target)
            return

    def _write(
        self,
        laptop: Laptop,
        kind: OpKind,
        pairs: dict[str, tuple[Any, Any]],
        saw: Any,
        row_id: str = "",
        target: tuple[str, str, str] | None = None,
    ) -> None:
        self.number += 1
        type_ = "conflict" if kind is OpKind.RESOLVE else PLACE[0]
        op = Op(
            str(self.number),
            0,
            kind,
            type_,
            row_id or PLACE[1],
            pairs,
            (EPOCH, laptop.rev),
            target=target,
        )
        self.saw[op.op_id] = saw
        laptop.pending.append(op)


def scripts(*does: str) -> st.SearchStrategy[list[tuple[str, str, str, str]]]:
    """What happens, in order; the more often a thing is named, the more often it happens."""
    names = st.sampled_from(("contact", "contact", "contact", "best_time"))
    step = st.tuples(
        st.sampled_from(does), st.sampled_from(CLIENTS), names, st.sampled_from(VALUES)
    )
    return st.lists(step, min_size=25, max_size=60)
