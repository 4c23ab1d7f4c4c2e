"""The next entry of a case, written where the entries are read, with its draft."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal

from desktop.page import PageContext, ask_on
from desktop.pages.mediation.case_parts import WriteCard
from desktop.services.case_file import CaseFile, Said
from desktop.services.case_forms import CaseRefused, TalkForm
from desktop.services.case_rules import talk_draft_key
from desktop.services.workplace import Workplace
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.case_form import coded
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.moments import time_of_day
from desktop.widgets.chip import ChipGroup, Choice
from desktop.widgets.note_field import NoteField
from sync.errors import DoorstepError
from sync.i18n import N_, _
from sync.schema import codes

_ONLY_ADDED: Final = N_("Only ever added to: a mistake is mended by a correction.")
_HERE: Final = frozenset({"text", "kind"})
"""What is written here; a draft of the whole form may hold more."""


class NextEntry(QObject):
    """A note with its kind. What is typed is a draft until it is written down, for good.

    Signals:
        written: the entry stands in the case.
        whole_wanted: its draft holds more than fits here, so the whole form saves it.
        failed: a DoorstepError that belongs to no field.
    """

    written = Signal()
    whole_wanted = Signal()
    failed = Signal(object)

    def __init__(self, context: PageContext, parent: QObject) -> None:
        super().__init__(parent)
        look: ThemeProvider = context.look
        self._context = context
        self._file: CaseFile | None = None
        self._id = ""
        self._saving = False
        self._loaded = False
        self._kept: dict[str, str] = {}
        self._has_files = False
        self.keeper = DraftKeeper(self._keep, self)
        self.kind = ChipGroup(
            look,
            [Choice(key, words) for key, words in coded(codes.TALK_KIND)],
            exclusive=True,
            name=_(N_("Kind of talk")),
        )
        self.note = NoteField(
            look,
            _(N_("Next entry")),
            placeholder=_(N_("What was said, what came of it")),
            lines=2,
        )
        self.card = WriteCard(look, self.kind, self.note)
        self.kind.changed.connect(self._take_edit)
        self.note.changed.connect(self._take_edit)
        self.card.save_pressed.connect(self.save)

    def begin(self, case_id: str) -> None:
        """Another case is opened; what was typed for it before is fetched by :meth:`load`.

        Until that is here nothing is kept and nothing is written down.
        """
        self._id, self._file, self._saving = case_id, None, False
        self._loaded, self._kept, self._has_files = False, {}, False
        self.note.set_text("")
        self.kind.choose([])
        self.card.foot.say("")
        self.keeper.forget()

    def show_case(self, file: CaseFile) -> None:
        """The case that is written into, as it is now."""
        self._file = file

    def load(self) -> None:
        """Fetch what was typed before."""
        read = partial(_draft, self._context.place, talk_draft_key(self._id))
        self._ask(read, partial(self._show_draft, self._id))

    def chosen_kind(self) -> str:
        """The kind of talk that is chosen; empty for none."""
        return next(iter(self.kind.chosen()), "")

    # --- The draft --------------------------------------------------------------------------------

    def _show_draft(self, case_id: str, found: tuple[dict[str, str], bool]) -> None:
        if case_id != self._id:
            return
        kept, self._has_files = found
        early, kind = self.note.text(), self.chosen_kind()
        parts = [str(kept.get("text", "")), early]
        self.note.set_text("\n".join(part for part in parts if part))
        self.kind.choose([kind or str(kept.get("kind", ""))])
        self._kept, self._loaded = kept, True
        self.card.foot.say(_(_ONLY_ADDED))
        self.keeper.forget()
        if early or kind:  # Typed before what was kept came: kept beside it.
            self.keeper.touch()

    def _take_edit(self, *_what: object) -> None:
        self.card.foot.mend()
        self.keeper.touch()

    def _texts(self) -> dict[str, str]:
        typed = {"text": self.note.text(), "kind": self.chosen_kind()}
        return {key: value for key, value in (self._kept | typed).items() if value}

    def _keep(self) -> None:
        if not self._loaded:
            return
        key, texts, cases = talk_draft_key(self._id), self._texts(), self._context.place.cases
        lane = self._context.lanes.store
        if not texts:
            drop = partial(cases.drop_draft, key)
            ask_on(lane, drop, lambda done: None, self._keep_later, self)
            return
        then = partial(self._say_kept, self._id)
        ask_on(lane, partial(cases.keep_draft, key, texts), then, self._keep_later, self)

    def _say_kept(self, case_id: str, at: str) -> None:
        if case_id != self._id:
            return
        when = time_of_day(at, self._context.place.clock)
        self.card.foot.say_kept(_(N_("Draft kept on this computer at {time}")).format(time=when))

    def _keep_later(self, error: DoorstepError) -> None:
        self.keeper.failed()
        self.failed.emit(error)

    # --- Writing it down --------------------------------------------------------------------------

    def save(self) -> None:
        """Write the entry down. With more than a note in its draft the whole form saves it."""
        if self._file is None or self._saving or not self._loaded:
            return
        if set(self._kept) - _HERE or self._has_files:
            self.whole_wanted.emit()
            return
        self.keeper.forget()
        self._saving = True
        typed = self._texts()
        form = TalkForm(kind=typed.get("kind", ""), text=typed.get("text", ""))
        form = with_said(form, [party.name for party in self._file.parties])
        write = partial(self._context.place.cases.talk, self._id, form)
        then = partial(self._after_save, self._id, typed)
        ask_on(self._context.lanes.store, write, then, partial(self._refuse, self._id), self)

    def _refuse(self, case_id: str, error: DoorstepError) -> None:
        if case_id != self._id:
            self.failed.emit(error)
            return
        self._saving = False
        self.keeper.touch()
        if isinstance(error, CaseRefused):
            self.card.foot.refuse(error.sentence())
            self.note.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.failed.emit(error)

    def _after_save(self, case_id: str, typed: dict[str, str], talk_id: str) -> None:
        if case_id == self._id:
            self._saving = False
            self._kept = {}
            if self._texts() == typed:
                self.note.set_text("")
                self.kind.choose([])
                self.keeper.forget()
                self.card.foot.say(_(_ONLY_ADDED))
        self.written.emit()

    def _ask(
        self, task: Callable[[], tuple[dict[str, str], bool]], then: Callable[..., None]
    ) -> None:
        ask_on(self._context.lanes.store, task, then, self.failed.emit, self)


def _draft(place: Workplace, key: str) -> tuple[dict[str, str], bool]:
    """What was typed before, and whether files were chosen for it. On the store lane."""
    return place.cases.draft(key), place.chosen.count(key) > 0


def with_said(form: TalkForm, names: Sequence[str]) -> TalkForm:
    """Lines that begin with a party's name and a colon are what that party said."""
    said, rest = [], []
    for line in form.text.splitlines():
        who, colon, words = line.replace(":", "：", 1).partition("：")
        if colon and who.strip() in names and words.strip():
            said.append(Said(who.strip(), words.strip()))
        else:
            rest.append(line)
    if not said:
        return form
    return TalkForm(form.kind, form.held_at, form.place, form.present, tuple(said), "\n".join(rest))
