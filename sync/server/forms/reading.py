"""From a file to a form: open it, find its sheets, read them, say everything that is wrong."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sync.rules.questions import QuestionSet, to_json
from sync.server.forms.choices import Lists, read_choices
from sync.server.forms.problems import FormProblem, FormRefused
from sync.server.forms.survey import MOST_QUESTIONS, NAME, lines_of, read_survey
from sync.server.forms.table import Table, read_table
from sync.server.roster.sheets import Sheet, Workbook, read_workbook

SURVEY: Final = "survey"
CHOICES: Final = "choices"
SETTINGS: Final = "settings"
MOST_KB: Final = 192
"""One operation carries a question set, and may have 256."""


@dataclass(frozen=True)
class Form:
    """A form without mistakes. ``rows`` are where its questions stand in the sheet survey;
    ``notes`` tell what was passed over."""

    form_id: str
    title: str
    version: str
    questions: QuestionSet
    rows: Mapping[str, int]
    type_column: str
    notes: tuple[FormProblem, ...] = ()


def read_form(path: Path) -> Form:
    """The form in a .xlsx file.

    Raises :class:`FormRefused` with every mistake, and the errors of reading any spreadsheet
    (:mod:`sync.server.roster.errors`); stores nothing.
    """
    book = read_workbook(path)
    sheets = {sheet.name.strip().lower(): sheet for sheet in book.sheets}
    problems = _about_sheets(book, sheets)
    survey, settings = _table(sheets, SURVEY, problems), _table(sheets, SETTINGS, problems)
    if survey is None:
        raise FormRefused([_missing(SURVEY)])
    lists = _lists(sheets, survey, problems)
    if lists is None:
        raise FormRefused([_missing(CHOICES)])
    placed, wrong = read_survey(survey, lists)
    problems += wrong
    questions = QuestionSet(tuple(lines_of(placed)))
    problems += _about_size(questions, problems)
    told = _settings(settings, path, problems)
    if any(one.stops for one in problems):
        raise FormRefused(sorted(problems, key=_place))
    return Form(
        form_id=told["form_id"],
        title=told["form_title"] or told["form_id"],
        version=told["version"],
        questions=questions,
        rows={one.question.name: one.row for one in placed},
        type_column=survey.letter("type"),
        notes=tuple(sorted(problems, key=_place)),
    )


def _about_sheets(book: Workbook, sheets: Mapping[str, Sheet]) -> list[FormProblem]:
    hidden = [FormProblem(name, 0, "", "sheet.hidden") for name in book.hidden]
    others = [
        FormProblem(sheet.name, 0, "", "sheet.other")
        for name, sheet in sheets.items()
        if name not in (SURVEY, CHOICES, SETTINGS) and sheet.rows
    ]
    return hidden + others


def _table(sheets: Mapping[str, Sheet], name: str, problems: list[FormProblem]) -> Table | None:
    if name not in sheets:
        return None
    table, wrong = read_table(sheets[name])
    problems += wrong
    return table


def _missing(name: str) -> FormProblem:
    return FormProblem(name, 0, "", "sheet.missing", {"name": name})


def _lists(sheets: Mapping[str, Sheet], survey: Table, problems: list[FormProblem]) -> Lists | None:
    """The lists of choices; a form that chooses nothing needs none. ``None`` where it does."""
    table = _table(sheets, CHOICES, problems)
    if table is not None:
        lists, wrong = read_choices(table)
        problems += wrong
        return lists
    chooses = any(survey.text(line, "type").startswith("select_") for line in survey.lines)
    return None if chooses else {}


def _about_size(questions: QuestionSet, known: list[FormProblem]) -> list[FormProblem]:
    count = len(questions.questions)
    if not count and not any(one.stops for one in known):
        return [FormProblem(SURVEY, 0, "", "form.empty")]
    if count > MOST_QUESTIONS:
        return [FormProblem(SURVEY, 0, "", "form.too_many", {"most": MOST_QUESTIONS})]
    size = len(json.dumps(to_json(questions), ensure_ascii=False).encode())
    if size > MOST_KB * 1024:
        return [FormProblem(SURVEY, 0, "", "form.too_large", {"most": MOST_KB})]
    return []


def _settings(table: Table | None, path: Path, problems: list[FormProblem]) -> dict[str, str]:
    """The form's id, title and version; without an id the file's name is one."""
    told = {"form_id": "", "form_title": "", "version": ""}
    line = table.lines[0] if table is not None and table.lines else None
    if table is not None and line is not None:
        told = {name: table.text(line, name)[:200] for name in told}
        if told["form_id"] and NAME.fullmatch(told["form_id"]) is None:
            wrong = table.problem(line, "form_id", "settings.form_id", name=told["form_id"])
            problems.append(wrong)
    return told | {"form_id": told["form_id"] or path.stem, "version": told["version"][:60]}


def _place(problem: FormProblem) -> tuple[bool, str, int, str]:
    return not problem.stops, problem.sheet, problem.row, problem.column
