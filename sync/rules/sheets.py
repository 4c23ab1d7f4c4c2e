"""Which of a household's sheets count, and what they say together.

A sheet is written once. Two workers who asked the same household both keep theirs: where they
agree the answer counts, where they differ it waits for a person, who writes a sheet that names
both. Nothing is taken for granted because it is newer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sync.rules.expressions import Answer
from sync.rules.questions import Answers, QuestionSet


@dataclass(frozen=True)
class Sheet:
    """The answers of one household, and who wrote them down when (a stamp)."""

    id: str
    household_id: str
    staff_id: str
    at: str
    answers: Answers = field(repr=False)
    visit_id: str = ""
    corrects: tuple[str, ...] = ()
    void: bool = False


@dataclass(frozen=True)
class Said:
    """One answer with the sheet that it stands on."""

    answer: Answer = field(repr=False)
    sheet: Sheet = field(repr=False)


@dataclass(frozen=True)
class Together:
    """What the standing sheets of one household say. ``answers`` are those that nobody disputes,
    ``differing`` the questions to which two sheets say different things, with each of them."""

    sheets: tuple[Sheet, ...]
    answers: Answers = field(repr=False)
    differing: Mapping[str, tuple[Said, ...]] = field(repr=False)


def sheet_of(row_id: str, fields: Mapping[str, Any]) -> Sheet:
    """A stored row as the rules read it."""
    answers = fields.get("answers")
    return Sheet(
        id=row_id,
        household_id=str(fields.get("household_id", "")),
        staff_id=str(fields.get("staff_id", "")),
        at=str(fields.get("answered_at", "")),
        answers=dict(answers) if isinstance(answers, dict) else {},
        visit_id=str(fields.get("visit_id", "")),
        corrects=tuple(fields.get("corrects") or ()),
        void=bool(fields.get("void")),
    )


def standing(sheets: Iterable[Sheet]) -> tuple[Sheet, ...]:
    """The sheets that count, oldest first.

    A sheet falls with one that stands and names it; where that one is taken back, it stands again.
    """
    known = {sheet.id: sheet for sheet in sheets}
    named_by: dict[str, list[Sheet]] = {}
    for sheet in known.values():
        for named in sheet.corrects:
            named_by.setdefault(named, []).append(sheet)
    holds: dict[str, bool] = {}

    def stands(sheet: Sheet) -> bool:
        if sheet.id not in holds:
            holds[sheet.id] = False  # Sheets that name each other in a ring all fall.
            holds[sheet.id] = not any(stands(later) for later in named_by.get(sheet.id, ()))
        return holds[sheet.id]

    found = (sheet for sheet in known.values() if stands(sheet) and not sheet.void)
    return tuple(sorted(found, key=lambda sheet: (sheet.at, sheet.id)))


def together(sheets: Iterable[Sheet]) -> Together:
    """What the sheets of one household say together."""
    counting = standing(sheets)
    answers: dict[str, Answer] = {}
    differing: dict[str, tuple[Said, ...]] = {}
    for name in dict.fromkeys(name for sheet in counting for name in sheet.answers):
        told = tuple(
            Said(sheet.answers[name], sheet) for sheet in counting if name in sheet.answers
        )
        if all(one.answer == told[0].answer for one in told):
            answers[name] = told[0].answer
        else:
            differing[name] = told
    return Together(counting, answers, differing)


def undisputed(questions: QuestionSet, told: Together, today: date) -> dict[str, Answer]:
    """The answers that a tally may count: asked in the undisputed ones alone."""
    return questions.counted(told.answers, today)
