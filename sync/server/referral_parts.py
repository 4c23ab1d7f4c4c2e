"""One part in a matter that was brought to a department or to the street, in both directions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import insert, select, update

from sync.identity import derived_id
from sync.merge.operation import Op, OpKind, Outcome
from sync.merge.removal import DELETE
from sync.merge.settle import Change
from sync.merge.values import Writer
from sync.rules.matter_rights import ANSWERS_OF, line_of
from sync.schema.canonical import compact
from sync.schema.matter import STAGES
from sync.schema.policy import WHOLE_ROW
from sync.schema.values import same
from sync.server.locked import Locked
from sync.server.openscope import OpenScope
from sync.server.referral_copies import CONFLICT, line_as_shown, matter_as_shown, rows_about
from sync.server.referral_queue import MATTER, UNIT, WHISTLE
from sync.server.rows import SERVER_CLIENT, Cause, StoredRow
from sync.server.settling import settle_operation
from sync.server.tables import HISTORY, LED_TO, REFERRAL, ROW

_NO_EPOCH: Final = "-"
_OF_A_QUESTION: Final = ("target_type", "target_id", "target_root", "field", "status")


def copy_of(line_id: str, scope_id: str) -> str:
    """The id of the copy of a line in the scope of a department or of the street."""
    return derived_id("referral", line_id, scope_id)


@dataclass(frozen=True)
class Wanted:
    """A copy of a line of a whistle, or of a call, that somebody with ``post`` is to have as long
    as it is called."""

    scope_id: str
    post: str
    type: str
    line_id: str
    is_called: bool

    @property
    def copy_id(self) -> str:
        """Its id."""
        return copy_of(self.line_id, self.scope_id)


@dataclass(frozen=True)
class Referred:
    """A matter under the locks of its grid, of the departments and of the street."""

    locked: Locked
    grid: OpenScope
    row: StoredRow

    def shown_as(self, scope_id: str) -> str:
        """The id of its copy in the scope of a department."""
        return derived_id("referral", self.row.id, scope_id)

    @property
    def server(self) -> Writer:
        """Who writes the copies."""
        return Writer(SERVER_CLIENT, at=self.locked.at, is_server=True)

    def put(
        self,
        unit: OpenScope,
        type_: str,
        row_id: str,
        body: Mapping[str, Any],
        *,
        gone: bool = False,
    ) -> set[str]:
        """Write a copy as it is to be. The fields that changed.

        The history has the answers alone: whoever gives a matter back reads nothing of it there.
        """
        before = unit.row(type_, row_id)
        former, after = (before.body if before else {}), compact(body)
        was_gone = before is None or before.deleted
        if was_gone == gone and (gone or former == after):
            return set()
        row = unit.put(type_, row_id, after, deleted=gone)
        changed = {
            name for name in {*former, *after} if not same(former.get(name), after.get(name))
        }
        answers = {name for named in ANSWERS_OF.values() for name in named.get(type_, ())}
        said = [
            Change(type_, row_id, name, former.get(name), after.get(name))
            for name in sorted(changed & answers)
        ]
        unit.record(row, said, Cause("", self.server))
        return changed


class Part:
    """One department's part in one matter, or the street's. Attributes: ``taken``, whose answer
    each field was that came back and stands now: none that waits for somebody to decide."""

    def __init__(
        self, of: Referred, unit: OpenScope, line: StoredRow, post: str, known: Any
    ) -> None:
        self._of = of
        self._unit = unit
        self._line = (line.type, line.id)
        self._post = post
        self._known = known
        self._told: Mapping[str, Any] = {}
        self._answers = ANSWERS_OF[post][line.type]
        self._shown_as = of.shown_as(unit.scope_id)
        self._copy = (line.type, copy_of(line.id, unit.scope_id))
        self.taken: dict[str, Writer] = {}

    def take(self) -> None:
        """Bring the answers home: before anything is shown, so that nothing is written over."""
        agreed = msgspec.json.decode(self._known.agreed) if self._known else {}
        agreed |= self._take_questions()
        copy = self._unit.row(*self._copy)
        self._told = copy.body if copy and not copy.deleted else agreed
        self._take_answers(agreed, self._told)

    def show(self, *, is_called: bool) -> None:
        """Write what it is to see, which is nothing once it is not called any more."""
        line = self._of.grid.row(*self._line)
        assert line is not None
        shown = line_as_shown(line, self._of.row, self._post)
        # Until somebody decides, a department reads its own word and not the other one.
        disputed = self._of.grid.waiting.about(self._line).keys() & shown.keys()
        shown |= {name: self._told.get(name) for name in self._answers if name in disputed}
        if is_called:
            of = self._of
            of.put(
                self._unit,
                MATTER,
                self._shown_as,
                matter_as_shown(of.locked, of.row, of.grid, self._post),
            )
            self._show(shown | {"matter_id": self._shown_as})
        else:
            # What comes late finds its matter by this.
            self._of.put(self._unit, *self._copy, {"matter_id": self._shown_as}, gone=True)
        self._remember({name: shown.get(name) for name in self._answers})

    def _show(self, body: Mapping[str, Any]) -> None:
        changed = self._of.put(self._unit, *self._copy, body) & set(self._answers)
        # The office asserts it, so that a department's other word is a question and never put
        # over theirs. Who of the office it was stays there: the department reads its questions.
        office = {SERVER_CLIENT: Writer(SERVER_CLIENT, at=self._of.locked.at)}
        self._unit.claims.claim(self._copy, dict.fromkeys(changed, office))

    def _take_answers(self, agreed: Mapping[str, Any], told: Mapping[str, Any]) -> None:
        for name in self._answers:
            if same(told.get(name), agreed.get(name)):
                continue
            said = self._said(name)
            writer = Writer(said.client, said.author, said.device, at=said.at)
            self._answer(name, (agreed.get(name), told.get(name)), said.op_id, writer)

    def _take_questions(self) -> dict[str, Any]:
        """An answer that met the office's own word in the copy, or came after the department was
        called off: it is asked about in the grid, where the office decides, and the department
        reads its own until then."""
        taken: dict[str, Any] = {}
        for name, conflict_id in self._unit.waiting.about(self._copy).items():
            question = self._unit.row(CONFLICT, conflict_id)
            if question is None or name not in (*self._answers, WHOLE_ROW):
                continue
            for one in question.body["candidates"]:
                writer = Writer(one["client"], one["author"], one["device"], at=one["at"])
                # From what its author saw: the office's word came in between.
                pairs = {name: (question.body.get("base"), one["value"])}
                for field, pair in (one["value"] if name == WHOLE_ROW else pairs).items():
                    self._answer(field, tuple(pair), one["op"], writer)
                    taken[field] = pair[1]
            choice = DELETE if name == WHOLE_ROW else taken[name]
            op_id = derived_id("referral", conflict_id, str(self._unit.head))
            value = {"value": (question.body.get("current"), choice)}
            seen = (_NO_EPOCH, self._unit.head)
            op = Op(op_id, 0, OpKind.RESOLVE, CONFLICT, conflict_id, value, seen)
            settle_operation(self._of.locked, self._unit, op, self._of.server, _NO_EPOCH)
        self._give_back_questions()
        return taken

    def _give_back_questions(self) -> None:
        """Once it is asked at home, or whoever asked took their word back, nothing of a question
        stays here but which field it was about."""
        about = ROW.c.body.contains(f'"target_id":"{self._copy[1]}"', autoescape=True)
        here = (ROW.c.scope_id == self._unit.scope_id, ROW.c.type == CONFLICT, LED_TO)
        query = select(ROW.c.id).where(*here, ROW.c.deleted.is_(False), about)
        for conflict_id in self._of.locked.connection.execute(query.order_by(ROW.c.id)).scalars():
            question = self._unit.row(CONFLICT, conflict_id)
            if question is None or question.deleted or question.body["status"] == "open":
                continue
            kept = compact({name: question.body.get(name) for name in _OF_A_QUESTION})
            row = self._unit.put(CONFLICT, conflict_id, kept, deleted=True)
            self._unit.record(row, (), Cause("", self._of.server))

    def _answer(self, name: str, pair: tuple[Any, Any], op_id: str, writer: Writer) -> None:
        """The department's word on its line in the grid, in the name of whoever wrote it."""
        own = derived_id("referral", op_id, name)
        op = Op(own, 0, OpKind.PATCH, *self._line, {name: pair})
        ended = settle_operation(self._of.locked, self._of.grid, op, writer, _NO_EPOCH)
        if ended.outcome is Outcome.APPLIED:
            self.taken[name] = writer

    def _said(self, name: str) -> Any:
        """Who wrote an answer last, as the history of the department's scope has it."""
        where = (
            HISTORY.c.scope_id == self._unit.scope_id,
            HISTORY.c.type == self._copy[0],
            HISTORY.c.id == self._copy[1],
            HISTORY.c.field == name,
        )
        latest = select(HISTORY).where(*where).order_by(HISTORY.c.rev.desc()).limit(1)
        return self._of.locked.connection.execute(latest).one()

    def _remember(self, agreed: Mapping[str, Any]) -> None:
        text = msgspec.json.encode(agreed, order="deterministic").decode()
        connection = self._of.locked.connection
        if self._known is None:
            line = {
                "copy_id": self._copy[1],
                "scope_id": self._unit.scope_id,
                "line_id": self._line[1],
                "matter_id": self._of.row.id,
                "shown_as": self._shown_as,
                "agreed": text,
            }
            connection.execute(insert(REFERRAL), [line])
        elif self._known.agreed != text:
            mine = REFERRAL.c.copy_id == self._copy[1]
            connection.execute(update(REFERRAL).where(mine).values(agreed=text))


