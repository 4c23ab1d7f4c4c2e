"""The panel over the page in which a step is written before it is taken."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.matter_step_form import (
    Known,
    StepForm,
    near_choices,
    rating_choices,
    score_choices,
    units_in,
    unreached_words,
    way_choices,
)
from desktop.widgets.chip import ChipGroup, Choice
from desktop.widgets.field import LineField
from desktop.widgets.form_panel import FormPanel
from desktop.widgets.note_field import NoteField
from desktop.widgets.text import Text
from sync.i18n import N_, _

_WIDTH_PX = 560
_LABELS = {
    "staff": N_("Who takes it"),
    "owner": N_("Or which unit"),
    "text": N_("In words"),
    "until": N_("Until when"),
    "units": N_("Which departments"),
    "to": N_("Who was told"),
    "by": N_("How it was told"),
    "told": N_("What was told"),
    "score": N_("How content"),
    "same": N_("Which one is it"),
    "rating": N_("How did it do, 5 the best"),
}
_HINTS = {
    "units": N_("Divide them by commas"),
    "until": N_("such as 2026-06-26 or 6-26"),
    "owner": N_("such as the property company"),
}
_LINES = frozenset({"owner", "until", "units", "to"})
_CHIPS = frozenset({"staff", "by", "score", "same", "rating"})
Choices = Sequence[tuple[str, str]]


class StepPanel(FormPanel):
    """One step's questions. Ctrl Enter takes it, Esc leaves it.

    Signals:
        taken: the form as it was written.
    """

    taken = Signal(object)

    def __init__(
        self, look: ThemeProvider, host: QWidget, form: StepForm, known: Known, same: Choices
    ) -> None:
        super().__init__(look, host, form.title, _WIDTH_PX, form.title)
        self._form = form
        self._offers = {
            "staff": known.colleagues,
            "same": same,
            "by": way_choices(),
            "score": score_choices(),
            "rating": rating_choices(),
        }
        self._near = {
            "owner": near_choices(form.kind, known),
            "units": near_choices(form.kind, known),
        }
        self._known = known
        self.unreached = Text(look, "", TextStep.SECOND, colour="t2", wraps=True)
        self.near: dict[str, ChipGroup] = {}
        self.lines: dict[str, LineField] = {}
        self.notes: dict[str, NoteField] = {}
        self.chips: dict[str, ChipGroup] = {}
        for part in form.parts:
            self._add(part)
        self.end_with_button()
        self.save.clicked.connect(self.take)

    def open(self) -> None:
        """Show it, with the keyboard in the first question."""
        super().open()
        first: dict[str, QWidget] = {**self.chips, **self.notes, **self.lines}
        for part in self._form.parts:
            target = first[part]
            if isinstance(target, ChipGroup):
                if not target.chips():
                    continue
                target = target.chips()[0]
            target.setFocus(Qt.FocusReason.PopupFocusReason)
            return

    def form(self) -> StepForm:
        """What is written now."""
        written = {part: field.text() for part, field in self.lines.items()}
        written |= {part: field.text() for part, field in self.notes.items()}
        chosen = {part: (group.chosen() or [""])[0] for part, group in self.chips.items()}
        if "staff" in chosen:
            chosen["staff_id"] = chosen.pop("staff")
        return replace(self._form, **written, **chosen)

    def take(self) -> None:
        """Hand the form over; the page closes the panel once it is saved."""
        self.taken.emit(self.form())

    def _add(self, part: str) -> None:
        is_result = (self._form.kind, part) == ("finish", "text")
        look, label = self._look, _(N_("Result")) if is_result else _(_LABELS[part])
        if part in _LINES:
            line = LineField(look, label, hint=_(_HINTS.get(part, "")) if part in _HINTS else "")
            line.set_text(str(getattr(self._form, part)))
            self.lines[part] = line
            self.body.addWidget(line)
            self._add_near(part, line)
            if part == "units":
                self.body.addWidget(self.unreached)
                line.edit.textChanged.connect(self._tell_unreached)
                self._tell_unreached(line.text())
            return
        self.body.addWidget(Text(look, label, TextStep.SECOND, colour="t2"))
        if part in _CHIPS:
            choices = [Choice(key, words) for key, words in self._offers[part]]
            self.chips[part] = ChipGroup(look, choices, exclusive=True, name=label)
            self.body.addWidget(self.chips[part])
            return
        note = NoteField(look, label, lines=3)
        note.set_text(str(getattr(self._form, part)))
        self.notes[part] = note
        self.body.addWidget(note)

    def _tell_unreached(self, typed: str) -> None:
        words = unreached_words(typed, self._known)
        self.unreached.set_text(words)
        self.unreached.setVisible(bool(words))
        self.fit()

    def _add_near(self, part: str, line: LineField) -> None:
        """Those who share responsibility here: pressed, their names stand in the line, beside
        what was typed there."""
        offered = self._near.get(part, ())
        if not offered:
            return
        choices = [Choice(words, words) for words in offered]
        name = _(N_("Responsible here"))
        group = ChipGroup(self._look, choices, exclusive=part == "owner", name=name)
        if part == "owner":
            group.changed.connect(partial(_write_name, line, group, offered))
        else:
            group.changed.connect(partial(_write_names, line, offered))
        self.near[part] = group
        self.body.addWidget(group)


def _write_names(line: LineField, offered: Sequence[str], chosen: Sequence[str]) -> None:
    """Names go and come as they are chosen; words that are none of those offered stay."""
    known = {words for name in offered for words in units_in(name)}
    typed = [words for words in units_in(line.text()) if words not in known]
    line.set_text(_(", ").join([*typed, *chosen]))


def _write_name(
    line: LineField, group: ChipGroup, offered: Sequence[str], chosen: Sequence[str]
) -> None:
    """One name fits the line: it takes the place of another that is offered, and of no words."""
    if line.text().strip() in ("", *offered):
        line.set_text("".join(chosen))
    else:
        group.choose([])
