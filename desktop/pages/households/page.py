"""All households of this computer, by stair; searching finds one within a keystroke."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from desktop.page import Act, Page, PageContext, Route, ask_on
from desktop.pages.households.preview import HouseholdPreview
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.theme.fonts import TextStep
from desktop.viewmodels.door_card import DoorCard
from desktop.viewmodels.households import (
    HouseholdRows,
    all_households,
    found_households,
    preview,
)
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.beside import give_room
from desktop.widgets.card import Card, Hairline
from desktop.widgets.field import SearchBox
from desktop.widgets.row_list import RowList
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import EmptyState, NotHereState, Skeleton
from desktop.widgets.text import Text
from sync.errors import DoorstepError
from sync.i18n import N_, _

_OPENING: Final = N_("Opening shows names and care. That you looked is written down.")
_SKELETON_ROWS: Final = 8


class HouseholdsPage(Page):
    """The list, the search above it, the household beside it.

    One search and one preview are read at a time; what was typed or chosen meanwhile is read
    next, and an answer that nobody waits for any more is dropped.
    """

    KEY: ClassVar[str] = "households"
    SECTION: ClassVar[str] = "households"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._shown = HouseholdRows((), {})
        self._all = HouseholdRows((), {})
        self._wanted = ""
        self._searching = False
        self._opens_best = False
        self._wanted_home = ""
        self._fetching_home = ""
        self.search = SearchBox(self.look, _(N_("Name, initials, room or phone")), "Ctrl F")
        self._count = Text(self.look, "", TextStep.NOTE, colour="t2")
        self._count.hide()
        self._model = RowListModel(self)
        self.rows = RowList(self.look, _(N_("Households")))
        self.rows.setModel(self._model)
        self._nothing = NotHereState(self.look, "")
        self._empty = EmptyState(self.look, "")
        self._stack = Stack()
        self._at_the_desk = not self.place.sight.knows_names
        self.preview = HouseholdPreview(self.look, _(_OPENING) if self._at_the_desk else "")
        self._lay_out()
        self._connect()

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """The name of the page."""
        return _(N_("Households"))

    def hint(self) -> str:
        """How many there are on this computer."""
        return self._all.count_words if self._all.rows else ""

    def acts(self) -> Sequence[Act]:
        """The list, the search, and the way between them."""
        moving = _(N_("up and down"))
        return (
            Act(("J",), moving, partial(self.rows.move_by, 1)),
            Act(("K",), moving, partial(self.rows.move_by, -1)),
            Act(("Return",), _(N_("open")), self._open_current, when=self._is_out_of_search),
            Act(("V",), _(N_("start visit")), self._start_visit),
            Act(("Ctrl+F",), _(N_("search")), self._focus_search),
            Act(
                ("Down", "PgDown"),
                _(N_("from the search to the list")),
                self._go_to_rows,
                when=self.search.edit.hasFocus,
                on_bar=False,
            ),
            Act(
                ("Esc",),
                _(N_("end the search")),
                self._clear_search,
                when=self._searches,
                on_bar=False,
            ),
        )

    def _is_out_of_search(self) -> bool:
        """Enter in the search is the search's own: it waits for what was typed."""
        return not self.search.edit.hasFocus()

    def _searches(self) -> bool:
        return bool(self._wanted)

    def _go_to_rows(self) -> None:
        self.rows.setFocus(Qt.FocusReason.TabFocusReason)

    def enter(self, route: Route) -> None:
        """Show the list where it was left; the front desk begins with the search."""
        self._reload()
        target = self.search.edit if self._at_the_desk or self._wanted else self.rows
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """A sync or an undo changed the households."""
        self._reload()

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        row = scaled(self.look, QHBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX), CONTENT_GAP_PX)
        card = Card(self.look, NO_MARGINS, 0)
        head = scaled(self.look, QHBoxLayout(), (14, 12, 14, 12), 12)
        head.addWidget(self.search, 1)
        head.addWidget(self._count, 0, Qt.AlignmentFlag.AlignVCenter)
        card.body.addLayout(head)
        card.body.addWidget(Hairline(self.look))
        # Reading a whole community takes longer than an eye waits for.
        card.hold_list(
            self._stack, Skeleton(self.look, _SKELETON_ROWS), self.rows, self._nothing, self._empty
        )
        row.addWidget(card, 1)
        row.addWidget(self.preview)

    def _connect(self) -> None:
        self.search.searched.connect(self._search)
        self.search.submitted.connect(self._open_best)
        self.rows.moved.connect(self._move_to)
        self.rows.opened.connect(self._open_row)
        self.rows.action_pressed.connect(self._open_row)
        self._nothing.pressed.connect(self._clear_search)
        self.preview.open_pressed.connect(self._open_current)
        self.preview.visit_pressed.connect(self._start_visit)
        self.look.changed.connect(self._arrange)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange by the width of the window."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        has_rows = self._stack.currentWidget() is self.rows
        give_room(self.preview, self.look, wanted=has_rows)

    # --- The list ---------------------------------------------------------------------------------

    def _reload(self) -> None:
        place = self.place
        self.ask(lambda: all_households(place), self._take_all)

    def _take_all(self, found: HouseholdRows) -> None:
        self._all = found
        self.headed.emit()
        self._look_for_wanted()

    def _search(self, typed: str) -> None:
        self._wanted = " ".join(typed.split())
        self._opens_best = False
        self._look_for_wanted()

    def _look_for_wanted(self) -> None:
        if not self._wanted:
            self._show_rows(self._all)
        elif not self._searching:
            self._searching = True
            find = partial(found_households, self.place, self._wanted)
            ask_on(self.context.lanes.store, find, self._take_found, self._drop_search, self)

    def _take_found(self, found: HouseholdRows) -> None:
        self._searching = False
        if found.wanted != self._wanted:
            self._look_for_wanted()
            return
        self._show_rows(found)
        if self._opens_best:
            self._opens_best = False
            self._open_current()

    def _drop_search(self, error: DoorstepError) -> None:
        self._searching = self._opens_best = False
        self.failed.emit(error)

    def _show_rows(self, found: HouseholdRows) -> None:
        key = self.rows.current_key()
        if key not in found.homes:
            key = self._shown.homes.get(key, "")
        is_new_search = bool(found.wanted) and found.wanted != self._shown.wanted
        self._shown = found
        self._model.replace(found.rows)
        self._count.set_text(found.count_words)
        self._count.setVisible(bool(found.wanted and found.rows))
        self._choose_panel(found)
        self._arrange()
        # A search begins at its best answer; a list that was read anew stays where it was.
        if is_new_search or not (key and self.rows.go_to(key)):
            self.rows.go_to_first()
        self._move_to(self.rows.current_key())

    def _choose_panel(self, found: HouseholdRows) -> None:
        if found.rows:
            self._stack.setCurrentWidget(self.rows)
        elif found.wanted:
            self._nothing.say(
                _(N_("Nobody here by “{text}”")).format(text=found.wanted),
                _(N_("Try fewer letters, the room, or the end of the phone number.")),
                _(N_("Show all")),
            )
            self._stack.setCurrentWidget(self._nothing)
        else:
            self._empty.say(
                _(N_("No household on this computer yet")),
                _(N_("They come with the first sync.")),
            )
            self._stack.setCurrentWidget(self._empty)

    def _clear_search(self) -> None:
        self.search.clear()
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_search(self) -> None:
        self.search.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.edit.selectAll()

    # --- The preview ------------------------------------------------------------------------------

    def _move_to(self, key: str) -> None:
        home = self._shown.homes.get(key, "")
        self._wanted_home = home
        if home and not self._fetching_home:
            self._fetch()

    def _fetch(self) -> None:
        self._fetching_home = self._wanted_home
        read = partial(preview, self.place, self._wanted_home)
        ask_on(self.context.lanes.store, read, self._show_preview, self._drop_preview, self)

    def _show_preview(self, card: DoorCard) -> None:
        fetched, self._fetching_home = self._fetching_home, ""
        if fetched == self._wanted_home:
            self.preview.show_card(card)
        elif self._wanted_home:
            self._fetch()

    def _drop_preview(self, error: DoorstepError) -> None:
        self._fetching_home = ""
        self.failed.emit(error)

    # --- What the person does ---------------------------------------------------------------------

    def _open_row(self, key: str) -> None:
        home = self._shown.homes.get(key, "")
        if home:
            self.went.emit(Route("household", home))

    def _open_best(self) -> None:
        """Enter in the search opens what was typed, also where the answer is still on its way."""
        if self._wanted == self._shown.wanted:
            self._open_current()
        else:
            self._opens_best = True

    def _open_current(self) -> None:
        self._open_row(self.rows.current_key())

    def _start_visit(self) -> None:
        home = self._shown.homes.get(self.rows.current_key(), "")
        if home:
            self.went.emit(Route("visit", home))
