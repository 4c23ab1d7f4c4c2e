"""The household beside the round: who lives there, how far its sheet is, what to do."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.campaigns import StateWords
from desktop.viewmodels.door_card import DoorCard
from desktop.widgets.banner import Banner
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, Hairline, SectionTitle
from desktop.widgets.chip import ChipRow
from desktop.widgets.door_parts import FactList, NameBlock
from desktop.widgets.painting import ENTER_KEY
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.text import Text
from sync.i18n import N_, _


class DoorPane(Card):
    """One household. The body scrolls, the buttons stay.

    Signals:
        ask_pressed, no_answer_pressed, open_pressed: what the worker wants to do here.
    """

    ask_pressed = Signal()
    no_answer_pressed = Signal()
    open_pressed = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, NO_MARGINS, 0)
        self._place = Text(look, "", TextStep.NOTE, colour="t2", wraps=True)
        self._name = NameBlock(look, TextStep.DISPLAY)
        self._chips = ChipRow(look)
        self._state = QVBoxLayout()
        self._banner: Banner | None = None
        self._facts_title = SectionTitle(look, _(N_("Before knocking")), step=TextStep.SECOND)
        self._facts = FactList(look, _(N_("Before knocking")))
        self._scroll = ScrollColumn(look, (18, 14, 18, 14), 8)
        column = self._scroll.body
        for part in (self._place, self._name, self._chips):
            column.addWidget(part)
        column.addLayout(self._state)
        column.addWidget(self._facts_title)
        column.addWidget(self._facts)
        column.addStretch(1)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(Hairline(look))
        self.body.addWidget(self._footer())

    def show_card(self, card: DoorCard, state: StateWords) -> None:
        """Show one household from its top."""
        self._place.set_text(card.place)
        self._name.say(card.name, card.about)
        self._chips.set_tags(card.tags)
        if self._banner is not None:
            self._state.removeWidget(self._banner)
            self._banner.hide()
            self._banner.deleteLater()
        self._banner = Banner(self._look, state.tone, state.words, state.detail, lamp=state.lamp)
        self._state.addWidget(self._banner)
        self._facts.set_facts(card.facts)
        self._facts_title.setVisible(bool(card.facts))
        self._facts.setVisible(bool(card.facts))
        self.setAccessibleName(f"{card.name} {card.about} {state.words} {state.detail}".strip())
        self._scroll.to_top()

    def _footer(self) -> QWidget:
        footer = QWidget()
        column = scaled(self._look, QVBoxLayout(footer), (18, 12, 18, 14), 8)
        ask = Button(
            self._look,
            _(N_("Ask the questions")),
            ButtonKind.PRIMARY,
            icon="clipboard-text",
            key=ENTER_KEY,
            height=Height.PRIMARY_LARGE,
        )
        no_answer = Button(self._look, _(N_("No answer")), icon="minus-circle", key="2")
        opens = Button(self._look, _(N_("Open")), key="O")
        ask.clicked.connect(self.ask_pressed)
        no_answer.clicked.connect(self.no_answer_pressed)
        opens.clicked.connect(self.open_pressed)
        column.addWidget(ask)
        row = scaled(self._look, QHBoxLayout(), spacing=8)
        row.addWidget(no_answer, 1)
        row.addWidget(opens, 1)
        column.addLayout(row)
        return footer
