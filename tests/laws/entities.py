"""Kinds of rows that only tests have: points that are counted, a matter that moves in stages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Final

from sync.merge import ledger
from sync.merge.operation import Op, OpKind
from sync.merge.settle import Settlement, Target, settle
from sync.schema.fields import SyncedRow, synced
from sync.schema.policy import Kind, Merge
from sync.schema.registry import ENTITIES, Entity
from sync.schema.stages import Stages
from tests.merge.replica import writer

GRAPH: Final = Stages(
    starts=("filed",),
    steps={"filed": ("handling",), "handling": ("waiting", "closed"), "waiting": ("handling",)},
)


class PointsRow(SyncedRow):
    """An entry of a resident's points."""

    TYPE: ClassVar[str] = "points"
    ROOT: ClassVar[str] = ledger.SUBJECT
    APPEND_ONLY: ClassVar[bool] = True

    rule: str | None = synced(Merge.LEDGER)
    subject: str | None = synced(Merge.LEDGER, Kind.REF)
    occasion: str | None = synced(Merge.LEDGER)
    amount: int | None = synced(Merge.LEDGER, Kind.NUMBER)
    reverses: str | None = synced(Merge.LEDGER, Kind.REF)


class MatterRow(SyncedRow):
    """Something that is filed, handled and closed."""

    TYPE: ClassVar[str] = "matter"

    stage: str | None = synced(Merge.STAGE, Kind.CODE, choices=GRAPH)
    title: str | None = synced(Merge.ASK)


POINTS: Final = Entity(PointsRow)
MATTER: Final = Entity(MatterRow)
REGISTRY: Final = MappingProxyType({**ENTITIES, "points": POINTS, "matter": MATTER})


def points_op(op_id: str, occasion: str, amount: int, row_id: str = "") -> Op:
    """An entry of the one resident, under its derived id unless ``row_id`` says otherwise."""
    body = {"rule": "visit", "subject": "p1", "occasion": occasion, "amount": amount}
    return entry_op(op_id, row_id or ledger.entry_id("points", body), body)


def entry_op(op_id: str, row_id: str, body: dict[str, Any]) -> Op:
    """An entry as a laptop sends it."""
    pairs = {name: (None, value) for name, value in body.items()}
    return Op(op_id, 0, OpKind.APPEND, "points", row_id, pairs)


@dataclass
class Account:
    """One resident's points, as a server holds them."""

    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    conflicts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def take(self, op: Op) -> Settlement:
        """Settle one entry and keep what follows from it."""
        others = {row_id: body for row_id, body in self.entries.items() if row_id != op.id}
        target = Target(self.entries.get(op.id), entries=others)
        decided = settle(op, target, writer("anna"), REGISTRY)
        if decided.deleted:
            del self.entries[op.id]
        elif decided.body is not None:
            self.entries[op.id] = decided.body
        self.conflicts.update(decided.conflicts)
        return decided


def taken(ops: Iterable[Op]) -> Account:
    """The account once it took all of them."""
    account = Account()
    for op in ops:
        account.take(op)
    return account