def follow_whistle(of: Referred, whistle_id: str, writer: Writer) -> None:
    """What a whistle of the street calls for: a line for each department, and the matter's step,
    in the name of whoever whistled."""
    whistle, matter = of.grid.row(WHISTLE, whistle_id), of.grid.row(MATTER, of.row.id)
    assert whistle is not None
    assert matter is not None
    said = whistle.body
    about = {"matter_id": of.row.id, "household_id": matter.body.get("household_id")}
    there = {
        line.body.get("unit")
        for line in rows_about(of.locked.connection, of.grid.scope_id, UNIT, of.row.id)
        if not line.deleted and line.body.get("whistle_id") == whistle_id
    }
    for unit in said.get("units") or ():
        if unit in there:
            continue
        line = {"whistle_id": whistle_id, "unit": unit, "deadline": said.get("deadline")}
        _make(of, OpKind.CREATE, UNIT, line_of(whistle_id, unit), about | line, writer)
    stage = str(matter.body.get("stage") or "")
    if STAGES.may_step(stage, "whistled"):
        steps = {
            "stage": (stage, "whistled"),
            "deadline": (matter.body.get("deadline"), said.get("deadline")),
        }
        op_id = derived_id("whistle", whistle_id, "stage")
        op = Op(op_id, 0, OpKind.PATCH, MATTER, matter.id, steps)
        settle_operation(of.locked, of.grid, op, writer, _NO_EPOCH)
    step = {
        "kind": "whistle",
        "at": said.get("whistled_at"),
        "staff_id": writer.author,
        "unit": ", ".join(said.get("units") or ()),
        "until": said.get("deadline"),
        "text": said.get("reason"),
    }
    step_id = derived_id("whistle", whistle_id, "step")
    _make(of, OpKind.APPEND, "matter_step", step_id, about | step, writer)


def _make(
    of: Referred,
    kind: OpKind,
    type_: str,
    row_id: str,
    fields: Mapping[str, Any],
    writer: Writer,
) -> None:
    pairs = {name: (None, value) for name, value in fields.items() if value is not None}
    op = Op(derived_id("made", row_id), 0, kind, type_, row_id, pairs)
    settle_operation(of.locked, of.grid, op, writer, _NO_EPOCH)
