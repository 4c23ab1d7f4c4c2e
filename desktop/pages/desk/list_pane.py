"""The left of the desk: the search, who was found, today's cases, what waits, booked hours."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.pages.desk.case_pane import CaseSteps
from desktop.rows import Row
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.button import Button
from desktop.widgets.card import Card, Hairline
from desktop.widgets.field import SearchBox
from desktop.widgets.row_list import RowList
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import EmptyState
from desktop.widgets.tabs import Tab, Tabs
from sync.i18n import N_, _

FOUND, TODAY, WAITING, BOOKED = "found", "today", "waiting", "booked"
_WORDS: Final = {
    FOUND: N_("Found"),
    TODAY: N_("Received today"),
    WAITING: N_("To do"),
    BOOKED: N_("Appointments"),
}
_LOW_PX: Final = 260
_EMPTY: Final = {
    FOUND: N_("Nobody is looked for yet"),
    TODAY: N_("Nothing was received today"),
    WAITING: N_("Nothing waits here"),
    BOOKED: N_("No hour is booked"),
}


class DeskList(QWidget):
    """One list at a time, with what can be done about its current row below it.

    Signals:
        tab_chosen: another list is wanted; its key.
    """

    tab_chosen = Signal(str)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__()
        self._look = look
        self._counts: dict[str, int] = {}
        hint = _(N_("Name, initials, room, end of a phone or an ID"))
        self.search = SearchBox(look, hint, "Ctrl F")
        self.tabs = Tabs(look, self._tabs(), _(N_("Front desk")))
        self.rows = RowList(look, _(N_("Front desk")))
        self.model = RowListModel(self)
        self.rows.setModel(self.model)
        self._empty = EmptyState(look, _(_EMPTY[FOUND]))
        self._stack = Stack()
        self.steps = CaseSteps(look)
        self.walk_in = Button(look, _(N_("Not in the ledger: register")), icon="plus", key="Ctrl N")
        self._lay_out()
        self.tabs.changed.connect(self._choose)

    def _lay_out(self) -> None:
        # A short window scrolls, so that nothing is squeezed.
        scroll = ScrollColumn(self._look, spacing=8)
        outer, column = scaled(self._look, QVBoxLayout(self)), scroll.body
        outer.addWidget(scroll)
        column.addWidget(self.search)
        card = Card(self._look, NO_MARGINS, 0)
        head = scaled(self._look, QHBoxLayout(), (14, 2, 14, 0))
        head.addWidget(self.tabs, 1)
        card.body.addLayout(head)
        card.body.addWidget(Hairline(self._look))
        card.hold_list(self._stack, self.rows, self._empty, margins=(1, 0, 1, 4))
        card.body.addWidget(self.steps)
        column.addWidget(card, 1)
        column.addWidget(self.walk_in)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is very low, the rows need the room: Ctrl N stays."""
        super().resizeEvent(event)
        self.walk_in.setVisible(self.height() >= self._look.px(_LOW_PX))

    def shown(self) -> str:
        """Which list is shown."""
        return self.tabs.chosen()

    def show_counts(self, counts: dict[str, int]) -> None:
        """How much stands in each list."""
        self._counts = counts
        self.tabs.set_tabs(self._tabs())

    def show_rows(self, rows: Sequence[Row], missed: str = "") -> None:
        """Show other rows; the current one stays current where it is still there. ``missed`` is
        what was typed and found nobody."""
        key = self.rows.current_key()
        self.model.replace(tuple(rows))
        if missed:
            title = _(N_("Nobody here by “{text}”")).format(text=missed)
            self._empty.say(title, _(N_("Ctrl N registers them all the same.")))
        else:
            self._empty.say(_(_EMPTY[self.shown()]))
        self._stack.setCurrentWidget(self.rows if rows else self._empty)
        if not (key and self.rows.go_to(key)):
            self.rows.go_to_first()

    def focus_search(self) -> None:
        """Ask who is next."""
        self.search.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.edit.selectAll()

    def focus_rows(self) -> None:
        """Work on the list by keys."""
        self.rows.setFocus(Qt.FocusReason.TabFocusReason)

    def turn(self, step: int) -> None:
        """The next list, or the previous one."""
        keys = list(_WORDS)
        at = (keys.index(self.shown()) + step) % len(keys)
        self.tabs.choose(keys[at])
        self._choose(keys[at])

    def _choose(self, key: str) -> None:
        self.focus_rows()
        self.tab_chosen.emit(key)

    def _tabs(self) -> list[Tab]:
        return [Tab(key, _(words), self._counts.get(key)) for key, words in _WORDS.items()]
