"""The page of what the server keeps aside: the oldest first, settled by a key, undone by Ctrl Z."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.page import Act, Page, PageContext, Route, ask_on
from desktop.services.held import Held, HeldLine, Made
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.theme.fonts import TextStep, Weight
from desktop.viewmodels.held import held_rows, said_words
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.beside import Beside, Sides
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card
from desktop.widgets.flow import FlowLayout
from desktop.widgets.row_list import RowList
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import EmptyState, NotHereState
from desktop.widgets.text import Text
from sync.errors import DoorstepError, NetworkError
from sync.i18n import N_, _

_ONE_PANE_BELOW_PX: Final = 788
_LIST_PX: Final = 260


class HeldPage(Page):
    """1 takes an entry over, 2 leaves it out, Enter opens the home."""

    KEY: ClassVar[str] = "held"
    SECTION: ClassVar[str] = "conflicts"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        look = self.look
        self._held = Held(self.place)
        self._lines: list[HeldLine] = []
        self._model = RowListModel(self)
        self.rows = RowList(look, _(N_("Kept aside by the server")))
        self.rows.setModel(self._model)
        self._title = Text(look, "", TextStep.TITLE, weight=Weight.BOLD, wraps=True)
        self._reason = Text(look, "", TextStep.SECOND, colour="t2", wraps=True)
        self._said = Text(look, "", TextStep.BODY, wraps=True)
        self.error = Text(look, "", TextStep.SECOND, colour="bad_t", wraps=True)
        self.take_button = Button(look, _(N_("Take it over")), ButtonKind.PRIMARY, key="1")
        self.leave_button = Button(look, _(N_("Leave it out")), key="2")
        self.home_button = Button(look, _(N_("Open the home")), ButtonKind.GHOST, key="⏎")
        self._empty = EmptyState(look, "")
        self._offline = NotHereState(look, "")
        self._stack = Stack()
        self._deciding = False
        self._lay_out()
        self.rows.moved.connect(self._show_line)
        self.rows.opened.connect(self._open_home)
        self.take_button.clicked.connect(self.take)
        self.leave_button.clicked.connect(self.leave_out)
        self.home_button.clicked.connect(self._open_home)
        self._offline.pressed.connect(self._load)

    def title(self) -> str:
        """The name of the page."""
        return _(N_("Kept aside by the server"))

    def hint(self) -> str:
        """How many wait."""
        return str(len(self._lines)) if self._lines else ""

    def acts(self) -> Sequence[Act]:
        """The list, and the verdicts."""
        return (
            Act(("J",), _(N_("up and down")), partial(self.rows.move_by, 1)),
            Act(("K",), _(N_("up and down")), partial(self.rows.move_by, -1)),
            Act(("1",), _(N_("take it over")), self.take),
            Act(("2",), _(N_("leave it out")), self.leave_out),
            Act(("Return",), _(N_("open the home")), self._open_home),
            Act(("Esc",), _(N_("back")), self.came_back.emit, on_bar=False),
        )

    def enter(self, route: Route) -> None:
        """Ask the server anew."""
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)
        self._load()

    def refresh(self) -> None:
        """A verdict was undone, or a sync brought others' verdicts."""
        self._load()

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        outer = scaled(self.look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX))
        listed = Card(self.look, NO_MARGINS, 0)
        rows = scaled(self.look, QVBoxLayout(), (1, 8, 1, 8), 0)
        rows.addWidget(self.rows)
        listed.body.addLayout(rows, 1)
        listed.setMinimumHeight(self.look.px(_LIST_PX))
        pane = Card(self.look, NO_MARGINS, 0)
        column = ScrollColumn(self.look, (18, 14, 18, 14), 10)
        buttons = QWidget()
        flow = FlowLayout(self.look, buttons)
        for button in (self.take_button, self.leave_button, self.home_button):
            flow.addWidget(button)
        for part in (self._title, self._reason, self._said, self.error, buttons):
            column.body.addWidget(part)
        column.body.addStretch(1)
        pane.body.addWidget(column, 1)
        pane.setMinimumHeight(self.look.px(_LIST_PX))
        body = Beside(self.look, listed, pane, Sides(_ONE_PANE_BELOW_PX))
        for panel in (body, self._empty, self._offline):
            self._stack.addWidget(panel)
        scroll = ScrollColumn(self.look)  # A short window scrolls, so that nothing is squeezed.
        scroll.body.addWidget(self._stack, 1)
        outer.addWidget(scroll)

    # --- Reading ----------------------------------------------------------------------------------

    def _load(self) -> None:
        def fetched() -> list[HeldLine]:
            return self._held.lines(self._held.fetch())

        ask_on(self.context.lanes.net, fetched, self._show, self._show_none, self)

    def _show(self, lines: list[HeldLine]) -> None:
        key = self.rows.current_key()
        self._lines = lines
        self._model.replace(held_rows(lines))
        if not (key and self.rows.go_to(key)):
            self.rows.go_to_first()
        self._stack.setCurrentIndex(0 if lines else 1)
        if not lines:
            self._empty.say(
                _(N_("Nothing is kept aside")), _(N_("What everybody wrote was taken."))
            )
        self._show_line(self.rows.current_key())
        self.headed.emit()

    def _show_none(self, error: DoorstepError) -> None:
        """Without a network nobody knows what the server keeps: that is normal, and not done."""
        if not isinstance(error, NetworkError):
            self.failed.emit(error)
            return
        self.veil.lift()
        self._lines = []
        self._stack.setCurrentWidget(self._offline)
        self._offline.say(error.sentence(), "", _(N_("Try again")))
        self.headed.emit()

    def _current(self) -> HeldLine | None:
        key = self.rows.current_key()
        return next((line for line in self._lines if line.op_id == key), None)

    def _show_line(self, key: str) -> None:
        line = self._current()
        self.error.hide()
        if line is None:
            return
        self._title.set_text(" ".join(part for part in (line.room, line.kind) if part))
        self._reason.set_text(line.reason)
        self._said.set_text(said_words(line))
        self.take_button.setEnabled(line.can_take)
        self.take_button.setToolTip(
            "" if line.can_take else _(N_("It cannot be written from here. The office decides."))
        )
        self.home_button.setVisible(bool(line.room))

    # --- Deciding ---------------------------------------------------------------------------------

    def take(self) -> None:
        """Write it anew, in one's own name."""
        line = self._current()
        if line is not None and line.can_take:
            words = _(N_("Taken over: {what}")).format(what=line.kind)
            self._decide(line, partial(self._held.take, line), words)

    def leave_out(self) -> None:
        """It is not wanted."""
        line = self._current()
        if line is not None:
            words = _(N_("Left out: {what}")).format(what=line.kind)
            self._decide(line, partial(self._held.leave, line), words)

    def _decide(self, line: HeldLine, task: partial[Made], words: str) -> None:
        """Once, however slow the disk: a second verdict on it would be undone to the first."""
        if self._deciding:
            return
        self._deciding = True
        ask_on(
            self.context.lanes.store, task, partial(self._after, line, words), self._refuse, self
        )

    def _after(self, line: HeldLine, words: str, made: Made) -> None:
        """The next one is before their eyes at once: the server answers when it does."""
        self._deciding = False
        self.said.emit(words, partial(self._held.undo, made) if made.can_undo else None)
        self.changed.emit()
        at = self._lines.index(line) if line in self._lines else 0
        rest = [one for one in self._lines if one.op_id != line.op_id]
        self._show(rest)
        if rest:
            self.rows.go_to(rest[min(at, len(rest) - 1)].op_id)
        self._load()

    def _refuse(self, error: DoorstepError) -> None:
        """Why it cannot be written like this; it waits still."""
        self._deciding = False
        self.error.set_text(error.sentence())
        self.error.show()

    def _open_home(self, _key: object = "") -> None:
        line = self._current()
        if line is not None and line.room:
            self.went.emit(Route("household", line.household_id))
