"""What a person has decided about one household's disagreements, before it is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from desktop.rows import Row, Tag, Tone
from desktop.services.conflict_cases import Case, Question, Version
from desktop.services.conflicts import Decision, Saw
from desktop.viewmodels.moments import day_and_time
from sync.i18n import N_, _, n_
from sync.identity import Clock
from sync.schema.policy import Kind


class Way(StrEnum):
    """How one field is settled."""

    MINE = "mine"
    BOTH = "both"
    THEIRS = "theirs"
    OWN = "own"


KEYS: Final[Mapping[Way, str]] = {Way.MINE: "←", Way.BOTH: "B", Way.THEIRS: "→", Way.OWN: "E"}
_NO_OWN: Final = (Kind.REF, Kind.JSON)


@dataclass(frozen=True)
class Choice:
    """How a field shall end: by which way, the value, and the value as people read it."""

    way: Way
    value: Any = field(repr=False)
    words: str = field(repr=False)


@dataclass(frozen=True)
class Head:
    """Who stands behind one side: the words above a column of versions."""

    title: str
    name: str
    detail: str


class CaseForm:
    """The decisions about one case. Nothing is decided until :meth:`choose` says so."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._chosen: dict[str, Choice] = {}
        self._saw: dict[str, Saw] = {}
        self._past: list[tuple[str, Choice | None]] = []

    def choose(self, question: Question, choice: Choice) -> None:
        """Decide one question, or decide it anew."""
        self._past.append((question.conflict_id, self._chosen.get(question.conflict_id)))
        self._chosen[question.conflict_id] = choice
        self._saw[question.conflict_id] = question.saw

    def undo(self) -> str:
        """Take the latest decision back; its conflict's id, or ``""`` where there is none."""
        if not self._past:
            return ""
        conflict_id, before = self._past.pop()
        if before is None:
            self._chosen.pop(conflict_id, None)
        else:
            self._chosen[conflict_id] = before
        return conflict_id

    def choice(self, question: Question) -> Choice | None:
        """What was decided about a question so far."""
        return self._chosen.get(question.conflict_id)

    def saw(self, question: Question) -> Saw:
        """What its person saw when they decided a question."""
        return self._saw[question.conflict_id]

    def take_over(self, former: "CaseForm") -> None:
        """Keep the decisions of ``former`` about questions that are still the same."""
        same = {one.conflict_id: one for one in former.case.questions}
        for question in self.case.questions:
            decided = former.choice(question)
            if decided is not None and same[question.conflict_id] == question:
                self.choose(question, decided)
                # They decided about what they saw then, whatever came below it since.
                self._saw[question.conflict_id] = former.saw(question)

    @property
    def decided(self) -> dict[str, Any]:
        """The values to save, by conflict."""
        return {conflict_id: choice.value for conflict_id, choice in self._chosen.items()}

    @property
    def decisions(self) -> list[Decision]:
        """The same, each with what its person saw when they decided."""
        return [
            Decision(conflict_id, choice.value, self._saw[conflict_id])
            for conflict_id, choice in self._chosen.items()
        ]

    @property
    def left(self) -> list[Question]:
        """The questions that still wait."""
        return [one for one in self.case.questions if one.conflict_id not in self._chosen]

    def save_words(self, *, is_last: bool) -> str:
        """What the main button says: it names what is left."""
        count = len(self._chosen)
        if not count:
            waiting = len(self.left)
            return n_("{count} to decide", "{count} to decide", waiting).format(count=waiting)
        if not self.left:
            return _("Settled") if is_last else _("Settled, next one")
        if len(self.left) == 1:
            return n_("Save {count}, {field} left", "Save {count}, {field} left", count).format(
                count=count, field=self.left[0].label
            )
        return _("Save {count}, {left} left").format(count=count, left=len(self.left))


def offers(question: Question) -> list[tuple[Way, str]]:
    """The ways to settle a question, in the order shown, with their words."""
    if question.whole_row:
        return [(Way.MINE, _("Keep it")), (Way.THEIRS, _("Remove it"))]
    if question.dup:
        return [(Way.MINE, _("One person")), (Way.THEIRS, _("Two people"))]
    found = [(Way.MINE, _side_words(question.left, N_("Take mine"), question))]
    if question.joined is not None:
        found.append((Way.BOTH, _("Keep both")))
    found.append((Way.THEIRS, _side_words(question.right, N_("Take theirs"), question)))
    if question.choices:
        found.append((Way.OWN, _("Choose another")))
    elif question.spec is not None and question.spec.kind not in _NO_OWN:
        found.append((Way.OWN, _("Write it myself")))
    return found


def _side_words(version: Version, usual: str, question: Question) -> str:
    if question.left.mine:
        return _(usual)
    return _("Take {name}'s").format(name=version.author)


def settled_by(question: Question, way: Way) -> Choice | None:
    """The choice that a way stands for; ``None`` for one's own words, which have to be given."""
    match way:
        case Way.MINE:
            return Choice(way, question.left.value, question.left.words)
        case Way.THEIRS:
            return Choice(way, question.right.value, question.right.words)
        case Way.BOTH if question.joined is not None:
            words = _("{value}, both kept").format(value=question.joined_words)
            return Choice(way, question.joined, words)
    return None


def heads(question: Question, clock: Clock) -> tuple[Head, Head]:
    """Who stands behind the two columns."""
    if question.whole_row:
        return (
            _head(_("Keep"), question.left, clock),
            _head(_("Remove"), question.right, clock),
        )
    if question.dup:
        return (
            _head(_("One person"), question.left, clock),
            _head(_("Two people"), question.right, clock),
        )
    if question.left.mine:
        return (
            _head(_("Mine"), question.left, clock),
            _head(_("Theirs"), question.right, clock),
        )
    return (
        _head(question.left.author, question.left, clock, name=""),
        _head(question.right.author, question.right, clock, name=""),
    )


def _head(title: str, version: Version, clock: Clock, name: str | None = None) -> Head:
    shown = version.author if name is None else name
    when = day_and_time(version.at, clock) if version.at else ""
    device = _("this computer") if version.mine else version.device
    return Head(title, shown, " · ".join(part for part in (when, device) if part))


def case_rows(cases: Sequence[Case], forms: Mapping[str, CaseForm]) -> list[Row]:
    """The list at the left: who, where, which fields, how many."""
    return [_case_row(case, forms.get(case.key)) for case in cases]


def _case_row(case: Case, form: CaseForm | None) -> Row:
    labels = list(dict.fromkeys(question.label for question in case.questions))
    begun = form is not None and bool(form.decided)
    count = len(case.questions)
    return Row(
        key=case.key,
        title=" ".join(part for part in (case.room, case.who) if part),
        detail=_(", ").join(labels),
        reason=_("not saved yet") if begun else "",
        reason_tone=Tone.PRIMARY,
        badge=Tag(str(count), Tone.WARN),
    )


def own_words(question: Question, value: Any) -> str:
    """How a value that a person wrote or chose is shown."""
    labels = dict(question.choices)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return _(", ").join(labels.get(str(one)) or str(one) for one in value)
    return _("left empty") if value is None else labels.get(str(value)) or str(value)
