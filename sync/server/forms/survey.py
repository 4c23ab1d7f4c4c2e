"""The sheet ``survey``: a question in each row."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sync.rules.questions import ChoiceOf, Question, QuestionKind
from sync.server.forms.choices import LONGEST_LABEL, MOST_CHOICES, Lists, label_problems
from sync.server.forms.conditions import check
from sync.server.forms.problems import FormProblem
from sync.server.forms.table import Line, Table, unused

MOST_QUESTIONS: Final = 100
NAME: Final = re.compile(r"[^\W\d][\w.-]{0,59}")
"""What may name a question or a form: as in XML, letters of any language."""

_KNOWN: Final = ("type", "name", "required", "relevant", "constraint")
_CHANGING: Final = ("calculation", "choice_filter", "repeat_count", "trigger")
_META: Final = frozenset(
    {"start", "end", "today", "deviceid", "phonenumber", "username", "email", "audit"}
)
_GROUPS: Final = frozenset({"begin_group", "end_group", "begin_repeat", "end_repeat", "begin"})
_YES: Final = frozenset({"yes", "true", "true()", "1", "是", "必填"})
_NO: Final = frozenset({"", "no", "false", "false()", "0", "否", "选填"})


@dataclass(frozen=True)
class PlacedQuestion:
    """A question and the row that tells of it."""

    question: Question
    row: int


def read_survey(table: Table, lists: Lists) -> tuple[list[PlacedQuestion], list[FormProblem]]:
    """All questions in order, and what is wrong with them."""
    problems = list(unused(table, _KNOWN, _CHANGING))
    problems += [
        FormProblem(table.name, 1, "", "column.missing", {"name": name})
        for name in ("type", "name", "label")
        if not table.has(name)
    ]
    if any(one.code == "column.missing" for one in problems):
        return [], problems
    names = {table.text(line, "name"): line.number for line in reversed(table.lines)}
    known: dict[str, PlacedQuestion] = {}
    for line in table.lines:
        reading = _Row(table, line, lists, known, names)
        question = reading.question()
        problems += reading.problems
        if question is not None:
            known[question.name] = PlacedQuestion(question, line.number)
    return list(known.values()), problems


class _Row:
    """One row on its way to a question. Attributes: ``problems``."""

    def __init__(
        self,
        table: Table,
        line: Line,
        lists: Lists,
        known: Mapping[str, PlacedQuestion],
        names: Mapping[str, int],
    ) -> None:
        self._table = table
        self._line = line
        self._lists = lists
        self._known = known
        self._names = names
        self.problems: list[FormProblem] = []

    def question(self) -> Question | None:
        """The question, also one with a mistake that later rows may still ask for; ``None`` where
        the row is none."""
        kind, list_name = self._kind()
        if kind is None:
            return None
        name, label = self._name(), self._table.words(self._line, "label")
        self.problems += label_problems(self._table, self._line, label)
        question = Question(
            name=name,
            kind=kind,
            label=label,
            hint=self._words("hint"),
            required=self._required(),
            relevant=self._text("relevant"),
            constraint=self._text("constraint"),
            constraint_message=self._words("constraint_message"),
            required_message=self._words("required_message"),
            choices=self._choices(list_name) if kind.chooses else (),
        )
        self._check_conditions(question)
        return question if name else None

    def _kind(self) -> tuple[QuestionKind | None, str]:
        words = self._text("type").split()
        if not words:
            self._wrong("type", "type.missing")
            return None, ""
        word = words[0].lower()
        if word in _GROUPS or (word == "end" and len(words) > 1):
            self._wrong("type", "type.group")
        elif word in _META:
            self._wrong("type", "type.meta", name=word)
        elif word not in set(QuestionKind) or (len(words) > 1 and "select" not in word):
            self._wrong("type", "type.unknown", name=" ".join(words))
        elif "or_other" in words[1:]:
            self._wrong("type", "type.other")
        else:
            return QuestionKind(word), words[1] if len(words) > 1 else ""
        return None, ""

    def _name(self) -> str:
        name = self._text("name")
        if not name:
            self._wrong("name", "name.missing")
        elif NAME.fullmatch(name) is None:
            self._wrong("name", "name.wrong", name=name)
        elif name in self._known:
            self._wrong("name", "name.twice", other=self._known[name].row)
            return ""
        return name

    def _required(self) -> bool:
        said = self._text("required").lower()
        if said not in _YES | _NO:
            self._wrong("required", "required.unknown")
        return said in _YES

    def _choices(self, list_name: str) -> tuple[ChoiceOf, ...]:
        if not list_name:
            self._wrong("type", "list.missing")
        elif list_name not in self._lists:
            self._wrong("type", "list.unknown", name=list_name)
        elif len(self._lists[list_name]) > MOST_CHOICES:
            self._wrong("type", "list.too_many", name=list_name, most=MOST_CHOICES)
        return tuple(placed.choice for placed in self._lists.get(list_name, ()))

    def _check_conditions(self, question: Question) -> None:
        above = {name: placed.question for name, placed in self._known.items()}
        for column, source, own in (
            ("relevant", question.relevant, None),
            ("constraint", question.constraint, question),
        ):
            if source:
                for code, details in check(source, above, own, self._names.__contains__):
                    self._wrong(column, code, **details)

    def _words(self, column: str) -> dict[str, str]:
        words = self._table.words(self._line, column)
        if any(len(text) > LONGEST_LABEL for text in words.values()):
            self._wrong(column, "text.long", most=LONGEST_LABEL)
        return words

    def _text(self, column: str) -> str:
        return self._table.text(self._line, column)

    def _wrong(self, column: str, code: str, **details: str | int) -> None:
        self.problems.append(self._table.problem(self._line, column, code, **details))


def lines_of(placed: list[PlacedQuestion]) -> Iterator[Question]:
    """The questions alone."""
    return (one.question for one in placed)
