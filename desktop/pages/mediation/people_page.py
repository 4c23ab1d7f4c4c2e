"""The expert pool; and of one case, who mediates it and who is invited."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop.page import Act, Page, PageContext, Route
from desktop.rows import Row
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.theme.fonts import TextStep
from desktop.viewmodels.case_form import coded
from desktop.viewmodels.case_people import PeopleFound, read_people, toggle
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.button import Button
from desktop.widgets.card import Card, Hairline
from desktop.widgets.chip import ChipGroup, Choice
from desktop.widgets.field import SearchBox
from desktop.widgets.row_list import RowList
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import NotHereState
from desktop.widgets.text import Text
from sync.i18n import N_, _
from sync.schema import codes

_FIELDS_FROM_PX: Final = 400
"""Logical height of the window from which the fields stand above the list."""


class CasePeoplePage(Page):
    """``route.record_id`` is a case, or nothing for the pool alone."""

    KEY: ClassVar[str] = "case_people"
    SECTION: ClassVar[str] = "mediation"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._id = ""
        self._found = PeopleFound()
        self._wanted = ""
        self.search = SearchBox(self.look, _(N_("Name, unit or language")), "Ctrl F")
        self.add = Button(self.look, _(N_("One more expert")), icon="plus", key="N")
        fields = [Choice(key, words) for key, words in coded(codes.EXPERT_FIELD)]
        self.fields = ChipGroup(self.look, fields, exclusive=True, name=_(N_("Fields")))
        self._hint = Text(self.look, "", TextStep.SECOND, colour="t2", wraps=True)
        self._model = RowListModel(self)
        self.rows = RowList(self.look, _(N_("Expert pool")))
        self.rows.setModel(self._model)
        self._empty = NotHereState(self.look, "")
        self._stack = Stack()
        self._lay_out()
        self._connect()

    def title(self) -> str:
        """The pool, or who is in a case."""
        return _(N_("Mediators and invited")) if self._id else _(N_("Expert pool"))

    def acts(self) -> Sequence[Act]:
        """The list, the search, somebody new."""
        return (
            Act(("J",), _(N_("up and down")), partial(self.rows.move_by, 1)),
            Act(("K",), _(N_("up and down")), partial(self.rows.move_by, -1)),
            Act(("Return",), _(N_("choose")), self._press_current, self._is_out_of_search),
            Act(("N",), _(N_("one more expert")), self._add),
            Act(("Ctrl+F",), _(N_("search")), self._focus_search),
            Act(("Esc",), _(N_("back")), self.came_back.emit, on_bar=False),
        )

    def enter(self, route: Route) -> None:
        """Show the pool; of a case also everybody who works here."""
        self._id = route.record_id
        words = N_("Who is invited holds the case, until they are taken out.") if self._id else ""
        self._hint.set_text(_(words) if words else "")
        self._hint.setVisible(bool(words))
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

    def refresh(self) -> None:
        """A sync brought somebody."""
        field = next(iter(self.fields.chosen()), "")
        self.ask(partial(read_people, self.place, self._id, field), self._take)

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        column = scaled(self.look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX))
        card = Card(self.look, NO_MARGINS, 0)
        head = scaled(self.look, QVBoxLayout(), (14, 12, 14, 10), 8)
        line = scaled(self.look, QHBoxLayout(), spacing=12)
        line.addWidget(self.search, 1)
        line.addWidget(self.add)
        head.addLayout(line)
        head.addWidget(self.fields)
        head.addWidget(self._hint)
        card.body.addLayout(head)
        card.body.addWidget(Hairline(self.look))
        card.hold_list(self._stack, self.rows, self._empty)
        column.addWidget(card)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the list needs the room of the fields."""
        super().resizeEvent(event)
        self.fields.setVisible(self.window().height() >= self.look.px(_FIELDS_FROM_PX))

    def _connect(self) -> None:
        self.search.searched.connect(self._search)
        self.fields.changed.connect(self.refresh)
        self.add.clicked.connect(self._add)
        self.rows.opened.connect(self._press)
        self.rows.action_pressed.connect(self._press)
        self._empty.pressed.connect(self._go_on)

    def _take(self, found: PeopleFound) -> None:
        self._found = found
        self._show()
        self.headed.emit()

    def _show(self) -> None:
        key = self.rows.current_key()
        rows = _answering(self._found.rows, self._wanted)
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
        """Nobody, or nobody like that."""
        if self._found.rows or self.fields.chosen():
            show_all = _(N_("Show all"))
            self._empty.say(_(N_("Nobody in the pool is like that")), "", show_all)
        else:
            self._empty.say(
                _(N_("Nobody is in the expert pool yet")),
                _(N_("A doctor, a lawyer, an interpreter: whoever helps a case now and then.")),
                _(N_("One more expert")),
            )
        self._stack.setCurrentWidget(self._empty)

    def _go_on(self) -> None:
        """What the empty list offers."""
        if not (self._found.rows or self.fields.chosen()):
            self._add()
            return
        self.search.clear()
        self.fields.choose([])
        self.refresh()

    def _search(self, typed: str) -> None:
        self._wanted = " ".join(typed.split()).casefold()
        self._show()

    def _is_out_of_search(self) -> bool:
        return not self.search.edit.hasFocus()

    def _focus_search(self) -> None:
        self.search.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _add(self) -> None:
        self.went.emit(Route("case_form", "", "expert"))

    def _press_current(self) -> None:
        if self.rows.current_key():
            self._press(self.rows.current_key())

    def _press(self, key: str) -> None:
        """Invite or take out; an expert without a post here is looked at."""
        kind, _colon, row_id = key.partition(":")
        staff_id = self._found.staff_of.get(key, "")
        if self._id and staff_id:
            self.ask(partial(toggle, self.place, self._id, staff_id), self._after)
        elif kind == "expert":
            self.went.emit(Route("case_form", row_id, "expert"))

    def _after(self, words: str) -> None:
        self.said.emit(words, None)
        self.changed.emit()
        self.refresh()


def _answering(rows: Sequence[Row], wanted: str) -> list[Row]:
    return [row for row in rows if wanted in f"{row.title} {row.detail}".casefold()]
