"""The page of one household: head, cards at the left, history at the right."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.page import Act, Page, PageContext, Route, ask_on
from desktop.pages.household.body import HISTORY, HouseholdBody
from desktop.pages.household.editing import Editing
from desktop.pages.household.head import HeadCard
from desktop.pages.household.note_writing import NoteWriting
from desktop.rows import Tone
from desktop.services.history import CASE_ENTRY, MATTER_ENTRY
from desktop.services.opening import KeptForm, Opened, open_household
from desktop.services.residents import Move
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX, arrangement
from desktop.viewmodels.door_card import door_card
from desktop.viewmodels.history import KEPT, SHOW_MORE, Filter, History
from desktop.viewmodels.household import (
    Target,
    care_items,
    conflict_words,
    contact,
    facts,
    member_items,
    members_words,
    page_hint,
    page_title,
)
from desktop.widgets.banner import Banner
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button
from desktop.widgets.masked_value import MaskedValue
from desktop.widgets.scroll import scrolling
from desktop.widgets.state_panel import NotHereState
from sync.errors import DoorstepError, NotFound
from sync.i18n import N_, _

_LEAST_BODY_PX: Final = 300
MATTERS: Final = "matters"
NEW: Final = "new"
"""The page of matters, and the detail of a route that begins one there."""


class _Ground(Themed):
    """Lies over the household of before until the next one is read: to hide that one and to show
    it again, part by part, would take longer than the reading."""

    def cover(self, page: QWidget) -> None:
        """Leave nothing of the page to be seen."""
        self.setGeometry(page.rect())
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground of the window."""
        QPainter(self).fillRect(self.rect(), self._look.theme.bg)


