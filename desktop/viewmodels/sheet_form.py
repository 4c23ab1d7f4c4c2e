"""What an answer sheet holds and shows while it is filled in, question by question."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from desktop.services.campaign_records import (
    OpenSheet,
    SheetForm,
    Way,
    answer_words,
    label_of,
)
from desktop.viewmodels.moments import day_and_time
from sync.i18n import N_, _, catalogue
from sync.identity import Clock, local_day
from sync.rules.expressions import Answer
from sync.rules.questions import AnswerWrong, Question, QuestionKind, read_answer, said

WAY: Final = ":way"
"""The key of the last part: how they were asked. No question has a colon in its name."""

_SHORT_DAY: Final = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?")


@dataclass(frozen=True)
class QuestionView:
    """One question as it is shown: its number among those that are asked, and its words."""

    question: Question
    number: int
    label: str
    hint: str
    disputed: tuple[str, ...] = ()


class SheetFormState:
    """A sheet while it is filled in. Attributes: ``at``, the key of the part worked on.

    What was typed and is no answer yet stays as it was typed, also in the draft.
    """

    def __init__(self, sheet: OpenSheet, clock: Clock) -> None:
        self.sheet = sheet
        self._clock = clock
        self._today = local_day(clock.now())
        self._typed: dict[str, Answer] = dict(sheet.form.answers)
        self.way = sheet.form.way
        self.at = sheet.form.at
        self._begun_with = self.draft()
        keys = self.parts()
        if self.at not in keys:
            self.at = next((key for key in keys if not self.has(key)), keys[0])

    # --- Questions ------------------------------------------------------------------------------

    def parts(self) -> list[str]:
        """The questions that are asked, then how they were asked."""
        return [*(question.name for question in self._asked()), WAY]

    def views(self) -> list[QuestionView]:
        """The questions that are asked, in order."""
        language = catalogue.language
        return [
            QuestionView(
                question,
                number,
                said(question.label, language),
                said(question.hint, language),
                self._disputed(question),
            )
            for number, question in enumerate(self._asked(), 1)
        ]

    def has(self, key: str) -> bool:
        """Whether a part is answered, well or not."""
        return bool(self.way) if key == WAY else key in self._typed

    def typed(self, key: str) -> Answer:
        """What stands in a part."""
        return self.way if key == WAY else self._typed.get(key, "")

    @property
    def done(self) -> int:
        """How many of the questions that are asked have an answer."""
        return sum(question.name in self._typed for question in self._asked())

    @property
    def total(self) -> int:
        """How many questions are asked now."""
        return len(self._asked())

    @property
    def is_begun(self) -> bool:
        """Whether there is anything to keep that was not there when it was opened."""
        return self.draft() != self._begun_with or bool(self.sheet.kept_at)

    def problem(self, key: str) -> str:
        """Why a part cannot stay like this; empty where it can."""
        if key == WAY:
            return "" if self.way else _(N_("Press how they were asked."))
        question = self._find(key)
        try:
            read_answer(question, self._plain(question, self._typed.get(key)))
        except AnswerWrong as error:
            return str(error)
        valid = self._valid()
        questions = self.sheet.campaign.questions
        return questions.problem(question, valid, self._today, catalogue.language)

    def problems(self) -> list[str]:
        """The parts that keep the sheet from being saved, in order."""
        return [key for key in self.parts() if self.problem(key)]

    def missing_words(self) -> str:
        """How much is missing and where it begins; empty where nothing is."""
        wrong = self.problems()
        if not wrong:
            return ""
        names = [
            label_of(self._find(key)) if key != WAY else _(N_("How they were asked"))
            for key in wrong
        ]
        return _(N_("{count} questions still need you. First: {first}")).format(
            count=len(wrong), first=names[0]
        )

    # --- What a person does ---------------------------------------------------------------------

    def answer(self, key: str, value: Answer) -> None:
        """Take an answer as it was typed or chosen; an empty one takes it back."""
        if key == WAY:
            self.way = str(value)
        elif value in ("", []):
            self._typed.pop(key, None)
        else:
            self._typed[key] = value

    def step(self, by: int) -> str:
        """The part after (1) or before (-1) the one worked on; an end stays."""
        keys = self.parts()
        at = keys.index(self.at) if self.at in keys else 0
        self.at = keys[min(max(at + by, 0), len(keys) - 1)]
        return self.at

    def pick(self, position: int) -> tuple[str, bool] | None:
        """Choose by digit in the part worked on: its key, and whether that ends the part.

        ``None`` where there is no such choice.
        """
        if self.at == WAY:
            ways = list(Way)
            if position >= len(ways):
                return None
            self.way = ways[position].value
            return WAY, False
        question = self._find(self.at)
        if not question.kind.chooses or position >= len(question.choices):
            return None
        name = question.choices[position].name
        if question.kind is QuestionKind.SELECT_ONE:
            self._typed[self.at] = name
            return self.at, True
        held = self._typed.get(self.at)
        chosen = set(held if isinstance(held, list) else ()) ^ {name}
        self.answer(self.at, [one.name for one in question.choices if one.name in chosen])
        return self.at, False

    # --- Out ------------------------------------------------------------------------------------

    def draft(self) -> SheetForm:
        """What is kept on disk: everything, as it was typed."""
        return SheetForm(dict(self._typed), self.way, self.at)

    def to_save(self) -> SheetForm:
        """What is saved: answers alone."""
        return SheetForm(self._valid(), self.way, self.at)

    def _asked(self) -> tuple[Question, ...]:
        return self.sheet.campaign.questions.asked(self._valid(), self._today)

    def _valid(self) -> dict[str, Answer]:
        """What was typed and is an answer."""
        found: dict[str, Answer] = {}
        for name, typed in self._typed.items():
            question = self.sheet.campaign.questions.find(name)
            if question is None:
                continue
            try:
                read = read_answer(question, self._plain(question, typed))
            except AnswerWrong:
                continue
            if read is not None:
                found[name] = read
        return found

    def _plain(self, question: Question, typed: Answer | None) -> Answer | None:
        """A day may be typed short: 6-18 is the latest such day."""
        if question.kind is not QuestionKind.DATE or not isinstance(typed, str):
            return typed
        day = past_day(typed, self._today)
        return day.isoformat() if day else typed

    def _find(self, name: str) -> Question:
        found = self.sheet.campaign.questions.find(name)
        assert found is not None
        return found

    def _disputed(self, question: Question) -> tuple[str, ...]:
        return tuple(
            _(N_("{who}, {when}: {answer}")).format(
                who=one.who,
                when=day_and_time(one.at, self._clock),
                answer=answer_words(question, one.answer),
            )
            for one in self.sheet.differing.get(question.name, ())
        )


def past_day(text: str, today: date) -> date | None:
    """The day that somebody typed: 2026-06-18, 6-18 or 6月18日; ``None`` where it is none.

    Without a year it is the latest such day: questions ask for what was.
    """
    found = _SHORT_DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    try:
        day = date(int(found[1] or today.year), int(found[2]), int(found[3]))
        return day.replace(year=day.year - 1) if not found[1] and day > today else day
    except ValueError:
        return None


def way_choices(*, two_people: bool) -> Mapping[str, str]:
    """How they may have been asked: keys and words."""
    return {way.value: way.words_at(two_people=two_people) for way in Way}
