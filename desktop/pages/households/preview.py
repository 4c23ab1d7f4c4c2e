"""The household beside the list: who lives there and how it stands, before it is opened."""

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
from desktop.widgets.door_parts import FactList, NameBlock, PastItem, PastList
from desktop.widgets.painting import ENTER_KEY
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.text import Text
from sync.i18n import N_, _

PAST_SHOWN = 2


class HouseholdPreview(Card):
    """One household. The body scrolls, the buttons stay. ``hint`` says what opening does.

    Signals:
        open_pressed, visit_pressed: what the person wants to do here.
    """

    open_pressed = Signal()
    visit_pressed = Signal()

    def __init__(self, look: ThemeProvider, hint: str = "") -> None:
        super().__init__(look, NO_MARGINS, 0)
        self._hint = Text(look, hint, TextStep.NOTE, colour="t2", wraps=True)
        if not hint:
            self._hint.hide()
        self._place = Text(look, "", TextStep.NOTE, colour="t2", wraps=True)
        self._name = NameBlock(look)
        self._chips = ChipRow(look)
        self._why = QVBoxLayout()
        self._banner: Banner | None = None
        self._facts = FactList(look, _(N_("Before knocking")))
        self._facts_title = SectionTitle(look, _(N_("Before knocking")), step=TextStep.SECOND)
        self._past = PastList(look, _(N_("Last visits")))
        self._past_title = SectionTitle(look, _(N_("Last visits")), step=TextStep.SECOND)
        self._scroll = ScrollColumn(look, (18, 14, 18, 14), 8)
        self._fill_body()
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(Hairline(look))
        self.body.addWidget(self._footer())

    def _fill_body(self) -> None:
        column = self._scroll.body
        for part in (self._place, self._name, self._chips):
            column.addWidget(part)
        column.addLayout(self._why)
        for below in (self._facts_title, self._facts, self._past_title, self._past):
            column.addWidget(below)
        column.addStretch(1)

    def _footer(self) -> QWidget:
        footer = QWidget()
        column = scaled(self._look, QVBoxLayout(footer), (18, 12, 18, 14), 8)
        opens = Button(
            self._look,
            _(N_("Open")),
            ButtonKind.PRIMARY,
            key=ENTER_KEY,
            height=Height.PRIMARY_LARGE,
        )
        visit = Button(self._look, _(N_("Start visit")), icon="door", key="V")
        opens.clicked.connect(self.open_pressed)
        visit.clicked.connect(self.visit_pressed)
        column.addWidget(self._hint)
        column.addWidget(opens)
        column.addWidget(visit)
        return footer

    def show_card(self, card: DoorCard) -> None:
        """Show one household from its top."""
        self._place.set_text(card.place)
        self._name.say(card.name, card.about)
        self._chips.set_tags(card.tags)
        self._show_why(card)
        self._facts.set_facts(card.facts)
        self._past.set_items(
            [PastItem(v.lamp, v.when, v.result, v.note) for v in card.past[:PAST_SHOWN]]
        )
        self._past_title.set_hint(card.visits_words)
        for title, part, shown in (
            (self._facts_title, self._facts, bool(card.facts)),
            (self._past_title, self._past, bool(card.past)),
        ):
            title.setVisible(shown)
            part.setVisible(shown)
        self.setAccessibleName(f"{card.name} {card.about} {card.late} {card.why}".strip())
        self._scroll.to_top()

    def _show_why(self, card: DoorCard) -> None:
        """A banner has the ground of its tone from the start, so each home gets its own."""
        if self._banner is not None:
            self._why.removeWidget(self._banner)
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None
        if card.late:
            self._banner = Banner(self._look, card.tone, card.late, card.why, lamp=card.lamp)
            self._why.addWidget(self._banner)
