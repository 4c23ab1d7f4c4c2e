"""Every case and oral mediation here: filters, search, and what each asks for."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from desktop.page import Act, Page, PageContext, Route
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.viewmodels.case_rows import (
    CaseFilter,
    Listed,
    case_rows,
    case_tabs,
    not_searched,
    read_listed,
)
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.button import Button
from desktop.widgets.card import Card, Hairline
from desktop.widgets.field import SearchBox
from desktop.widgets.row_list import RowList
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.state_panel import EmptyState, Skeleton
from desktop.widgets.tabs import Tab, Tabs
from sync.i18n import N_, _, n_


class MediationPage(Page):
    """Enter opens a case or the sheet of an oral mediation, N begins a case."""

    KEY: ClassVar[str] = "mediation"
    SECTION: ClassVar[str] = "mediation"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._listed = Listed()
        self._filter = CaseFilter.OPEN
        self._wanted = ""
        self.search = SearchBox(self.look, _(N_("Name, room, number or word")), "Ctrl F")
        self.tabs = Tabs(self.look, [], _(N_("Which cases")))
        self.new = Button(self.look, _(N_("New case")), icon="plus", key="N")
        self._model = RowListModel(self)
        self.rows = RowList(self.look, _(N_("Mediation")))
        self.rows.setModel(self._model)
        self._empty = EmptyState(self.look, "")
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """The name of the page."""
        return _(N_("Mediation"))

    def hint(self) -> str:
        """How many are under way."""
        count = sum(line.is_open for line in self._listed.cases)
        if not count:
            return ""
        return n_("{count} case under way", "{count} cases under way", count).format(count=count)

    def acts(self) -> Sequence[Act]:
        """The list, the search, a new case."""
        return (
            Act(("J",), _(N_("up and down")), partial(self.rows.move_by, 1)),
            Act(("K",), _(N_("up and down")), partial(self.rows.move_by, -1)),
            Act(("Return",), _(N_("open")), self._open_current, when=self._is_out_of_search),
            Act(("O",), _(N_("open the home")), self._open_home, self._is_at_oral, on_bar=False),
            Act(("N",), _(N_("new case")), self._begin, when=lambda: self.place.cases.may_open),
            Act(("E",), _(N_("expert pool")), self._see_people),
            Act(("Z",), _(N_("figures")), self._see_figures),
            Act(("Ctrl+F",), _(N_("search")), self._focus_search),
            Act(
                ("Esc",),
                _(N_("end the search")),
                self._end_search,
                when=self._searches,
                on_bar=False,
            ),
        )

    def enter(self, route: Route) -> None:
        """Read the cases anew; the place in the list is kept."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

    def refresh(self) -> None:
        """A sync brought cases or talks."""
        self.ask(partial(read_listed, self.place), self._take)

    def _see_figures(self) -> None:
        self.went.emit(Route("mediation_figures"))

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        column = scaled(self.look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX))
        card = Card(self.look, NO_MARGINS, 0)
        first = scaled(self.look, QHBoxLayout(), (14, 12, 14, 8), 12)
        first.addWidget(self.search, 1)
        first.addWidget(self.new)
        second = scaled(self.look, QVBoxLayout(), (14, 0, 14, 0))
        second.addWidget(self.tabs)
        card.body.addLayout(first)
        card.body.addLayout(second)
        card.body.addWidget(Hairline(self.look))
        card.hold_list(self._stack, Skeleton(self.look), self.rows, self._empty)
        scroll = ScrollColumn(self.look)  # A short window scrolls, so that nothing is squeezed.
        scroll.body.addWidget(card, 1)
        column.addWidget(scroll)
        self.new.setVisible(self.place.cases.may_open)

    def _connect(self) -> None:
        self.search.searched.connect(self._search)
        self.search.submitted.connect(self._open_current)
        self.tabs.changed.connect(self._choose)
        self.new.clicked.connect(self._begin)
        self.rows.opened.connect(self._open)
        self.rows.action_pressed.connect(self._open)

    # --- The list ---------------------------------------------------------------------------------

    def _take(self, listed: Listed) -> None:
        self._listed = listed
        self._show()
        self.headed.emit()

    def _show(self) -> None:
        key = self.rows.current_key()
        tabs = case_tabs(self._listed)
        self.tabs.set_tabs([Tab(one.filter, one.filter.words, one.count) for one in tabs])
        self.tabs.choose(self._filter)
        rows = case_rows(self._listed, self._filter, self._wanted, self.place.clock)
        self._model.replace(rows)
        if rows:
            self._stack.setCurrentWidget(self.rows)
        else:
            self._say_empty()
        if not (key and self.rows.go_to(key)):
            self.rows.go_to_first()
        if self.hasFocus() and rows:  # An empty list takes no keyboard, and its keys work as well.
            self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_empty(self) -> None:
        if self._wanted:
            nothing = _(N_("No case answers to “{text}”")).format(text=self._wanted)
            self._empty.say(nothing, not_searched(self._listed, self._wanted))
        else:
            self._empty.say(
                _(N_("No case here")),
                _(N_("A quarrel at a door begins with M at the household.")),
            )
        self._stack.setCurrentWidget(self._empty)

    def _search(self, typed: str) -> None:
        self._wanted = " ".join(typed.split())
        self._show()

    def _choose(self, key: str) -> None:
        self._filter = CaseFilter(key)
        self._show()
        # The keys that the list shows are for its rows: no second way down to them.
        target = self.rows if self._model.rowCount() else self
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _searches(self) -> bool:
        return bool(self._wanted) or self.search.edit.hasFocus()

    def _is_out_of_search(self) -> bool:
        return not self.search.edit.hasFocus()

    def _focus_search(self) -> None:
        self.search.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.edit.selectAll()

    def _end_search(self) -> None:
        self.search.clear()
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- Where it leads ---------------------------------------------------------------------------

    def _open(self, key: str) -> None:
        """A case; an oral mediation at its sheet, or where it stands in the history of its home."""
        home_id = self._listed.home_of(key)
        if not home_id:
            self.went.emit(Route("case", key))
        elif "dossier" in self.built:
            self.went.emit(Route("dossier", key, "oral"))
        else:
            self.went.emit(Route("household", home_id))

    def _is_at_oral(self) -> bool:
        return self._is_out_of_search() and bool(self._listed.home_of(self.rows.current_key()))

    def _open_home(self) -> None:
        """The home in whose history the oral mediation stands."""
        self.went.emit(Route("household", self._listed.home_of(self.rows.current_key())))

    def _open_current(self) -> None:
        if self.rows.current_key():
            self._open(self.rows.current_key())

    def _begin(self) -> None:
        self.went.emit(Route("case_form", "", "opening"))

    def _see_people(self) -> None:
        self.went.emit(Route("case_people"))
