"""Recording a visit: a result, what belongs to it, and on to the next door."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from desktop.keys import Act
from desktop.page import Page, PageContext, Route, ask_on
from desktop.pages.visit.fields import VisitFields
from desktop.pages.visit.opening import Ahead, Opening, read_ahead, read_opening, taken_up
from desktop.pages.visit.photos import HazardPhotos
from desktop.pages.visit.who_pane import WhoPane
from desktop.services.photos import Photo
from desktop.services.today import DoorLine, TodayRound
from desktop.services.visits import Record, SavedVisit, VisitForm
from desktop.services.words import said_visit
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX, arrangement
from desktop.viewmodels.door_card import DoorCard, door_card
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.household import Target
from desktop.viewmodels.moments import day_and_time
from desktop.viewmodels.phrases import MOST_PHRASES
from desktop.viewmodels.today import door_number
from desktop.viewmodels.visit_form import SEGMENTS, VisitState
from desktop.viewmodels.visit_more import with_answers
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.card import Card, Hairline
from desktop.widgets.form_footer import ROOMY_PX, FormFooter
from desktop.widgets.scroll_column import ScrollColumn
from sync.errors import DoorstepError
from sync.i18n import N_, _, n_
from sync.identity import LOCAL_ZONE, parse_stamp

_WHO_PX: Final = 268

_HIGH_PX: Final = 480
"""Logical height of the window from which what to know fits above the results."""

SAME: Final = "same"
CORRECT: Final = "correct:"
"""Details of a route here: the outcome of last time, or the saved visit that is corrected."""


class VisitPage(Page):
    """The form of one visit. It is kept as a draft until it is saved or thrown away."""

    KEY: ClassVar[str] = "visit"
    SECTION: ClassVar[str] = "today"

    def __init__(self, context: PageContext, fields: VisitFields | None = None) -> None:
        """``fields``: where they are made already."""
        super().__init__(context)
        self._household_id = ""
        self._visit_id = ""
        self._state: VisitState | None = None
        self._card: DoorCard | None = None
        self._round: TodayRound | None = None
        self._saving: VisitForm | None = None
        self._came_along: Opening | None = None
        self._ahead: Ahead | None = None
        self._placed: tuple[bool, bool] | None = None
        self._keeper = DraftKeeper(self._keep, self)
        self._who = WhoPane(self.look)
        self._who_card = Card(self.look, NO_MARGINS, 0)
        self._who_scroll = ScrollColumn(self.look, (18, 16, 18, 16))
        self.fields = fields or VisitFields(self.look)
        self.photos = HazardPhotos(self.look)
        self.fields.add_photos(self.photos)
        self._scroll = ScrollColumn(self.look, (20, 14, 20, 12), 12)
        self.footer = FormFooter(self.look)
        self._lay_out()
        self._connect()

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """The door."""
        room = self._state.household.line.room if self._state else ""
        words = N_("Visit {room}") if self._corrected is None else N_("Correct a visit at {room}")
        return _(words).format(room=room)

    def hint(self) -> str:
        """Who lives there, and how often somebody was there."""
        if self._state is None or self._card is None:
            return ""
        if self._corrected is not None:
            return f"{self._state.household.line.who} · {self._moment(self._corrected)}"
        count = self._card.visit_count + 1
        times = n_("visit {count}", "visit {count}", count).format(count=count)
        return f"{self._state.household.line.who} · {times}"

    def acts(self) -> Sequence[Act]:
        """Digits choose a result, Ctrl and a digit writes a phrase, the rest leads on."""
        results = [
            Act((str(at),), _(N_("result")), partial(self._choose, key), self._is_open)
            for at, key in enumerate(SEGMENTS, 1)
        ]
        phrases = [
            Act(
                (f"Ctrl+{at}",),
                _(N_("write a phrase")),
                partial(self.fields.insert_phrase, at - 1),
                on_bar=False,
            )
            for at in range(1, MOST_PHRASES + 1)
        ]
        return (
            *results,
            Act(("0",), _(N_("same as last time")), self.fields.choose_same, self._has_last),
            Act(("/",), _(N_("write")), self.fields.focus_note, self._is_open),
            Act(("Ctrl+S",), _(N_("Save")), partial(self._save, onward=False)),
            Act(
                ("Ctrl+Return", "Ctrl+Enter"),
                _(N_("save, next door")),
                partial(self._save, onward=True),
            ),
            Act(("[",), _(N_("other doors")), partial(self._go_beside, -1), self._is_open),
            Act(("]",), _(N_("other doors")), partial(self._go_beside, 1), self._is_open),
            Act(("P",), _(N_("photo of a hazard")), self._add_photo, self._may_photograph),
            Act(("M",), _(N_("mediation")), self._mediate, self._is_open, on_bar=False),
            Act(("Esc",), _(N_("leave it")), self._go_back, on_bar=False),
            *phrases,
        )

    def enter(self, route: Route) -> None:
        """Open the form of a household; ``detail`` is a result that was pressed in a list."""
        self._household_id = route.record_id
        self._visit_id = route.detail.removeprefix(CORRECT) if _corrects(route) else ""
        self._state = self._card = self._saving = None
        self.photos.clear()
        self.footer.say_nothing()
        came_along, self._came_along = self._came_along, None
        if came_along and came_along.card.record.id == route.record_id and not self._visit_id:
            self.veil.lift()
            self._show(route.detail, came_along)
        else:
            ask_on(
                self.context.lanes.store,
                partial(read_opening, self.place, route.record_id, self._visit_id),
                partial(self._show, route.detail),
                self.give_up,
                self,
            )
        if self._round is not None:
            self._name_next(self._round)  # As far as one knows until the day was counted anew.
        self.ask_beside(self.place.today.round, self._show_next)

    def leave(self) -> None:
        """Keep what was typed."""
        self._keeper.flush()

    def _mediate(self) -> None:
        """A quarrel is told at the door: it is written down at once, and this form waits."""
        if self._state is not None:
            words = self._state.form.note.strip()
            self.went.emit(Route("mediation_note", self._household_id, words))

    def refresh(self) -> None:
        """A sync or an undo changed what is beside the form; what is typed stays."""
        self.ask(
            partial(read_opening, self.place, self._household_id, self._visit_id), self._show_beside
        )
        self.ask(self.place.today.round, self._show_next)

    def _moment(self, visit: Record) -> str:
        return day_and_time(str(visit.get("started_at")), self.place.clock)

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
        self._who.questions.changed.connect(self._take_answers)
        self.photos.refused.connect(self.failed)
        self.photos.changed.connect(self._keep_photos)
        self.footer.restarted.connect(self._restart)
        self.footer.left.connect(self._go_back)
        self.footer.saved.connect(partial(self._save, onward=False))
        self.footer.saved_and_next.connect(partial(self._save, onward=True))
        self.look.changed.connect(self._arrange)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put who lives there beside the form, or above it where the window is narrow."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        window, scale = self.window(), self.look.scale
        beside = arrangement(window.width(), scale).panes > 1
        self._who_card.setFixedWidth(self.look.px(_WHO_PX))
        self._who_card.setVisible(beside)
        self._place_who(beside=beside, high=window.height() >= self.look.px(_HIGH_PX))
        self.footer.set_cramped(cramped=self.width() < self.look.px(ROOMY_PX))

    def _place_who(self, *, beside: bool, high: bool) -> None:
        """Beside the form; else after it, with what to know before knocking above the form where
        the results are still in sight below it."""
        wanted = (beside, high)
        if wanted == self._placed:
            return
        self._placed = wanted
        (self._who_scroll if beside else self._scroll).body.addWidget(self._who)
        if beside or not high:
            self._who.take_facts_back()
        else:
            self._scroll.body.insertWidget(0, self._who.facts_part)

    # --- Opening ----------------------------------------------------------------------------------

    @property
    def _corrected(self) -> Record | None:
        return self._state.original if self._state else None

    def _show(self, detail: str, opening: Opening) -> None:
        if opening.card.record.id != self._household_id:
            return
        kept = opening.kept
        form, now = kept.form if kept else None, self.place.clock.now()
        self._state = VisitState(opening.card, opening.outlook, now, form, opening.asks)
        if opening.original is not None:
            self._state = self._state.correction(opening.original, opening.correction)
        elif detail == SAME:
            self._state.choose_same()
        elif detail:
            self._state.choose_result(detail)
        if kept:
            self.footer.say_kept(_(N_("Draft of {time}")).format(time=_clock(kept.at)))
        self.photos.restore(opening.photos)
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

    def _bind(self, state: VisitState) -> None:
        self.fields.bind(state)
        self._who.show_state(state)

    def _show_next(self, found: TodayRound) -> None:
        self._round = found
        door = self._name_next(found)
        self.counted.emit("today", found.left)
        if door is not None:
            self.ask_beside(partial(read_ahead, self.place, door.id), self._keep_ahead)

    def _name_next(self, found: TodayRound) -> DoorLine | None:
        door = found.next_after(self._household_id) if not self._visit_id else None
        self.footer.name_next(f"{door_number(door.room)} {door.household.who}" if door else "")
        return door

    def _keep_ahead(self, ahead: Ahead | None) -> None:
        self._ahead = ahead

    def _show_number(self, target: Target) -> None:
        """Whose it is goes with the answer: by then another door may be shown."""
        show = partial(self._who.calls.show_number, target)
        self.ask(partial(self.place.reveals.show, *target), show)

    # --- Drafts -----------------------------------------------------------------------------------

    def _after_edit(self) -> None:
        if self._state is not None:
            self._who.show_state(self._state)
            self.footer.mend(self._state.problem())
        self._keeper.touch()

    def _keep_photos(self) -> None:
        """Chosen photos are kept at once, beside the draft."""
        if self._state is not None:
            drafts, taken = self.place.visits.photo_drafts, self.photos.taken()
            of = self._visit_id or self._household_id
            self.ask(partial(drafts.keep, of, taken), lambda _nothing: None)
            self._after_edit()

    def _keep(self) -> None:
        """Put the form on disk; one that was emptied again leaves no draft."""
        if self._state is not None:
            self._keep_form(self._state)

    def _keep_form(self, state: VisitState) -> None:
        keep, then = self._keeping(state)
        ask_on(self.context.lanes.store, keep, then, partial(self._keep_later, state), self)

    def _keeping(self, state: VisitState) -> tuple[Callable[[], object], Callable[..., None]]:
        """How the form is kept as it is now, or its draft dropped, and what is said of it."""
        household_id, visits = state.household.record.id, self.place.visits
        kept, dropped = partial(self._show_kept, state), partial(self._show_emptied, state)
        if state.original is not None:
            if state.is_started:
                keep = partial(visits.keep_correction, state.original, state.form, state.reason)
                return keep, kept
            return partial(visits.drop_correction, state.original), dropped
        if state.is_started:
            return partial(visits.keep_draft, household_id, state.form), kept
        return partial(visits.drop_draft, household_id), dropped

    def _keep_later(self, state: VisitState, error: DoorstepError) -> None:
        """The disk refused it: say so and try again. It is found here until the app ends."""
        if state is self._state:
            self._keeper.failed()
        self.failed.emit(error)

    def _show_kept(self, state: VisitState, at: str) -> None:
        if state is self._state and self._saving is None:
            words = _(N_("Draft kept on this computer {time}"))
            self.footer.say_kept(words.format(time=_clock(at)))

    def _show_emptied(self, state: VisitState, result: object) -> None:
        if state is self._state:
            self.footer.say_dropped()

    def _show_dropped(self, state: VisitState, result: object) -> None:
        if state is self._state:
            self.footer.say_nothing()

    def _restart(self) -> None:
        """Throw the draft away; it can be had back."""
        if self._state is None:
            return
        self._keeper.forget()
        if self._state.original is not None:
            self._restart_correction(self._state)
            return
        household_id, former = self._household_id, self._state.form
        photos = self.photos.taken()
        self.photos.clear()
        self._state.form = VisitForm(planned_for=former.planned_for)
        self._bind(self._state)
        self.fields.focus_result()
        drop = partial(self.place.visits.drop_draft, household_id)
        self.ask(drop, partial(self._show_dropped, self._state))
        back = partial(self.place.visits.put_back_draft, household_id, former, photos)
        self.said.emit(_(N_("Draft thrown away")), back)

    def _restart_correction(self, state: VisitState) -> None:
        """Begin again with what the original says; what was typed can be had back."""
        original = state.original
        assert original is not None
        former, reason, photos = state.form, state.reason, self.photos.taken()
        self.photos.clear()
        state.form, state.reason = VisitForm.from_visit(original), ""
        self._bind(state)
        drop = partial(self.place.visits.drop_correction, original)
        self.ask(drop, partial(self._show_dropped, state))
        back = partial(self.place.visits.put_back_correction, original, former, reason, photos)
        self.said.emit(_(N_("Draft thrown away")), back)

    # --- Ways out ---------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The candidate window owns every key, also one that the field let pass."""
        if self.fields.is_composing:
            event.accept()
        else:
            super().keyPressEvent(event)

    def _choose(self, result: str) -> None:
        self.fields.choose_result(result)

    def _is_open(self) -> bool:
        return self._state is not None

    def _has_last(self) -> bool:
        return self._state is not None and bool(self._state.same_words())

    def _go_back(self) -> None:
        self.came_back.emit()

    def _take_answers(self, keys: list[str]) -> None:
        if self._state is not None:
            self._state.form = with_answers(self._state.form, keys)
            self._after_edit()

    def _may_photograph(self) -> bool:
        return self._state is not None and bool(self._state.to_save().hazards)

    def _add_photo(self) -> None:
        self.photos.ask()

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
        door = self._next_door(state) if onward else None
        ask_on(
            self.context.lanes.store,
            partial(self._write, state, form, self.photos.taken(), door.id if door else ""),
            partial(self._after_save, state, state.form, onward),
            partial(self._stay, state),
            self,
        )

    def _next_door(self, state: VisitState) -> DoorLine | None:
        """Where to go once this is saved. A correction leads back to where it came from."""
        if self._round is None or state.original is not None:
            return None
        return self._round.next_after(state.household.record.id)

    def _write(
        self, state: VisitState, form: VisitForm, photos: Sequence[Photo], next_id: str
    ) -> tuple[SavedVisit, Opening | None]:
        """On the store lane: the visit, or its correction; and in the same breath what the form
        of the next door begins with."""
        visits = self.place.visits
        if state.original is not None:
            return visits.correct(state.original, form, state.reason, photos), None
        # Before this visit changes what stands here: it changes nothing of another household.
        following = taken_up(self.place, self._ahead, next_id)
        saved = visits.record(state.household.record, form, photos=photos)
        if following is not None or not next_id:
            return saved, following
        try:
            return saved, read_opening(self.place, next_id, "")
        except DoorstepError:
            return saved, None  # It is saved; why the next one cannot be read is said there.

    def _after_save(
        self,
        state: VisitState,
        form: VisitForm,
        onward: bool,
        written: tuple[SavedVisit, Opening | None],
    ) -> None:
        saved, self._came_along = written
        undo = partial(self.place.visits.undo, saved, form)
        self.said.emit(said_visit(state.household.line, saved), undo)
        if state is self._state:  # Else another form is open by now, and it is nobody's answer.
            self._go_on(state, form, onward=onward)
        self._came_along = None
        # After the next door was asked for: figures can wait, a worker on the stairs cannot.
        self.changed.emit()

    def _go_on(self, state: VisitState, form: VisitForm, *, onward: bool) -> None:
        if state.form != form:
            # Typed while it was saved: it stays on the screen, and is a draft.
            self._saving = None
            self._keep_form(state)
            return
        door = self._next_door(state) if onward else None
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


def _corrects(route: Route) -> bool:
    return route.detail.startswith(CORRECT)
