"""People and grids (人员与网格): for the secretary, leaders of grids, and who keeps accounts."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop.page import Act, Page, PageContext, Route
from desktop.pages.people.asking import Asking
from desktop.pages.people.dispatching import Dispatching
from desktop.pages.people.importing import Importing
from desktop.pages.people.lists import Lists, Read, read_all
from desktop.services.households import HouseholdLine
from desktop.sheet import Sheet
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.viewmodels.people import DISPATCH, GRIDS, HELPERS, LISTS, LOAD, STAFF, TABS
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.beside import give_room
from desktop.widgets.card import Card, Hairline
from desktop.widgets.field import SearchBox
from desktop.widgets.row_list import RowList
from desktop.widgets.sheet_pane import SheetPane
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import EmptyState, Skeleton
from desktop.widgets.tabs import Tab, Tabs
from sync.i18n import N_, _

_EMPTY: Final = {
    HELPERS: N_("Nobody is in the roster yet. N writes one, O imports a table."),
    STAFF: N_("Nobody by that name."),
    GRIDS: N_("No grid on this computer."),
    LOAD: N_("No grid on this computer."),
    DISPATCH: N_("Nobody has anything in hand."),
    LISTS: N_("Choose a table: I for residents, O for helpers."),
}


class PeoplePage(Page):
    """A tab for each list, the sheet beside it, and a key for everything."""

    KEY: ClassVar[str] = "people"
    SECTION: ClassVar[str] = "people"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.lists = Lists(frozenset(self.place.sight.posts))
        self.lists.tab = self.lists.tabs[0]
        self.tabs = Tabs(self.look, self._tabs(), _(N_("People and grids")))
        self.search = SearchBox(self.look, _(N_("Name, initials or place")), "Ctrl F")
        self.rows = RowList(self.look, _(N_("People and grids")))
        self._model = RowListModel(self)
        self.rows.setModel(self._model)
        self._empty = EmptyState(self.look, "")
        self._stack = Stack()
        self.pane = SheetPane(self.look)
        self.asking = Asking(self)
        self.importing = Importing(self)
        self.dispatching = Dispatching(self)
        self._lay_out()
        self._offer_search()
        self.tabs.changed.connect(self.show_tab)
        self.search.searched.connect(self._search)
        self.rows.moved.connect(self._show_sheet)
        self.rows.opened.connect(self._open)
        self.rows.action_pressed.connect(self._open)
        self.pane.pressed.connect(self.do)
        self.look.changed.connect(self._arrange)

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """The name of the page."""
        return _(N_("People and grids"))

    def hint(self) -> str:
        """Whether every household has its place."""
        if self.lists.read is None:
            return ""
        whole = self.lists.read.grids.coverage
        return _(N_("{so_far} of {in_all} households in one micro-grid")).format(
            so_far=whole.covered, in_all=whole.in_all
        )

    def acts(self) -> Sequence[Act]:
        """The lists, and what may be done about each."""
        known = (
            ("N", N_("new"), "new"),
            ("E", N_("change"), "edit"),
            ("S", N_("substitute"), "cover"),
            ("T", N_("end a post"), "end"),
            ("G", N_("give a post"), "post"),
            ("C", N_("enrolment code"), "code"),
            ("M", N_("split, merge or move"), "move"),
            ("W", N_("take a planned change back"), "withdraw"),
            ("D", N_("visits due"), "due"),
            ("Q", N_("overdue visits"), "overdue"),
            ("H", N_("care not met in time"), "care"),
            ("A", N_("open matters"), "matters"),
            ("R", N_("hand over"), "hand"),
            ("X", N_("choose several"), "mark"),
            ("P", N_("choose all that they have"), "mark_owner"),
            ("F", N_("choose the whole grid"), "mark_grid"),
            ("B", N_("choose all of those who are away"), "mark_away"),
            ("U", N_("import without asking for the missing"), "take"),
        )
        return (
            Act(("J",), _(N_("up and down")), partial(self.rows.move_by, 1), on_bar=False),
            Act(("K",), _(N_("up and down")), partial(self.rows.move_by, -1), on_bar=False),
            *(
                Act((str(at),), _(TABS[tab]), partial(self.show_tab, tab), on_bar=at == 1)
                for at, tab in enumerate(self.lists.tabs, 1)
            ),
            *(
                Act((key,), _(words), partial(self.do, act), partial(self._offers, act))
                for key, words, act in known
            ),
            Act(("I",), _(N_("import residents")), partial(self.do, "residents"), self._imports),
            Act(("O",), _(N_("import helpers")), partial(self.do, "helpers"), self._imports),
            Act(("Ctrl+Return", "Ctrl+Enter"), _(N_("import")), self._take, self._has_table),
            Act(("Ctrl+F",), _(N_("search")), self._focus_search, on_bar=False),
            Act(("Esc",), _(N_("back")), self._back, on_bar=False),
        )

    def enter(self, route: Route) -> None:
        """Read the lists anew; the tab and the place in it are kept."""
        if route.record_id in self.lists.tabs:
            self.show_tab(route.record_id)
        self.refresh()
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """A code is shown once; what is open is left, and what runs stops."""
        self.asking.close()
        self.lists.code = self.lists.code_of = ""
        self.asking.forget_code()
        self.importing.stop()
        self.dispatching.stop()

    def refresh(self) -> None:
        """Something changed: a sync, or an act of this page."""
        self.ask(partial(read_all, self.place), self.take_read)

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        row = scaled(self.look, QHBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX), CONTENT_GAP_PX)
        card = Card(self.look, NO_MARGINS, 0)
        head = scaled(self.look, QVBoxLayout(), (14, 4, 14, 8), 4)
        head.addWidget(self.tabs)
        head.addWidget(self.search)
        card.body.addLayout(head)
        for strip in (self.importing.strip, self.dispatching.strip):
            card.body.addWidget(strip)
        card.body.addWidget(Hairline(self.look))
        card.hold_list(self._stack, Skeleton(self.look), self.rows, self._empty)
        row.addWidget(card, 1)
        row.addWidget(self.pane)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange by the width of the window."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        give_room(self.pane, self.look, wanted=self.pane.sheet is not None)

    def _tabs(self) -> list[Tab]:
        return [Tab(key, _(TABS[key]), self.lists.count(key)) for key in self.lists.tabs]

    # --- The list ---------------------------------------------------------------------------------

    def take_read(self, found: Read) -> None:
        """Show what was read of the store; the place in it is kept."""
        self.lists.take(found)
        self.tabs.set_tabs(self._tabs())
        self.headed.emit()
        self.show_rows()

    def show_rows(self) -> None:
        """Show the list of the tab; the place in it is kept."""
        key, rows = self.rows.current_key(), self.lists.rows()
        self._model.replace(rows)
        if rows:
            self._stack.setCurrentWidget(self.rows)
        else:
            self._empty.say(_(TABS[self.lists.tab]), _(_EMPTY[self.lists.tab]))
            self._stack.setCurrentWidget(self._empty)
        if not (key and self.rows.go_to(key)):
            self.rows.go_to_first()
        self._show_sheet(self.rows.current_key())

    def _show_sheet(self, key: str) -> None:
        sheet = self.lists.sheet(key)
        self.pane.show_sheet(sheet or Sheet(""))
        if sheet is None:
            self.pane.sheet = None
        self._arrange()

    def show_tab(self, tab: str) -> None:
        """Another list."""
        self.lists.tab, self.lists.homes = tab, ()
        self.tabs.choose(tab)
        self._offer_search()
        self.show_rows()

    def _offer_search(self) -> None:
        self.search.setVisible(self.lists.tab in (HELPERS, STAFF))

    def _search(self, typed: str) -> None:
        self.lists.wanted = typed
        self.show_rows()

    def _focus_search(self) -> None:
        self.search.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- Acting -----------------------------------------------------------------------------------

    def _offers(self, act: str) -> bool:
        if act == "new":
            roster, staff = self.lists.keeps_roster, "new" in self.lists.may
            return (self.lists.tab == HELPERS and roster) or (self.lists.tab == STAFF and staff)
        return self.pane.offers(act)

    def _imports(self) -> bool:
        return LISTS in self.lists.tabs and not self.importing.is_running

    def _has_table(self) -> bool:
        return self.lists.tab == LISTS and (self.pane.offers("verify") or self.pane.offers("take"))

    def _take(self) -> None:
        self.do("verify" if self.pane.offers("verify") else "take")

    def do(self, act: str) -> None:
        """What a key or a button asks for, about the current row."""
        key = self.rows.current_key()
        match act:
            case "residents" | "helpers":
                self.show_tab(LISTS)
                self.importing.choose(act)
            case "take" | "verify":
                self.importing.take(verify_missing=act == "verify")
            case "open":
                self._open(key)
            case "due" | "overdue" | "care":
                load = self.lists.load_of(key)
                if load is not None:
                    ids = {"due": load.due, "overdue": load.overdue, "care": load.care_missing}
                    self._open_homes(f"{load.worker} {load.grid}", ids[act])
            case "matters":
                self.went.emit(Route("matters"))
            case "hand" | "mark" | "mark_owner" | "mark_grid" | "mark_away":
                self.dispatching.do(act, key)
            case _:
                self.asking.ask(act, key)

    def _open(self, key: str) -> None:
        kind, _colon, rest = key.partition(":")
        if kind == "home":
            self.went.emit(Route("household", rest))
        elif kind == "vacant" and self.lists.keeps_roster:
            self.asking.ask("new", key)
        elif self.lists.tab == GRIDS and self.lists.read is not None:
            self._open_homes(*self.lists.behind(key))
        elif kind == "load":
            self.do("due")

    def _open_homes(self, title: str, ids: Sequence[str]) -> None:
        if ids:
            then = partial(self._show_homes, title)
            self.ask(partial(self.place.grids.lines, tuple(ids)), then)

    def _show_homes(self, title: str, lines: list[HouseholdLine]) -> None:
        self.lists.homes, self.lists.homes_title = lines, title
        self.show_rows()

    def _back(self) -> None:
        """Stop what runs; from the households behind a count to the counts."""
        if self.importing.is_running or self.dispatching.is_running:
            self.importing.stop()
            self.dispatching.stop()
        elif self.lists.marked:
            self.dispatching.choose_none()
        elif self.lists.homes:
            self.lists.homes = ()
            self.show_rows()
        elif self.search.text():
            self.search.clear()
        else:
            self.rows.setFocus(Qt.FocusReason.OtherFocusReason)
