"""Beside the form: who lives there, what to know before knocking, how it went before."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop.pages.visit.question_list import QuestionList
from desktop.pages.visit.section import Section
from desktop.rows import Tone
from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.days import short_weekdays, tiny_weekdays
from desktop.viewmodels.door_card import DoorCard
from desktop.viewmodels.visit_form import VisitState
from desktop.viewmodels.visit_more import answered
from desktop.widgets.avatar import Avatar
from desktop.widgets.banner import Banner
from desktop.widgets.base import NO_MARGINS, Themed, scaled
from desktop.widgets.card import Hairline
from desktop.widgets.chip import ChipRow
from desktop.widgets.door_parts import (
    CallItem,
    CallList,
    FactList,
    NameBlock,
    PastItem,
    PastList,
    WeekCell,
    WeekGrid,
)
from sync.i18n import N_, _
from sync.rules.visits import Band

_FACTS_AT: Final = 3
"""Below the person, the tags and the line."""


class WhoPane(Themed):
    """The person and the door. ``calls`` emits the target of a number that is asked for,
    ``questions`` what was ticked."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        column = scaled(look, QVBoxLayout(self), NO_MARGINS, 12)
        self._avatar = Avatar(look, "", Tone.NEUTRAL, px=44)
        self._name = NameBlock(look, TextStep.TITLE)
        self._chips = ChipRow(look)
        head = scaled(look, QHBoxLayout(), spacing=12)
        head.addWidget(self._avatar)
        head.addWidget(self._name, 1, Qt.AlignmentFlag.AlignVCenter)
        self._column = column
        column.addLayout(head)
        column.addWidget(self._chips)
        column.addWidget(Hairline(look))
        facts, calls = _(N_("Before knocking")), _(N_("Whom to call"))
        self._facts = FactList(look, facts)
        self.facts_part = Section(look, facts, self._facts, quiet=True)
        asks = _(N_("Ask today"))
        self.questions = QuestionList(look, asks)
        self._questions_part = Section(look, asks, self.questions, quiet=True)
        self._week = WeekGrid(look, short_weekdays(), _band_names(), tiny_weekdays())
        self._knocks = Banner(look, Tone.PRIMARY)
        self._week_part = Section(look, _(N_("When nobody answered")), self._week, quiet=True)
        self._week_part.add(self._knocks)
        self._past = PastList(look, _(N_("Visits before")))
        self._past_part = Section(look, _(N_("Visits before")), self._past, quiet=True)
        self.calls = CallList(look, calls)
        self._calls_part = Section(look, calls, self.calls, quiet=True)
        for part in (
            *(self.facts_part, self._questions_part, self._week_part),
            *(self._past_part, self._calls_part),
        ):
            column.addWidget(part)
        column.addStretch(1)

    def show_card(self, card: DoorCard) -> None:
        """Show one door."""
        cares = any(tag.tone is Tone.CARE for tag in card.tags)
        self._avatar.set_person(card.name, Tone.CARE if cares else Tone.NEUTRAL)
        self._name.say(card.name, card.about)
        self._chips.set_tags(card.tags)
        self._facts.set_facts(card.facts)
        self.facts_part.setVisible(bool(card.facts))
        self._past.set_items([PastItem(v.lamp, v.when, v.result, v.note) for v in card.past])
        self._past_part.setVisible(bool(card.past))
        self._past_part.set_hint(card.visits_words)
        self.calls.set_items(
            [CallItem(one.target, one.name, one.note, one.phone) for one in card.calls]
        )
        self._calls_part.setVisible(bool(card.calls))

    def take_facts_back(self) -> None:
        """Show what to know before knocking again here, after it stood elsewhere."""
        self._column.insertWidget(_FACTS_AT, self.facts_part)

    def show_state(self, state: VisitState) -> None:
        """Show what to ask, and when nobody answered, while that is the result."""
        found = state.questions()
        self._questions_part.setVisible(bool(found))
        self.questions.show_questions(found, answered(state.form))
        unanswered = state.form.result == "not_home"
        self._week_part.setVisible(unanswered)
        if unanswered:
            bands = list(Band)
            self._week.set_cells(
                WeekCell(bands.index(mark.band), mark.weekday, mark.met) for mark in state.week()
            )
            self._knocks.say("", state.knocks_words())


def _band_names() -> tuple[str, ...]:
    return tuple(_(name) for name in (N_("Morning"), N_("Afternoon"), N_("Evening")))
