"""A question set and what may be answered to it: which questions apply, what is missing or wrong.

Reading one from a spreadsheet is the server's work (``sync/server/forms``); this is what it
becomes, and what a laptop works with at the door.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from sync.i18n import N_, _
from sync.rules.expressions import Answer, Node, Scene, holds, parse
from sync.schema.values import LARGEST_NUMBER, normal_text

LONGEST_ANSWER: Final = 2_000
"""Characters of a written answer."""

_FORMAT: Final = 1


class QuestionKind(StrEnum):
    """How a question is answered, in the words of XLSForm."""

    TEXT = "text"
    INTEGER = "integer"
    DATE = "date"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"

    @property
    def chooses(self) -> bool:
        """Whether the answer is taken from choices."""
        return self in (QuestionKind.SELECT_ONE, QuestionKind.SELECT_MULTIPLE)


Words = Mapping[str, str]
"""A text by language (``zh``, ``en``), and under ``""`` what the form says in no named one."""

Answers = Mapping[str, Answer]
"""What was answered, by question; an unanswered one is absent."""


def said(words: Words, language: str) -> str:
    """A text in the language of the app (``zh_CN``), else in whichever the form has."""
    short = language.split("_", maxsplit=1)[0]
    return words.get(short) or words.get("") or next(iter(words.values()), "")


@dataclass(frozen=True)
class ChoiceOf:
    """One choice: the name that is stored, and the label people read."""

    name: str
    label: Words


@dataclass(frozen=True)
class Question:
    """One question. ``relevant`` says when it is asked, ``constraint`` what its answer must keep.

    ``constraint_message`` and ``required_message`` are the form's own words for a bad answer and
    for a missing one.
    """

    name: str
    kind: QuestionKind
    label: Words
    hint: Words = field(default_factory=dict)
    required: bool = False
    relevant: str = ""
    constraint: str = ""
    constraint_message: Words = field(default_factory=dict)
    required_message: Words = field(default_factory=dict)
    choices: tuple[ChoiceOf, ...] = ()

    @cached_property
    def asked_when(self) -> Node | None:
        """``relevant``, read. Raises ExpressionWrong, which the import has ruled out."""
        return parse(self.relevant) if self.relevant else None

    @cached_property
    def kept_by(self) -> Node | None:
        """``constraint``, read."""
        return parse(self.constraint) if self.constraint else None

    def choice(self, name: str) -> ChoiceOf | None:
        """One of the choices."""
        return next((choice for choice in self.choices if choice.name == name), None)


@dataclass(frozen=True)
class QuestionSet:
    """The questions of a campaign, in order. Conditions look back only, never ahead."""

    questions: tuple[Question, ...]

    def asked(self, answers: Answers, today: date) -> tuple[Question, ...]:
        """The questions that apply to these answers. What was answered to one that does not
        apply is not there for the conditions of the later ones."""
        asked: list[Question] = []
        seen: dict[str, Answer] = {}
        for question in self.questions:
            node = question.asked_when
            if node is not None and not holds(node, Scene(seen, today)):
                continue
            asked.append(question)
            if question.name in answers:
                seen[question.name] = answers[question.name]
        return tuple(asked)

    def counted(self, answers: Answers, today: date) -> dict[str, Answer]:
        """What is saved of these answers: those to questions that apply."""
        names = (question.name for question in self.asked(answers, today))
        return {name: answers[name] for name in names if name in answers}

    def problem(self, question: Question, answers: Answers, today: date, language: str) -> str:
        """Why the answer to ``question`` cannot stay like this, in words; empty where it can."""
        own = answers.get(question.name)
        if own is None:
            if not question.required:
                return ""
            return said(question.required_message, language) or _(N_("This has to be answered."))
        node = question.kept_by
        if node is None or holds(node, Scene(self.counted(answers, today), today, own)):
            return ""
        return said(question.constraint_message, language) or _(
            N_("This answer does not fit. Look at it once more.")
        )

    def problems(self, answers: Answers, today: date, language: str) -> dict[str, str]:
        """Every question that keeps the sheet from being saved, and why."""
        found = (
            (question.name, self.problem(question, answers, today, language))
            for question in self.asked(answers, today)
        )
        return {name: words for name, words in found if words}

    def find(self, name: str) -> Question | None:
        """One question."""
        return next((one for one in self.questions if one.name == name), None)


class AnswerWrong(ValueError):
    """What was typed is no answer to this question; the message tells what to write."""


def read_answer(question: Question, given: object) -> Answer | None:
    """What was typed or sent, as it is stored; ``None`` for no answer.

    Raises :class:`AnswerWrong`.
    """
    if given is None or given in ("", []):
        return None
    match question.kind:
        case QuestionKind.TEXT:
            return _text(given)
        case QuestionKind.INTEGER:
            return _integer(given)
        case QuestionKind.DATE:
            return _day(given)
        case QuestionKind.SELECT_ONE:
            return _one(question, given)
        case QuestionKind.SELECT_MULTIPLE:
            return _several(question, given)


def _text(given: object) -> str | None:
    text = normal_text(str(given)).replace("\x00", "")
    if len(text) > LONGEST_ANSWER:
        raise AnswerWrong(_(N_("At most {most} characters.")).format(most=LONGEST_ANSWER))
    return text or None


def _integer(given: object) -> int | None:
    text = normal_text(str(given))
    if not text:
        return None
    try:
        number = int(text)  # Full-width digits are digits, too.
    except ValueError:
        raise AnswerWrong(_(N_("Write a whole number, digits alone."))) from None
    if isinstance(given, bool) or abs(number) > LARGEST_NUMBER:
        raise AnswerWrong(_(N_("Write a whole number, digits alone.")))
    return number


def _day(given: object) -> str:
    try:
        return date.fromisoformat(normal_text(str(given))).isoformat()
    except ValueError:
        raise AnswerWrong(_(N_("Write the day like 2026-06-18."))) from None


def _one(question: Question, given: object) -> str:
    if not isinstance(given, str) or question.choice(given) is None:
        raise AnswerWrong(_known_choices(question))
    return given


def _several(question: Question, given: object) -> list[str]:
    names = given.split() if isinstance(given, str) else given
    if not isinstance(names, list) or any(question.choice(str(name)) is None for name in names):
        raise AnswerWrong(_known_choices(question))
    chosen = set(names)
    return [choice.name for choice in question.choices if choice.name in chosen]


def _known_choices(question: Question) -> str:
    names = ", ".join(choice.name for choice in question.choices)
    return _(N_("Choose from {choices}.")).format(choices=names)


# --- As it travels --------------------------------------------------------------------------------


def to_json(questions: QuestionSet) -> dict[str, Any]:
    """The question set as it is stored; empty parts are left out."""
    return {"format": _FORMAT, "questions": [_question_json(one) for one in questions.questions]}


def from_json(kept: Mapping[str, Any] | None) -> QuestionSet:
    """A stored question set; what this version does not know of it is passed over.

    A question of a kind that this version does not know is asked as a text: the app is older
    than the office, and the answer is worth more than its kind.
    """
    listed = (kept or {}).get("questions", ())
    return QuestionSet(tuple(_question(one) for one in listed))


def _question_json(question: Question) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "name": question.name,
        "type": question.kind.value,
        "label": dict(question.label),
        "hint": dict(question.hint),
        "required": question.required,
        "relevant": question.relevant,
        "constraint": question.constraint,
        "constraint_message": dict(question.constraint_message),
        "required_message": dict(question.required_message),
        "choices": [
            {"name": choice.name, "label": dict(choice.label)} for choice in question.choices
        ],
    }
    return {name: value for name, value in parts.items() if value}


def _question(kept: Mapping[str, Any]) -> Question:
    known = set(QuestionKind)
    kind = str(kept.get("type", ""))
    return Question(
        name=str(kept["name"]),
        kind=QuestionKind(kind) if kind in known else QuestionKind.TEXT,
        label=_words(kept, "label"),
        hint=_words(kept, "hint"),
        required=bool(kept.get("required")),
        relevant=str(kept.get("relevant", "")),
        constraint=str(kept.get("constraint", "")),
        constraint_message=_words(kept, "constraint_message"),
        required_message=_words(kept, "required_message"),
        choices=tuple(
            ChoiceOf(str(one["name"]), _words(one, "label")) for one in kept.get("choices", ())
        ),
    )


def _words(kept: Mapping[str, Any], name: str) -> Words:
    held = kept.get(name)
    return MappingProxyType(dict(held)) if isinstance(held, dict) else MappingProxyType({})
