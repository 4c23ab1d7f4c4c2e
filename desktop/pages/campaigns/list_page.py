"""The campaigns that ask somebody here, each with how far it has come."""

from functools import partial
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from desktop.page import Act, Page, PageContext, Route
from desktop.services.campaign_records import CampaignLine
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.viewmodels.campaigns import campaign_rows
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.card import Card
from desktop.widgets.row_list import RowList
from desktop.widgets.state_panel import EmptyState, Skeleton
from sync.i18n import N_, _, n_


class CampaignsPage(Page):
    """Enter opens a campaign's round."""

    KEY: ClassVar[str] = "campaigns"
    SECTION: ClassVar[str] = "campaigns"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._count = 0
        self._model = RowListModel(self)
        self.rows = RowList(self.look, _(N_("Campaigns")))
        self.rows.setModel(self._model)
        self.rows.opened.connect(self._open)
        self._empty = EmptyState(self.look, "")
        self._empty.pressed.connect(self._go_to_today)
        self._stack = QStackedWidget()
        edge = CONTENT_MARGIN_PX
        column = scaled(self.look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX))
        card = Card(self.look, NO_MARGINS, 0)
        card.hold_list(
            self._stack, Skeleton(self.look), self.rows, self._empty, margins=(1, 8, 1, 8)
        )
        column.addWidget(card)

    def title(self) -> str:
        """The name of the page."""
        return _(N_("Campaigns"))

    def hint(self) -> str:
        """How many there are."""
        if not self._count:
            return ""
        return n_("{count} campaign", "{count} campaigns", self._count).format(count=self._count)

    def acts(self) -> list[Act]:
        """Moving and opening; the list itself knows both."""
        return [
            Act(("J",), _(N_("up and down")), partial(self.rows.move_by, 1)),
            Act(("K",), _(N_("up and down")), partial(self.rows.move_by, -1)),
            Act(("Return",), _(N_("open")), self._open_current),
        ]

    def enter(self, route: Route) -> None:
        """Read the counts anew; the place in the list is kept."""
        self.refresh()
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """A sync brought campaigns or sheets."""
        self.ask(self.place.campaigns.listed, self._show)

    def _show(self, lines: list[CampaignLine]) -> None:
        key = self.rows.current_key()
        self._count = len(lines)
        self._model.replace(campaign_rows(lines, self.place.day()))
        if lines:
            self._stack.setCurrentWidget(self.rows)
        else:
            self._empty.say(
                _(N_("No campaign at the moment")),
                _(N_("The office sends them; they come with a sync.")),
                _(N_("Go to today's round")),
            )
            self._stack.setCurrentWidget(self._empty)
        if not (key and self.rows.go_to(key)):
            self.rows.go_to_first()
        self.headed.emit()

    def _open(self, key: str) -> None:
        self.went.emit(Route("campaign", key))

    def _open_current(self) -> None:
        if self.rows.current_key():
            self._open(self.rows.current_key())

    def _go_to_today(self) -> None:
        self.went.emit(Route("today"))
