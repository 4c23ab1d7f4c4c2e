"""Changing what is known of a home on its page: kept while typing, saved whole, undone whole."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.page import Page, ask_on
from desktop.pages.household.body import HouseholdBody
from desktop.services.edits import Changed, KeptEdit
from desktop.services.opening import Opened
from desktop.services.words import said_edit
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.home_form import HomeForm, home_form
from sync.errors import DoorstepError
from sync.i18n import N_, _


class HomeEditing(QObject):
    """Joins the editor at the left with the edits of the store.

    Signals:
        ended: the editor closed; the household is to be read anew.
    """

    ended = Signal()

    def __init__(self, page: Page, body: HouseholdBody) -> None:
        super().__init__(page)
        self._page = page
        self._body = body
        self._household_id = ""
        self._is_open = False
        self._form = HomeForm(())
        self._saving = False
        self._keeper = DraftKeeper(self._keep, self)
        body.editor.changed.connect(self._touch)
        body.editor.look_asked.connect(self._look)
        body.footer.save_pressed.connect(self.save)
        body.footer.close_pressed.connect(self.drop)

    def open(self, opened: Opened, *, has_draft: bool) -> None:
        """Show the fields, with what was typed before."""
        if self._body.is_editing:
            return
        self._household_id = opened.card.line.id
        form = home_form(opened.card, opened.saw)
        if has_draft:
            read = partial(self._page.place.edits.kept, self._household_id)
            self._page.ask(read, partial(self._show, form))
        else:
            self._show(form, KeptEdit())

    @property
    def is_open(self) -> bool:
        """Whether the editor shows these fields, and not those of a move."""
        return self._is_open and self._body.is_editing

    def _touch(self) -> None:
        if self.is_open:
            self._keeper.touch()

    def flush(self) -> None:
        """The page goes away: keep what was typed."""
        self._keeper.flush()

    def close(self) -> None:
        """Leave it for later; what was typed waits on top of the history."""
        if not self.is_open:
            return
        self._keeper.flush()
        self._body.stop_editing()
        self.ended.emit()

    def drop(self) -> None:
        """Leave everything as it was, because somebody said so; undoing brings the draft back."""
        if not self.is_open:
            return
        kept, edits = self._form.kept, self._page.place.edits
        self._keeper.forget()
        self._body.stop_editing()
        if kept.texts:
            keep = partial(edits.put_back_draft, self._household_id, kept)
            self._page.said.emit(_(N_("Nothing was changed")), keep)
        self._page.ask(partial(edits.drop_draft, self._household_id), self._after_drop)

    def ended_elsewhere(self) -> None:
        """The page shows another household, or another form."""
        self._is_open = False

    def _after_drop(self, done: None) -> None:
        self.ended.emit()

    def save(self) -> None:
        """Save all fields that changed, or say which of them cannot be saved like this."""
        if self._saving or not self.is_open:
            return
        if self._form.bad:
            self._body.editor.show_errors()
            return
        wanted = self._form.wanted()
        if not wanted:
            self.drop()
            return
        self._keeper.forget()
        self._saving = True
        change = partial(
            self._page.place.edits.change_home, self._household_id, wanted, self._form.saw()
        )
        then = partial(self._after_save, self._form, self._form.typed)
        ask_on(self._page.context.lanes.store, change, then, self._keep_unsaved, self)

    def _show(self, form: HomeForm, kept: KeptEdit) -> None:
        form.restore(kept)
        self._form = form
        self._is_open = True
        self._body.edit(form)
        self._keeper.forget()  # Showing the draft is no change.

    def _keep_unsaved(self, error: DoorstepError) -> None:
        """It was not saved: what was typed stays, and is a draft again."""
        self._saving = False
        self._keeper.touch()
        self._page.failed.emit(error)

    def _after_save(self, form: HomeForm, texts: Mapping[str, str], changes: list[Changed]) -> None:
        self._saving = False
        self._page.said.emit(said_edit(changes), partial(self._page.place.edits.undo, changes))
        self._page.changed.emit()
        if form is not self._form:
            return  # Another home is being changed by now.
        form.note_saved(texts)
        if form.typed:
            # Typed while it was saved: it stays before their eyes, and is a draft.
            self._body.editor.show_changes()
            self._keep()
            self._page.refresh()
        else:
            self._body.stop_editing()
            self.ended.emit()

    def _keep(self) -> None:
        kept, edits = self._form.kept, self._page.place.edits
        task: Callable[[], None] = partial(edits.drop_draft, self._household_id)
        if kept.texts:
            task = partial(edits.keep_draft, self._household_id, kept.texts, kept.saw)
        lane = self._page.context.lanes.store
        ask_on(lane, task, lambda done: None, self._keep_later, self)

    def _keep_later(self, error: DoorstepError) -> None:
        """The disk refused the draft: say so, and try again."""
        self._keeper.failed()
        self._page.failed.emit(error)

    def _look(self, key: str) -> None:
        """A number is wanted in full, to be mended."""
        target = next(one.target for one in self._form.fields if one.key == key)
        show = partial(self._body.editor.show_number, key)
        self._page.ask(partial(self._page.place.reveals.show, *target), show)