class HouseholdPage(Page):
    """One household, opened.

    Who does not know the doors leaves a trace each time another household is opened; reading the
    same one anew leaves none.
    """

    KEY: ClassVar[str] = "household"
    SECTION: ClassVar[str] = "households"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._id = ""
        self._opened: Opened | None = None
        self._mediates = self.place.sight.knows_names
        self._history = History(self.place.clock)
        self.head = HeadCard(self.look, mediates=self._mediates)
        self.body = HouseholdBody(self.look)
        self._note = NoteWriting(self, self.body.history)
        self._editing = Editing(self, self.body)
        self._banner = Banner(self.look, Tone.WARN)
        self._not_here = NotHereState(self.look, "")
        self._stack = QStackedWidget()
        self._ground = _Ground(self.look, self)
        self._ground.hide()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self._connect()

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """The door."""
        return page_title(self._opened.card) if self._opened else _(N_("Household"))

    def hint(self) -> str:
        """Floor and estate."""
        return page_hint(self._opened.card) if self._opened else ""

    def acts(self) -> Sequence[Act]:
        """Neighbours, what one does here, and the ways out of what is being written."""
        beside, opened = _(N_("previous, next home")), self._is_opened
        save = _(N_("save"))
        return (
            Act(("[",), beside, self._go_before, opened),
            Act(("]",), beside, self._go_after, opened),
            Act(("V",), _(N_("start visit")), self._start_visit, opened),
            Act(("N",), _(N_("report a matter")), self._report, self._may_report),
            Act(("M",), _(N_("mediate")), self._mediate, self._may_mediate),
            Act(("/",), _(N_("write a note")), self._write_note, opened),
            Act(("E",), _(N_("edit")), self._edit, opened),
            Act(("A",), _(N_("add a resident")), self._add_resident, opened),
            Act(("Ctrl+S", "Ctrl+Return", "Ctrl+Enter"), save, self._save, self._is_writing),
            Act(("Esc",), _(N_("back")), self._escape),
        )

    def _is_opened(self) -> bool:
        return self._opened is not None

    def _is_writing(self) -> bool:
        return self.body.is_editing or self.body.history.is_writing

    def _may_mediate(self) -> bool:
        return self._mediates and self._is_opened()

    def _may_report(self) -> bool:
        return MATTERS in self.built and self._is_opened()

    def enter(self, route: Route) -> None:
        """Open the household ``route.record_id``."""
        is_other = route.record_id != self._id
        self._id = route.record_id
        if is_other:
            self._opened = None
            self._ground.cover(self)
        self._editing.stop()
        self.body.history.close_writer()
        self._history.opens_matters = MATTERS in self.built
        self._read(again=not is_other)
        self.head.offer_matters(offered=MATTERS in self.built)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Keep what was typed."""
        self._note.flush()
        self._editing.flush()

    def refresh(self) -> None:
        """A sync or an undo may have changed this household."""
        if self._opened is not None:
            self._read(again=True)

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        column = scaled(self.look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX), 0)
        shown = QWidget()
        parts = scaled(self.look, QVBoxLayout(shown), spacing=CONTENT_GAP_PX)
        decide = Button(self.look, _(N_("Decide")))
        decide.clicked.connect(self._decide)
        self._banner.add(decide)
        parts.addWidget(self.head)
        parts.addWidget(self._banner)
        parts.addWidget(self.body, 1)
        # A short window scrolls the whole page, so that nothing is squeezed.
        self._area = scrolling(shown)
        for panel in (QWidget(), self._area, self._not_here):
            self._stack.addWidget(panel)
        column.addWidget(self._stack)

    def _connect(self) -> None:
        self.head.visit_pressed.connect(self._start_visit)
        self.head.mediation_pressed.connect(self._mediate)
        self.head.matter_pressed.connect(self._report)
        self.body.members.number_asked.connect(self._show_number)
        self.body.members.add_pressed.connect(self._add_resident)
        self.body.members.move_chosen.connect(self._move_resident)
        self.body.home.number_asked.connect(self._show_number)
        self.body.home.edit_pressed.connect(self._edit)
        self._note.ended.connect(self._after_writing)
        self._editing.ended.connect(self._after_writing)
        history = self.body.history
        history.filter_chosen.connect(self._choose_filter)
        history.note_pressed.connect(self._write_note)
        history.action_pressed.connect(self._act_on_entry)
        self._not_here.pressed.connect(self.came_back)
        self.look.changed.connect(self._arrange)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange by the width of the window."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wanted = arrangement(self.window().width(), self.look.scale)
        self.body.arrange(one_pane=wanted.panes == 1)
        self.body.setMinimumHeight(self.look.px(_LEAST_BODY_PX))

    # --- Reading ----------------------------------------------------------------------------------

    def _read(self, *, again: bool) -> None:
        read = partial(open_household, self.place, self._id, again=again)
        ask_on(self.context.lanes.store, read, self._show, self._say_not_here, self)

    def _show(self, opened: Opened) -> None:
        card = opened.card
        if card.line.id != self._id:
            return  # Another household was asked for meanwhile.
        is_new = self._opened is None
        self._opened = opened
        today = self.place.day()
        self.head.show_card(door_card(card, today, opened=True))
        words = conflict_words(card)
        self._banner.say(words)
        self._banner.setVisible(bool(words))
        self.body.members.show_members(member_items(card, today), members_words(card))
        self.body.care.show_care(care_items(card, today))
        self.body.home.show_home(facts(card, today), contact(card))
        if not self.body.is_editing:
            self.body.stop_editing()
        self._history.show(card, opened.kept)
        self.body.history.show_history(self._history, from_top=is_new)
        self._stack.setCurrentWidget(self._area)
        self._ground.hide()
        self._arrange()
        self.headed.emit()

    def _say_not_here(self, error: DoorstepError) -> None:
        self._ground.hide()
        if not isinstance(error, NotFound):
            self._stack.setCurrentIndex(0)
            self.failed.emit(error)
            return
        self._opened = None
        self._not_here.say(
            _(N_("This household is not on this computer")),
            _(N_("It belongs to another grid, or it has moved away.")),
            _(N_("Go back")),
        )
        self._stack.setCurrentWidget(self._not_here)
        self.headed.emit()

    # --- Ways out ---------------------------------------------------------------------------------

    def _escape(self) -> None:
        if self.body.is_editing:
            self._editing.close()
        elif self.body.history.is_writing:
            self._note.close()
        else:
            self.came_back.emit()

    def _save(self) -> None:
        if self.body.is_editing:
            self._editing.save()
        elif self.body.history.is_writing:
            self._note.save()

    # --- Going elsewhere --------------------------------------------------------------------------

    def _start_visit(self) -> None:
        self.went.emit(Route("visit", self._id))

    def _mediate(self) -> None:
        self.went.emit(Route("mediation_note", self._id))

    def _report(self) -> None:
        self.went.emit(Route(MATTERS, self._id, NEW))

    def _decide(self) -> None:
        self.went.emit(Route("conflicts", self._id))

    def _go_before(self) -> None:
        self._go_to_neighbour(self._opened.beside.before if self._opened else "")

    def _go_after(self) -> None:
        self._go_to_neighbour(self._opened.beside.after if self._opened else "")

    def _go_to_neighbour(self, household_id: str) -> None:
        if household_id:
            self.went.emit(Route("household", household_id))

    # --- Numbers ----------------------------------------------------------------------------------

    def _show_number(self, target: Target, value: MaskedValue) -> None:
        show = partial(self._tell_number, target, value)
        self.ask(partial(self.place.reveals.show, *target), show)

    def _tell_number(self, target: Target, value: MaskedValue, number: str) -> None:
        if value.stands_for == target:  # Else the line tells of somebody else by now.
            value.show_full(number)

    # --- History ----------------------------------------------------------------------------------

    def _choose_filter(self, key: str) -> None:
        self._history.filter = Filter(key)
        self.body.history.show_history(self._history, from_top=False)

    def _act_on_entry(self, key: str) -> None:
        if key == SHOW_MORE:
            self._history.show_more()
            self.body.history.show_history(self._history, from_top=False)
            return
        goes_on = {
            "visit": self._start_visit,
            "mediation": self._mediate,
            "note": self._write_note,
            "edit": self._edit,
            "resident": self._add_resident,
        }
        if key.startswith(KEPT):
            goes_on[key.removeprefix(KEPT)]()
        elif self._opened is not None:
            entries = {entry.id: entry.kind for entry in self._opened.card.entries}
            if entries.get(key) == CASE_ENTRY:
                self.went.emit(Route("case", key))
                return
            if entries.get(key) == MATTER_ENTRY:
                self.went.emit(Route(MATTERS, key))
                return
            if entries.get(key) == "mediation":
                self.went.emit(Route("dossier", key, "oral"))
                return
            self.went.emit(Route("visit", self._opened.card.record.id, f"correct:{key}"))

    # --- Writing here -----------------------------------------------------------------------------

    def _write_note(self) -> None:
        if self._opened is not None:
            self.body.show_pane(HISTORY)
            self._note.open(self._opened, self._kept("note"))
            self._bring_in(self.body.history)

    def _edit(self) -> None:
        if self._opened is not None:
            has_draft = self._kept("edit") is not None
            self._editing.change_home(self._opened, has_draft=has_draft)
            self._bring_in(self.body)

    def _add_resident(self) -> None:
        if self._opened is not None:
            has_draft = self._kept("resident") is not None
            self._editing.add_resident(self._opened, has_draft=has_draft)
            self._bring_in(self.body)

    def _move_resident(self, person_id: str, move: Move) -> None:
        if self._opened is not None:
            self._editing.move(self._opened, person_id, move)
            self._bring_in(self.body)

    def _bring_in(self, part: QWidget) -> None:
        """In a short window the page scrolls to where one writes, once it is laid out."""
        QTimer.singleShot(0, self, partial(self._scroll_to, part))

    def _scroll_to(self, part: QWidget) -> None:
        top = part.mapTo(self._area.widget(), QPoint()).y()
        self._area.verticalScrollBar().setValue(top)

    def _kept(self, kind: str) -> KeptForm | None:
        kept = self._opened.kept if self._opened else ()
        return next((one for one in kept if one.kind == kind), None)

    def _after_writing(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._read(again=True)
