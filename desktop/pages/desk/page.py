"""The page of the front desk: the search at the left, the case beside it, the receipt last."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from desktop.page import Act, Page, PageContext, Route, ask_on
from desktop.pages.desk.form_pane import FormPane
from desktop.pages.desk.list_pane import FOUND, WAITING, DeskList
from desktop.pages.desk.queue import Queue
from desktop.pages.desk.receipt_pane import ReceiptPane
from desktop.pages.desk.receiving import Receiving
from desktop.services.appointments import AppointmentLine
from desktop.services.desk_cases import CaseLine, Record
from desktop.services.finder import Hit
from desktop.settings import Settings
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.viewmodels.desk import DeskForm, Receipt, receipt_of
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.card import Card
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import EmptyState
from sync.errors import DoorstepError
from sync.i18n import N_, _, n_

_LIST_PX: Final = 420
_RECEIPT_PX: Final = 340
_THREE_PANES_PX: Final = 1500
_NARROW_PX: Final = 900
_WIDEST_PX: Final = 16_777_215  # Qt's own bound.


class DeskPage(Page):
    """Everything by keys: type, Enter, a digit, A for all papers, Ctrl Enter."""

    KEY: ClassVar[str] = "desk"
    SECTION: ClassVar[str] = "desk"

    def __init__(self, context: PageContext, settings: Callable[[], Settings] = Settings) -> None:
        super().__init__(context)
        self._settings = settings
        self._wanted = ""
        self._searching = False
        self._opens_best = False
        self._given = ""
        self._hits: list[Hit] = []
        self.list = DeskList(self.look)
        self.form = FormPane(self.look, self.place.service_cases.services)
        self.receipt = ReceiptPane(self.look)
        self.receiving = Receiving(self, self.form, self._window)
        self.queue = Queue(self, self.list)
        self._empty = Card(self.look, NO_MARGINS, 0)
        next_one = EmptyState(
            self.look,
            _(N_("Who is next")),
            _(N_("Type a name, initials, a room, the end of a phone or of an ID, then Enter.")),
        )
        self._empty.body.addWidget(next_one, 1)
        self._stack = Stack()
        self._lay_out()
        self._connect()

    def _window(self) -> str:
        return self._settings().window

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """The name of the page."""
        return _(N_("Front desk"))

    def hint(self) -> str:
        """Which window this is, how many came today, and how many with a question alone."""
        parts = [_(N_("window {number}")).format(number=self._window())]
        came, count = self.queue.in_hand.came, self.queue.in_hand.consulted
        if came > count:
            words = n_("{count} visitor today", "{count} visitors today", came)
            parts.append(words.format(count=came))
        if count:
            words = n_("{count} consultation today", "{count} consultations today", count)
            parts.append(words.format(count=count))
        return " · ".join(parts)

    def acts(self) -> Sequence[Act]:
        """The way of a case, key by key."""
        form, rows, receives = self.form, self.list.rows, self._is_receiving
        digits = tuple(
            Act(
                (str(number),),
                _(N_("what they come for")),
                partial(self._take_digit, number),
                when=self._takes_digits,
                on_bar=number > 0,
            )
            for number in range(9)
        )
        count_as_met = self.receiving.count_as_met
        paper, shown = self.receipt, self.receipt.isVisible
        return (
            Act(("Ctrl+F",), _(N_("search")), self._focus_search),
            *digits,
            Act(("A",), _(N_("all papers are here")), form.bring_all, receives),
            Act(("O",), _(N_("who handles it")), form.next_owner, receives),
            Act(("Alt+V",), _(N_("count as met")), count_as_met, receives),
            Act(("Alt+C",), _(N_("their case")), self._go_to_case, self._has_case, on_bar=False),
            Act(
                ("Ctrl+Return", "Ctrl+Enter"),
                _(N_("register and print")),
                partial(self._save, prints=True),
                receives,
            ),
            Act(("Ctrl+S",), _(N_("register")), partial(self._save), receives, on_bar=False),
            Act(("Ctrl+B",), _(N_("book an hour")), form.turn_booking, receives),
            Act(("Ctrl+P", "Ctrl+Shift+P"), _(N_("print")), paper.print, shown, on_bar=False),
            Act(("Ctrl+Shift+C",), _(N_("copy the words")), paper.copy, shown, on_bar=False),
            Act(("Ctrl+N",), _(N_("not in the ledger")), self.begin_walk_in),
            Act(("F2",), _(N_("count a consultation")), self.count_consultation),
            Act(("F3",), _(N_("small help")), self.receiving.write_help, receives, on_bar=False),
            Act(("F4",), _(N_("a certificate")), self._go_to_certificates),
            Act(("F7",), _(N_("what the server kept aside")), self._go_to_held, on_bar=False),
            Act(("F6",), _(N_("the next list")), partial(self.list.turn, 1), on_bar=False),
            Act(("J",), _(N_("up and down")), partial(rows.move_by, 1), on_bar=False),
            Act(("K",), _(N_("up and down")), partial(rows.move_by, -1), on_bar=False),
            Act(
                ("Down",),
                _(N_("to the list")),
                self.list.focus_rows,
                self._is_in_search,
                first=True,
            ),
            Act(("Esc",), _(N_("leave it")), self._put_aside, on_bar=False),
        )

    def enter(self, route: Route) -> None:
        """Begin with the search, and with what waits as long as nobody is looked for;
        ``record_id`` opens a case for somebody at once."""
        if not self._wanted:
            self.list.tabs.choose(WAITING)
        self.queue.load()
        self._focus_search()
        if route.record_id:
            self.receiving.open(route.record_id)

    def leave(self) -> None:
        """What is being received is kept."""
        self.receiving.keeper.flush()

    def refresh(self) -> None:
        """A sync brought cases of another window."""
        self.queue.load()

    def _is_receiving(self) -> bool:
        return self._stack.currentWidget() is self.form

    def _takes_digits(self) -> bool:
        return self._is_receiving() or self.list.steps.asks_score

    def _take_digit(self, number: int) -> None:
        """What they come for; or how content they are, where that is asked of the current row."""
        if self.list.steps.asks_score and self.list.rows.hasFocus():
            self.list.steps.score(number)
        elif number and self._is_receiving():
            self.form.choose_number(number)

    def _is_in_search(self) -> bool:
        return self.list.search.edit.hasFocus()

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        self._row = scaled(
            self.look, QHBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX), CONTENT_GAP_PX
        )
        for part in (self._empty, self.form, self.receipt):
            self._stack.addWidget(part)
        self._row.addWidget(self.list)
        self._row.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.list.search.searched.connect(self._search)
        self.list.search.submitted.connect(self._open_best)
        self.list.tab_chosen.connect(self._fill)
        self.list.rows.moved.connect(self.queue.show_steps)
        self.list.rows.opened.connect(self._open_row)
        self.list.rows.action_pressed.connect(self._open_row)
        self.list.walk_in.clicked.connect(self.begin_walk_in)
        self.queue.loaded.connect(self._show_in_hand)
        self.queue.taken_up.connect(self.receiving.go_on)
        self.queue.arrived.connect(self._receive_hour)
        self.form.save_pressed.connect(self._save)
        self.form.print_pressed.connect(partial(self._save, prints=True))
        self.form.close_pressed.connect(self._put_aside)
        self.form.changed.connect(self._foresee)
        self.form.case_pressed.connect(self._go_to_case)
        self.receiving.began.connect(self._show_form)
        self.receiving.received.connect(self._after_save)
        self.receiving.ended.connect(self._after_ending)
        self.receipt.said.connect(self._tell)
        self.look.changed.connect(self._arrange)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two panes, three where there is room, one where there is little."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        px, width = self.look.px, self.width()
        share = min(px(_LIST_PX), int(width * 0.45))
        narrow = width < px(_NARROW_PX)
        shows_list = not narrow or self._stack.currentWidget() is self._empty
        self.list.setMinimumWidth(0 if narrow else share)
        self.list.setMaximumWidth(_WIDEST_PX if narrow else share)
        self.list.setVisible(shows_list)
        self._stack.setVisible(not narrow or not shows_list)
        wide = width >= px(_THREE_PANES_PX) - px(220)
        stands_apart = self._row.indexOf(self.receipt) >= 0
        if wide and not stands_apart:
            self._stack.removeWidget(self.receipt)
            self._row.addWidget(self.receipt)
            self.receipt.setFixedWidth(px(_RECEIPT_PX))
            self.receipt.setVisible(self.receipt.receipt is not None)
            self._foresee(self.form.form)
        elif not wide and stands_apart:
            self._row.removeWidget(self.receipt)
            self.receipt.setMinimumWidth(0)
            self.receipt.setMaximumWidth(_WIDEST_PX)
            self._stack.addWidget(self.receipt)

    def _show(self, part: Card) -> None:
        self._stack.setCurrentWidget(part)
        self._arrange()

    # --- Finding ----------------------------------------------------------------------------------

    def _focus_search(self) -> None:
        if self.list.isHidden():
            self._show(self._empty)
        self.list.focus_search()

    def _search(self, typed: str) -> None:
        self._wanted = typed.strip()
        self._opens_best = False
        self.list.tabs.choose(FOUND)
        if not self._searching:
            self._look_up()

    def _look_up(self) -> None:
        self._searching, asked = True, self._wanted
        find = partial(self.place.desk.find, asked)
        then = partial(self._take_hits, asked)
        ask_on(self.context.lanes.store, find, then, self._drop_search, self)

    def _take_hits(self, asked: str, hits: list[Hit]) -> None:
        self._searching = False
        if asked != self._wanted:
            self._look_up()
            return
        self._hits = hits
        self._fill(self.list.shown())
        if self._opens_best:
            self._opens_best = False
            self._open_found()

    def _drop_search(self, error: DoorstepError) -> None:
        self._searching = self._opens_best = False
        self.failed.emit(error)

    def _open_best(self) -> None:
        """Enter in the search opens what was typed, also where the answer is on its way."""
        if self._searching:
            self._opens_best = True
        elif self.list.shown() == FOUND:
            self._open_found()

    def _open_found(self) -> None:
        """Receive who was found; of a receipt only its row is gone to: nothing is done yet."""
        if self.queue.in_hand.case(self.list.rows.current_key()) is None:
            self.open_current()
        else:
            self.list.focus_rows()

    def open_current(self) -> None:
        """Open a case for whom the list names, or take the next step of a case."""
        self._open_row(self.list.rows.current_key())

    def _open_row(self, key: str) -> None:
        if not key:
            return
        if self.list.shown() == FOUND and self.queue.in_hand.case(key) is None:
            self.receiving.open(key)
        else:
            self.list.steps.take_first()

    def _show_in_hand(self) -> None:
        if self._given and self.queue.in_hand.case(self._given) is None:
            # It was undone: nobody prints or copies its receipt any more.
            self._given = ""
            self.receipt.hide()
            if self._stack.currentWidget() is self.receipt:
                self._show(self._empty)
        self._fill(self.list.shown())
        self.headed.emit()

    def _fill(self, shown: str) -> None:
        if shown == FOUND:
            found = self.queue.found_rows(self._wanted, self._hits)
            self.list.show_rows(found, missed=self._wanted)
        else:
            self.list.show_rows(self.queue.rows(shown))
        self.queue.show_steps(self.list.rows.current_key())

    # --- Receiving --------------------------------------------------------------------------------

    def begin_walk_in(self) -> None:
        """Somebody who is not in the ledger; what was typed and found nobody is their name, but
        for the number of a phone, a room or a receipt."""
        is_name = not self._hits and not any(map(str.isdigit, self._wanted))
        self.receiving.begin_walk_in(self._wanted if is_name else "")

    def _receive_hour(self, hour: AppointmentLine) -> None:
        """Who booked an hour is here: their form opens with what they come for."""
        row = hour.record
        person = str(row.get("person_id") or row.get("household_id") or "")
        if person:
            self.receiving.open(person, hour.item)
        else:
            self.receiving.begin_walk_in(str(row.get("applicant") or ""))

    def _show_form(self) -> None:
        self.receipt.forget()
        self._show(self.form)
        self._foresee(self.form.form)
        self.headed.emit()

    def _foresee(self, form: DeskForm) -> None:
        """Where there is room, the paper stands beside the form as it will be."""
        apart = self._row.indexOf(self.receipt) >= 0
        if not apart or not self._is_receiving():
            return
        told = form.told()
        shows = bool(told.item) and not form.books
        self.receipt.setVisible(shows)
        if shows:
            line = self.place.service_cases.foreseen(told, self._window())
            self.receipt.foresee(self._receipt_of(line))

    def _receipt_of(self, line: CaseLine) -> Receipt:
        user, services = self.place.store.account.user, self.place.service_cases.services
        worker, office = self.receiving.worker, user.community_name
        return receipt_of(line, services, office, user.name, worker, self.place.clock)

    def _save(self, *, prints: bool = False) -> None:
        if self._is_receiving():
            self.receiving.save(prints=prints)

    def _after_save(self, row: Record, prints: bool, undo: Callable[[], object]) -> None:
        line, self._given = self.place.service_cases.line_of(row), row.id
        self.receipt.show_receipt(self._receipt_of(line))
        apart = self._row.indexOf(self.receipt) >= 0
        self.receipt.setVisible(True)
        self._show(self._empty if apart else self.receipt)
        words = _(N_("Received: {item}, receipt {receipt}"))
        self.said.emit(words.format(item=line.item.words, receipt=line.receipt), undo)
        self.queue.load()
        if not self.list.isHidden():
            self._focus_search()
        if prints:
            self.receipt.print()

    def _after_ending(self) -> None:
        self._put_aside()

    def _put_aside(self) -> None:
        self.receiving.keeper.flush()
        self.queue.load()
        if self._row.indexOf(self.receipt) >= 0:
            self.receipt.setVisible(self.receipt.receipt is not None)
        self._show(self._empty)
        self._focus_search()

    def _has_case(self) -> bool:
        visitor = self.form.form.visitor
        return self._is_receiving() and visitor is not None and bool(visitor.cases)

    def _go_to_case(self) -> None:
        """From the form to what the desk has in hand for them: Enter takes its next step."""
        visitor = self.form.form.visitor
        if visitor is None or not visitor.cases:
            return
        self._put_aside()
        self.list.tabs.choose(WAITING)
        self._fill(WAITING)
        self.list.rows.go_to(visitor.cases[0].id)
        self.list.focus_rows()

    def _go_to_certificates(self) -> None:
        visitor = self.form.form.visitor if self._is_receiving() else None
        person = visitor.person_id if visitor else ""
        self.went.emit(Route("certificates", person))

    def _go_to_held(self) -> None:
        self.went.emit(Route("held"))

    def _tell(self, words: str) -> None:
        self.said.emit(words, None)

    def count_consultation(self) -> None:
        """One more who only asked."""
        self.ask(partial(self.place.service_cases.count, "consult"), self._after_count)

    def _after_count(self, entry_id: str) -> None:
        back = partial(self.place.service_cases.take_back_count, entry_id)
        self.said.emit(_(N_("One consultation counted.")), back)
        self.changed.emit()
        self.queue.load()
