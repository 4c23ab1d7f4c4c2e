"""Today's round: the list by stair in walking order, and the door beside it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop.keys import Act
from desktop.page import Page, PageContext, Route
from desktop.pages.today.beside import DoorBeside
from desktop.pages.today.crowd_line import CrowdLine, Room
from desktop.pages.today.day_card import DayCard
from desktop.pages.today.printing import RoundPrinting
from desktop.pages.today.recording import Recording
from desktop.services.door_checks import LIVES, MOVED_OUT
from desktop.services.today import DoorLine, TodayRound
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.viewmodels.case_rows import case_of_row
from desktop.viewmodels.check_rows import check_id
from desktop.viewmodels.days import weekday
from desktop.viewmodels.matter_rows import matter_of_row
from desktop.viewmodels.promise_rows import promise_id
from desktop.viewmodels.row_list import RowListModel
from desktop.viewmodels.today import Filter, TodayList
from desktop.viewmodels.visit_form import SEGMENTS, result_words
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.beside import give_room
from desktop.widgets.card import Card, Hairline
from desktop.widgets.row_list import RowList
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import EmptyState
from desktop.widgets.tabs import Tab, Tabs
from sync.i18n import N_, _
from sync.identity import parse_stamp
from sync.rules.reason import day_text
from sync.rules.route import AHEAD

_SHOWS_FIGURES_FROM_PX: Final = 620
_SHOWS_CROWD_FROM_PX: Final = 400
"""Logical heights of the window below which the list needs the room of the day's figures and of the
doors that can wait, and of the whole proposal for a crowded day (its key stays)."""


class TodayPage(Page):
    """The day's doors. V starts a visit, 1 to 5 say what came of one, Enter opens the home."""

    KEY: ClassVar[str] = "today"
    SECTION: ClassVar[str] = "today"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._list = TodayList()
        self._day = DayCard(self.look)
        self._crowd = CrowdLine(self.look)
        self._printing = RoundPrinting(self)
        self._printing.done.connect(self._say_printed)
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._reload)
        self._tabs = Tabs(self.look, [], _(N_("Which doors")))
        self._model = RowListModel(self)
        self._rows = RowList(self.look, _(N_("Doors of today")))
        self._rows.setModel(self._model)
        self._empty = EmptyState(self.look, "")
        self._stack = Stack()
        self.beside = DoorBeside(self)
        self._recording = Recording(self)
        self._lay_out()
        self._connect()

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """The name of the page."""
        return _(N_("Today"))

    def hint(self) -> str:
        """The day, and how far it has come."""
        today = self.place.day()
        day = f"{day_text(today, today)} {weekday(today)}"
        found = self._list.round
        if found is None or not found.total or not self._day.isHidden():
            return day
        done = _(N_("{done} / {all}")).format(done=found.done, all=found.total)
        return f"{day} · {done}"

    def acts(self) -> Sequence[Act]:
        """Moving, the five results, putting off, and what was promised."""
        moving, has = _(N_("up and down")), self._has_current
        results = [
            Act((str(at),), result_words(key), self._result_act(key), has)
            for at, key in enumerate(SEGMENTS, 1)
        ]
        return (
            Act(("J", "Down"), moving, lambda: self._rows.move_by(1)),
            Act(("K", "Up"), moving, lambda: self._rows.move_by(-1)),
            Act(("V",), _(N_("start visit")), self._start_visit, has),
            *results,
            Act(("0",), _(N_("same as last time")), partial(self._go_visit, "same"), has),
            Act(("D",), _(N_("another day")), self._offer_days, has),
            Act(("B",), _(N_("brought back")), self._keep_promise, self._is_promise),
            Act(("Y",), _(N_("lives here")), partial(self._verify, LIVES), self._is_check),
            Act(("O",), _(N_("moved out")), partial(self._verify, MOVED_OUT), self._is_check),
            Act(("A",), _(N_("thin the day out")), self._thin_out, self._has_spare),
            Act(("M",), _(N_("mediation")), self._start_mediation, has, on_bar=False),
            Act(("Ctrl+P",), _(N_("print the round")), self._print, self._has_doors, on_bar=False),
            Act(("E",), _(N_("type in from paper")), self._open_paper, on_bar=False),
        )

    def _result_act(self, result: str) -> Callable[[], None]:
        return self._record_no_answer if result == "not_home" else partial(self._go_visit, result)

    def _has_current(self) -> bool:
        return bool(self._list.household_of(self._rows.current_key()))

    def _is_check(self) -> bool:
        return bool(check_id(self._rows.current_key()))

    def _is_promise(self) -> bool:
        return bool(promise_id(self._rows.current_key()))

    def _has_doors(self) -> bool:
        return self._list.round is not None and self._list.round.left > 0

    def _open_paper(self) -> None:
        self.went.emit(Route("paper"))

    def _print(self) -> None:
        found = self._list.round
        if found is not None and found.left:
            self.ask(partial(self.place.paper.print_round, found), self._printing.start)

    def _say_printed(self, words: str) -> None:
        self.said.emit(words, None)

    def _has_spare(self) -> bool:
        return self._list.round is not None and bool(self._list.round.spare)

    def enter(self, route: Route) -> None:
        """Show the day anew; the place in the list is kept."""
        self._reload()
        self._rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """A sync or an undo changed the day."""
        self._reload()

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        row = scaled(self.look, QHBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX), CONTENT_GAP_PX)
        column = scaled(self.look, QVBoxLayout(), spacing=CONTENT_GAP_PX)
        column.addWidget(self._day)
        column.addWidget(self._crowd)
        card = Card(self.look, NO_MARGINS, 0)
        head = scaled(self.look, QVBoxLayout(), (14, 0, 14, 0), 0)
        head.addWidget(self._tabs)
        card.body.addLayout(head)
        card.body.addWidget(Hairline(self.look))
        card.hold_list(self._stack, self._rows, self._empty)
        column.addWidget(card, 1)
        row.addLayout(column, 1)
        row.addWidget(self.beside.preview)

    def _connect(self) -> None:
        self._tabs.changed.connect(self._choose_filter)
        self._rows.moved.connect(self._move_to)
        self._rows.opened.connect(self._open_row)
        self._rows.action_pressed.connect(self._act)
        self._crowd.accepted.connect(self._thin_out)
        self._empty.pressed.connect(self._leave_empty)
        self.beside.preview.visit_pressed.connect(self._start_visit)
        self.beside.preview.no_answer_pressed.connect(self._record_no_answer)
        self.beside.preview.later_pressed.connect(self._offer_days)
        self.beside.preview.open_pressed.connect(self._open_household)
        self.look.changed.connect(self._arrange)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange by the width of the window."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        window = self.window()
        # A case that is asked for today has no door to show.
        at_a_door = bool(self._list.household_of(self._rows.current_key()))
        wanted = give_room(self.beside.preview, self.look, wanted=at_a_door)
        high = window.height() >= self.look.px(_SHOWS_FIGURES_FROM_PX)
        has_place = window.height() >= self.look.px(_SHOWS_CROWD_FROM_PX)
        self._crowd.give_room(Room.WHOLE if high else Room.LOW if has_place else Room.NONE)
        roomy = high and wanted.panes > 1 and self._has_figures()
        if self._day.isHidden() == roomy:
            self._day.setVisible(roomy)
            self.headed.emit()

    def _has_figures(self) -> bool:
        """A day without doors has none to tell: a mediator's is made of cases."""
        return self._list.round is None or bool(self._list.round.total)

    # --- Data -------------------------------------------------------------------------------------

    def _reload(self) -> None:
        self.ask(self.place.today.round, self._show_round)

    def _show_round(self, found: TodayRound) -> None:
        self._list.show(found, self.place.day())
        self._crowd.show_round(found)
        self._wake_up_for(found)
        self._day.show_round(found)
        self.counted.emit(self.KEY, found.left)
        tabs = self._list.tabs()
        self._tabs.set_tabs([Tab(t.filter, t.filter.words, t.count, t.tone) for t in tabs])
        self._show_rows(self._list.key_after(self._rows.current_key()))
        self.headed.emit()

    def _wake_up_for(self, found: TodayRound) -> None:
        """Read the day anew when the next appointment comes near enough to walk there."""
        self._clock.stop()
        times = [parse_stamp(door.appointment) for door in found.later if door.appointment]
        if times:
            wait = min(times) - AHEAD - self.place.clock.now()
            self._clock.start(max(1000, int(wait.total_seconds() * 1000) + 1000))

    def _show_rows(self, key: str) -> None:
        rows = self._list.rows()
        self._model.replace(rows)
        self._say_empty() if not rows else self._stack.setCurrentWidget(self._rows)
        self._arrange()
        if not (key and self._rows.go_to(key)):
            self._rows.go_to_first()
        self._move_to(self._rows.current_key())

    def _say_empty(self) -> None:
        self._stack.setCurrentWidget(self._empty)
        found = self._list.round
        if found is not None and found.total:
            words = self._list.filter.words
            self._empty.say(
                _(N_("Nothing under “{filter}”")).format(filter=words),
                action=_(N_("Show all")),
            )
            return
        self._empty.say(
            _(N_("No door is due today")),
            _(N_("Homes come up here by their frequency. New ones come with a sync.")),
            _(N_("Look at all households")),
        )

    def _leave_empty(self) -> None:
        found = self._list.round
        if found is not None and found.total:
            self._tabs.choose(Filter.ALL)
            self._choose_filter(Filter.ALL)
        else:
            self.went.emit(Route("households"))

    def _choose_filter(self, key: str) -> None:
        self._list.filter = Filter(key)
        self._show_rows(self._rows.current_key())
        self._rows.setFocus(Qt.FocusReason.OtherFocusReason)  # Its keys act on what is shown now.

    def _move_to(self, key: str) -> None:
        """Show the door at ``key`` beside the list."""
        household_id = self._list.household_of(key)
        if bool(household_id) is self.beside.preview.isHidden():
            self._arrange()
        if household_id:
            self.beside.want(household_id)

    # --- What the worker does ---------------------------------------------------------------------

    def _current(self) -> DoorLine | None:
        return self._list.door(self._rows.current_key())

    def _act(self) -> None:
        """The action of the current row: a visit, or bringing back what was promised."""
        if promise_id(self._rows.current_key()):
            self._keep_promise()
        elif check_id(self._rows.current_key()):
            self._verify(LIVES)
        elif case_of_row(self._rows.current_key()):
            self._open_case(self._rows.current_key())
        elif matter_of_row(self._rows.current_key()):
            self._open_matter(self._rows.current_key())
        else:
            self._start_visit()

    def _open_row(self, key: str) -> None:
        if self._list.is_folded_line(key):
            self._list.toggle(key)
            self._show_rows(key)
        elif case_of_row(key):
            self._open_case(key)
        elif matter_of_row(key):
            self._open_matter(key)
        else:
            self._open_household()

    def _open_case(self, key: str) -> None:
        self.went.emit(Route("case", case_of_row(key)))

    def _open_matter(self, key: str) -> None:
        self.went.emit(Route("matters", matter_of_row(key)))

    def _open_household(self) -> None:
        self._go("household")

    def _start_visit(self) -> None:
        self._go("visit")

    def _start_mediation(self) -> None:
        self._go("mediation_note")

    def _go_visit(self, result: str) -> None:
        self._go("visit", result)

    def _go(self, page: str, detail: str = "") -> None:
        household_id = self._list.household_of(self._rows.current_key())
        if household_id:
            self.went.emit(Route(page, household_id, detail))

    def _record_no_answer(self) -> None:
        door = self._current()
        if door is not None:
            self._recording.no_answer(door)

    def _keep_promise(self) -> None:
        due = self._list.promise(promise_id(self._rows.current_key()))
        if due is not None:
            self._recording.keep(due)

    def _verify(self, answer: str) -> None:
        due = self._list.check(check_id(self._rows.current_key()))
        if due is not None:
            self._recording.verify(due, answer)

    def _offer_days(self) -> None:
        door = self._current()
        if door is not None:
            middle = self._rows.rect().center()
            self._recording.offer_days(door, self._rows.mapToGlobal(middle))

    def _thin_out(self) -> None:
        found = self._list.round
        if found is not None and found.spare:
            self._recording.put_off_to_tomorrow(found.spare)
