"""Laws 1 and 10 when the server settles: whatever the outcome, each value is kept."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from sync.merge.operation import Op, OpKind, Outcome
from sync.merge.values import spec_or_unknown
from sync.schema.policy import Merge
from sync.schema.values import same
from tests.sim.record import Line, ServerRecord
from tests.sim.witness import Judge, Saved

_NOT_ASKED = (Merge.SERVER, Merge.SET, Merge.LWW)
_JOINED = (*_NOT_ASKED, Merge.TEXT)
"""Policies of which the value that stands may be another than the one that was wanted."""


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
            elif one.scope.startswith("unit:") and one.outcome == Outcome.CONFLICT:
                continue  # It is asked about at home: see ``referred``.
            elif one.outcome == Outcome.CONFLICT:
                named = self._in_a_conflict(one, later)
                facts = [] if named else [one.op, *self._conflicts_of(one)]
                hold(10, named, "no conflict holds the value of", *facts)
                left = self._left_out(one, {line.field for line in written}, later)
                facts = [left, one.op, *self._conflicts_of(one)] if left else []
                hold(10, not left, "not in exactly one live conflict:", *facts)
            elif one.op.kind in (OpKind.PATCH, OpKind.CREATE, OpKind.APPEND):
                there = self._is_there(one, {line.field for line in written}, later)
                hold(1, there, "accepted, and nowhere:", one.outcome, one.op)

    def _is_held(self, one: Saved) -> bool:
        with self._record.reading() as cursor:
            query = "SELECT payload FROM held WHERE op_id = ?"
            lines = cursor.execute(query, (one.op.op_id,)).fetchall()
        found = [self._record.database.column_key.unseal(payload) for (payload,) in lines]
        # Its place in a lane may be another one by now: a cloned laptop numbers anew.
        return {**msgspec.json.decode(one.raw), "seq": 0} in [
            {**msgspec.json.decode(text), "seq": 0} for text in found
        ]

    def _in_a_conflict(self, one: Saved, later: Sequence[Op]) -> bool:
        for conflict_id in one.conflicts:
            body = self._body("conflict", conflict_id)
            if any(_says(held, one) for held in body.get("candidates", ())):
                return True
            # Their next word on the same field took its place.
            about = (body.get("target_type"), body.get("target_id"))
            if any(about in [(op.type, op.id), (op.target or ())[:2]] for op in later):
                return True
        return False

    def _left_out(self, one: Saved, written: set[str], later: Sequence[Op]) -> list[str]:
        """The fields whose value neither stands nor waits in exactly one live conflict."""
        live = [self._body("conflict", each) for each in one.conflicts]
        live = [body for body in live if body.get("status") == "open"]
        return [
            name
            for name, value in self._waiting(one, written, later)
            if sum(_waits_in(body, one, name, value) for body in live) != 1
        ]

    def _waiting(
        self, one: Saved, written: set[str], later: Sequence[Op]
    ) -> list[tuple[str, object]]:
        """What an operation said of fields that ask, and that did not get through."""
        op = one.op
        about = [(other.type, other.id) for other in later]
        about += [other.target[:2] for other in later if other.target]
        if op.kind == OpKind.RESOLVE:
            if op.target is None or op.target[:2] in about:
                return []
            return [(op.target[2], op.f["value"][1])]
        if op.kind == OpKind.DELETE:
            return [] if (op.type, op.id) in about else [("*", "delete")]
        body = self._body(op.type, op.id)
        return [
            (name, new)
            for name, (base, new) in op.f.items()
            if spec_or_unknown(op.type, name).merge not in _JOINED
            and not same(base, new)
            and not same(body.get(name), new)
            and name not in written
            and (op.type, op.id) not in about
        ]

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


def _says(held: Mapping[str, Any], one: Saved) -> bool:
    """Whether a candidate is what an operation said.

    Who decides to keep a row of which their own edits wait says no more than those do: they stay
    the candidate (``sync/merge/resolve.py``).
    """
    keeps = one.op.kind == OpKind.RESOLVE and one.op.f.get("value", (None, None))[1] == "keep"
    edits = keeps and held["client"] == one.client and isinstance(held["value"], dict)
    return held["op"] == one.op.op_id or edits


def _waits_in(body: Mapping[str, Any], one: Saved, name: str, value: object) -> bool:
    """Whether a live conflict shows this value as its writer's."""
    for held in body["candidates"]:
        if not _says(held, one):
            continue
        if body["field"] == name:
            return same(held["value"], value) or isinstance(held["value"], dict)
        if body["field"] == "*" and isinstance(held["value"], dict) and name in held["value"]:
            return same(held["value"][name][1], value)
    return False
