"""Recording a visit: a result, what belongs to it, and on to the next door."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout

from desktop.page import KeyHints, Page, PageContext, Route, ask_on
from desktop.pages.visit.fields import VisitFields
from desktop.pages.visit.footer import VisitFooter
from desktop.pages.visit.who_pane import WhoPane
from desktop.services.households import HouseholdCard
from desktop.services.today import TodayRound
from desktop.services.visits import KeptDraft, Outlook, SavedVisit, VisitForm
from desktop.services.words import said_visit
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX, arrangement
from desktop.viewmodels.door_card import DoorCard, door_card
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.phrases import MOST_PHRASES
from desktop.viewmodels.today import door_number
from desktop.viewmodels.visit_form import SEGMENTS, VisitState
from desktop.widgets.base import KEYPAD, NO_MARGINS, scaled
from desktop.widgets.card import Card, Hairline
from desktop.widgets.painting import ENTER_KEY
from desktop.widgets.scroll_column import ScrollColumn
from sync.errors import DoorstepError
from sync.i18n import N_, _, n_
from sync.identity import LOCAL_ZONE, parse_stamp

_WHO_PX: Final = 268
_ROOMY_PX: Final = 1000
"""Logical width of the page from which the foot holds every button in one line."""

_DIGITS: Final = dict(
    zip(
        (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5),
        SEGMENTS,
        strict=True,
    )
)


@dataclass(frozen=True)
class Opening:
    """What the form needs to begin, read in one go."""

    card: HouseholdCard
    outlook: Outlook
    kept: KeptDraft | None


class VisitPage(Page):
    """The form of one visit. It is kept as a draft until it is saved or thrown away."""

    KEY: ClassVar[str] = "visit"
    SECTION: ClassVar[str] = "today"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._household_id = ""
        self._state: VisitState | None = None
        self._card: DoorCard | None = None
        self._round: TodayRound | None = None
        self._saving: VisitForm | None = None
        self._keeper = DraftKeeper(self._keep, self)
        self._who = WhoPane(self.look)
        self._who_card = Card(self.look, NO_MARGINS, 0)
        self._who_scroll = ScrollColumn(self.look, (18, 16, 18, 16))
        self.fields = VisitFields(self.look)
        self._scroll = ScrollColumn(self.look, (20, 14, 20, 12), 12)
        self.footer = VisitFooter(self.look)
        self._lay_out()
        self._connect()
        self._add_shortcuts()

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """The door."""
        room = self._state.household.line.room if self._state else ""
        return _(N_("Visit {room}")).format(room=room)

    def hint(self) -> str:
        """Who lives there, and how often somebody was there."""
        if self._state is None or self._card is None:
            return ""
        count = self._card.visit_count + 1
        times = n_("visit {count}", "visit {count}", count).format(count=count)
        return f"{self._state.household.line.who} · {times}"

    def keys(self) -> KeyHints:
        """The keys of the form, the most useful first."""
        return [
            (("1", "…", "5"), _(N_("result"))),
            (("/",), _(N_("write"))),
            (("Ctrl S",), _(N_("Save"))),
            ((f"Ctrl {ENTER_KEY}",), _(N_("save, next door"))),
            (("[", "]"), _(N_("other doors"))),
        ]

    def enter(self, route: Route) -> None:
        """Open the form of a household; ``detail`` is a result that was pressed in a list."""
        self._household_id = route.record_id
        self._state = self._card = self._saving = None
        self.footer.say_nothing()
        ask_on(
            self.context.lanes.store,
            partial(self._open, route.record_id),
            partial(self._show, route.detail),
            self._give_up,
            self,
        )
        self.ask(self.place.today.round, self._show_next)

    def leave(self) -> None:
        """Keep what was typed."""
        self._keeper.flush()

    def refresh(self) -> None:
        """A sync or an undo changed what is beside the form; what is typed stays."""
        self.ask(partial(self._open, self._household_id), self._show_beside)
        self.ask(self.place.today.round, self._show_next)

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        row = scaled(self.look, QHBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX), CONTENT_GAP_PX)
        self._who_scroll.body.addWidget(self._who)
        self._who_card.body.addWidget(self._who_scroll)
        card = Card(self.look, NO_MARGINS, 0)
        self._scroll.body.addWidget(self.fields, 1)
        card.body.addWidget(self._scroll, 1)
        card.body.addWidget(Hairline(self.look))
        card.body.addWidget(self.footer)
        row.addWidget(self._who_card)
        row.addWidget(card, 1)

    def _connect(self) -> None:
        self.fields.edited.connect(self._after_edit)
        self.fields.left.connect(self._go_back)
        self._who.calls.asked.connect(self._show_number)
        self.footer.restarted.connect(self._restart)
        self.footer.left.connect(self._go_back)
        self.footer.saved.connect(partial(self._save, onward=False))
        self.footer.saved_and_next.connect(partial(self._save, onward=True))
        self.look.changed.connect(self._arrange)

    def _add_shortcuts(self) -> None:
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        stay, onward = partial(self._save, onward=False), partial(self._save, onward=True)
        for keys, does in (("Ctrl+S", stay), ("Ctrl+Return", onward), ("Ctrl+Enter", onward)):
            QShortcut(QKeySequence(keys), self, does, context=inside)
        for at in range(MOST_PHRASES):
            write = partial(self.fields.insert_phrase, at)
            QShortcut(QKeySequence(f"Ctrl+{at + 1}"), self, write, context=inside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put who lives there beside the form, or above it where the window is narrow."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        beside = arrangement(self.window().width(), self.look.scale).panes > 1
        self._who_card.setFixedWidth(self.look.px(_WHO_PX))
        if beside == self._who_card.isHidden():
            self._who_card.setVisible(beside)
            self._place_who(beside=beside)
        self.footer.set_cramped(cramped=self.width() < self.look.px(_ROOMY_PX))

    def _place_who(self, *, beside: bool) -> None:
        """Beside the form; else what to know comes before the form and the rest after it."""
        if beside:
            self._who_scroll.body.addWidget(self._who)
            self._who.take_facts_back()
        else:
            self._scroll.body.insertWidget(0, self._who.facts_part)
            self._scroll.body.addWidget(self._who)

    # --- Opening ----------------------------------------------------------------------------------

    def _open(self, household_id: str) -> Opening:
        """On the store lane: everything the form shows."""
        return Opening(
            self.place.households.card(household_id),
            self.place.visits.outlook(household_id),
            self.place.visits.draft(household_id),
        )

    def _show(self, result: str, opening: Opening) -> None:
        if opening.card.record.id != self._household_id:
            return
        kept = opening.kept
        form = kept.form if kept else None
        self._state = VisitState(opening.card, opening.outlook, self.place.clock.now(), form)
        if result:
            self._state.choose_result(result)
        if kept:
            self.footer.say_kept(_(N_("Draft of {time}")).format(time=_clock(kept.at)))
        self._show_who(opening)
        self._bind(self._state)
        self.fields.focus_result()
        self._scroll.to_top()
        self.headed.emit()

    def _show_beside(self, opening: Opening) -> None:
        """Take what is new around the form. Only an untouched form takes a draft, which an undo
        may have brought back; keyboard and words stay where they are."""
        if self._state is None or opening.card.record.id != self._household_id:
            return
        if opening.kept and not self._state.is_started and not self.fields.is_composing:
            self._show("", opening)
        else:
            self._show_who(opening)
            self._who.show_state(self._state)

    def _show_who(self, opening: Opening) -> None:
        self._card = door_card(opening.card, self.place.day(), opened=True)
        self._who.show_card(self._card)

    def _give_up(self, error: DoorstepError) -> None:
        """The household is not on this computer any more."""
        self.failed.emit(error)
        self.came_back.emit()

    def _bind(self, state: VisitState) -> None:
        self.fields.bind(state)
        self._who.show_state(state)

    def _show_next(self, found: TodayRound) -> None:
        self._round = found
        door = found.next_after(self._household_id)
        words = f"{door_number(door.room)} {door.household.who}" if door else ""
        self.footer.name_next(words)

    def _show_number(self, position: int) -> None:
        if self._card is not None:
            target = self._card.calls[position].target
            show = partial(self._who.calls.show_number, position)
            self.ask(partial(self.place.reveals.show, *target), show)

    # --- Drafts -----------------------------------------------------------------------------------

    def _after_edit(self) -> None:
        if self._state is not None:
            self._who.show_state(self._state)
        self._keeper.touch()

    def _keep(self) -> None:
        """Put the form on disk; one that was emptied again leaves no draft."""
        if self._state is not None:
            self._keep_form(self._state)

    def _keep_form(self, state: VisitState) -> None:
        household_id, visits = state.household.record.id, self.place.visits
        keep: Callable[[], object] = partial(visits.drop_draft, household_id)
        then = partial(self._show_dropped, state)
        if state.is_started:
            keep = partial(visits.keep_draft, household_id, state.form)
            then = partial(self._show_kept, state)
        ask_on(self.context.lanes.store, keep, then, partial(self._keep_later, state), self)

    def _keep_later(self, state: VisitState, error: DoorstepError) -> None:
        """The disk refused it: say so and try again. It is found here until the app ends."""
        if state is self._state:
            self._keeper.failed()
        self.failed.emit(error)

    def _show_kept(self, state: VisitState, at: str) -> None:
        if state is self._state and self._saving is None:
            words = _(N_("Draft kept on this computer {time}"))
            self.footer.say_kept(words.format(time=_clock(at)))

    def _show_dropped(self, state: VisitState, result: object) -> None:
        if state is self._state:
            self.footer.say_nothing()

    def _restart(self) -> None:
        """Throw the draft away; it can be had back."""
        if self._state is None:
            return
        self._keeper.forget()
        household_id, former = self._household_id, self._state.form
        self._state.form = VisitForm(planned_for=former.planned_for)
        self._bind(self._state)
        self.fields.focus_result()
        drop = partial(self.place.visits.drop_draft, household_id)
        self.ask(drop, partial(self._show_dropped, self._state))
        back = partial(self.place.visits.put_back_draft, household_id, former)
        self.said.emit(_(N_("Draft thrown away")), back)

    # --- Ways out ---------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits choose a result; fields that take text have kept theirs already."""
        key = Qt.Key(event.key())
        if self.fields.is_composing:
            event.accept()  # The candidate window owns every key, also one the field let pass.
        elif event.modifiers() & ~KEYPAD or self._state is None:
            super().keyPressEvent(event)
        elif key in _DIGITS:
            self.fields.choose_result(_DIGITS[key])
        elif key == Qt.Key.Key_Escape:
            self._go_back()
        elif key == Qt.Key.Key_Slash:
            self.fields.focus_note()
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            self._go_beside(1 if key == Qt.Key.Key_BracketRight else -1)
        else:
            super().keyPressEvent(event)

    def _go_back(self) -> None:
        self.came_back.emit()

    def _go_beside(self, step: int) -> None:
        """The next or previous door of the round; this form stays a draft."""
        door = self._round.neighbour(self._household_id, step) if self._round else None
        if door is not None:
            self.went.emit(Route(self.KEY, door.id))

    def _save(self, *, onward: bool) -> None:
        """Save once, however often the keys are pressed; never in the middle of a composition."""
        if self._state is None or self._saving is not None or self.fields.is_composing:
            return
        problem = self._state.problem()
        if problem:
            self.footer.say_problem(problem)
            self.fields.show_problem(problem)
            return
        state, form = self._state, self._state.to_save()
        # From here on only what is typed after this is a draft.
        self._saving = state.form
        self._keeper.forget()
        ask_on(
            self.context.lanes.store,
            partial(self.place.visits.record, state.household.record, form),
            partial(self._after_save, state, state.form, onward),
            partial(self._stay, state),
            self,
        )

    def _after_save(
        self, state: VisitState, form: VisitForm, onward: bool, saved: SavedVisit
    ) -> None:
        undo = partial(self.place.visits.undo, saved, form)
        self.said.emit(said_visit(state.household.line, saved.result), undo)
        self.changed.emit()
        if state is not self._state:
            return  # Another form is open by now, and it is nobody's answer.
        if state.form != form:
            # Typed while it was saved: it stays on the screen, and is a draft.
            self._saving = None
            self._keep_form(state)
            return
        door = self._round.next_after(saved.household_id) if self._round and onward else None
        if door is not None:
            self.went.emit(Route(self.KEY, door.id))
        else:
            self.came_back.emit()

    def _stay(self, state: VisitState, error: DoorstepError) -> None:
        """It could not be saved: the form and its draft stay."""
        if state is self._state:
            self._saving = None
        self._keep_form(state)
        self.failed.emit(error)


def _clock(at: str) -> str:
    return f"{parse_stamp(at).astimezone(LOCAL_ZONE):%H:%M:%S}" if at else ""
