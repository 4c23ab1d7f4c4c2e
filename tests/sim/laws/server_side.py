"""Laws 1, 2, 3, 9, 10, 11 and 14 on the server, looked at after every exchange."""

import gzip
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from sync.merge.operation import OpKind, Outcome
from sync.schema.policy import Merge
from sync.schema.registry import ENTITIES
from sync.schema.values import same
from sync.server.rows import SERVER_CLIENT
from sync.wire.messages import sum_of
from tests.sim.laws.asserted import Asserted
from tests.sim.laws.kept import Kept
from tests.sim.record import News, ServerRecord
from tests.sim.wire import Answer, Request
from tests.sim.witness import Judge, Saved, Witness

_NOT_ASKED = (Merge.SERVER, Merge.SET, Merge.LWW)


class ServerLaws:
    """Watches what the server does. ``may_hold`` says which scopes a token's owner may hold,
    ``may_read`` which of them the computer with it may be told of."""

    def __init__(
        self,
        judge: Judge,
        witness: Witness,
        record: ServerRecord,
        may_hold: Callable[[str], frozenset[str]],
        may_read: Callable[[str], frozenset[str]],
    ) -> None:
        self._judge = judge
        self._witness = witness
        self._record = record
        self._may_hold = may_hold
        self._may_read = may_read
        self._asserted = Asserted(judge, witness)
        self._kept = Kept(judge, record)

    def begin(self) -> None:
        """Take what is there at the beginning as given."""
        for news in self._record.observe():
            for key, _, version in news.rows:
                self._asserted.begin(key, version.body)

    def office_wrote(self) -> None:
        """The office wrote something by itself: no operation of anybody's laptop."""
        for news in self._record.observe():
            self._entries(news)

    def after(self, request: Request, answer: Answer | None) -> None:
        """One exchange in which the server took part; it may have died in it."""
        lanes = lanes_of(request)
        before = self._record.heads()
        news = self._record.observe()
        settled, known = self._receipts(lanes) if lanes else ([], [])
        lines = [line for one in news for line in one.lines]
        self._rights(request, settled)
        for one in news:
            self.removals(one)
            self._entries(one)
            self._candidates(one, settled)
        self._asserted.follow(lines, settled)
        if lanes and not settled:
            now = self._record.heads()
            changed = [scope for scope in lanes if now.get(scope) != before.get(scope)]
            self._judge.hold(2, not changed, "a repeated push changed", *changed)
        told = answer is not None and answer.status == 200
        if lanes and answer is not None and told:
            self._told(answer, known)
        self._kept.look(settled, lines)
        if request.path.endswith("/pull") and answer is not None and told:
            self._within_grants(request, answer)

    # --- Receipts ------------------------------------------------------------------------

    def _receipts(
        self, lanes: Mapping[str, Sequence[Any]]
    ) -> tuple[list[Saved], list[tuple[str, Any]]]:
        """The operations that this push settled, and the stored outcome of each it named."""
        named = [op["op_id"] for ops in lanes.values() for op in ops]
        marks = ",".join("?" * len(named))
        query = f"SELECT op_id, client, outcome FROM receipt WHERE op_id IN ({marks})"
        with self._record.reading() as cursor:
            found = {row[0]: row[1:] for row in cursor.execute(query, named)}
        settled, known = [], []
        for op_id in named:
            if op_id not in found or op_id not in self._witness.saved:
                continue
            client, text = found[op_id]
            outcome = msgspec.json.decode(self._record.database.column_key.unseal(text))
            known.append((op_id, outcome))
            one = self._witness.saved[op_id]
            if not one.outcome:
                one.outcome, one.client = outcome["outcome"], client
                one.conflicts = tuple(outcome.get("conflicts", ()))
                settled.append(one)
            final = one.outcome == outcome["outcome"]
            self._judge.hold(1, final, "an operation ended in a second way:", op_id)
        return settled, known

    def _told(self, answer: Answer, known: Sequence[tuple[str, Any]]) -> None:
        """The outcomes that were answered are the ones that are kept."""
        kept = dict(known)
        reply = msgspec.json.decode(_plain(answer))
        outcomes = [
            told for each in (reply, *reply.get("more", ())) for told in each.get("outcomes", ())
        ]
        for told in outcomes:
            stored = kept.get(told["op_id"])
            if stored is not None and told.get("code") != "op_id_reuse":
                same_end = {**told, "seq": 0} == {**stored, "seq": 0}
                self._judge.hold(2, same_end, "another outcome was told for", told["op_id"])

    def _rights(self, request: Request, settled: Sequence[Saved]) -> None:
        """Law 14: nobody writes where they may not, in a row's old home or its new one."""
        allowed = self._may_hold(request.token)
        for one in settled:
            homes = {one.scope, self._record.home((one.op.type, one.op.id))}
            fair = one.outcome == Outcome.HELD or bool(homes & allowed)
            self._judge.hold(14, fair, "written without a right to it:", one.op)

    # --- Rows ----------------------------------------------------------------------------

    def _entries(self, news: News) -> None:
        """Law 11: what was written once stays as it was written."""
        for (type_, row_id), before, now in news.rows:
            if ENTITIES[type_].append_only:
                untouched = before is None or before.body == now.body
                gone = now.deleted and self._record.home((type_, row_id)) == news.scope
                fair = (untouched or now.deleted) and not gone
                self._judge.hold(11, fair, "an entry was changed:", type_, row_id)

    def removals(self, news: News) -> None:
        """Law 9: nobody removes a row below which somebody else has worked unseen."""
        log = self._record.log(news.scope)
        for line in news.lines:
            one = self._witness.saved.get(line.op_id)
            if one is None or one.op.kind != OpKind.DELETE or line.field != "*":
                continue
            seen = one.op.seen[1] if one.op.seen[0] == self._record.epoch else 0
            computer = self._witness.computer
            ours = (computer(line.client), SERVER_CLIENT)
            unseen = [
                rev
                for rev, client in log.workers[line.root]
                if seen < rev < line.rev and computer(client) not in ours
            ]
            removed = line.type != "conflict" and line.new is None and line.old is not None
            fair = not (removed and unseen)
            self._judge.hold(9, fair, "removed below unseen work:", one.op, unseen)

    def _candidates(self, news: News, settled: Sequence[Saved]) -> None:
        """Law 10: a candidate goes only with its own client's word, or once its value stands."""
        computer = self._witness.computer
        writers = {computer(one.client) for one in settled}
        for (type_, row_id), before, now in news.rows:
            if type_ != "conflict" or before is None or now.deleted:
                continue
            was, body = msgspec.json.decode(before.body), msgspec.json.decode(now.body)
            left = {(held["client"], held["op"]) for held in body.get("candidates", ())}
            for held in was.get("candidates", ()):
                gone = (held["client"], held["op"]) not in left
                fair = (
                    not gone
                    or computer(held["client"]) in writers
                    or same(held["value"], body.get("current"))
                    or self._stood(news, was, held["value"])
                )
                self._judge.hold(10, fair, "a candidate vanished from", row_id)
            moved = was.get("status") != body.get("status")
            by_somebody = bool(writers) or news.scope.startswith("community:")
            self._judge.hold(10, not moved or by_somebody, "closed by nobody:", row_id)

    @staticmethod
    def _stood(news: News, conflict: Mapping[str, Any], value: Any) -> bool:
        about = (conflict.get("target_type"), conflict.get("target_id"), conflict.get("field"))
        return any(
            (line.type, line.id, line.field) == about
            and same(msgspec.json.decode(line.new) if line.new else None, value)
            for line in news.lines
        )

    def _within_grants(self, request: Request, answer: Answer) -> None:
        """Law 14: nobody receives rows of a scope that is not theirs; two copies of a computer that
        were found out receive none."""
        allowed = self._may_read(request.token)
        reply = msgspec.json.decode(_plain(answer))
        for page in reply["scopes"]:
            theirs = page["scope"] in allowed or not (page.get("rows") or page.get("digest"))
            self._judge.hold(14, theirs, "rows of a scope that is not granted:", page["scope"])


def lanes_of(request: Request) -> dict[str, Sequence[Any]]:
    """The lanes of a push that arrived whole; what turned over on the way says nothing."""
    whole = request.body and request.sum == sum_of(request.body)
    if not request.path.endswith("/push") or not whole:
        return {}
    push = msgspec.json.decode(request.body or b"")
    return {lane["scope"]: lane["ops"] for lane in (push, *push.get("more", ()))}


def _plain(answer: Answer) -> bytes:
    zipped = answer.headers.get("content-encoding") == "gzip"
    return gzip.decompress(answer.body) if zipped else answer.body
