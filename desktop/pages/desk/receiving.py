"""Receiving somebody at the window: the form with its draft, and what becomes of it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.page import Page, Undone, ask_on, undone
from desktop.pages.desk.form_pane import FormPane
from desktop.pages.desk.queue import GONE_ON
from desktop.services.desk import Visitor
from desktop.services.desk_cases import Record
from desktop.services.desk_drafts import DeskDraft, KeptDesk, draft_key
from desktop.services.desk_owners import Owner
from desktop.services.visits import SavedVisit
from desktop.viewmodels.desk import DeskForm, due_words
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.moments import day_and_time
from sync.errors import DoorstepError
from sync.i18n import N_, _


class Receiving(QObject):
    """The form of ``page``. ``window`` tells the number of this window.

    Signals:
        began: somebody is being received, and the form is shown.
        received: a case was saved; its row, whether its receipt is wanted on paper, and what
            undoes it.
        ended: an hour was booked or a help written down; nothing is received.
    """

    began = Signal()
    received = Signal(object, bool, object)
    ended = Signal()

    def __init__(self, page: Page, form: FormPane, window: Callable[[], str]) -> None:
        super().__init__(page)
        self._page = page
        self._place = page.place
        self._window = window
        self._saving = False
        self.form = form
        self.worker = ""
        self.keeper = DraftKeeper(self._keep, self)
        form.changed.connect(self._after_change)
        form.met_pressed.connect(self.count_as_met)
        form.help_pressed.connect(self.write_help)

    # --- Beginning --------------------------------------------------------------------------------

    def open(self, person: str, item: str = "") -> None:
        """Receive somebody of the ledger; what was begun for them before goes on."""
        self.keeper.flush()

        def read() -> tuple[Visitor, KeptDesk | None]:
            visitor = self._place.desk.open_case(person)
            home = visitor.card.line.id
            cases = self._place.service_cases.of_visitor(visitor.person_id, home)
            return replace(visitor, cases=tuple(cases)), self._place.desk_drafts.find(person)

        self._page.ask(read, partial(self._begin, item))

    def _begin(self, item: str, read: tuple[Visitor, KeptDesk | None]) -> None:
        visitor, kept = read
        self.worker = visitor.worker
        form = DeskForm.from_draft(kept.draft, visitor) if kept else DeskForm(visitor, item=item)
        self._receive(form, kept)
        self._page.changed.emit()  # That it was opened is an entry that waits to be sent.
        owners = partial(self._place.owners.offered, visitor.worker_id)
        self._page.ask(owners, partial(self._offer, form.visitor))

    def begin_walk_in(self, name: str = "", kept: KeptDesk | None = None) -> None:
        """Somebody who is not in the ledger: the name is written, nothing is looked up."""
        self.keeper.flush()
        self.worker = ""
        if kept is not None:
            form = DeskForm.from_draft(kept.draft, None)
        else:
            form = DeskForm(walk_in=name, walk_in_id=self._place.store.minter.new_id())
        self._receive(form, kept)
        self._page.ask(self._place.owners.offered, partial(self._offer, None))

    def go_on(self, kept: KeptDesk) -> None:
        """Take up a form that was put aside or cut off."""
        if kept.draft.person:
            self.open(kept.draft.person)
        else:
            self.begin_walk_in(kept=kept)

    def _receive(self, form: DeskForm, kept: KeptDesk | None) -> None:
        self.form.begin(form, self._place.day())
        self._tell_due(form)
        if kept is not None:
            self._say_kept(kept.at)
        self.began.emit()

    def _offer(self, visitor: Visitor | None, owners: list[Owner]) -> None:
        if self.form.form.visitor is visitor:
            self.form.offer_owners(owners)

    # --- The draft --------------------------------------------------------------------------------

    def _after_change(self, form: DeskForm) -> None:
        self._tell_due(form)
        self.keeper.touch()

    def _keep(self) -> None:
        draft = self.form.form.draft()
        keep = partial(self._place.desk_drafts.keep, draft)
        ask_on(self._page.context.lanes.store, keep, self._say_kept, self._keep_later, self._page)

    def _keep_later(self, error: DoorstepError) -> None:
        """The disk refused it: say so and try again."""
        self.keeper.failed()
        self._page.failed.emit(error)

    def _say_kept(self, at: str) -> None:
        words = _(N_("Draft kept on this computer {time}"))
        self.form.say_kept(words.format(time=day_and_time(at, self._place.clock)) if at else "")

    def _tell_due(self, form: DeskForm) -> None:
        cases = self._place.service_cases
        item = cases.services.item(form.item)
        day = self._place.day()
        self.form.say_due(due_words(cases.due_of(item), item, day) if form.item else "")

    # --- What becomes of it -----------------------------------------------------------------------

    def save(self, *, prints: bool = False) -> None:
        """Receive the case, or book the hour; what it lacks is said in the form."""
        if self._saving:
            return
        self._saving = True
        self.keeper.forget()
        form = self.form.form
        if form.books:
            task: Callable[[], object] = partial(
                self._place.appointments.book, form.appointment(self._place.day())
            )
            then: Callable[..., None] = self._after_booking
        else:
            task = partial(self._place.service_cases.receive, form.told(), self._window())
            then = partial(self._after_save, prints, form.draft())
        ask_on(self._page.context.lanes.store, task, then, self._refuse, self._page)

    def _refuse(self, error: DoorstepError) -> None:
        self._saving = False
        self.form.say(error.sentence())
        self.keeper.touch()

    def _after_save(self, prints: bool, draft: DeskDraft, row: Record) -> None:
        self._saving = False
        self.received.emit(row, prints, partial(self._unreceive, row, draft))
        self._page.changed.emit()

    def _unreceive(self, row: Record, draft: DeskDraft) -> Undone:
        """It was none; what was typed waits as a draft again."""
        why = _(N_("Undone right after saving"))
        if not self._place.service_cases.unreceive(row, why):
            return Undone(_(GONE_ON), is_whole=False)
        self._put_back(draft)
        return Undone(_(N_("Undone. What was typed waits as a draft.")))

    def _after_booking(self, appointment_id: str) -> None:
        self._saving = False
        self._page.said.emit(_(N_("The hour is booked.")), partial(self._unbook, appointment_id))
        self._page.changed.emit()
        self.ended.emit()

    def _unbook(self, appointment_id: str) -> Undone:
        is_back = self._place.appointments.unbook(appointment_id)
        return undone(int(is_back), int(not is_back))

    def count_as_met(self) -> None:
        """They stand here, which is a meeting."""
        visitor = self.form.form.visitor
        if visitor is not None:
            met = partial(self._place.desk.met_here, visitor.card.line.id)
            self._page.ask(met, self._after_met)

    def _after_met(self, saved: SavedVisit) -> None:
        take_back = partial(
            self._place.visits.take_back, saved.visit_id, _(N_("Undone right after saving"))
        )
        self._page.said.emit(_(N_("Counted as met at the centre.")), take_back)
        self._page.changed.emit()

    def write_help(self) -> None:
        """A small help in one line: what stands in the note, and no form."""
        form = self.form.form
        visitor = form.visitor
        if visitor is None or self._saving:
            return
        if not form.text.strip():
            self.form.say(_(N_("Write in a few words what was done for them.")))
            self.form.note.setFocus()
            return
        self._saving = True
        self.keeper.forget()
        count = partial(
            self._place.service_cases.count,
            "help",
            household_id=visitor.card.line.id,
            text=form.text,
            person_id=visitor.person_id,
        )
        then = partial(self._after_help, form.draft())
        ask_on(self._page.context.lanes.store, count, then, self._refuse, self._page)

    def _after_help(self, draft: DeskDraft, entry_id: str) -> None:
        self._saving = False
        back = partial(self._take_back_help, entry_id, draft)
        self._page.said.emit(_(N_("The small help is written down.")), back)
        self._page.changed.emit()
        self.ended.emit()

    def _take_back_help(self, entry_id: str, draft: DeskDraft) -> None:
        """It was none; what was typed waits as a draft again."""
        self._place.service_cases.take_back_count(entry_id)
        self._put_back(draft)

    def _put_back(self, draft: DeskDraft) -> None:
        key = draft_key(draft.person, draft.walk_in_id)
        self._place.desk_drafts.put_back(KeptDesk(key, draft, ""))
