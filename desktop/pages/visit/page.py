"""Recording a visit: a result, what belongs to it, and on to the next door."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtGui import QKeyEvent, QResizeEvent

from desktop.keys import Act
from desktop.page import Page, PageContext, Route, ask_on
from desktop.pages.visit.drafting import VisitDrafting
from desktop.pages.visit.fields import VisitFields
from desktop.pages.visit.opening import Ahead, Opening, read_ahead, read_opening, taken_up
from desktop.pages.visit.photos import HazardPhotos
from desktop.pages.visit.places import VisitPlaces
from desktop.pages.visit.who_pane import WhoPane
from desktop.services.photos import Photo
from desktop.services.today import DoorLine, TodayRound
from desktop.services.visits import Record, SavedVisit, VisitForm
from desktop.services.words import said_visit
from desktop.viewmodels.door_card import DoorCard, door_card
from desktop.viewmodels.household import Target
from desktop.viewmodels.moments import day_and_time
from desktop.viewmodels.phrases import MOST_PHRASES
from desktop.viewmodels.today import door_number
from desktop.viewmodels.visit_form import SEGMENTS, VisitState
from desktop.viewmodels.visit_more import with_answers
from desktop.widgets.form_footer import FormFooter
from sync.errors import DoorstepError
from sync.i18n import N_, _, n_

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
        self._came_along: Opening | None = None
        self._ahead: Ahead | None = None
        self._who = WhoPane(self.look)
        self.fields = fields or VisitFields(self.look)
        self.photos = HazardPhotos(self.look)
        self.fields.add_photos(self.photos)
        self.footer = FormFooter(self.look)
        self.drafts = VisitDrafting(self, self.footer, self.photos)
        self.places = VisitPlaces(self, self._who, self.fields, self.footer)
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
        self._state = self._card = None
        self.drafts.follow(None)
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
        self.drafts.flush()

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

    def _connect(self) -> None:
        self.fields.edited.connect(self._after_edit)
        self.fields.left.connect(self._go_back)
        self._who.calls.asked.connect(self._show_number)
        self._who.questions.changed.connect(self._take_answers)
        self.photos.refused.connect(self.failed)
        self.photos.changed.connect(self._keep_photos)
        self.footer.restarted.connect(self.drafts.throw_away)
        self.drafts.emptied.connect(self._show_emptied)
        self.footer.left.connect(self._go_back)
        self.footer.saved.connect(partial(self._save, onward=False))
        self.footer.saved_and_next.connect(partial(self._save, onward=True))
        self.look.changed.connect(self.places.arrange)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange by the size of the window."""
        super().resizeEvent(event)
        self.places.arrange()

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
        self.drafts.follow(self._state, kept.at if kept else "")
        self.photos.restore(opening.photos)
        self._show_who(opening)
        self._bind(self._state)
        self.fields.focus_result()
        self.places.scroll.to_top()
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
        self.drafts.touch()

    def _keep_photos(self) -> None:
        if self._state is not None:
            self.drafts.keep_photos(self._visit_id or self._household_id)
            self._after_edit()

    def _show_emptied(self) -> None:
        """The form begins anew: a new visit by its results, a correction where one was."""
        if self._state is not None:
            self._bind(self._state)
            if self._corrected is None:
                self.fields.focus_result()

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
        if self._state is None or self.drafts.is_saving or self.fields.is_composing:
            return
        problem = self._state.problem()
        if problem:
            self.footer.say_problem(problem)
            self.fields.show_problem(problem)
            return
        state, form = self._state, self._state.to_save()
        self.drafts.begin_saving()
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
            self.drafts.is_saving = False
            self.drafts.keep_form(state)
            return
        door = self._next_door(state) if onward else None
        if door is not None:
            self.went.emit(Route(self.KEY, door.id))
        else:
            self.came_back.emit()

    def _stay(self, state: VisitState, error: DoorstepError) -> None:
        """It could not be saved: the form and its draft stay."""
        if state is self._state:
            self.drafts.is_saving = False
        self.drafts.keep_form(state)
        self.failed.emit(error)


def _corrects(route: Route) -> bool:
    return route.detail.startswith(CORRECT)
