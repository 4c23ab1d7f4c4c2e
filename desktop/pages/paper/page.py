"""Typing in a round from paper: one line a row, with the keyboard alone."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from desktop.keys import Act
from desktop.page import Page, PageContext, Route, ask_on
from desktop.services.paper import PaperDoor, PaperLine, numbers
from desktop.services.visits import SavedVisit, VisitForm
from desktop.services.words import said_visit
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.viewmodels.paper_line import read_line
from desktop.viewmodels.paper_rows import paper_rows
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.card import Card, Hairline
from desktop.widgets.field import LineField
from desktop.widgets.row_list import RowList
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import EmptyState
from sync.errors import DoorstepError
from sync.i18n import N_, _

Saved = tuple[PaperDoor, SavedVisit, VisitForm]


class PaperPage(Page):
    """The rows of the round that was printed last, and the line to type them into."""

    KEY: ClassVar[str] = "paper"
    SECTION: ClassVar[str] = "today"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._doors: list[PaperDoor] = []
        self._twice = ""
        hint = _(N_("3 2 9:40 nobody in"))
        self.line = LineField(self.look, _(N_("Row, result 1 to 5, words")), hint=hint)
        self._model = RowListModel(self)
        self.rows = RowList(self.look, _(N_("Rows on paper")))
        self.rows.setModel(self._model)
        self.rows.opened.connect(self._open)
        self._empty = EmptyState(self.look, "")
        self._empty.pressed.connect(self.came_back)
        self._stack = Stack()
        self._lay_out()

    def title(self) -> str:
        """What the top bar says."""
        return _(N_("From paper"))

    def hint(self) -> str:
        """How far it has come."""
        done = sum(bool(door.result) for door in self._doors)
        return (
            _(N_("{done} / {all}")).format(done=done, all=len(self._doors)) if self._doors else ""
        )

    def acts(self) -> Sequence[Act]:
        """Everything else is typed."""
        return (
            Act(("Return",), _(N_("save the row")), self._take),
            Act(("Esc",), _(N_("back")), self.came_back.emit),
        )

    def enter(self, route: Route) -> None:
        """Show the round that was printed last, with the keyboard in the line."""
        self.line.set_text("")
        self.line.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

    def refresh(self) -> None:
        """A sync or an undo changed what came of a row; what is typed stays."""
        self.ask(self.place.paper.doors, self._show)

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        outer = scaled(self.look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX))
        scroll = ScrollColumn(self.look)  # A short window scrolls, so that nothing is squeezed.
        outer.addWidget(scroll)
        card = Card(self.look, NO_MARGINS, 0)
        head = scaled(self.look, QVBoxLayout(), (16, 12, 16, 12))
        head.addWidget(self.line)
        card.body.addLayout(head)
        card.body.addWidget(Hairline(self.look))
        card.hold_list(self._stack, self.rows, self._empty)
        scroll.body.addWidget(card, 1)

    def _show(self, doors: list[PaperDoor]) -> None:
        self._doors = doors
        self._model.replace(paper_rows(doors))
        self._stack.setCurrentWidget(self.rows if doors else self._empty)
        if not doors:
            self._empty.say(
                _(N_("No round was printed on this computer")),
                _(N_("Print it in Today with Ctrl P; its row numbers are typed here.")),
                _(N_("Back to Today")),
            )
        self.headed.emit()

    def _open(self, key: str) -> None:
        self.went.emit(Route("household", key))

    def _take(self) -> None:
        """Save the line; one that was saved before asks for a second Enter."""
        text = self.line.text()
        if not text.strip() or self.line.edit.is_composing:
            return
        typed = read_line(text, numbers(self._doors))
        if isinstance(typed, str):
            self.line.set_error(typed)
            return
        door = next(one for one in self._doors if one.number == typed.number)
        if door.result and self._twice != text:
            self._twice = text
            self.line.set_error(
                _(
                    N_("Row {number} has a result already. Enter again records another visit.")
                ).format(number=door.number)
            )
            return
        self._save(typed)

    def _save(self, typed: PaperLine) -> None:
        self.line.edit.setReadOnly(True)
        ask_on(
            self.context.lanes.store,
            partial(self.place.paper.record, typed),
            self._after_save,
            self._stay,
            self,
        )

    def _after_save(self, saved: Saved) -> None:
        door, visit, form = saved
        self._twice = ""
        self.line.edit.setReadOnly(False)
        self.line.set_text("")
        self.said.emit(said_visit(door.line, visit), partial(self.place.visits.undo, visit, form))
        self.changed.emit()
        self.refresh()

    def _stay(self, error: DoorstepError) -> None:
        """Why it was not saved stands below the line, which stays."""
        self.line.edit.setReadOnly(False)
        self.line.set_error(error.sentence())
