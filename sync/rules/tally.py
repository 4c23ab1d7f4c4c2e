"""Counting a campaign by building: how many doors, how many sheets, what they say."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sync.rules.questions import Question, QuestionKind, QuestionSet
from sync.rules.sheets import Together, undisputed


@dataclass(frozen=True)
class Door:
    """One household of the list, where it stands, and its sheets; ``told`` without any is empty."""

    household_id: str
    building: str
    told: Together = field(repr=False)


@dataclass(frozen=True)
class QuestionCount:
    """The answers to one question in one place.

    ``answered`` counts households. ``choices`` counts each choice by name; numbers and days have
    ``least`` and ``most``, numbers a ``total``; texts are counted only.
    """

    answered: int
    choices: Mapping[str, int] = field(default_factory=dict)
    total: int | None = None
    least: int | str | None = None
    most: int | str | None = None


@dataclass(frozen=True)
class PlaceCount:
    """One building, or all of them (``building`` is empty).

    ``differing`` are households whose sheets say different things: those answers are not counted.
    """

    building: str
    doors: int
    answered: int
    differing: int
    questions: Mapping[str, QuestionCount]


@dataclass(frozen=True)
class Tally:
    """A campaign, counted: each building in the order given, and all together."""

    places: tuple[PlaceCount, ...]
    all: PlaceCount


def tally(questions: QuestionSet, doors: Sequence[Door], today: date) -> Tally:
    """Count the sheets of these households."""
    buildings = dict.fromkeys(door.building for door in doors)
    places = tuple(
        _count(questions, name, [door for door in doors if door.building == name], today)
        for name in buildings
    )
    return Tally(places, _count(questions, "", doors, today))


def _count(questions: QuestionSet, building: str, doors: Sequence[Door], today: date) -> PlaceCount:
    answers = [undisputed(questions, door.told, today) for door in doors]
    return PlaceCount(
        building=building,
        doors=len(doors),
        answered=sum(bool(door.told.sheets) for door in doors),
        differing=sum(bool(door.told.differing) for door in doors),
        questions={
            question.name: _count_question(
                question, [held[question.name] for held in answers if question.name in held]
            )
            for question in questions.questions
        },
    )


def _count_question(question: Question, given: Sequence[object]) -> QuestionCount:
    match question.kind:
        case QuestionKind.SELECT_ONE | QuestionKind.SELECT_MULTIPLE:
            return QuestionCount(len(given), _chosen(question, given))
        case QuestionKind.INTEGER:
            numbers = [value for value in given if isinstance(value, int)]
            if numbers:
                return QuestionCount(len(given), {}, sum(numbers), min(numbers), max(numbers))
        case QuestionKind.DATE if given:
            days = sorted(str(value) for value in given)
            return QuestionCount(len(given), {}, None, days[0], days[-1])
    return QuestionCount(len(given))


def _chosen(question: Question, given: Iterable[object]) -> dict[str, int]:
    """Each choice of the form in its order, then names that the form no longer has."""
    counts: Counter[str] = Counter()
    for value in given:
        counts.update(value if isinstance(value, list) else [str(value)])
    names = dict.fromkeys([choice.name for choice in question.choices] + sorted(counts))
    return {name: counts[name] for name in names}
