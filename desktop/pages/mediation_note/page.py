"""Writing down an oral mediation: who with whom, about what, what came of it, done or not."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.page import Act, Page, PageContext, Route, Undone, ask_on
from desktop.pages.mediation_note.fields import NoteFields
from desktop.pages.mediation_note.foot import NoteFoot
from desktop.services.notes import MediationForm, SamePartyTwice, SumUnreadable
from desktop.services.words import said_mediation
from desktop.services.workplace import Workplace
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.ledger_people import LedgerRows
from desktop.viewmodels.mediation_form import (
    AS_WRITTEN,
    Begun,
    Party,
    begin,
    missing_sentence,
    offers,
    party,
    told,
    with_name,
    with_resident,
    with_search,
)
from desktop.viewmodels.moments import time_of_day
from desktop.widgets.base import scaled
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import NotHereState
from sync.errors import DoorstepError, NotFound
from sync.i18n import N_, _
from sync.identity import stamp

_CASE: Final = "case"
_PRINT: Final = "print"
_ONCE: Final = N_("Written once. A mistake is mended by another note.")


class MediationNotePage(Page):
    """The note of one oral mediation. It can be written once; until then it is a draft on disk."""

    KEY: ClassVar[str] = "mediation_note"
    SECTION: ClassVar[str] = "households"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._id = ""
        self._form = MediationForm()
        self._first: Party | None = None
        self._second: Party | None = None
        self._found = LedgerRows((), {})
        self._wanted = ""
        self._told = ""
        self._leads_to = ""
        self._searching = False
        self._saving = False
        self._keeper = DraftKeeper(self._keep, self)
        self.fields = NoteFields(self.look)
        self.foot = NoteFoot(self.look)
        self._not_here = NotHereState(self.look, "")
        self._stack = Stack()
        self._lay_out()
        self._connect()

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """The name of the page."""
        return _(N_("Mediation note"))

    def hint(self) -> str:
        """Where it is written from."""
        return f"{self._first.where} {self._first.name}" if self._first else ""

    def acts(self) -> Sequence[Act]:
        """Saving and leaving."""
        return (
            Act(("Ctrl+S",), _(N_("save")), self._save),
            Act(
                ("Ctrl+Return", "Ctrl+Enter"),
                _(N_("save, begin a written case")),
                self._save_for_case,
                lambda: self.place.cases.may_open,
            ),
            Act(("Ctrl+P",), _(N_("save, print the registration")), self._save_for_print),
            Act(("Esc",), _(N_("leave, the draft stays")), self.came_back.emit),
        )

    def enter(self, route: Route) -> None:
        """Begin a note at the household ``route.record_id``, or go on with its draft."""
        self._keeper.forget()
        self._id = route.record_id
        self._told = route.detail
        self._leads_to = ""
        self._first = self._second = None
        read = partial(begin, self.place, self._id)
        ask_on(self.context.lanes.store, read, self._show, self._say_not_here, self)

    def leave(self) -> None:
        """Keep what was typed."""
        self._keeper.flush()

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        column = scaled(self.look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX), 0)
        form = QWidget()
        parts = scaled(self.look, QVBoxLayout(form), spacing=CONTENT_GAP_PX)
        parts.addWidget(self.fields, 1)
        parts.addWidget(self.foot)
        for panel in (QWidget(), form, self._not_here):
            self._stack.addWidget(panel)
        column.addWidget(self._stack)

    def _connect(self) -> None:
        parties = self.fields.parties
        parties.finder.searched.connect(self._search)
        parties.finder.chosen.connect(self._choose)
        parties.other_pressed.connect(self._look_for_another)
        self.fields.changed.connect(self._take_form)
        self.fields.left.connect(self.came_back)
        self.foot.save.clicked.connect(self._save)
        self.foot.written.clicked.connect(self._save_for_case)
        self.foot.prints.clicked.connect(self._save_for_print)
        self.foot.written.setVisible(self.place.cases.may_open)
        self._not_here.pressed.connect(self.came_back)

    # --- The form ---------------------------------------------------------------------------------

    def _show(self, begun: Begun) -> None:
        self._first, self._second = begun.first, begun.second
        self._form = begun.form
        self.fields.parties.finder.begin(begun.form.searched)
        self.fields.parties.show_parties(begun.first, begun.second)
        self.fields.show_form(begun.form)
        # Filling the fields in was no typing.
        self._form = begun.form
        self._keeper.forget()
        if self._told and not begun.form.what:
            # What was written of the visit so far: the quarrel was told there.
            self.fields.what.set_text(self._told)
        self.foot.hint.say(self._kept_words(begun.kept_at) if begun.kept_at else _(_ONCE))
        self._stack.setCurrentIndex(1)
        self.headed.emit()
        target = self.fields.parties.finder if begun.second is None else self.fields.what
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_not_here(self, error: DoorstepError) -> None:
        if not isinstance(error, NotFound):
            self.failed.emit(error)
            return
        self._not_here.say(
            _(N_("This household is not on this computer")),
            _(N_("It belongs to another grid, or it has moved away.")),
            _(N_("Go back")),
        )
        self._stack.setCurrentWidget(self._not_here)

    def _take_form(self) -> None:
        self._change(self.fields.read(self._form))

    def _change(self, form: MediationForm) -> None:
        """Nothing is of the household that comes until its own form stands there."""
        if self._first is not None and form != self._form:
            self._form = form
            self.foot.hint.mend(missing_sentence(form))
            self._keeper.touch()

    def _keep(self) -> None:
        notes, form, household_id = self.place.notes, self._form, self._id
        if form == MediationForm():
            drop = partial(notes.drop_mediation_draft, household_id)
            ask_on(self.context.lanes.store, drop, lambda done: None, self._keep_later, self)
            return
        words = self._kept_words(stamp(self.place.clock.now()))
        keep: Callable[[], None] = partial(notes.keep_mediation_draft, household_id, form)
        then = partial(self.foot.hint.say_kept, words)
        ask_on(self.context.lanes.store, keep, lambda done: then(), self._keep_later, self)

    def _keep_later(self, error: DoorstepError) -> None:
        """The disk refused the draft: say so, and try again."""
        self._keeper.failed()
        self.failed.emit(error)

    def _kept_words(self, at: str) -> str:
        when = time_of_day(at, self.place.clock)
        return _(N_("Draft kept on this computer at {time}")).format(time=when)

    # --- The second party -------------------------------------------------------------------------

    def _search(self, typed: str) -> None:
        """One search at a time; what was typed meanwhile is looked for next."""
        self._wanted = " ".join(typed.split())
        if self._second is None:
            self._change(with_search(self._form, typed))
        if not self._searching:
            self._look_up()

    def _look_up(self) -> None:
        if not self._wanted:
            self._offer(LedgerRows((), {}))
            return
        self._searching = True
        find = partial(offers, self.place, self._wanted, self._id)
        ask_on(self.context.lanes.store, find, self._take_found, self._drop_search, self)

    def _take_found(self, found: LedgerRows) -> None:
        self._searching = False
        if found.wanted == self._wanted:
            self._offer(found)
        else:
            self._look_up()

    def _drop_search(self, error: DoorstepError) -> None:
        self._searching = False
        self.failed.emit(error)

    def _offer(self, found: LedgerRows) -> None:
        self._found = found
        self.fields.parties.finder.offer(found)

    def _choose(self, key: str) -> None:
        if key == AS_WRITTEN:
            self._change(with_name(self._form, self._found.wanted))
            self._show_second(told(self._found.wanted))
            return
        who = self._found.people[key]
        self._change(with_resident(self._form, *who))
        self.ask(partial(party, self.place, *who), self._show_second)

    def _show_second(self, second: Party) -> None:
        if self._first is None:
            return
        self._second = second
        self.fields.parties.finder.begin()
        self.fields.parties.show_parties(self._first, second)
        self.fields.what.setFocus(Qt.FocusReason.OtherFocusReason)

    def _look_for_another(self) -> None:
        if self._first is None:
            return
        self._second = None
        words = self._form.other_party
        self._change(with_search(self._form, words))
        self.fields.parties.show_parties(self._first, None)
        self.fields.parties.finder.begin(words, chosen=True)
        self.fields.parties.finder.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- Saving -----------------------------------------------------------------------------------

    def _save_for_case(self) -> None:
        """Some quarrels need a file: it begins with what was written here."""
        self._leads_to = _CASE
        self._save()

    def _save_for_print(self) -> None:
        """The registration of the oral agreement, from what was written here."""
        self._leads_to = _PRINT
        self._save()

    def _save(self) -> None:
        if self._first is None or self._saving:
            return
        missing = missing_sentence(self._form)
        if missing:
            self._leads_to = ""
            self.foot.hint.refuse(missing)
            self.fields.go_to_missing(self._form, alone=self._second is None)
            return
        self._keeper.forget()
        self._saving = True
        write = partial(self._write, self._id, self._form)
        names = (self._first.name, self._second.name if self._second else "")
        then = partial(self._after_save, self._id, self._form, names)
        ask_on(self.context.lanes.store, write, then, self._keep_unsaved, self)

    def _write(self, household_id: str, form: MediationForm) -> str:
        """On the store lane: the note and the end of its draft are one transaction."""
        return self.place.notes.mediate(self.place.households.record(household_id), form)

    def _keep_unsaved(self, error: DoorstepError) -> None:
        """It was not saved: what was typed stays, and is a draft again."""
        self._saving, self._leads_to = False, ""
        self._keeper.touch()
        if isinstance(error, SamePartyTwice):
            self.foot.hint.refuse(error.sentence())
            self.fields.parties.set_error(error.sentence())
            return
        if isinstance(error, SumUnreadable):
            self.foot.hint.refuse(error.sentence())
            self.fields.amount.set_error(error.sentence())
            self.fields.amount.edit.setFocus()
            return
        self.failed.emit(error)

    def _after_save(
        self, household_id: str, form: MediationForm, names: tuple[str, str], note_id: str
    ) -> None:
        self._saving = False
        undo = partial(_take_back, self.place, note_id, household_id, form)
        self.said.emit(said_mediation(*names), undo)
        self.changed.emit()
        if household_id != self._id:
            return  # Another one is being written by now.
        if form != self._form:
            self._keep()  # Typed while it was saved: it stays before their eyes, and is a draft.
        elif self._leads_to == _CASE:
            self.went.emit(Route("case_form", note_id, "opening:visit"))
        elif self._leads_to == _PRINT:
            self.went.emit(Route("dossier", note_id, "oral"))
        else:
            self.came_back.emit()


def _take_back(place: Workplace, note_id: str, household_id: str, form: MediationForm) -> Undone:
    """On the store lane. Nothing written is erased: it is marked as taken back."""
    place.notes.undo_mediation(note_id, household_id, form)
    return Undone(_(N_("Taken back: it stays in the record, marked so.")))
