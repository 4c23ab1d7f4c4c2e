"""The door beside the list: why today, what to know before knocking, and the three things to do."""

from collections.abc import Hashable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.door_card import DoorCard
from desktop.widgets.banner import Banner
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, Hairline, SectionTitle
from desktop.widgets.chip import ChipRow
from desktop.widgets.door_parts import (
    CallItem,
    CallList,
    FactList,
    NameBlock,
    PastItem,
    PastList,
)
from desktop.widgets.flow import EvenFlow
from desktop.widgets.painting import ENTER_KEY
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.text import Text
from sync.i18n import N_, _

PAST_SHOWN = 1


class DoorPreview(Card):
    """One door. The body scrolls, the buttons stay.

    Signals:
        visit_pressed, no_answer_pressed, later_pressed, open_pressed: what the worker wants to do.
        number_asked: the target of the call whose number is wanted in full.
    """

    visit_pressed = Signal()
    no_answer_pressed = Signal()
    later_pressed = Signal()
    open_pressed = Signal()
    number_asked = Signal(object)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, NO_MARGINS, 0)
        self._place = Text(look, "", TextStep.NOTE, colour="t2", wraps=True)
        self._name = NameBlock(look, TextStep.DISPLAY)
        self._chips = ChipRow(look)
        self._why = QVBoxLayout()
        self._facts_title = SectionTitle(look, _(N_("Before knocking")), step=TextStep.SECOND)
        self._facts = FactList(look, _(N_("Before knocking")))
        open_title = _(N_("Promised and still open"))
        self._open_title = SectionTitle(look, open_title, step=TextStep.SECOND)
        self._open = FactList(look, open_title)
        self._past_title = SectionTitle(look, _(N_("Last visit")), step=TextStep.SECOND)
        self._past = PastList(look, _(N_("Last visit")))
        self._never = Text(look, _(N_("Nobody was here yet.")), TextStep.SECOND, colour="t2")
        self._calls_title = SectionTitle(look, _(N_("Whom to call")), step=TextStep.SECOND)
        self._calls = CallList(look, _(N_("Whom to call")))
        self._calls.asked.connect(self.number_asked)
        self._scroll = ScrollColumn(look, (18, 14, 18, 14), 8)
        self._fill_body()
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(Hairline(look))
        self.body.addWidget(self._footer())
        self._banner: Banner | None = None

    def _fill_body(self) -> None:
        column = self._scroll.body
        column.addWidget(self._place)
        column.addWidget(self._name)
        column.addWidget(self._chips)
        column.addLayout(self._why)
        for part in (
            self._facts_title,
            self._facts,
            self._open_title,
            self._open,
            Hairline(self._look),
            self._past_title,
            self._past,
            self._never,
            self._calls_title,
            self._calls,
        ):
            column.addWidget(part)
        column.addStretch(1)

    def _footer(self) -> QWidget:
        footer = QWidget()
        column = scaled(self._look, QVBoxLayout(footer), (18, 12, 18, 14), 8)
        visit = Button(
            self._look,
            _(N_("Start visit")),
            ButtonKind.PRIMARY,
            icon="door",
            key="V",
            height=Height.PRIMARY_LARGE,
        )
        no_answer = Button(self._look, _(N_("No answer")), key="2")
        later = Button(self._look, _(N_("Another day")), key="D")
        opens = Button(self._look, _(N_("Open")), key=ENTER_KEY)
        visit.clicked.connect(self.visit_pressed)
        no_answer.clicked.connect(self.no_answer_pressed)
        later.clicked.connect(self.later_pressed)
        opens.clicked.connect(self.open_pressed)
        column.addWidget(visit)
        others = QWidget()
        flow = EvenFlow(self._look, others)
        for button in (no_answer, later, opens):
            flow.addWidget(button)
        column.addWidget(others)
        return footer

    def show_card(self, card: DoorCard) -> None:
        """Show one door from its top."""
        self._place.set_text(card.place)
        self._name.say(card.name, card.about)
        self._chips.set_tags(card.tags)
        self._show_why(card)
        self._facts.set_facts(card.facts)
        self._open.set_facts(card.open_things)
        self._past.set_items(
            [PastItem(v.lamp, v.when, v.result, v.note) for v in card.past[:PAST_SHOWN]]
        )
        self._past_title.set_hint(card.visits_words if card.past else "")
        self._calls.set_items(
            [CallItem(one.target, one.name, one.note, one.phone) for one in card.calls]
        )
        for widget, shown in (
            (self._facts_title, bool(card.facts)),
            (self._facts, bool(card.facts)),
            (self._open_title, bool(card.open_things)),
            (self._open, bool(card.open_things)),
            (self._past, bool(card.past)),
            (self._never, not card.past),
            (self._calls_title, bool(card.calls)),
            (self._calls, bool(card.calls)),
        ):
            widget.setVisible(shown)
        self.setAccessibleName(f"{card.name} {card.about} {card.late} {card.why}")
        self._scroll.to_top()

    def show_number(self, target: Hashable, phone: str) -> None:
        """Show one number in full."""
        self._calls.show_number(target, phone)

    def _show_why(self, card: DoorCard) -> None:
        """A banner has the ground of its tone from the start, so each door gets its own."""
        if self._banner is not None:
            self._why.removeWidget(self._banner)
            self._banner.hide()
            self._banner.deleteLater()
        title = _(N_("Why today: {late}")).format(late=card.late)
        self._banner = Banner(self._look, card.tone, title, card.why, lamp=card.lamp)
        self._why.addWidget(self._banner)
