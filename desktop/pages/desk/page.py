"""The page of the front desk: the search at the left, the case beside it, the receipt last."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.page import Act, Page, PageContext, Route, ask_on
from desktop.pages.desk.case_pane import CaseSteps
from desktop.pages.desk.form_pane import FormPane
from desktop.pages.desk.receipt_pane import ReceiptPane
from desktop.services.desk import Visitor
from desktop.services.desk_cases import CaseLine, Record
from desktop.services.finder import Hit
from desktop.services.visits import SavedVisit
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.viewmodels.desk import DeskForm, case_rows, due_words, hit_rows, receipt_of
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.button import Button
from desktop.widgets.card import Card, Hairline
from desktop.widgets.field import SearchBox
from desktop.widgets.row_list import RowList
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import EmptyState
from desktop.widgets.tabs import Tab, Tabs
from sync.errors import DoorstepError
from sync.i18n import N_, _, n_

WINDOW: Final = "1"
_FOUND, _TODAY, _WAITING = "found", "today", "waiting"
_LIST_PX: Final = 420
_RECEIPT_PX: Final = 340
_THREE_PANES_PX: Final = 1500
_NARROW_PX: Final = 900
_WIDEST_PX: Final = 16_777_215  # Qt's own bound.


class DeskPage(Page):
    """Everything by keys: type, Enter, a digit, A for all papers, Ctrl Enter."""

    KEY: ClassVar[str] = "desk"
    SECTION: ClassVar[str] = "desk"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        cases = self.place.service_cases
        self._wanted = ""
        self._searching = False
        self._opens_best = False
        self._lists: dict[str, list[CaseLine]] = {_TODAY: [], _WAITING: []}
        self._hits: list[Hit] = []
        self._consulted = 0
        self._prints = False
        self._worker = ""
        hint = _(N_("Name, initials, room or phone"))
        self.search = SearchBox(self.look, hint, "Ctrl F")
        self.tabs = Tabs(self.look, self._tabs(), _(N_("Front desk")))
        self.rows = RowList(self.look, _(N_("Front desk")))
        self._model = RowListModel(self)
        self.rows.setModel(self._model)
        self.steps = CaseSteps(self.look)
        self.walk_in = Button(
            self.look, _(N_("Not in the ledger: register")), icon="plus", key="Ctrl N"
        )
        self.form = FormPane(self.look, cases.services)
        self.receipt = ReceiptPane(self.look)
        self._empty = EmptyState(
            self.look,
            _(N_("Who is next")),
            _(N_("Type a name, initials, a room or the end of a phone, then Enter.")),
        )
        self._stack = Stack()
        self._lay_out()
        self._connect()

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """The name of the page."""
        return _(N_("Front desk"))

    def hint(self) -> str:
        """How many came with a question alone."""
        count = self._consulted
        if not count:
            return ""
        words = n_("{count} consultation today", "{count} consultations today", count)
        return words.format(count=count)

    def acts(self) -> Sequence[Act]:
        """The way of a case, key by key."""
        digits = tuple(
            Act(
                (str(number),),
                _(N_("what they come for")),
                partial(self.form.choose_number, number),
                when=self._is_receiving,
                on_bar=number in (1, 8),
            )
            for number in range(1, 9)
        )
        return (
            Act(("Ctrl+F",), _(N_("search")), self._focus_search),
            *digits,
            Act(("A",), _(N_("all papers are here")), self.form.bring_all, self._is_receiving),
            Act(("Alt+V",), _(N_("count as met")), self._count_as_met, self._is_receiving),
            Act(
                ("Ctrl+Return", "Ctrl+Enter"),
                _(N_("register and print")),
                partial(self._save, prints=True),
                self._is_receiving,
            ),
            Act(("Ctrl+S",), _(N_("register")), self._save, self._is_receiving, on_bar=False),
            Act(("Ctrl+P", "Ctrl+Shift+P"), _(N_("print")), self.receipt.print, on_bar=False),
            Act(("Ctrl+Shift+C",), _(N_("copy the words")), self.receipt.copy, on_bar=False),
            Act(("Ctrl+N",), _(N_("not in the ledger")), self.begin_walk_in),
            Act(("F2",), _(N_("count a consultation")), self.count_consultation),
            Act(("J",), _(N_("up and down")), partial(self.rows.move_by, 1), on_bar=False),
            Act(("K",), _(N_("up and down")), partial(self.rows.move_by, -1), on_bar=False),
            Act(("Down",), _(N_("to the list")), self._go_to_rows, self._is_in_search, first=True),
            Act(("Esc",), _(N_("leave it")), self._put_aside, on_bar=False),
        )

    def enter(self, route: Route) -> None:
        """Begin with the search."""
        self._load()
        self._focus_search()

    def refresh(self) -> None:
        """A sync brought cases of another window."""
        self._load()

    def _is_receiving(self) -> bool:
        return self._stack.currentWidget() is self.form

    def _is_in_search(self) -> bool:
        return self.search.edit.hasFocus()

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        self._row = scaled(
            self.look, QHBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX), CONTENT_GAP_PX
        )
        self._left = QWidget()
        left = scaled(self.look, QVBoxLayout(self._left), spacing=8)
        left.addWidget(self.search)
        card = Card(self.look, NO_MARGINS, 0)
        head = scaled(self.look, QHBoxLayout(), (14, 2, 14, 0))
        head.addWidget(self.tabs, 1)
        card.body.addLayout(head)
        card.body.addWidget(Hairline(self.look))
        body = scaled(self.look, QVBoxLayout(), (1, 0, 1, 4), 0)
        body.addWidget(self.rows, 1)
        card.body.addLayout(body, 1)
        card.body.addWidget(self.steps)
        left.addWidget(card, 1)
        left.addWidget(self.walk_in)
        for part in (self._empty, self.form, self.receipt):
            self._stack.addWidget(part)
        self._row.addWidget(self._left)
        self._row.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.search.searched.connect(self._search)
        self.search.submitted.connect(self._open_best)
        self.tabs.changed.connect(self._choose_tab)
        self.rows.moved.connect(self._move_to)
        self.rows.opened.connect(self._open_row)
        self.rows.action_pressed.connect(self._open_row)
        self.steps.stepped.connect(self._step_case)
        self.walk_in.clicked.connect(self.begin_walk_in)
        self.form.changed.connect(self._tell_due)
        self.form.met_pressed.connect(self._count_as_met)
        self.form.save_pressed.connect(self._save)
        self.form.print_pressed.connect(partial(self._save, prints=True))
        self.form.close_pressed.connect(self._put_aside)
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
        self._left.setMinimumWidth(0 if narrow else share)
        self._left.setMaximumWidth(_WIDEST_PX if narrow else share)
        self._left.setVisible(shows_list)
        self._stack.setVisible(not narrow or not shows_list)
        wide = width >= px(_THREE_PANES_PX) - px(220)
        stands_apart = self._row.indexOf(self.receipt) >= 0
        if wide and not stands_apart:
            self._stack.removeWidget(self.receipt)
            self._row.addWidget(self.receipt)
            self.receipt.setFixedWidth(px(_RECEIPT_PX))
            self.receipt.setVisible(self.receipt.receipt is not None)
        elif not wide and stands_apart:
            self._row.removeWidget(self.receipt)
            self.receipt.setMinimumWidth(0)
            self.receipt.setMaximumWidth(_WIDEST_PX)
            self._stack.addWidget(self.receipt)

    def _tabs(self) -> list[Tab]:
        counts = {key: len(lines) for key, lines in self._lists.items()}
        return [
            Tab(_FOUND, _(N_("Found"))),
            Tab(_TODAY, _(N_("Received today")), counts[_TODAY]),
            Tab(_WAITING, _(N_("To do")), counts[_WAITING]),
        ]

    # --- Finding ----------------------------------------------------------------------------------

    def _focus_search(self) -> None:
        if self._left.isHidden():
            self._stack.setCurrentWidget(self._empty)
            self._arrange()
        self.search.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.edit.selectAll()

    def _go_to_rows(self) -> None:
        self.rows.setFocus(Qt.FocusReason.TabFocusReason)

    def _search(self, typed: str) -> None:
        self._wanted = typed.strip()
        self._opens_best = False
        self.tabs.choose(_FOUND)
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
        self._fill()
        if self._opens_best:
            self._opens_best = False
            self.open_current()

    def _drop_search(self, error: DoorstepError) -> None:
        self._searching = self._opens_best = False
        self.failed.emit(error)

    def _open_best(self) -> None:
        """Enter in the search opens what was typed, also where the answer is on its way."""
        if self._searching:
            self._opens_best = True
        else:
            self.open_current()

    def open_current(self) -> None:
        """Open a case for whom the list names, or take the next step of a case."""
        self._open_row(self.rows.current_key())

    def _open_row(self, key: str) -> None:
        if not key:
            return
        if self.tabs.chosen() == _FOUND:
            self.ask(partial(self.place.desk.open_case, key), self._begin)
        else:
            self.steps.take_first()

    # --- Receiving --------------------------------------------------------------------------------

    def _begin(self, visitor: Visitor) -> None:
        self._worker = visitor.worker
        self._receive(DeskForm(visitor))
        self.changed.emit()  # That it was opened is an entry that waits to be sent.

    def begin_walk_in(self) -> None:
        """Somebody who is not in the ledger: the name is written, nothing is looked up."""
        self._worker = ""
        self._receive(DeskForm(walk_in="" if self._hits else self._wanted))

    def _receive(self, form: DeskForm) -> None:
        self._stack.setCurrentWidget(self.form)
        self._arrange()
        self.form.begin(form, self.place.day())
        self.form.say_due("")
        self.headed.emit()

    def _tell_due(self, form: DeskForm) -> None:
        cases = self.place.service_cases
        item = cases.services.item(form.item)
        self.form.say_due(
            due_words(cases.due_of(item), item, self.place.day()) if form.item else ""
        )

    def _count_as_met(self) -> None:
        visitor = self.form.form.visitor
        if visitor is not None:
            met = partial(self.place.desk.met_here, visitor.card.line.id)
            self.ask(met, self._after_met)

    def _after_met(self, saved: SavedVisit) -> None:
        take_back = partial(
            self.place.visits.take_back, saved.visit_id, _(N_("Undone right after saving"))
        )
        self.said.emit(_(N_("Counted as met at the centre.")), take_back)
        self.changed.emit()

    def _save(self, *, prints: bool = False) -> None:
        if not self._is_receiving():
            return
        self._prints = prints
        task = partial(self.place.service_cases.receive, self.form.form.told(), WINDOW)
        ask_on(self.context.lanes.store, task, self._after_save, self._refuse, self)

    def _refuse(self, error: DoorstepError) -> None:
        self.form.say(error.sentence())

    def _after_save(self, row: Record) -> None:
        user = self.place.store.account.user
        line = self.place.service_cases.line_of(row)
        self.receipt.show_receipt(
            receipt_of(
                line,
                self.place.service_cases.services,
                user.community_name,
                user.name,
                self._worker,
                self.place.clock,
            )
        )
        apart = self._row.indexOf(self.receipt) >= 0
        self.receipt.setVisible(True)
        self._stack.setCurrentWidget(self._empty if apart else self.receipt)
        self._arrange()
        words = _(N_("Received: {item}, receipt {receipt}"))
        self._tell(words.format(item=line.item.words, receipt=line.receipt))
        self.changed.emit()
        self._load()
        if not self._left.isHidden():
            self._focus_search()
        if self._prints:
            self.receipt.print()

    def _put_aside(self) -> None:
        self._stack.setCurrentWidget(self._empty)
        self._arrange()
        self._focus_search()

    def _tell(self, words: str) -> None:
        self.said.emit(words, None)

    def count_consultation(self) -> None:
        """One more who only asked."""
        self.ask(partial(self.place.service_cases.count, "consult"), self._after_count)

    def _after_count(self, entry_id: str) -> None:
        self._tell(_(N_("One consultation counted.")))
        self.changed.emit()
        self._load()

    # --- Cases of the window ----------------------------------------------------------------------

    def _load(self) -> None:
        cases = self.place.service_cases

        def read() -> tuple[list[CaseLine], list[CaseLine], int]:
            return cases.today(), cases.waiting(), cases.counted_today()

        self.ask(read, self._show_cases)

    def _show_cases(self, read: tuple[list[CaseLine], list[CaseLine], int]) -> None:
        self._lists = {_TODAY: read[0], _WAITING: read[1]}
        self._consulted = read[2]
        self.tabs.set_tabs(self._tabs())
        self._fill()
        self.headed.emit()

    def _choose_tab(self, key: str) -> None:
        self._fill()
        self._go_to_rows()

    def _fill(self) -> None:
        chosen, key = self.tabs.chosen(), self.rows.current_key()
        if chosen == _FOUND:
            self._model.replace(hit_rows(self._hits))
        else:
            self._model.replace(case_rows(self._lists[chosen], self.place.day()))
        if not (key and self.rows.go_to(key)):
            self.rows.go_to_first()
        self._move_to(self.rows.current_key())

    def _case(self) -> CaseLine | None:
        lines = self._lists.get(self.tabs.chosen(), [])
        return next((line for line in lines if line.id == self.rows.current_key()), None)

    def _move_to(self, key: str) -> None:
        line = self._case()
        words = ""
        if line is not None:
            services = self.place.service_cases.services
            missing = [services.material(one) for one in line.record.get("missing") or ()]
            words = (
                _(N_("Missing: {papers}")).format(papers=_(", ").join(missing)) if missing else ""
            )
            if line.stage == "picked_up":
                words = _(N_("How content are they? 0: not reached"))
        self.steps.show_case(line, words)

    def _step_case(self, kind: str) -> None:
        line, cases = self._case(), self.place.service_cases
        if line is None:
            return
        if kind == "papers":
            task = partial(cases.supplement, line.id, line.record.get("missing") or ())
        elif kind == "picked":
            task = partial(cases.pick_up, line.id, str(line.record.get("applicant") or ""))
        elif kind.startswith("score"):
            task = partial(cases.call_back, line.id, int(kind.removeprefix("score")))
        else:
            task = partial(cases.step, line.id, kind)
        self.ask(task, self._after_case)

    def _after_case(self, done: None) -> None:
        self._tell(_(N_("Written down.")))
        self.changed.emit()
        self._load()
