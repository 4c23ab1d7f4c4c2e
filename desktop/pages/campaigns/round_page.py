"""The households of one campaign in walking order, and its tally."""

from functools import partial
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget

from desktop.page import Act, Page, PageContext, Route, ask_on
from desktop.pages.campaigns.door_pane import DoorPane
from desktop.pages.campaigns.tally_view import TallyView
from desktop.services.campaign_export import write_tally
from desktop.services.campaign_records import Campaign, CampaignDoor, CampaignRound, TallyUnwritten
from desktop.services.households import HouseholdCard
from desktop.services.visits import SavedVisit, VisitForm
from desktop.services.words import said_visit
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.viewmodels.campaigns import Shown, doors_words, round_rows, state_words, tab_counts
from desktop.viewmodels.door_card import door_card
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.beside import give_room
from desktop.widgets.button import Button
from desktop.widgets.card import Card, Hairline
from desktop.widgets.row_list import RowList
from desktop.widgets.state_panel import EmptyState
from desktop.widgets.tabs import Tab, Tabs
from sync.errors import DoorstepError
from sync.i18n import N_, _
from sync.rules.tally import Tally


class CampaignRoundPage(Page):
    """Enter asks at a door, 2 records that nobody answered, T shows the tally."""

    KEY: ClassVar[str] = "campaign"
    SECTION: ClassVar[str] = "campaigns"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._id = ""
        self._found: CampaignRound | None = None
        self._goes_on = False
        self._left_done = False
        self._shown = Shown.ALL
        self._wanted = ""
        self._fetching = ""
        self._tabs = Tabs(self.look, [], _(N_("Which households")))
        self._export = Button(self.look, _(N_("Write out the tally")), icon="export", key="E")
        self._export.clicked.connect(self._write_out)
        self._model = RowListModel(self)
        self.rows = RowList(self.look, _(N_("Households of the campaign")))
        self.rows.setModel(self._model)
        self.tally = TallyView(self.look)
        self._empty = EmptyState(self.look, "")
        self._stack = QStackedWidget()
        self.pane = DoorPane(self.look)
        self._lay_out()
        self._connect()

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """The campaign."""
        return self._found.campaign.title if self._found else ""

    def hint(self) -> str:
        """How far it is."""
        if self._found is None:
            return ""
        done = sum(bool(door.told.sheets) for door in self._found.doors)
        return doors_words(done, len(self._found.doors))

    def acts(self) -> list[Act]:
        """What keys do here."""
        listed = self._is_listed
        return [
            Act(("Return",), _(N_("ask")), self._ask, when=listed),
            Act(("2",), _(N_("no answer")), self._knock, when=listed),
            Act(("O",), _(N_("open the household")), self._open_household, when=listed),
            Act(("T",), _(N_("tally")), self._turn_tally),
            Act(("E",), _(N_("write out the tally")), self._write_out),
            Act(("Esc",), _(N_("back")), self.came_back.emit, on_bar=False),
        ]

    def enter(self, route: Route) -> None:
        """Show a campaign; the place in its list is kept where it is the same one, and goes on
        from a door that was done meanwhile."""
        self._goes_on = not self._left_done
        if route.record_id != self._id:
            self._id, self._found, self._shown = route.record_id, None, Shown.ALL
            self._model.replace(())
        self.refresh()
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Remember whether there is still something to do at the door that is chosen."""
        key = self.rows.current_key()
        self._left_done = self._found is not None and self._found.is_answered(key)

    def refresh(self) -> None:
        """Sheets came, or one was undone."""
        read = partial(self.place.campaigns.round, self._id)
        ask_on(self.context.lanes.store, read, self._show, self.give_up, self)

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        row = scaled(self.look, QHBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX), CONTENT_GAP_PX)
        card = Card(self.look, NO_MARGINS, 0)
        head = scaled(self.look, QHBoxLayout(), (14, 0, 14, 0), 12)
        head.addWidget(self._tabs, 1)
        head.addWidget(self._export, 0, Qt.AlignmentFlag.AlignVCenter)
        card.body.addLayout(head)
        card.body.addWidget(Hairline(self.look))
        card.hold_list(self._stack, self.rows, self.tally, self._empty)
        row.addWidget(card, 1)
        row.addWidget(self.pane)

    def _connect(self) -> None:
        self._tabs.changed.connect(self._choose)
        self.rows.moved.connect(self._move_to)
        self.rows.opened.connect(self._ask)
        self.rows.action_pressed.connect(self._ask)
        self._empty.pressed.connect(partial(self._choose, Shown.ALL))
        self.pane.ask_pressed.connect(self._ask)
        self.pane.no_answer_pressed.connect(self._knock)
        self.pane.open_pressed.connect(self._open_household)
        self.look.changed.connect(self._arrange)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange by the width of the window."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wanted = give_room(self.pane, self.look, wanted=self._is_listed())
        self._export.setVisible(wanted.panes > 1)  # Its key does it, too.

    # --- Showing ----------------------------------------------------------------------------------

    def _show(self, found: CampaignRound) -> None:
        if found.campaign.id != self._id:
            return
        first = self._found is None
        self._found = found
        counts = tab_counts(found)
        self._tabs.set_tabs([Tab(shown, shown.words, counts.get(shown)) for shown in Shown])
        self._tabs.choose(self._shown)
        self._show_rows(first=first)
        if self._shown is Shown.TALLY:
            self._count()
        self.headed.emit()

    def _show_rows(self, *, first: bool = False) -> None:
        if self._found is None or self._shown is Shown.TALLY:
            self._arrange()
            return
        key = self.rows.current_key()
        rows = round_rows(self._found, self._shown, self.place.clock)
        self._model.replace(rows)
        self._stack.setCurrentWidget(self.rows if rows else self._empty)
        self._empty.say(
            _(N_("Nothing under “{filter}”")).format(filter=self._shown.words),
            action=_(N_("Show all")),
        )
        # A round begins where it stopped: at a draft, else at the next door to ask.
        goes_on, self._goes_on = self._goes_on and self._found.is_answered(key), False
        if first or goes_on or not (key and self.rows.go_to(key)):
            begin = self._found.next_after(key if goes_on else "")
            if begin is None or not self.rows.go_to(begin.line.id):
                self.rows.go_to_first()
        self._arrange()
        self._move_to(self.rows.current_key())

    def _choose(self, key: str) -> None:
        self._shown = Shown(key)
        self._tabs.choose(self._shown)
        if self._shown is Shown.TALLY:
            self._stack.setCurrentWidget(self.tally)
            self.tally.setFocus(Qt.FocusReason.OtherFocusReason)
            self._arrange()
            self._count()
        else:
            self._show_rows()
            self.rows.setFocus(Qt.FocusReason.OtherFocusReason)
        self.headed.emit()

    def _turn_tally(self) -> None:
        self._choose(Shown.ALL if self._shown is Shown.TALLY else Shown.TALLY)

    def _count(self) -> None:
        self.ask(partial(self.place.campaigns.tally, self._id), self._show_tally)

    def _show_tally(self, counted: Tally) -> None:
        if self._found is not None:
            self.tally.show_tally(self._found.campaign, counted)

    # --- The household beside the list ------------------------------------------------------------

    def _is_listed(self) -> bool:
        return self._stack.currentWidget() is self.rows

    def _current(self) -> CampaignDoor | None:
        key = self.rows.current_key() if self._is_listed() else ""
        doors = self._found.doors if self._found else ()
        return next((door for door in doors if door.line.id == key), None)

    def _move_to(self, key: str) -> None:
        self._wanted = key
        if self._current() is not None and not self._fetching:
            self._fetch()

    def _fetch(self) -> None:
        self._fetching = self._wanted
        read = partial(self.place.households.card, self._wanted)
        ask_on(self.context.lanes.store, read, self._show_card, self._drop_card, self)

    def _show_card(self, found: HouseholdCard) -> None:
        fetched, self._fetching = self._fetching, ""
        door = self._current()
        if fetched != self._wanted:
            self._fetch()
        elif door is not None:
            card = door_card(found, self.place.day())
            self.pane.show_card(card, state_words(door, self.place.clock))

    def _drop_card(self, error: DoorstepError) -> None:
        self._fetching = ""
        self.failed.emit(error)

    # --- What the worker does ---------------------------------------------------------------------

    def _ask(self, key: str = "") -> None:
        door = self._current()
        if door is not None:
            self.went.emit(Route("campaign_sheet", door.line.id, self._id))

    def _open_household(self) -> None:
        door = self._current()
        if door is not None:
            self.went.emit(Route("household", door.line.id))

    def _knock(self) -> None:
        door = self._current()
        if door is not None:
            knock = partial(self.place.campaigns.knock, door.line.id)
            self.ask(knock, partial(self._after_knock, door))

    def _after_knock(self, door: CampaignDoor, saved: SavedVisit | None) -> None:
        if saved is None:
            # Where two have to go, the form asks who came along.
            self.went.emit(Route("visit", door.line.id, "not_home"))
            return
        undo = partial(self.place.visits.undo, saved, VisitForm(result=saved.result))
        self.said.emit(said_visit(door.line, saved), undo)
        self.changed.emit()
        self.rows.move_by(1)
        self.refresh()

    def _write_out(self) -> None:
        """Counts alone leave the computer, and that they did is written down first."""
        if self._found is None:
            return
        name = _(N_("{campaign} tally.xlsx")).format(campaign=self._found.campaign.title)
        title = _(N_("Write out the tally"))
        path, _kind = QFileDialog.getSaveFileName(self, title, name, "*.xlsx")
        if path:
            self.write_to(Path(path))

    def write_to(self, path: Path) -> None:
        """Write the tally to a file."""
        if self._found is not None:
            write = partial(self._write, self._found.campaign, path)
            done = _(N_("The tally is written to {file}")).format(file=path.name)
            self.ask(write, lambda told: self.said.emit(done, None))

    def _write(self, campaign: Campaign, path: Path) -> None:
        """On the store lane."""
        place = self.place
        counted = place.campaigns.tally(campaign.id)
        place.reveals.record([("campaign", campaign.id, "tally")])
        try:
            write_tally(path, campaign, counted, place.store.account.user.name, place.day())
        except OSError as error:
            raise TallyUnwritten(file=str(path)) from error
