"""Writing down an oral mediation: who with whom, about what, what came of it, done or not."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.page import Act, Page, PageContext, Route, ask_on
from desktop.pages.mediation_note.parties import PartiesCard
from desktop.services.notes import MediationForm, SumUnreadable
from desktop.services.words import said_mediation
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.households import HouseholdRows
from desktop.viewmodels.mediation_form import (
    AS_WRITTEN,
    Begun,
    Party,
    begin,
    disputes,
    missing_sentence,
    offers,
    party,
    told,
    with_household,
    with_name,
)
from desktop.viewmodels.moments import time_of_day
from desktop.widgets.base import scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, SectionTitle
from desktop.widgets.chip import ChipGroup, Choice
from desktop.widgets.columns import Columns
from desktop.widgets.field import IconMark, LineField
from desktop.widgets.flow import FlowLayout
from desktop.widgets.note_field import NoteField
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.segment import SegmentChoice
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import NotHereState
from desktop.widgets.text import Text
from sync.errors import DoorstepError, NotFound
from sync.i18n import N_, _
from sync.identity import stamp

_FOOT_FROM_PX: Final = 640
_DONE: Final = "done"
_OPEN: Final = "open"
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
        self._found = HouseholdRows((), {})
        self._wanted = ""
        self._told = ""
        self._leads_to = ""
        self._searching = False
        self._saving = False
        self._keeper = DraftKeeper(self._keep, self)
        self.parties = PartiesCard(self.look)
        self.dispute = ChipGroup(
            self.look,
            [Choice(code, words) for code, words in disputes()],
            exclusive=True,
            name=_(N_("Kind of dispute")),
        )
        self.what = NoteField(self.look, _(N_("What it was about")), lines=4)
        self.result = NoteField(self.look, _(N_("What came of it")), lines=4)
        self.done = SegmentChoice(
            self.look,
            [
                Choice(_DONE, _(N_("Carried out on the spot")), icon="check-circle"),
                Choice(_OPEN, _(N_("Still to be carried out")), icon="clock"),
            ],
            name=_(N_("Was it carried out")),
            solid=False,
        )
        self.amount = LineField(
            self.look, _(N_("Amount, if any")), hint=_(N_("like 1200元 or 1.2万"))
        )
        self.venue = LineField(self.look, _(N_("Place")))
        self.written = Button(
            self.look, _(N_("Save, written case")), icon="file-text", key="Ctrl ⏎"
        )
        self.prints = Button(self.look, _(N_("Save, print")), icon="printer", key="Ctrl P")
        self.save = Button(
            self.look, _(N_("Save")), ButtonKind.PRIMARY, key="Ctrl S", height=Height.PRIMARY
        )
        self._hint = Text(self.look, "", TextStep.SECOND, colour="t2", wraps=True)
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
        body = ScrollColumn(self.look, spacing=0)
        body.body.addWidget(Columns(self.look, self._left(), self._right(), stacks_below_px=720))
        body.body.addStretch(1)
        parts.addWidget(body, 1)
        parts.addWidget(self._footer())
        for panel in (QWidget(), form, self._not_here):
            self._stack.addWidget(panel)
        column.addWidget(self._stack)

    def _left(self) -> QWidget:
        holder = QWidget()
        column = scaled(self.look, QVBoxLayout(holder), spacing=CONTENT_GAP_PX)
        kind = Card(self.look)
        kind.body.addWidget(SectionTitle(self.look, _(N_("Kind of dispute"))))
        kind.body.addWidget(self.dispute)
        column.addWidget(self.parties)
        column.addWidget(kind)
        column.addStretch(1)
        return holder

    def _right(self) -> QWidget:
        holder = QWidget()
        column = scaled(self.look, QVBoxLayout(holder), spacing=CONTENT_GAP_PX)
        card = Card(self.look, spacing=10)
        for title, part in (
            (_(N_("What it was about")), self.what),
            (_(N_("What came of it")), self.result),
            (_(N_("Was it carried out")), self.done),
        ):
            card.body.addWidget(Text(self.look, title, TextStep.BODY, weight=Weight.BOLD))
            card.body.addWidget(part)
        card.body.addWidget(Columns(self.look, self.amount, self.venue, stacks_below_px=420))
        column.addWidget(card)
        column.addStretch(1)
        return holder

    def _footer(self) -> QWidget:
        card = Card(self.look, (16, 10, 16, 10))
        row = self._foot = scaled(self.look, QHBoxLayout(), spacing=6)
        middle = Qt.AlignmentFlag.AlignVCenter
        told = scaled(self.look, QHBoxLayout(), spacing=10)
        told.addWidget(IconMark(self.look, "lock-simple"), 0, middle)
        told.addWidget(self._hint, 1, middle)
        row.addLayout(told, 1)
        ways = QWidget()
        flow = FlowLayout(self.look, ways, gap=10, line_gap=5)
        for button in (self.written, self.prints, self.save):
            flow.addWidget(button)
        row.addWidget(ways)
        card.body.addLayout(row)
        return card

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow page the words stand above the buttons."""
        super().resizeEvent(event)
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        narrow = self.width() < self.look.px(_FOOT_FROM_PX)
        self._foot.setDirection(down if narrow else across)

    def _connect(self) -> None:
        finder = self.parties.finder
        finder.searched.connect(self._search)
        finder.chosen.connect(self._choose)
        self.parties.other_pressed.connect(self._look_for_another)
        self.dispute.changed.connect(self._take_form)
        self.what.changed.connect(self._take_form)
        self.result.changed.connect(self._take_form)
        self.done.changed.connect(self._take_form)
        for field in (self.what, self.result):
            field.edit.left.connect(self.came_back)
        for line in (self.amount, self.venue):
            line.edit.textEdited.connect(self._take_form)
        self.save.clicked.connect(self._save)
        self.written.clicked.connect(self._save_for_case)
        self.prints.clicked.connect(self._save_for_print)
        self.written.setVisible(self.place.cases.may_open)
        self._not_here.pressed.connect(self.came_back)

    # --- The form ---------------------------------------------------------------------------------

    def _show(self, begun: Begun) -> None:
        self._first, self._second = begun.first, begun.second
        self._form = begun.form
        self.parties.finder.clear()
        self.parties.show_parties(begun.first, begun.second)
        self.dispute.choose([begun.form.dispute])
        self.what.set_text(begun.form.what)
        self.result.set_text(begun.form.result)
        self.amount.set_text(begun.form.amount)
        self.venue.set_text(begun.form.place)
        self.done.choose({None: "", True: _DONE, False: _OPEN}[begun.form.done])
        # Filling the fields in was no typing.
        self._form = begun.form
        self._keeper.forget()
        if self._told and not begun.form.what:
            # What was written of the visit so far: the quarrel was told there.
            self.what.set_text(self._told)
        self._say(self._kept_words(begun.kept_at) if begun.kept_at else _(_ONCE))
        self._stack.setCurrentIndex(1)
        self.headed.emit()
        target = self.parties.finder if begun.second is None else self.what
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

    def _say(self, words: str, *, wrong: bool = False) -> None:
        self._hint.set_text(words)
        self._hint.set_colour("bad_t" if wrong else "t2")

    def _take_form(self) -> None:
        chosen = self.done.chosen()
        self._change(
            replace(
                self._form,
                dispute=next(iter(self.dispute.chosen()), ""),
                what=self.what.text(),
                result=self.result.text(),
                done=chosen == _DONE if chosen else None,
                amount=self.amount.text(),
                place=self.venue.text(),
            )
        )

    def _change(self, form: MediationForm) -> None:
        if form != self._form:
            self._form = form
            self._keeper.touch()

    def _keep(self) -> None:
        notes, form, household_id = self.place.notes, self._form, self._id
        if form == MediationForm():
            drop = partial(notes.drop_mediation_draft, household_id)
            ask_on(self.context.lanes.store, drop, lambda done: None, self._keep_later, self)
            return
        words = self._kept_words(stamp(self.place.clock.now()))
        keep: Callable[[], None] = partial(notes.keep_mediation_draft, household_id, form)
        then = partial(self._say, words)
        ask_on(self.context.lanes.store, keep, lambda done: then(), self._keep_later, self)

    def _keep_later(self, error: DoorstepError) -> None:
        """The disk refused the draft: say so, and try again."""
        self._keeper.failed()
        self.failed.emit(error)

    def _kept_words(self, at: str) -> str:
        when = time_of_day(at, self.place.clock)
        return _(N_("Kept on this computer at {time}")).format(time=when)

    # --- The second party -------------------------------------------------------------------------

    def _search(self, typed: str) -> None:
        """One search at a time; what was typed meanwhile is looked for next."""
        self._wanted = " ".join(typed.split())
        if not self._wanted:
            self._offer(HouseholdRows((), {}))
        elif not self._searching:
            self._searching = True
            find = partial(offers, self.place, self._wanted, self._id)
            ask_on(self.context.lanes.store, find, self._take_found, self._drop_search, self)

    def _take_found(self, found: HouseholdRows) -> None:
        self._searching = False
        if found.wanted == self._wanted:
            self._offer(found)
        else:
            self._search(self._wanted)

    def _drop_search(self, error: DoorstepError) -> None:
        self._searching = False
        self.failed.emit(error)

    def _offer(self, found: HouseholdRows) -> None:
        self._found = found
        self.parties.finder.offer(found)

    def _choose(self, key: str) -> None:
        if key == AS_WRITTEN:
            self._change(with_name(self._form, self._found.wanted))
            self._show_second(told(self._found.wanted))
            return
        home = self._found.homes[key]
        self._change(with_household(self._form, home))
        self.ask(partial(party, self.place, home), self._show_second)

    def _show_second(self, second: Party) -> None:
        if self._first is None:
            return
        self._second = second
        self.parties.finder.clear()
        self.parties.show_parties(self._first, second)
        self.what.setFocus(Qt.FocusReason.OtherFocusReason)

    def _look_for_another(self) -> None:
        if self._first is None:
            return
        self._second = None
        self._change(with_name(self._form, ""))
        self.parties.show_parties(self._first, None)
        self.parties.finder.setFocus(Qt.FocusReason.OtherFocusReason)

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
            self._say(missing, wrong=True)
            self._go_to_missing()
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
        if isinstance(error, SumUnreadable):
            self.amount.set_error(error.sentence())
            self.amount.edit.setFocus()
            return
        self.failed.emit(error)

    def _after_save(
        self, household_id: str, form: MediationForm, names: tuple[str, str], note_id: str
    ) -> None:
        self._saving = False
        undo = partial(self.place.notes.undo_mediation, note_id, household_id, form)
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

    def _go_to_missing(self) -> None:
        form = self._form
        empty = (
            (self._second is None, self.parties.finder),
            (not form.what.strip(), self.what),
            (not form.result.strip(), self.result),
            (form.done is None, self.done.buttons()[0]),
        )
        target = next(part for missing, part in empty if missing)
        target.setFocus(Qt.FocusReason.TabFocusReason)
