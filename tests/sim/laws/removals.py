"""Law 9 of rows that are removed: nobody removes a row below which others have worked unseen."""

from sync.merge.operation import OpKind
from sync.server.rows import SERVER_CLIENT
from tests.sim.record import Line, News, ServerRecord
from tests.sim.witness import Judge, Saved, Witness


class Removals:
    """Looks at what one scope's history says of removals."""

    def __init__(self, judge: Judge, witness: Witness, record: ServerRecord) -> None:
        self._judge = judge
        self._witness = witness
        self._record = record

    def look(self, news: News) -> None:
        """The lines of one exchange, or all there are."""
        for line in news.lines:
            one = self._witness.saved.get(line.op_id)
            if one is not None and one.op.kind == OpKind.DELETE and line.field == "*":
                self._removal(news.scope, line, one)

    def _removal(self, scope: str, line: Line, one: Saved) -> None:
        seen = one.op.seen[1] if one.op.seen[0] == self._record.epoch else 0
        computer = self._witness.computer
        ours = (computer(line.client), SERVER_CLIENT)
        # What they had seen is a revision of the scope that they wrote in: the row may have moved.
        before = (
            line.rev if scope == one.scope or not one.scope else self._record.log(one.scope).head
        )
        unseen = [
            rev
            for rev, client in self._record.log(one.scope or scope).workers[line.root]
            if seen < rev < before and computer(client) not in ours
        ]
        removed = line.type != "conflict" and line.new is None and line.old is not None
        fair = not (removed and unseen)
        self._judge.hold(9, fair, "removed below unseen work:", one.op, unseen)
