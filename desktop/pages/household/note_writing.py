"""Writing a note on the page of a household: opened, kept while typing, saved or left for later."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal

from desktop.page import Page, ask_on
from desktop.pages.household.history_card import HistoryCard
from desktop.services.opening import KeptForm, Opened
from desktop.services.words import said_note
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.moments import time_of_day
from sync.errors import DoorstepError
from sync.i18n import N_, _
from sync.identity import stamp


class NoteWriting(QObject):
    """Joins the writer in the history with the notes of the store.

    Signals:
        ended: the writer closed; the household is to be read anew.
    """

    ended = Signal()

    def __init__(self, page: Page, history: HistoryCard) -> None:
        super().__init__(page)
        self._page = page
        self._history = history
        self._opened: Opened | None = None
        self._saving = False
        self._keeper = DraftKeeper(self._keep, self)
        history.writer.changed.connect(self._keeper.touch)
        history.writer.save_pressed.connect(self.save)
        history.writer.close_pressed.connect(self.close)

    def open(self, opened: Opened, kept: KeptForm | None) -> None:
        """Open the writer, with what was typed before; or go back to it."""
        if self._history.is_writing:
            self._history.writer.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        self._opened = opened
        words = self._kept_words(kept.at) if kept else ""
        self._history.open_writer(kept.text if kept else "", words)
        self._keeper.forget()  # Showing the draft is no change.

    def flush(self) -> None:
        """The page goes away: keep what was typed."""
        self._keeper.flush()

    def close(self) -> None:
        """Leave it for later."""
        self._keeper.flush()
        self._history.close_writer()
        self.ended.emit()

    def save(self) -> None:
        """Save what is written; an empty note is refused in words, and the writer stays."""
        if self._opened is None or self._saving:
            return
        self._keeper.forget()
        self._saving = True
        opened, text = self._opened, self._history.writer.field.text()
        write = partial(self._page.place.notes.write, opened.card.record, text)
        then = partial(self._after_save, opened, text)
        ask_on(self._page.context.lanes.store, write, then, self._keep_unsaved, self)

    def _keep_unsaved(self, error: DoorstepError) -> None:
        """It was not saved: what was typed stays, and is a draft again."""
        self._saving = False
        self._keeper.touch()
        self._page.failed.emit(error)

    def _after_save(self, opened: Opened, text: str, note_id: str) -> None:
        self._saving = False
        record = opened.card.record
        undo = partial(self._page.place.notes.undo, note_id, record.id, text)
        self._page.said.emit(said_note(opened.card.line), undo)
        self._page.changed.emit()
        if opened is not self._opened:
            return  # Another home's note is being written by now.
        if self._goes_on_after(text):
            self._keep()
            self._page.refresh()
        else:
            self._history.close_writer()
            self.ended.emit()

    def _goes_on_after(self, text: str) -> bool:
        """Whether somebody typed while ``text`` was saved: that is the beginning of another note,
        and stays before their eyes."""
        field = self._history.writer.field
        rest = field.text().removeprefix(text).lstrip()
        if not rest:
            return False
        if not field.edit.is_composing:
            field.set_text(rest)
        return True

    def _keep(self) -> None:
        if self._opened is None:
            return
        household_id, notes = self._opened.card.line.id, self._page.place.notes
        text = self._history.writer.field.text()
        keeps = bool(text.strip())
        task: Callable[[], None] = partial(notes.drop_note_draft, household_id)
        if keeps:
            task = partial(notes.keep_note_draft, household_id, text)
        words = self._kept_words(stamp(self._page.place.clock.now())) if keeps else ""
        say = self._history.writer.say_kept
        lane = self._page.context.lanes.store
        ask_on(lane, task, lambda done: say(words), self._keep_later, self)

    def _keep_later(self, error: DoorstepError) -> None:
        """The disk refused the draft: say so, and try again."""
        self._keeper.failed()
        self._page.failed.emit(error)

    def _kept_words(self, at: str) -> str:
        when = time_of_day(at, self._page.place.clock)
        return _(N_("Draft kept on this computer at {time}")).format(time=when)
