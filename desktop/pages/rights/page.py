"""The page of residents' rights: of one home whoever lives there, else whose record is due."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from desktop.page import Act, Page, PageContext, Route
from desktop.rows import Row
from desktop.services.exports.files import Written
from desktop.services.rights.rights import Ended
from desktop.services.workplace import Workplace
from desktop.table_pages import pages_of
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.theme.fonts import TextStep
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, Hairline
from desktop.widgets.flow import FlowLayout
from desktop.widgets.password_note import PasswordNote
from desktop.widgets.row_list import RowList
from desktop.widgets.save_dialog import ask_where
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.state_panel import EmptyState, Skeleton
from desktop.widgets.text import Text
from sync.i18n import N_, _, n_
from sync.rules.people import name_with_age

ASKED: Final = "asked at the desk"


class RightsPage(Page):
    """Enter writes the copy of one person; D ends a record that is due, Ctrl Z brings it back."""

    KEY: ClassVar[str] = "rights"
    SECTION: ClassVar[str] = "rights"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        look = self.look
        self._home = ""
        self._model = RowListModel(self)
        self.rows = RowList(look, _(N_("Residents")))
        self.rows.setModel(self._model)
        self.copy = Button(
            look, _(N_("Write their copy")), ButtonKind.PRIMARY, icon="export", key="⏎"
        )
        self.open = Button(look, _(N_("Open the home")), key="O")
        self.end = Button(look, _(N_("Delete for good")), key="D")
        self.told = Text(look, "", TextStep.NOTE, colour="t2", wraps=True)
        self.password = PasswordNote(look)
        self._empty = EmptyState(look, "")
        self._stack = QStackedWidget()
        self._lay_out()
        self.copy.clicked.connect(self._ask_where)
        self.open.clicked.connect(self._open_home)
        self.end.clicked.connect(self.end_record)
        self.rows.opened.connect(lambda _key: self._ask_where())
        self._empty.pressed.connect(self.came_back)

    def title(self) -> str:
        """The name of the page."""
        return _(N_("What residents may ask for"))

    def acts(self) -> Sequence[Act]:
        """The list, the copy, the end."""
        return (
            Act(("J",), _(N_("up and down")), partial(self.rows.move_by, 1)),
            Act(("K",), _(N_("up and down")), partial(self.rows.move_by, -1)),
            Act(("Return",), _(N_("write their copy")), self._ask_where),
            Act(("O",), _(N_("open the home")), self._open_home),
            Act(("D",), _(N_("delete for good")), self.end_record, when=self._may_end),
            Act(("Esc",), _(N_("back")), self.came_back.emit, on_bar=False),
        )

    def enter(self, route: Route) -> None:
        """Of one home, or everybody whose record is due."""
        self._home = route.record_id
        self.leave()
        self.refresh()
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """The password goes with whoever wrote the file."""
        self.password.forget()

    def refresh(self) -> None:
        """Read anew."""
        self.ask(partial(read_rows, self.place, self._home), self._show)

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        column = scaled(self.look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX))
        card = Card(self.look, NO_MARGINS, 0)
        head = scaled(self.look, QVBoxLayout(), (14, 12, 14, 10), 8)
        flow = FlowLayout(self.look)
        for part in (self.copy, self.open, self.end):
            flow.addWidget(part)
        head.addLayout(flow)
        head.addWidget(self.told)
        head.addWidget(self.password)
        card.body.addLayout(head)
        card.body.addWidget(Hairline(self.look))
        card.hold_list(self._stack, Skeleton(self.look), self.rows, self._empty)
        scroll = ScrollColumn(self.look)  # A short window scrolls, so that nothing is squeezed.
        scroll.body.addWidget(card, 1)
        column.addWidget(scroll)

    def _show(self, rows: list[Row]) -> None:
        key = self.rows.current_key()
        self._model.replace(rows)
        self._stack.setCurrentWidget(self.rows if rows else self._empty)
        for button in (self.copy, self.open):
            button.setEnabled(bool(rows))
        self.end.setVisible(self._may_end())
        self.end.setEnabled(bool(rows))
        due = _(N_("Gone for two years: nothing asks for these records any more."))
        one = _(N_("The copy holds all that is here about one person, others masked."))
        self.told.set_text(one if self._home else due if rows else "")
        if not rows:
            words = _(N_("The office answers for this"))
            if self.place.rights.answers:
                words = _(N_("Nobody's record is due for deletion"))
            self._empty.say(words, "", _(N_("Go back")))
        elif not (key and self.rows.go_to(key)):
            self.rows.go_to_first()
        self.headed.emit()

    def _may_end(self) -> bool:
        return self.place.rights.ends and not self._home

    def _ask_where(self) -> None:
        key = self.rows.current_key()
        if key:
            ask_where(self, _(N_("Keep the copy")), "pdf", partial(self.write_to, key), "copy")

    def write_to(self, person_id: str, file: str) -> None:
        """Write somebody's copy; its password is told once."""
        self.leave()
        rights = self.place.rights
        task = partial(rights.write_copy, person_id, Path(file), pages_of, ASKED)
        self.ask(task, self._after_copy)

    def _after_copy(self, written: Written) -> None:
        self.said.emit(_(N_("Written: {file}")).format(file=written.path.name), None)
        self.password.tell(written.password)
        self.changed.emit()

    def _open_home(self) -> None:
        key = self.rows.current_key()
        person = self.place.store.reading.find("person", key) if key else None
        if person is not None and person.get("household_id"):
            self.went.emit(Route("household", str(person.get("household_id"))))

    def end_record(self) -> None:
        """Delete the record that is due; one key brings it back."""
        key = self.rows.current_key()
        if key and self._may_end():
            self.ask(partial(self.place.rights.end, [key]), self._after_end)

    def _after_end(self, ended: Ended) -> None:
        words = n_("{count} record deleted.", "{count} records deleted.", ended.people)
        undo = partial(self.place.rights.undo, ended)
        self.said.emit(words.format(count=ended.people), undo)
        self.changed.emit()
        self.refresh()


def read_rows(place: Workplace, home: str) -> list[Row]:
    """On the store lane: who lives in a home, or whose record is due for deletion."""
    if not place.rights.answers:
        return []
    if home:
        card = place.households.card(home)
        told = ((one.id, name_with_age(one.name, one.age)) for one in card.members)
        return [Row(key, name, lead=card.line.room) for key, name in told]
    left = _(N_("left on {day}"))
    return [
        Row(
            one.person.id,
            place.sight.name(one.name),
            lead=one.room,
            detail=left.format(day=one.left.isoformat()),
        )
        for one in place.rights.due()
    ]
