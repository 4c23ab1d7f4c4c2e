"""Where the parts of a visit stand: who lives there beside the form, or within it."""

from typing import Final

from PySide6.QtWidgets import QHBoxLayout

from desktop.page import Page
from desktop.pages.visit.fields import VisitFields
from desktop.pages.visit.who_pane import WhoPane
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX, arrangement
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.card import Card, Hairline
from desktop.widgets.form_footer import ROOMY_PX, FormFooter
from desktop.widgets.scroll_column import ScrollColumn

_WHO_PX: Final = 268
_HIGH_PX: Final = 480
"""Logical height of the window from which what to know fits above the results."""


class VisitPlaces:
    """Lays the page out, and arranges it by the size of its window.

    Attributes: ``scroll``, the body of the form above its foot.
    """

    def __init__(self, page: Page, who: WhoPane, fields: VisitFields, footer: FormFooter) -> None:
        look = self._look = page.look
        self._page = page
        self._who = who
        self._footer = footer
        self._placed: tuple[bool, bool] | None = None
        self._who_card = Card(look, NO_MARGINS, 0)
        self._who_scroll = ScrollColumn(look, (18, 16, 18, 16))
        self.scroll = ScrollColumn(look, (20, 14, 20, 12), 12)
        edge = CONTENT_MARGIN_PX
        row = scaled(look, QHBoxLayout(page), (edge, 0, edge, CONTENT_GAP_PX), CONTENT_GAP_PX)
        self._who_scroll.body.addWidget(who)
        self._who_card.body.addWidget(self._who_scroll)
        card = Card(look, NO_MARGINS, 0)
        self.scroll.body.addWidget(fields, 1)
        card.body.addWidget(self.scroll, 1)
        card.body.addWidget(Hairline(look))
        card.body.addWidget(footer)
        row.addWidget(self._who_card)
        row.addWidget(card, 1)

    def arrange(self) -> None:
        """Put who lives there beside the form, or above it where the window is narrow."""
        window, px = self._page.window(), self._look.px
        beside = arrangement(window.width(), self._look.scale).panes > 1
        self._who_card.setFixedWidth(px(_WHO_PX))
        self._who_card.setVisible(beside)
        self._place_who(beside=beside, high=window.height() >= px(_HIGH_PX))
        self._footer.set_cramped(cramped=self._page.width() < px(ROOMY_PX))

    def _place_who(self, *, beside: bool, high: bool) -> None:
        """Beside the form; else after it, with what to know before knocking above the form where
        the results are still in sight below it."""
        wanted = (beside, high)
        if wanted == self._placed:
            return
        self._placed = wanted
        (self._who_scroll if beside else self.scroll).body.addWidget(self._who)
        if beside or not high:
            self._who.take_facts_back()
        else:
            self.scroll.body.insertWidget(0, self._who.facts_part)
