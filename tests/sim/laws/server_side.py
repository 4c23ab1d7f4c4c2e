"""Laws 1, 2, 3, 9, 10, 11 and 14 on the server, looked at after every exchange."""

import gzip
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from sync.merge.operation import OpKind, Outcome
from sync.merge.values import spec_or_unknown
from sync.schema.policy import Merge
from sync.schema.registry import ENTITIES
from sync.schema.values import same
from sync.server.rows import SERVER_CLIENT
from sync.wire.messages import sum_of
from tests.sim.laws.asserted import Asserted, computer
from tests.sim.record import Key, News, ServerRecord, Version
from tests.sim.wire import Answer, Request
from tests.sim.witness import Judge, Saved, Witness

_NOT_ASKED = (Merge.SERVER, Merge.SET, Merge.LWW)


class ServerLaws:
    """Watches what the server does. ``may_hold`` says which scopes a token's owner may read."""

    def __init__(
        self,
        judge: Judge,
        witness: Witness,
        record: ServerRecord,
        may_hold: Callable[[str], frozenset[str]],
    ) -> None:
        self._judge = judge
        self._witness = witness
        self._record = record
        self._may_hold = may_hold
        self._asserted = Asserted(judge, witness)

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
        push = _push_of(request)
        before = self._record.heads()
        news = self._record.observe()
        settled, known = self._receipts(push) if push else ([], [])
        allowed = self._may_hold(request.token)
        for saved in settled:
            fair = saved.scope in allowed or saved.outcome == Outcome.HELD
            self._judge.hold(14, fair, "written without a right to it:", saved.op)
        for one in news:
            self._removals(one)
            self._entries(one)
            self._candidates(one, settled)
            self._asserted.follow(one, settled)
        if push is not None and not settled:
            heads = self._record.heads()
            unchanged = heads.get(push["scope"]) == before.get(push["scope"])
            self._judge.hold(2, unchanged, "a repeated push changed", push["scope"])
        if push is not None and answer is not None and answer.status == 200:
            self._told(answer, known)
        if settled:
            self._kept(settled, news)
        if request.path.endswith("/pull") and answer is not None and answer.status == 200:
            self._within_grants(request, answer)

    # --- Receipts ------------------------------------------------------------------------

    def _receipts(self, push: Mapping[str, Any]) -> tuple[list[Saved], list[tuple[str, Any]]]:
        """The operations that this push settled, and the stored outcome of each it named."""
        named = [op["op_id"] for op in push["ops"] if isinstance(op, dict) and op.get("op_id")]
        marks = ",".join("?" * len(named))
        query = f"SELECT op_id, client, outcome FROM receipt WHERE op_id IN ({marks})"
        with self._record.reading() as cursor:
            found = {row[0]: row[1:] for row in cursor.execute(query, named)}
        settled, known = [], []
        for op_id in named:
            if op_id not in found or op_id not in self._witness.saved:
                continue
            client, text = found[op_id]
            outcome = msgspec.json.decode(text)
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
        for told in reply.get("outcomes", ()):
            stored = kept.get(told["op_id"])
            if stored is not None and told.get("code") != "op_id_reuse":
                same_end = {**told, "seq": 0} == {**stored, "seq": 0}
                self._judge.hold(2, same_end, "another outcome was told for", told["op_id"])

    # --- Content -------------------------------------------------------------------------

    def _kept(self, settled: Sequence[Saved], news: Sequence[News]) -> None:
        """Law 1 on the server: whatever the outcome, every value that was said is there."""
        scopes = {one.scope: one for one in news}
        for place, one in enumerate(settled):
            later = [other.op for other in settled[place + 1 :] if other.client == one.client]
            if one.outcome == Outcome.HELD:
                self._judge.hold(1, self._is_held(one), "held, and not kept:", one.op)
                done = [line for each in news for line in each.lines if line.op_id == one.op.op_id]
                self._judge.hold(1, not done, "held, and done in part:", one.op, done)
            elif one.outcome == Outcome.CONFLICT:
                named = self._in_a_conflict(one, later)
                facts = [] if named else [one.op, *self._conflicts_of(one)]
                self._judge.hold(10, named, "no conflict holds the value of", *facts)
            elif one.op.kind in (OpKind.PATCH, OpKind.CREATE, OpKind.APPEND):
                there = self._is_there(one, scopes.get(one.scope), later)
                self._judge.hold(1, there, "accepted, and nowhere:", one.outcome, one.op)

    def _is_held(self, one: Saved) -> bool:
        with self._record.reading() as cursor:
            query = "SELECT payload FROM held WHERE op_id = ?"
            found = [row[0] for row in cursor.execute(query, (one.op.op_id,))]
        # Its place in a lane may be another one by now: a cloned laptop numbers anew.
        return {**msgspec.json.decode(one.raw), "seq": 0} in [
            {**msgspec.json.decode(text), "seq": 0} for text in found
        ]

    def _in_a_conflict(self, one: Saved, later: Sequence[Any]) -> bool:
        for conflict_id in one.conflicts:
            version = self._latest(one.scope, ("conflict", conflict_id))
            body = msgspec.json.decode(version.body) if version else {}
            if any(held["op"] == one.op.op_id for held in body.get("candidates", ())):
                return True
            # Their next word on the same field took its place.
            about = (body.get("target_type"), body.get("target_id"))
            if any(about in [(op.type, op.id), (op.target or ())[:2]] for op in later):
                return True
        return False

    def _conflicts_of(self, one: Saved) -> list[str]:
        found = [self._latest(one.scope, ("conflict", each)) for each in one.conflicts]
        return [f"\n{version.body}" for version in found if version]

    def _is_there(self, one: Saved, news: News | None, later: Sequence[Any]) -> bool:
        version = self._latest(one.scope, (one.op.type, one.op.id))
        body = msgspec.json.decode(version.body) if version else {}
        lines = [line for line in news.lines if line.op_id == one.op.op_id] if news else []
        written = {line.field for line in lines}
        again = {name for op in later if op.id == one.op.id for name in op.f}
        for name, (base, new) in one.op.f.items():
            if name in written or "*" in written or name in again or same(base, new):
                continue
            merge = spec_or_unknown(one.op.type, name).merge
            if merge not in _NOT_ASKED and not same(body.get(name), new):
                return False
        return version is not None

    def _latest(self, scope: str, key: Key) -> Version | None:
        versions = self._record.log(scope).versions.get(key)
        return versions[-1] if versions else None

    # --- Rows ----------------------------------------------------------------------------

    def _entries(self, news: News) -> None:
        """Law 11: what was written once stays as it was written."""
        for (type_, row_id), before, now in news.rows:
            if ENTITIES[type_].append_only:
                untouched = before is None or before.body == now.body
                self._judge.hold(11, untouched, "an entry was changed:", type_, row_id)

    def _removals(self, news: News) -> None:
        """Law 9: nobody removes a row below which somebody else has worked unseen."""
        log = self._record.log(news.scope)
        for line in news.lines:
            one = self._witness.saved.get(line.op_id)
            if one is None or one.op.kind != OpKind.DELETE or line.field != "*":
                continue
            seen = one.op.seen[1] if one.op.seen[0] == self._record.epoch else 0
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
        writers = {computer(one.client) for one in settled}
        for (type_, row_id), before, now in news.rows:
            if type_ != "conflict" or before is None:
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
        """Law 14: nobody receives rows of a scope that is not theirs."""
        allowed = self._may_hold(request.token)
        reply = msgspec.json.decode(_plain(answer))
        for page in reply["scopes"]:
            theirs = page["scope"] in allowed or not (page.get("rows") or page.get("digest"))
            self._judge.hold(14, theirs, "rows of a scope that is not granted:", page["scope"])


def _push_of(request: Request) -> dict[str, Any] | None:
    """The push as it arrived whole; what turned over on the way says nothing."""
    whole = request.body and request.sum == sum_of(request.body)
    if not request.path.endswith("/push") or not whole:
        return None
    return dict(msgspec.json.decode(request.body or b""))


def _plain(answer: Answer) -> bytes:
    zipped = answer.headers.get("content-encoding") == "gzip"
    return gzip.decompress(answer.body) if zipped else answer.body
