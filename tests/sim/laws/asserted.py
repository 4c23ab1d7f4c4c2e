"""Law 9, no silent overwrite: who asserts which value, told from the history alone."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from sync.merge.operation import OpKind, Outcome
from sync.schema.policy import WHOLE_ROW, Merge
from sync.schema.registry import ENTITIES
from sync.schema.values import same
from tests.sim.laws.referred import Echo
from tests.sim.record import Key, Line
from tests.sim.witness import Judge, Saved, Witness

Place = tuple[str, str, str]


class Asserted:
    """For each field the clients that stand by its value, as far as that is certain.

    A computer whose disk was cloned goes on under another name, or is enrolled anew: what it stood
    by before is its own still. Its twin's disagreeing does not take that back, unless that one was
    enrolled anew: then it may have sent the same words again, and the server has them as its own.
    Whoever waits with the value that somebody else then writes stands by it, too.

    ``None`` stands for a field of which nothing is certain: after a decision about a whole row.
    """

    def __init__(self, judge: Judge, witness: Witness) -> None:
        self._judge = judge
        self._witness = witness
        self._clients: defaultdict[Place, set[str] | None] = defaultdict(set)
        self._values: dict[Place, Any] = {}
        self._waiting: defaultdict[Place, dict[str, Any]] = defaultdict(dict)

    def begin(self, key: Key, body: str) -> None:
        """A row that was there before anybody here wrote: nobody here stands by its values."""
        for name, value in msgspec.json.decode(body).items():
            self._values[(*key, name)] = value

    def follow(self, history: Sequence[Line], settled: Sequence[Saved]) -> None:
        """One exchange's history, operation by operation in the order they were settled."""
        lines: defaultdict[str, list[Line]] = defaultdict(list)
        for line in history:
            lines[line.op_id].append(line)
        for one in settled:
            self._operation(one, lines.get(one.op.op_id, []))

    def echo(self, echoes: Iterable[Echo]) -> None:
        """What a department said, where it came home: its own word on the same terms."""
        for echo in echoes:
            self._operation(echo.one, echo.lines)

    def _operation(self, one: Saved, lines: Sequence[Line]) -> None:
        if one.outcome == Outcome.HELD:
            return  # Nothing of it counts, its agreeing with a value neither.
        written = set()
        for line in lines:
            if line.type not in ENTITIES or line.type == "conflict":
                continue
            if line.field == WHOLE_ROW:
                self._whole_row(one, line)
                continue
            written.add(line.field)
            if _asks(line.type, line.field) and line.client == one.client:
                self._set(one, line)
        if one.op.kind in (OpKind.PATCH, OpKind.CREATE):
            self._unwritten(one, written)
        elif one.op.kind == OpKind.RESOLVE and one.op.target is not None:
            self._waiting.pop(one.op.target, None)
            if not written:
                self._clients[one.op.target] = None

    def _set(self, one: Saved, line: Line) -> None:
        place = (line.type, line.id, line.field)
        old, new = _value(line.old), _value(line.new)
        resolve = one.op.kind == OpKind.RESOLVE
        if resolve and one.op.target is not None and one.op.target[2] == WHOLE_ROW:
            # The edits that waited are settled field by field, each from its own beginning.
            self._clients[place], self._values[place] = None, new
            return
        base = one.op.f["value"][0] if resolve else one.op.f.get(line.field, (None, None))[0]
        clients = self._clients[place]
        fair = same(old, base) or (
            not resolve and (clients is None or self._is_own(clients, one.client))
        )
        self._judge.hold(9, fair, "overwritten unseen:", place, "by", one.op.op_id)
        waiting = self._waiting[place]
        agreeing = set() if resolve else {who for who, want in waiting.items() if same(want, new)}
        for client in (one.client, *agreeing):
            waiting.pop(client, None)
        self._clients[place] = {one.client, *agreeing}
        self._values[place] = new

    def _is_own(self, clients: set[str], client: str) -> bool:
        computer = self._witness.computer
        return {*map(computer, clients)} == {computer(client)}

    def _given_up(self, clients: set[str], client: str) -> set[str]:
        """Whose standing ends where a client says something else: its own; and after a new code
        that of the ids which its computer had before, as it may have taken their words over."""
        if client not in self._witness.formerly:
            return {client}
        computer = self._witness.computer
        return {each for each in clients if computer(each) == computer(client)}

    def _unwritten(self, one: Saved, written: set[str]) -> None:
        """Fields that the operation named and did not change: agreed to, or disagreed with."""
        for name, (base, new) in one.op.f.items():
            place = (one.op.type, one.op.id, name)
            clients = self._clients[place]
            if name in written or clients is None:
                continue
            self._waiting[place].pop(one.client, None)
            if same(self._values.get(place), new):
                clients.add(one.client)
                continue
            clients.difference_update(self._given_up(clients, one.client))
            if not same(base, new):
                self._waiting[place][one.client] = new

    def _whole_row(self, one: Saved, line: Line) -> None:
        if one.op.kind == OpKind.CREATE and line.old is None and one.op.id == line.id:
            for name, value in (_value(line.new) or {}).items():
                place = (line.type, line.id, name)
                self._clients[place], self._values[place] = {one.client}, value
            return
        for place in [place for place in self._clients if place[:2] == (line.type, line.id)]:
            self._clients[place] = None
            self._waiting.pop(place, None)


def _asks(type_: str, field: str) -> bool:
    spec = ENTITIES[type_].fields.get(field)
    return spec is not None and spec.merge is Merge.ASK


def _value(text: str | None) -> Any:
    return None if text is None else msgspec.json.decode(text)
