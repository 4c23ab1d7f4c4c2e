"""Laws 1 and 10 when the server settles: whatever the outcome, each value is kept."""

from collections.abc import Sequence
from typing import Any

import msgspec

from sync.merge.operation import Op, OpKind, Outcome
from sync.merge.values import spec_or_unknown
from sync.schema.policy import Merge
from sync.schema.values import same
from tests.sim.record import Line, ServerRecord
from tests.sim.witness import Judge, Saved

_NOT_ASKED = (Merge.SERVER, Merge.SET, Merge.LWW)


def _only_keeps(op: Op) -> bool:
    """A missed decision to keep a row: it says no value, and its conflict stays and asks again."""
    return op.kind == OpKind.RESOLVE and op.f.get("value", (None, None))[1] == "keep"


class Kept:
    """Looks for what operations said, once they are settled."""

    def __init__(self, judge: Judge, record: ServerRecord) -> None:
        self._judge = judge
        self._record = record

    def look(self, settled: Sequence[Saved], lines: Sequence[Line]) -> None:
        """The operations of one push in their order, and the history that came of them."""
        hold = self._judge.hold
        for place, one in enumerate(settled):
            later = [other.op for other in settled[place + 1 :] if other.client == one.client]
            written = [line for line in lines if line.op_id == one.op.op_id]
            if one.outcome == Outcome.HELD:
                hold(1, self._is_held(one), "held, and not kept:", one.op)
                hold(1, not written, "held, and done in part:", one.op, written)
            elif one.outcome == Outcome.CONFLICT:
                named = _only_keeps(one.op) or self._in_a_conflict(one, later)
                facts = [] if named else [one.op, *self._conflicts_of(one)]
                hold(10, named, "no conflict holds the value of", *facts)
            elif one.op.kind in (OpKind.PATCH, OpKind.CREATE, OpKind.APPEND):
                there = self._is_there(one, {line.field for line in written}, later)
                hold(1, there, "accepted, and nowhere:", one.outcome, one.op)

    def _is_held(self, one: Saved) -> bool:
        with self._record.reading() as cursor:
            query = "SELECT payload FROM held WHERE op_id = ?"
            found = [row[0] for row in cursor.execute(query, (one.op.op_id,))]
        # Its place in a lane may be another one by now: a cloned laptop numbers anew.
        return {**msgspec.json.decode(one.raw), "seq": 0} in [
            {**msgspec.json.decode(text), "seq": 0} for text in found
        ]

    def _in_a_conflict(self, one: Saved, later: Sequence[Op]) -> bool:
        for conflict_id in one.conflicts:
            body = self._body("conflict", conflict_id)
            if any(held["op"] == one.op.op_id for held in body.get("candidates", ())):
                return True
            # Their next word on the same field took its place.
            about = (body.get("target_type"), body.get("target_id"))
            if any(about in [(op.type, op.id), (op.target or ())[:2]] for op in later):
                return True
        return False

    def _conflicts_of(self, one: Saved) -> list[str]:
        return [f"\n{self._body('conflict', each)}" for each in one.conflicts]

    def _is_there(self, one: Saved, written: set[str], later: Sequence[Op]) -> bool:
        body = self._body(one.op.type, one.op.id)
        again = {name for op in later if op.id == one.op.id for name in op.f}
        for name, (base, new) in one.op.f.items():
            if name in written or "*" in written or name in again or same(base, new):
                continue
            merge = spec_or_unknown(one.op.type, name).merge
            if merge not in _NOT_ASKED and not same(body.get(name), new):
                return False
        return self._record.home((one.op.type, one.op.id)) != ""

    def _body(self, type_: str, row_id: str) -> dict[str, Any]:
        version = self._record.latest((type_, row_id))
        return dict(msgspec.json.decode(version.body)) if version else {}
