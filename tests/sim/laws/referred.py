"""Laws 1, 9 and 14 of matters that a department was brought, looked at after every exchange.

A department writes on copies. What it writes there has to stand in the matter, in its own name, or
wait there for a person; and nothing comes to it but what it may read.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from sync.merge.operation import Op, OpKind, Outcome
from sync.schema.canonical import decode_body
from sync.schema.values import same
from sync.server.rows import SERVER_CLIENT
from tests.sim.ground import NOTE, UNIT, Ground
from tests.sim.laws.shown import MAY_READ, OVER, WORDS, copies, copy_id
from tests.sim.record import Key, Line, News, ServerRecord
from tests.sim.witness import Judge, Saved, Witness

LINE = "whistle_unit"
_ABOUT = ("target_type", "target_id")


@dataclass(frozen=True)
class Answer:
    """What a department wrote in one field of its part, by the id that the part has at home.

    ``bases`` are the values that its writer started from or said before: their own word is what
    stands in the copy until the matter has another one, whoever agreed to it there.
    """

    line: str
    field: str
    bases: tuple[Any, ...]
    value: Any
    client: str
    op_id: str


@dataclass(frozen=True)
class Echo:
    """An answer as it came home: the operation that the server makes of it, and its lines."""

    one: Saved
    lines: Sequence[Line]


class Referred:
    """Watches the scope of one department, from the first exchange on."""

    def __init__(
        self, judge: Judge, witness: Witness, record: ServerRecord, ground: Ground
    ) -> None:
        self._judge = judge
        self._witness = witness
        self._record = record
        self._scope = ground.unit_scope
        self._secrets = _secrets(ground)
        self._home: dict[str, str] = {}
        self._known: defaultdict[tuple[str, str, str], list[Any]] = defaultdict(list)

    def follow(self, news: Sequence[News], settled: Sequence[Saved]) -> list[Echo]:
        """One exchange, or what the office wrote: the answers that came home with it."""
        for one in news:
            if one.scope == self._scope:
                self._readable(one)
            elif one.scope.startswith("grid:"):
                self._learn(one)
        answers = self._answers(settled, [line for one in news for line in one.lines])
        lines = [
            line
            for one in news
            for line in one.lines
            if one.scope.startswith("grid:") and self._is_echo(line)
        ]
        self._all_home(answers, lines)
        return self._echoes(answers, lines)

    def _learn(self, news: News) -> None:
        for (type_, row_id), _, _ in news.rows:
            if type_ == LINE:
                self._home[copy_id(row_id, self._scope)] = row_id

    def _is_echo(self, line: Line) -> bool:
        """Whether it tells of an answer that the server brought home."""
        brought = line.op_id not in self._witness.saved and line.client != SERVER_CLIENT
        return line.type == LINE and brought and not line.field.startswith("@")

    # --- Law 14 ------------------------------------------------------------------------------

    def _readable(self, news: News) -> None:
        for (type_, row_id), _, now in news.rows:
            body = decode_body(now.body)
            about = (news.scope, type_, row_id)
            if type_ != "conflict":
                more = body.keys() - MAY_READ.get(type_, frozenset())
                self._judge.hold(14, not more, "no business of a department:", *about, more)
            words = body.keys() & WORDS if type_ == "matter" and body.get("stage") in OVER else ()
            self._judge.hold(14, not words, "words of a matter that is over:", *about, words)
            read = [secret for secret in self._secrets if secret in now.body]
            self._judge.hold(14, not read, "a department reads:", *about, read)

    # --- Law 1 ---------------------------------------------------------------------------------

    def _answers(self, settled: Sequence[Saved], lines: Sequence[Line]) -> list[Answer]:
        """What was said in these operations, the last word on each field."""
        said: dict[tuple[str, str], Answer] = {}
        for one in settled:
            op = one.op
            if one.scope != self._scope or op.type != LINE or one.outcome == Outcome.HELD:
                continue
            if op.kind != OpKind.PATCH or op.id not in self._home:
                continue
            written = {line.field: line.new for line in lines if line.op_id == op.op_id}
            for name, (base, new) in op.f.items():
                value = _value(written[name]) if name in written else new
                before = said.pop((op.id, name), None)
                if one.outcome == Outcome.CONFLICT and name not in written and same(base, new):
                    # Beside a removed row it says nothing, but takes the place of their own word.
                    if before and before.client != one.client:
                        said[op.id, name] = before
                    continue
                known = self._known[self._witness.computer(one.client), op.id, name]
                bases = (*known, base)
                known += [base, value]
                answer = Answer(self._home[op.id], name, bases, value, one.client, op.op_id)
                if name in written or one.outcome == Outcome.CONFLICT:
                    said[op.id, name] = answer
                elif before and same(value, before.value):
                    said[op.id, name] = before  # Else it was taken back before it went anywhere.
        return list(said.values())

    def _all_home(self, answers: Iterable[Answer], lines: Sequence[Line]) -> None:
        for answer in answers:
            there = self._stands(answer) or any(_tells(line, answer) for line in lines)
            self._judge.hold(1, there, "an answer that did not come home:", answer)

    def _stands(self, answer: Answer) -> bool:
        row = self._record.latest((LINE, answer.line))
        body = decode_body(row.body) if row is not None and not row.deleted else {}
        if body and same(body.get(answer.field), answer.value):
            return True
        return any(_waits(body, answer) for body in self._questions())

    def _questions(self) -> Iterable[dict[str, Any]]:
        for scope in self._record.heads():
            log = self._record.log(scope)
            for (type_, _), versions in log.versions.items():
                if type_ == "conflict" and scope.startswith("grid:") and not versions[-1].deleted:
                    yield decode_body(versions[-1].body)

    # --- Law 9 -----------------------------------------------------------------------------------

    def _echoes(self, answers: Sequence[Answer], lines: Sequence[Line]) -> list[Echo]:
        """The answers by client and line, as operations on what stands at home.

        Of several words on one field that came home together only the last is brought.
        """
        echoes = []
        for client, line_id in sorted({(one.client, one.line) for one in answers}):
            mine = [one for one in answers if (one.client, one.line) == (client, line_id)]
            told = [line for line in lines if (line.client, line.id) == (client, line_id)]
            stood = {line.field: _value(line.old) for line in told}
            pairs = {one.field: (_base(one, stood), one.value) for one in mine}
            op = Op(mine[-1].op_id, 0, OpKind.PATCH, LINE, line_id, pairs)
            echoes.append(Echo(Saved(op, "", "", "", Outcome.APPLIED, (), client), told))
        known = {id(line) for echo in echoes for line in echo.lines}
        for line in lines:
            self._judge.hold(9, id(line) in known, "an answer that nobody gave:", line)
        return echoes

    # --- At rest ---------------------------------------------------------------------------------

    def at_rest(self) -> None:
        """Laws 6 and 19: what the department holds is what the matters say, and nothing waits."""
        with self._record.reading() as cursor:
            waiting = cursor.execute("SELECT count(*) FROM referral_queue").fetchone()[0]
        self._judge.hold(19, waiting == 0, "matters that nobody was brought:", waiting)
        if not self._judge.asks(6):
            return
        wanted = copies(self._record, self._scope, UNIT)
        log = self._record.log(self._scope)
        held = {key: decode_body(body) for key, (_, body) in log.at(log.head).items()}
        missing, more = sorted(wanted.keys() - held.keys()), sorted(held.keys() - wanted.keys())
        self._judge.hold(6, not missing, "a department was not brought:", missing[:2])
        self._judge.hold(6, not more, "a department keeps:", more[:2])
        for key, copy in wanted.items():
            self._equal(key, copy.body, held[key], copy.disputed)

    def _equal(self, key: Key, wanted: Any, held: Any, disputed: frozenset[str]) -> None:
        names = sorted({*wanted, *held} - disputed)
        other = [
            (name, wanted.get(name), held.get(name))
            for name in names
            if not same(_plain(wanted.get(name)), _plain(held.get(name)))
        ]
        self._judge.hold(6, not other, "the two sides of a matter differ:", *key, other)


def _plain(value: Any) -> Any:
    """Reasons may come in any order."""
    return sorted(value.split("\n")) if isinstance(value, str) else value


def _secrets(ground: Ground) -> tuple[str, ...]:
    """Whose matter it is, who told it, and who of the community works on it."""
    homes = [word for home in ground.homes for word in (home.id, home.dwelling, *home.people)]
    staff = [(login, who) for login, who in ground.staff.items() if login != "shi"]
    people = [word for login, who in staff for word in (who, f"{login}'s")]
    return (*homes, *people, "王桂兰", "王桂蓝", NOTE, "138000000", "139000000", "dibao")


def _base(answer: Answer, stood: Mapping[str, Any]) -> Any:
    """What somebody started from: what stood at home, if that was among it."""
    seen = [base for base in answer.bases if same(base, stood.get(answer.field, base))]
    return (seen or answer.bases)[-1]


def _tells(line: Line, answer: Answer) -> bool:
    """Whether a line of the matter's history is the answer, in its writer's name."""
    about = (line.id, line.field, line.client) == (answer.line, answer.field, answer.client)
    return about and (same(_value(line.new), answer.value) or answer.field == "opinion")


def _waits(body: dict[str, Any], answer: Answer) -> bool:
    """Whether a question of the community's holds the answer, or was ended by it."""
    if (body.get("target_type"), body.get("target_id")) != (LINE, answer.line):
        return False
    if body["field"] == answer.field and same(body.get("base"), answer.value):
        return True  # They took back the word that waited: it is as if they had not said it.
    for held in body.get("candidates", ()):
        said = held["value"]
        if held["client"] != answer.client:
            continue
        if body["field"] == answer.field and same(said, answer.value):
            return True
        if isinstance(said, dict) and same(said.get(answer.field, [None, ()])[1], answer.value):
            return True
    return False


def _value(text: str | None) -> Any:
    return None if text is None else msgspec.json.decode(text)
