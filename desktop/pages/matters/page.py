"""All matters under their lamps; one of them beside the list as a closed loop."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.page import Act, Page, PageContext, Route
from desktop.pages.matters.new_panel import NewPanel
from desktop.pages.matters.pane import MatterPane
from desktop.pages.matters.step_panel import StepPanel
from desktop.pages.matters.stepping import Stepping
from desktop.services.households import HouseholdLine
from desktop.services.matter_list import ListedMatter, MatterCard
from desktop.services.street_counts import MonthCount
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.viewmodels.matter_face import STEP_WORDS, matter_face
from desktop.viewmodels.matters import (
    OUTSIDE_COLUMNS,
    Shown,
    as_outside,
    matter_rows,
    tab_counts,
)
from desktop.viewmodels.row_list import RowListModel
from desktop.viewmodels.street_counts import count_words
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.beside import give_room
from desktop.widgets.button import Button
from desktop.widgets.card import Card, Hairline
from desktop.widgets.column_rows import ColumnHead, ColumnPainter, ColumnPlan
from desktop.widgets.row_list import RowList
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import EmptyState, Skeleton
from desktop.widgets.tabs import Tab, Tabs
from sync.i18n import N_, _, n_
from sync.rules.matter_rights import is_outside

LAMP_MINUTES: Final = 1
NEW: Final = "new"
"""The detail of a route that begins a matter."""
_BULK: Final = ("assign", "urge", "accept")


class MattersPage(Page):
    """Letters take steps, Enter the one that the matter waits for; X chooses several."""

    KEY: ClassVar[str] = "matters"
    SECTION: ClassVar[str] = "matters"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._takes_keys = False
        self._is_outside = is_outside(self.place.sight.posts)
        self._lines: list[ListedMatter] = []
        self._counted: MonthCount | None = None
        self._shown = Shown.OPEN
        self._wanted = ""
        self._marked: frozenset[str] = frozenset()
        self._card: MatterCard | None = None
        plan = [
            ColumnPlan(_(N_("Source")), 80, late=3),
            ColumnPlan(_(N_("Progress")), 114, late=1),
            ColumnPlan(_(N_("Who has it")), 108, late=2),
            ColumnPlan(_(N_("Limit")), 112, right=True),
        ]
        if self._is_outside:
            plan = [plan[at] for at in OUTSIDE_COLUMNS]
        # A department has what it was called for, and what of it is over; it reports nothing.
        self._lists = [Shown.OPEN, Shown.OVER] if self._is_outside else list(Shown)
        self.tabs = Tabs(self.look, [Tab(one, one.words) for one in self._lists], self.title())
        self.rows = RowList(self.look, self.title(), painter=ColumnPainter(self.look, plan))
        self._model = RowListModel(self)
        self.rows.setModel(self._model)
        self._head = ColumnHead(self.look, _(N_("Matter")), plan, self.rows)
        self.new_button = Button(self.look, _(N_("Report a matter")), icon="plus", key="N")
        self._empty = EmptyState(self.look, "")
        self._stack = Stack()
        self.pane = MatterPane(self.look)
        self.stepping = Stepping(self, self.rows)
        self._lay_out()
        self._connect()
        # Lamps turn by themselves, without a network.
        self._minute = QTimer(self)
        self._minute.setInterval(LAMP_MINUTES * 60_000)
        self._minute.timeout.connect(self._load)

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """The name of the page."""
        return _(N_("Matters"))

    def hint(self) -> str:
        """How many wait for somebody; at the street, what the whole community's came to."""
        if self._counted is not None:
            return count_words(self._counted)
        count = sum(line.is_open for line in self._lines)
        return n_("{count} open", "{count} open", count).format(count=count) if count else ""

    def tools(self) -> Sequence[QWidget]:
        """A new matter."""
        return () if self._is_outside else (self.new_button,)

    def acts(self) -> Sequence[Act]:
        """The list, the steps that have a letter, and a new matter."""
        moving, whistling = _(N_("up and down")), STEP_WORDS["whistle"]
        return (
            Act(("J",), moving, partial(self.rows.move_by, 1)),
            Act(("K",), moving, partial(self.rows.move_by, -1)),
            Act(("Return",), _(N_("next step")), self._take_main, when=self._has_main),
            self._letter("A", "assign"),
            self._letter("F", "close"),
            self._letter("B", "urge"),
            self._letter("R", "hand_over"),
            Act(("W",), _(whistling), self._whistle, when=self._may_whistle),
            self._letter("/", "note", on_bar=False),
            Act(("X",), _(N_("choose several")), self._mark, self._is_inside),
            Act(("N",), _(N_("new matter")), self.begin_new, self._is_inside),
            Act(("O",), _(N_("household")), self._open_home, when=self._has_home, on_bar=False),
        )

    def _is_inside(self) -> bool:
        return not self._is_outside

    def _may_whistle(self) -> bool:
        return self._may("whistle") or self._may("call")

    def _whistle(self) -> None:
        """Whistle, or ask for it where one's post may not."""
        self.begin("whistle" if self._may("whistle") else "call")

    def _letter(self, key: str, kind: str, *, on_bar: bool = True) -> Act:
        return Act(
            (key,),
            _(STEP_WORDS[kind]),
            partial(self.begin, kind),
            when=partial(self._may, kind),
            on_bar=on_bar,
        )

    def enter(self, route: Route) -> None:
        """Show the list where it was left; ``record_id`` names the matter to show, or with
        ``new`` the household that a matter is told of."""
        begins = route.detail == NEW
        self._wanted = "" if begins else route.record_id
        self._minute.start()
        self._load()
        self._takes_keys = True
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)
        if begins:
            self.ask(partial(self.place.households.line, route.record_id), self._begin_at)

    def leave(self) -> None:
        """Nobody looks at the lamps any more."""
        self._minute.stop()
        self.stepping.close()

    def refresh(self) -> None:
        """A sync brought matters or steps."""
        self._load()

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        row = scaled(self.look, QHBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX), CONTENT_GAP_PX)
        card = Card(self.look, NO_MARGINS, 0)
        head = scaled(self.look, QHBoxLayout(), (16, 4, 16, 0), 12)
        head.addWidget(self.tabs, 1)
        card.body.addLayout(head)
        card.body.addWidget(Hairline(self.look))
        card.body.addWidget(self._head)
        self._below_head = Hairline(self.look)
        card.body.addWidget(self._below_head)
        card.hold_list(self._stack, Skeleton(self.look, 8), self.rows, self._empty)
        row.addWidget(card, 1)
        row.addWidget(self.pane)

    def _connect(self) -> None:
        self.tabs.changed.connect(self._choose_tab)
        self.rows.moved.connect(self._move_to)
        self.rows.opened.connect(self._take_main)
        self.new_button.clicked.connect(self.begin_new)
        self.pane.stepped.connect(self.begin)
        self.pane.unit_pressed.connect(self._begin_unit)
        self.stepping.taken.connect(self._after_step)
        self.stepping.reported.connect(self._after_report)
        self.pane.home_pressed.connect(self._open_home)
        self.look.changed.connect(self._arrange)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange by the width of the window."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        give_room(self.pane, self.look, wanted=self._card is not None)

    # --- The list ---------------------------------------------------------------------------------

    def _load(self) -> None:
        self.ask(self.place.street_counts.latest, self._count)
        self.ask(self.place.matter_list.listed, self._show)

    def _count(self, counted: MonthCount | None) -> None:
        self._counted = counted

    def _show(self, lines: list[ListedMatter]) -> None:
        self._lines = lines
        counts = tab_counts(lines)
        self.tabs.set_tabs([Tab(one, one.words, counts[one]) for one in self._lists])
        self._marked &= {line.id for line in lines}
        if self._wanted:
            wanted = next((line for line in lines if line.id == self._wanted), None)
            if wanted is not None and not self._shown.holds(wanted):
                self._shown = Shown.OPEN if wanted.is_open else Shown.OVER
                self.tabs.choose(self._shown)
        self._fill_list()
        self.headed.emit()

    def _fill_list(self) -> None:
        key = self._wanted or self.rows.current_key()
        self._wanted = ""
        rows = matter_rows(self._lines, self._shown, self.place.clock.now(), self._marked)
        if self._is_outside:
            rows = as_outside(rows)
        self.rows.blockSignals(True)
        self._model.replace(rows)
        self.rows.blockSignals(False)
        if rows:
            self._stack.setCurrentWidget(self.rows)
            if self._takes_keys and self.panel is None:
                # Behind the skeleton it could not take them.
                self.rows.setFocus(Qt.FocusReason.OtherFocusReason)
            self._takes_keys = False
            if not (key and self.rows.go_to(key)):
                self.rows.go_to_first()
        else:
            self._empty.say(_(N_("Nothing here")))
            self._stack.setCurrentWidget(self._empty)
        for part in (self._head, self._below_head):
            part.setVisible(bool(rows))
        self._move_to(self.rows.current_key() if rows else "")

    def _choose_tab(self, key: str) -> None:
        self._shown = Shown(key)
        self._fill_list()
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def _move_to(self, key: str) -> None:
        if not key:
            self._card = None
            self._arrange()
            return
        self.ask(partial(self.place.matter_list.one, key), self._show_card)

    def _show_card(self, card: MatterCard | None) -> None:
        if card is None or card.line.id != self.rows.current_key():
            return
        self._card = card
        self.pane.show_face(matter_face(card, self.place.clock))
        self._arrange()
        self.headed.emit()

    def _mark(self) -> None:
        key = self.rows.current_key()
        if key:
            self._marked ^= {key}
            self._fill_list()

    # --- Steps ------------------------------------------------------------------------------------

    def _may(self, kind: str) -> bool:
        return self._card is not None and kind in self._card.may

    def _has_main(self) -> bool:
        face = self.pane.face
        return face is not None and (bool(face.main) or face.unit is not None)

    def _has_home(self) -> bool:
        return self._card is not None and bool(self._card.line.record.get("household_id"))

    def _open_home(self) -> None:
        if self._card is not None and self._has_home():
            self.went.emit(Route("household", str(self._card.line.record.get("household_id"))))

    def _take_main(self) -> None:
        face = self.pane.face
        if face is not None and face.main:
            self.begin(face.main)
        elif face is not None and face.unit is not None:
            self._begin_unit(face.unit.key)

    def begin(self, kind: str) -> None:
        """Take a step at once, or ask what it needs first."""
        if self._card is not None:
            marked = sorted(self._marked) if kind in _BULK else []
            targets = marked or [self._card.line.id]
            chosen = [line for line in self._lines if line.id in targets]
            self.stepping.begin(kind, self._card.line, chosen, self._lines)

    def _begin_unit(self, key: str) -> None:
        if self._card is not None:
            self.stepping.begin_unit(key, self._card.line)

    def _after_step(self) -> None:
        self._marked = frozenset()
        self._load()

    @property
    def panel(self) -> StepPanel | NewPanel | None:
        """What is open over the page."""
        return self.stepping.panel

    def begin_new(self) -> None:
        """Write a new matter."""
        if self._is_inside():
            self.stepping.begin_new()

    def _begin_at(self, line: HouseholdLine) -> None:
        self.stepping.begin_new(line.room)

    def _after_report(self, matter_id: str) -> None:
        self._wanted = matter_id
        self._load()
