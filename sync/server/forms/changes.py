"""What a new reading of a form may change of a campaign that is under way.

Labels, hints, conditions and further questions and choices may. What was perhaps answered already
may not: a question, its type, a choice.
"""

from collections.abc import Iterator

from sync.rules.questions import Question, QuestionSet
from sync.server.forms.problems import FormProblem
from sync.server.forms.reading import SURVEY, Form


def kept_from(former: QuestionSet, form: Form) -> list[FormProblem]:
    """What the form no longer has of ``former``."""
    return [problem for question in former.questions for problem in _lost(question, form)]


def _lost(question: Question, form: Form) -> Iterator[FormProblem]:
    now = form.questions.find(question.name)
    if now is None:
        yield FormProblem(SURVEY, 0, "", "change.question", {"name": question.name})
        return
    row = form.rows[question.name]
    if now.kind is not question.kind:
        details: dict[str, str | int] = {"name": question.name, "kind": question.kind.value}
        yield FormProblem(SURVEY, row, form.type_column, "change.kind", details)
        return
    for choice in question.choices:
        if now.choice(choice.name) is None:
            told: dict[str, str | int] = {"name": choice.name, "question": question.name}
            yield FormProblem(SURVEY, row, form.type_column, "change.choice", told)
