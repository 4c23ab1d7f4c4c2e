"""A form of a case: opened, filled in by keys, kept as a draft, saved with a sentence at each
field that is wrong."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.page import Act, Page, PageContext, Route, Standing, Undone, ask_on, undone
from desktop.pages.mediation.form_fields import FormFields
from desktop.pages.mediation.form_files import FormFiles
from desktop.pages.mediation.help_picker import HelpOffer
from desktop.services.case_forms import CaseRefused
from desktop.services.chosen_files import ChosenFile
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.theme.metrics import Height
from desktop.viewmodels.case_form import CaseForm, Saved
from desktop.viewmodels.case_form_kinds import form_for
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.moments import time_of_day
from desktop.widgets.base import scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card
from desktop.widgets.field import IconMark
from desktop.widgets.flow import FlowLayout
from desktop.widgets.foot_words import FootWords
from desktop.widgets.open_dialog import ask_scans
from desktop.widgets.scroll_column import ScrollColumn
from sync.errors import DoorstepError
from sync.i18n import N_, _


class Begun(NamedTuple):
    """A form as it opens: what stands in it, when that was kept, which files were chosen."""

    texts: dict[str, str]
    kept_at: str
    files: list[ChosenFile]


class CaseFormPage(Page):
    """``route.record_id`` is the case (or what it begins from), ``route.detail`` the form."""

    KEY: ClassVar[str] = "case_form"
    SECTION: ClassVar[str] = "mediation"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._asked: CaseForm | None = None
        self._form: CaseForm | None = None  # What is shown: until then nothing is kept or saved.
        self._lines = 1
        self._saving = False
        self._saves_then = False  # Saving waits for the files that were chosen.
        self._keeper = DraftKeeper(self._keep, self)
        self.fields = FormFields(self.look)
        self.files = FormFiles(context)
        self.add_line = Button(self.look, "", icon="plus", key="Ctrl+⏎")
        self.add_line.hide()
        self.add_file = Button(self.look, _(N_("Photo or scan")), icon="image", key="P")
        self.save = Button(
            self.look, _(N_("Save")), ButtonKind.PRIMARY, key="Ctrl S", height=Height.PRIMARY
        )
        self.add_words = Button(
            self.look, _(N_("Ready words and the law")), icon="book-open", key="H"
        )
        self.help = HelpOffer(self.look, self)
        self.foot = FootWords(self.look)
        self._scroll = ScrollColumn(self.look, spacing=12)
        self._lay_out()
        self._connect()

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """What the form is about."""
        return self._asked.title if self._asked else ""

    def acts(self) -> Sequence[Act]:
        """Saving, adding, leaving."""
        return (
            Act(("Ctrl+S",), _(N_("save")), self._save),
            Act(("Ctrl+Return", "Ctrl+Enter"), _(N_("one more line")), self._more, self._has_more),
            Act(("P",), _(N_("photo or scan")), self._ask_file, self._takes_files),
            Act(("H",), _(N_("ready words and the law")), self._offer_words, self._has_words),
            Act(("Esc",), _(N_("leave, the draft stays")), self.came_back.emit),
        )

    def is_held(self) -> bool:
        """While ready words are offered the keys are theirs."""
        return self.help.is_open or super().is_held()

    def _has_words(self) -> bool:
        return self.fields.entry_for_help() is not None

    def _has_more(self) -> bool:
        return bool(self._form and self._form.more_words)

    def _takes_files(self) -> bool:
        return bool(self._form and self._form.takes_files)

    def enter(self, route: Route) -> None:
        """Open the form, or go on with its draft."""
        self.help.dismiss()
        self._keeper.forget()
        self._saving = self._saves_then = False
        self._form = None
        self.fields.show_parts((), {})
        self.files.close_form()
        self.foot.say("")
        self._asked = form = form_for(self.place, route.record_id, route.detail)
        read = partial(_begin, form)
        ask_on(self.context.lanes.store, read, partial(self._show, form), self.give_up, self)

    def leave(self) -> None:
        """Keep what was typed; whoever goes before it was saved is told so."""
        self.help.dismiss()
        self._keeper.flush()
        if self._saves_then:
            self._saves_then = False
            self.warned.emit(_(N_("Not saved yet: a file was still being read. It is kept.")))

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        column = scaled(self.look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX), 12)
        self._scroll.body.addWidget(self.fields)
        self._scroll.body.addWidget(self.files)
        holder = QWidget()
        line = FlowLayout(self.look, holder)
        for button in (self.add_line, self.add_file, self.add_words):
            line.addWidget(button)
        self._scroll.body.addWidget(holder)
        self._scroll.body.addStretch(1)
        column.addWidget(self._scroll, 1)
        card = Card(self.look, (16, 10, 16, 10))
        row = scaled(self.look, QHBoxLayout(), spacing=10)
        middle = Qt.AlignmentFlag.AlignVCenter
        row.addWidget(IconMark(self.look, "lock-simple"), 0, middle)
        row.addWidget(self.foot, 1, middle)
        row.addWidget(self.save, 0, middle)
        card.body.addLayout(row)
        column.addWidget(card)

        for button in (self.add_line, self.add_file, self.add_words):
            button.hide()

    def _connect(self) -> None:
        self.fields.edited.connect(self._take_edit)
        self.fields.finished.connect(self._fill_from)
        self.fields.left.connect(self.came_back)
        self.add_line.clicked.connect(self._more)
        self.add_file.clicked.connect(self._ask_file)
        self.add_words.clicked.connect(self._offer_words)
        self.fields.helped.connect(self._offer_words_for)
        self.save.clicked.connect(self._save)
        self.files.settled.connect(self._go_on_saving)
        self.files.grown.connect(partial(self._scroll.show_now, self.add_file))
        self.files.failed.connect(self.failed)

    # --- The form ---------------------------------------------------------------------------------

    def _show(self, form: CaseForm, begun: Begun) -> None:
        if form is not self._asked:
            return
        self._form = form
        texts, kept_at = begun.texts, begun.kept_at
        self._lines = form.lines_in(texts)
        self.fields.show_parts(form.parts(self._lines), texts)
        self.files.open_form(form.draft_key, begun.files)
        self._keeper.forget()
        self.add_line.setVisible(bool(form.more_words))
        self.add_line.set_words(_(form.more_words) if form.more_words else "")
        self.add_file.setVisible(form.takes_files)
        self.add_words.setVisible(self._has_words())
        self.foot.say(self._kept_words(kept_at) if kept_at else form.hint)
        self._scroll.to_top()
        self.fields.begin()
        self.headed.emit()

    def _more(self) -> None:
        form = self._form
        if form is None or not form.more_words:
            return
        texts = self.fields.texts()
        self._lines = max(self._lines, form.lines_in(texts)) + 1
        self.fields.show_parts(form.parts(self._lines), texts)
        entry = self.fields.entries.get(f"{self._lines}.text")
        if entry is not None:
            entry.take_keyboard()

    def _take_edit(self) -> None:
        """A draft again; a refusal stands as long as a field still says what is wrong."""
        if not self.fields.has_flaw():
            self.foot.mend()
        self._keeper.touch()

    def _fill_from(self, key: str) -> None:
        form, texts = self._form, self.fields.texts()
        if form is not None and texts.get(key):
            self.ask(partial(form.filled, key, texts), partial(self._add, form))

    def _add(self, form: CaseForm, known: dict[str, str]) -> None:
        if form is self._form and known:
            self.fields.add(known)
            self._keeper.touch()

    def _offer_words(self) -> None:
        entry = self.fields.entry_for_help()
        if entry is not None:
            self._offer_words_for(entry.spec.key)

    def _offer_words_for(self, key: str) -> None:
        form, entry = self._form, self.fields.entries.get(key)
        if form is None or entry is None or entry.note is None:
            return
        self.help.open(entry.note, entry.spec.helps, form.quarrel(self.fields.texts()))

    # --- Drafts -----------------------------------------------------------------------------------

    def _keep(self) -> None:
        form, texts = self._form, self.fields.texts()
        if form is None:
            return
        lane, cases = self.context.lanes.store, self.place.cases
        if not texts:
            drop: Callable[[], str] = partial(_dropped, form)
            ask_on(lane, drop, lambda at: None, self._keep_later, self)
            return
        keep = partial(cases.keep_draft, form.draft_key, texts)
        ask_on(lane, keep, partial(self._say_kept, form), self._keep_later, self)

    def _say_kept(self, form: CaseForm, at: str) -> None:
        if form is self._form:
            self.foot.say_kept(self._kept_words(at))

    def _keep_later(self, error: DoorstepError) -> None:
        self._keeper.failed()
        self.failed.emit(error)

    def _kept_words(self, at: str) -> str:
        when = time_of_day(at, self.place.clock)
        return _(N_("Draft kept on this computer at {time}")).format(time=when)

    # --- Photos and scans -------------------------------------------------------------------------

    def _ask_file(self) -> None:
        if self._takes_files():
            ask_scans(self, self.take_files)

    def take_files(self, files: Sequence[str]) -> None:
        """Add photos or scans; each is kept with the draft."""
        if self._form is not None:
            self.files.take(files)
            self._scroll.show_now(self.add_file)

    # --- Saving -----------------------------------------------------------------------------------

    def _save(self) -> None:
        form = self._form
        if form is None or self._saving:
            return
        if self.files.is_reading:
            self._saves_then = True
            self.foot.say(_(N_("It is saved as soon as every file is read.")))
            return
        self._saves_then = False
        self._keeper.forget()
        self._saving = True
        write = partial(form.finish, self.fields.texts())
        then, otherwise = partial(self._after, form), partial(self._refuse, form)
        ask_on(self.context.lanes.store, write, then, otherwise, self)

    def _go_on_saving(self, whole: bool) -> None:
        """Every file is read; where one is left out its person looks first."""
        if not self._saves_then:
            return
        self._saves_then = False
        if whole:
            self._save()
        else:
            self.foot.refuse(_(N_("Not saved yet: a file was left out.")))

    def _refuse(self, form: CaseForm, error: DoorstepError) -> None:
        """What was typed stays and is a draft, and each field says what is wrong."""
        if form is not self._form:
            self.failed.emit(error)
            return
        self._saving = False
        self._keeper.touch()
        if isinstance(error, CaseRefused):
            words = {flaw.field: flaw.words for flaw in reversed(error.flaws)}
            rest = self.fields.show_flaws(words)
            self.foot.refuse(rest or error.sentence())
            return
        self.foot.refuse(error.sentence())

    def _after(self, form: CaseForm, saved: Saved) -> None:
        undo = partial(_undo, saved.undo) if saved.undo else None
        self.said.emit(saved.words, undo or (Standing() if saved.stays else None))
        self.changed.emit()
        if form is not self._form:
            return
        self._saving = False
        if form.opens_case:
            self.went.emit(Route("case", saved.case_id))
        else:
            self.came_back.emit()


def _begin(form: CaseForm) -> Begun:
    """Its draft, else what is known."""
    fresh = form.begin()
    cases, chosen = form.place.cases, form.place.chosen
    kept = cases.draft(form.draft_key)
    at = cases.draft_saved_at(form.draft_key) if kept else ""
    files = chosen.of(form.draft_key) if form.takes_files else []
    return Begun(form.resumed(kept, fresh) if kept else fresh, at, files)


def _undo(undo: Callable[[], tuple[int, int]]) -> Undone:
    """On the store lane."""
    return undone(*undo())


def _dropped(form: CaseForm) -> str:
    form.place.cases.drop_draft(form.draft_key)
    return ""
