"""Moves in and out on the page of a household: kept while typing, saved whole, undone whole."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.page import Page, ask_on
from desktop.pages.household.body import HouseholdBody
from desktop.services.opening import Opened
from desktop.services.residents import Done, Move
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.resident_form import (
    MoveForm,
    NewResidentForm,
    ResidentForm,
    form_of_draft,
    said_move,
    said_new,
)
from sync.errors import DoorstepError
from sync.i18n import N_, _


class ResidentEditing(QObject):
    """Joins the editor at the left with who lives in the home.

    Signals:
        ended: the editor closed; the household is to be read anew.
    """

    ended = Signal()

    def __init__(self, page: Page, body: HouseholdBody) -> None:
        super().__init__(page)
        self._page = page
        self._body = body
        self._household_id = ""
        self._form: NewResidentForm | MoveForm | None = None
        self._saving = False
        self._keeper = DraftKeeper(self._keep, self)
        body.editor.changed.connect(self._touch)
        body.footer.save_pressed.connect(self.save)
        body.footer.close_pressed.connect(self.drop)

    @property
    def is_open(self) -> bool:
        """Whether the editor shows a move, and not the fields of the home."""
        return self._form is not None and self._body.is_editing

    def open_new(self, opened: Opened, *, has_draft: bool) -> None:
        """Somebody moved in; or what was begun before, if it waits."""
        if self._body.is_editing:
            return
        if has_draft:
            self._resume(opened)
            return
        self._show(opened, NewResidentForm(opened.card, self._page.place.day()))

    def open_move(self, opened: Opened, person_id: str, move: Move) -> None:
        """One person, or all of them, moved, went away, came back or died."""
        if not self._body.is_editing:
            form = MoveForm(opened.card, person_id, move, self._page.place.day())
            self._show(opened, form)
            self._keeper.touch()  # Which move it is was said by a press: that is kept, too.

    def flush(self) -> None:
        """The page goes away: keep what was typed."""
        self._keeper.flush()

    def close(self) -> None:
        """Leave it for later; what was typed waits on top of the history."""
        if self.is_open:
            self._keeper.flush()
            self._end()

    def drop(self) -> None:
        """Leave everything as it was, because somebody said so; undoing brings the draft back."""
        if not self.is_open or self._form is None:
            return
        kept, residents, home = self._form.kept, self._page.place.residents, self._household_id
        self._keeper.forget()
        if kept:
            keep = partial(residents.keep_draft, home, kept)
            self._page.said.emit(_(N_("Nothing was changed")), keep)
        self._page.ask(partial(residents.drop_draft, home), self._after_drop)

    def save(self) -> None:
        """Save the move, or say what is missing."""
        form = self._form
        if not self.is_open or form is None or self._saving:
            return
        if form.bad:
            self._body.editor.show_errors()
            return
        self._keeper.forget()
        self._saving = True
        residents, home = self._page.place.residents, self._household_id
        if isinstance(form, NewResidentForm):
            resident = form.resident()
            words, task = said_new(resident.name), partial(residents.add, home, resident)
        else:
            people = [person.id for person in form.people]
            words = said_move(form)
            task = partial(residents.move, home, people, form.move, form.day)
        then, otherwise = partial(self._after_save, words, form), partial(self._keep_unsaved, form)
        ask_on(self._page.context.lanes.store, task, then, otherwise, self)

    def ended_elsewhere(self) -> None:
        """The page shows another household, or another form."""
        self._form = None

    def _resume(self, opened: Opened) -> None:
        home, today = opened.card.line.id, self._page.place.day()

        def show(kept: dict[str, object]) -> None:
            self._show(opened, form_of_draft(opened.card, kept, today))

        self._page.ask(partial(self._page.place.residents.draft, home), show)

    def _show(self, opened: Opened, form: NewResidentForm | MoveForm) -> None:
        self._household_id = opened.card.line.id
        self._form = form
        self._body.edit(form)
        self._keeper.forget()  # Showing the draft is no change.

    def _touch(self) -> None:
        if self.is_open:
            self._keeper.touch()

    def _end(self) -> None:
        self._form = None
        self._body.stop_editing()
        self.ended.emit()

    def _after_drop(self, done: None) -> None:
        self._end()

    def _after_save(self, words: str, form: ResidentForm, done: Done) -> None:
        self._saving = False
        self._page.said.emit(words, partial(self._page.place.residents.undo, done))
        self._page.changed.emit()
        if form is self._form:
            self._end()  # Else another home is on the screen by now.

    def _keep_unsaved(self, form: ResidentForm, error: DoorstepError) -> None:
        """It was not saved: what was typed stays, and is a draft again."""
        self._saving = False
        if form is self._form:
            self._keeper.touch()
        self._page.failed.emit(error)

    def _keep(self) -> None:
        if self._form is None:
            return
        residents, kept = self._page.place.residents, self._form.kept
        task = partial(residents.keep_draft, self._household_id, kept)
        if not kept:
            task = partial(residents.drop_draft, self._household_id)
        lane = self._page.context.lanes.store
        ask_on(lane, task, lambda done: None, self._keep_later, self)

    def _keep_later(self, error: DoorstepError) -> None:
        """The disk refused the draft: say so, and try again."""
        self._keeper.failed()
        self._page.failed.emit(error)
