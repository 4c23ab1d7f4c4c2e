"""Laws 1, 2, 3, 9, 10, 11 and 14 on the server, looked at after every exchange."""

import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from sync.merge.operation import Outcome
from sync.schema.policy import Merge
from sync.schema.registry import ENTITIES
from sync.schema.values import same
from sync.wire.messages import sum_of
from tests.sim.laws.asserted import Asserted
from tests.sim.laws.kept import Kept
from tests.sim.laws.referred import Referred
from tests.sim.laws.removals import Removals
from tests.sim.record import Key, News, ServerRecord
from tests.sim.wire import Answer, Request
from tests.sim.witness import Judge, Saved, Witness

_NOT_ASKED = (Merge.SERVER, Merge.SET, Merge.LWW)


@dataclass(frozen=True)
class Rights:
    """The scopes that the owner of a token may ``hold``, and those of them that the computer with
    it may ``read``."""

    hold: Callable[[str], frozenset[str]]
    read: Callable[[str], frozenset[str]]


class ServerLaws:
    """Watches what the server does, and has ``referred`` watch what departments are brought."""

    def __init__(
        self,
        judge: Judge,
        witness: Witness,
        record: ServerRecord,
        rights: Rights,
        referred: Referred,
    ) -> None:
        self._judge = judge
        self._witness = witness
        self._record = record
        self._may = rights
        self._referred = referred
        self._asserted = Asserted(judge, witness)
        self._kept = Kept(judge, record)
        self._written: dict[Key, str] = {}
        self._removals = Removals(judge, witness, record)

    def begin(self) -> None:
        """Take what is there at the beginning as given."""
        for news in self._record.observe():
            for key, _, version in news.rows:
                self._asserted.begin(key, version.body)

    def office_wrote(self) -> None:
        """The office wrote something by itself: no operation of anybody's laptop."""
        found = self._record.observe()
        for news in found:
            self._entries(news)
        self._referred.follow(found, [])

    def after(self, request: Request, answer: Answer | None) -> None:
        """One exchange in which the server took part; it may have died in it."""
        lanes = lanes_of(request)
        before = self._record.heads()
        news = self._record.observe()
        settled, known = self._receipts(lanes) if lanes else ([], [])
        lines = [line for one in news for line in one.lines]
        self._rights(request, settled)
        for one in news:
            self._removals.look(one)
            self._entries(one)
            self._candidates(one, settled)
        self._asserted.follow(lines, settled)
        self._asserted.echo(self._referred.follow(news, settled))
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
        columns = "op_id, client, outcome, seq, rev, at"
        query = f"SELECT {columns} FROM receipt WHERE op_id IN ({marks})"
        with self._record.reading() as cursor:
            found = {row[0]: row[1:] for row in cursor.execute(query, named)}
        settled, known = [], []
        for op_id in named:
            if op_id not in found or op_id not in self._witness.saved:
                continue
            client, text, *numbers = found[op_id]
            outcome = self._outcome(op_id, text, *numbers)
            known.append((op_id, outcome))
            one = self._witness.saved[op_id]
            if not one.outcome:
                one.outcome, one.client = outcome["outcome"], client
                one.conflicts = tuple(outcome.get("conflicts", ()))
                settled.append(one)
            final = one.outcome == outcome["outcome"]
            self._judge.hold(1, final, "an operation ended in a second way:", op_id)
        return settled, known

    def _outcome(self, op_id: str, text: str, seq: int, rev: int, at: str) -> dict[str, Any]:
        """What a receipt says; one without a text says no more than its columns."""
        if not text:
            return {"op_id": op_id, "seq": seq, "outcome": "applied", "rev": rev, "at": at}
        told: dict[str, Any] = msgspec.json.decode(self._record.database.column_key.unseal(text))
        return told

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
        allowed = self._may.hold(request.token)
        for one in settled:
            homes = {one.scope, self._record.home((one.op.type, one.op.id))}
            fair = one.outcome == Outcome.HELD or bool(homes & allowed)
            self._judge.hold(14, fair, "written without a right to it:", one.op)

    # --- Rows ----------------------------------------------------------------------------

    def _entries(self, news: News) -> None:
        """Law 11: what was written once stays as it was written."""
        for key, _, now in news.rows:
            if not ENTITIES[key[0]].append_only:
                continue
            if now.deleted:  # It moved with its household, or it is gone.
                fair = self._record.home(key) != news.scope
            else:
                fair = self._written.setdefault(key, now.body) == now.body
            self._judge.hold(11, fair, "an entry was changed:", *key)

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
        allowed = self._may.read(request.token)
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
