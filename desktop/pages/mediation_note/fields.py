"""What a note of an oral mediation has to say: the fields, side by side or stacked."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.pages.mediation_note.parties import PartiesCard
from desktop.services.notes import MediationForm
from desktop.theme.breakpoints import CONTENT_GAP_PX
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.mediation_form import disputes
from desktop.widgets.base import scaled
from desktop.widgets.card import Card, SectionTitle
from desktop.widgets.chip import ChipGroup, Choice
from desktop.widgets.columns import Columns
from desktop.widgets.field import LineField
from desktop.widgets.note_field import NoteField
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.segment import SegmentChoice
from desktop.widgets.text import Text
from sync.i18n import N_, _

_DONE: Final = "done"
_OPEN: Final = "open"


class NoteFields(ScrollColumn):
    """The parties and what happened. Nothing is chosen for anybody.

    Signals:
        changed: something was typed or chosen.
        left: Esc in a field of longer words.
    """

    changed = Signal()
    left = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, spacing=0)
        self._look = look
        self.parties = PartiesCard(look)
        self.dispute = ChipGroup(
            look,
            [Choice(code, words) for code, words in disputes()],
            exclusive=True,
            name=_(N_("Kind of dispute")),
        )
        self.what = NoteField(look, _(N_("What it was about")), lines=4)
        self.result = NoteField(look, _(N_("What came of it")), lines=4)
        self.done = SegmentChoice(
            look,
            [
                Choice(_DONE, _(N_("Carried out on the spot")), icon="check-circle"),
                Choice(_OPEN, _(N_("Still to be carried out")), icon="clock"),
            ],
            name=_(N_("Was it carried out")),
            solid=False,
        )
        self.amount = LineField(look, _(N_("Amount, if any")), hint=_(N_("like 1200元 or 1.2万")))
        self.venue = LineField(look, _(N_("Place")))
        self.body.addWidget(Columns(look, self._left(), self._right(), stacks_below_px=720))
        self.body.addStretch(1)
        for part in (self.dispute, self.what, self.result, self.done):
            part.changed.connect(self._tell)
        for line in (self.amount, self.venue):
            line.edit.textEdited.connect(self._tell)
        for field in (self.what, self.result):
            field.edit.left.connect(self.left)

    def _left(self) -> QWidget:
        holder = QWidget()
        column = scaled(self._look, QVBoxLayout(holder), spacing=CONTENT_GAP_PX)
        kind = Card(self._look)
        kind.body.addWidget(SectionTitle(self._look, _(N_("Kind of dispute"))))
        kind.body.addWidget(self.dispute)
        column.addWidget(self.parties)
        column.addWidget(kind)
        column.addStretch(1)
        return holder

    def _right(self) -> QWidget:
        holder = QWidget()
        column = scaled(self._look, QVBoxLayout(holder), spacing=CONTENT_GAP_PX)
        card = Card(self._look, spacing=10)
        for title, part in (
            (_(N_("What it was about")), self.what),
            (_(N_("What came of it")), self.result),
            (_(N_("Was it carried out")), self.done),
        ):
            card.body.addWidget(Text(self._look, title, TextStep.BODY, weight=Weight.BOLD))
            card.body.addWidget(part)
        card.body.addWidget(Columns(self._look, self.amount, self.venue, stacks_below_px=420))
        column.addWidget(card)
        column.addStretch(1)
        return holder

    def _tell(self, *_what: object) -> None:
        self.changed.emit()

    def show_form(self, form: MediationForm) -> None:
        """Show what a form holds, but for its parties."""
        self.dispute.choose([form.dispute])
        self.what.set_text(form.what)
        self.result.set_text(form.result)
        self.amount.set_text(form.amount)
        self.venue.set_text(form.place)
        self.done.choose({None: "", True: _DONE, False: _OPEN}[form.done])

    def read(self, form: MediationForm) -> MediationForm:
        """``form``, with what is typed and chosen now."""
        chosen = self.done.chosen()
        return replace(
            form,
            dispute=next(iter(self.dispute.chosen()), ""),
            what=self.what.text(),
            result=self.result.text(),
            done=chosen == _DONE if chosen else None,
            amount=self.amount.text(),
            place=self.venue.text(),
        )

    def go_to_missing(self, form: MediationForm, *, alone: bool) -> None:
        """Put the keyboard where something is missing; ``alone``: there is no second party."""
        empty: tuple[tuple[bool, Callable[[], QWidget]], ...] = (
            (alone, lambda: self.parties.finder),
            (not form.what.strip(), lambda: self.what),
            (not form.result.strip(), lambda: self.result),
            (form.done is None, lambda: self.done.buttons()[0]),
        )
        target = next(part for missing, part in empty if missing)
        target().setFocus(Qt.FocusReason.TabFocusReason)
