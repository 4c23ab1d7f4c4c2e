"""The draft of a visit: kept while somebody types, told of in the foot, thrown away, had back."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.page import Page, ask_on
from desktop.pages.visit.photos import HazardPhotos
from desktop.services.visits import Record, VisitForm
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.visit_form import VisitState
from desktop.widgets.form_footer import FormFooter
from sync.errors import DoorstepError
from sync.i18n import N_, _
from sync.identity import LOCAL_ZONE, parse_stamp


class VisitDrafting(QObject):
    """Joins the form that is shown with the drafts of the store.

    Attributes: ``is_saving``, whether the form is being saved: then nothing is said of its draft.

    Signals:
        emptied: the form that is shown begins anew, and is to be shown so.
    """

    emptied = Signal()

    def __init__(self, page: Page, footer: FormFooter, photos: HazardPhotos) -> None:
        super().__init__(page)
        self.is_saving = False
        self._page = page
        self._footer = footer
        self._photos = photos
        self._visits = page.place.visits
        self._state: VisitState | None = None
        self._keeper = DraftKeeper(self.keep, self)

    def follow(self, state: VisitState | None, kept_at: str = "") -> None:
        """This form is shown from now on, ``None`` until it was read; with ``kept_at`` its draft
        was found."""
        self._state = state
        if state is None:
            self.is_saving = False
        if kept_at:
            self._footer.say_kept(_(N_("Draft of {time}")).format(time=_clock(kept_at)))

    def touch(self) -> None:
        """Something was typed."""
        self._keeper.touch()

    def flush(self) -> None:
        """The page goes away: keep what was typed."""
        self._keeper.flush()

    def begin_saving(self) -> None:
        """From here on only what is typed after this is a draft."""
        self.is_saving = True
        self._keeper.forget()

    # --- Keeping ----------------------------------------------------------------------------------

    def keep(self) -> None:
        """Put the form on disk; one that was emptied again leaves no draft."""
        if self._state is not None:
            self.keep_form(self._state)

    def keep_form(self, state: VisitState) -> None:
        """The same of a form that may be left by now."""
        keep, then = self._keeping(state)
        lane = self._page.context.lanes.store
        ask_on(lane, keep, then, partial(self._keep_later, state), self._page)

    def keep_photos(self, of: str) -> None:
        """Chosen photos are kept at once, beside the draft of ``of``."""
        taken = self._photos.taken()
        self._page.ask(partial(self._visits.photo_drafts.keep, of, taken), lambda _nothing: None)

    def _keeping(self, state: VisitState) -> tuple[Callable[[], object], Callable[..., None]]:
        """How the form is kept as it is now, or its draft dropped, and what is said of it."""
        household_id, visits = state.household.record.id, self._visits
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
        self._page.failed.emit(error)

    def _show_kept(self, state: VisitState, at: str) -> None:
        if state is self._state and not self.is_saving:
            words = _(N_("Draft kept on this computer {time}"))
            self._footer.say_kept(words.format(time=_clock(at)))

    def _show_emptied(self, state: VisitState, result: object) -> None:
        if state is self._state:
            self._footer.say_dropped()

    # --- Throwing away ----------------------------------------------------------------------------

    def throw_away(self) -> None:
        """Begin again; what was typed can be had back."""
        state = self._state
        if state is None:
            return
        self._keeper.forget()
        if state.original is not None:
            drop, back = self._restart_correction(state, state.original)
        else:
            drop, back = self._restart(state)
        self.emptied.emit()
        self._page.ask(drop, partial(self._show_dropped, state))
        self._page.said.emit(_(N_("Draft thrown away")), back)

    def _restart(self, state: VisitState) -> tuple[Callable[[], object], Callable[[], object]]:
        """With nothing."""
        household_id, former = state.household.record.id, state.form
        photos = self._photos.taken()
        self._photos.clear()
        state.form = VisitForm(planned_for=former.planned_for)
        back = partial(self._visits.put_back_draft, household_id, former, photos)
        return partial(self._visits.drop_draft, household_id), back

    def _restart_correction(
        self, state: VisitState, original: Record
    ) -> tuple[Callable[[], object], Callable[[], object]]:
        """With what the original says."""
        former, reason, photos = state.form, state.reason, self._photos.taken()
        self._photos.clear()
        state.form, state.reason = VisitForm.from_visit(original), ""
        back = partial(self._visits.put_back_correction, original, former, reason, photos)
        return partial(self._visits.drop_correction, original), back

    def _show_dropped(self, state: VisitState, result: object) -> None:
        if state is self._state:
            self._footer.say_nothing()


def _clock(at: str) -> str:
    return f"{parse_stamp(at).astimezone(LOCAL_ZONE):%H:%M:%S}" if at else ""
