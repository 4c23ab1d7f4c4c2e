"""The fields of a form, each with its label and the sentence of what is wrong with it."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.case_form import FieldKind, FormField, FormPart, joined, split
from desktop.widgets.base import Themed, scaled
from desktop.widgets.card import Card, SectionTitle
from desktop.widgets.chip import ChipGroup, Choice
from desktop.widgets.columns import Columns
from desktop.widgets.field import LineField
from desktop.widgets.note_field import NoteField
from desktop.widgets.text import Text

_STACKS_PX = 560


class Entry(Themed):
    """One field of a form.

    Signals:
        changed: its key, once something is typed or chosen.
        finished: its key, once a line was left.
    """

    changed = Signal(str)
    finished = Signal(str)

    def __init__(self, look: ThemeProvider, spec: FormField) -> None:
        super().__init__(look)
        self.spec = spec
        self._line: LineField | None = None
        self._note: NoteField | None = None
        self._chips: ChipGroup | None = None
        self._column = scaled(look, QVBoxLayout(self), spacing=4)
        self._error = Text(look, "", TextStep.NOTE, colour="bad_t", wraps=True)
        self._error.hide()
        self._make()
        self._column.addWidget(self._error)

    def _make(self) -> None:
        spec = self.spec
        if spec.kind is FieldKind.LINE:
            self._line = LineField(self._look, spec.label, hint=spec.hint)
            self._line.edit.textEdited.connect(self._tell)
            self._line.edit.editingFinished.connect(self._tell_finished)
            self._column.addWidget(self._line)
            return
        label = Text(self._look, spec.label, TextStep.SECOND, colour="t2")
        self._column.addWidget(label)
        if spec.kind is FieldKind.NOTE:
            self._note = NoteField(self._look, spec.label, hint=spec.hint, lines=2)
            self._note.changed.connect(self._tell)
            label.setBuddy(self._note)
            self._column.addWidget(self._note)
            return
        choices = [Choice(key, words) for key, words in spec.choices]
        exclusive = spec.kind is FieldKind.ONE
        self._chips = ChipGroup(self._look, choices, exclusive=exclusive, name=spec.label)
        self._chips.changed.connect(self._tell)
        self._column.addWidget(self._chips)

    @property
    def note(self) -> NoteField | None:
        """The field for longer words, where it is one."""
        return self._note

    def value(self) -> str:
        """What is typed or chosen, without what an input method composes."""
        if self._line is not None:
            return self._line.text()
        if self._note is not None:
            return self._note.text()
        return joined(self._chips.chosen()) if self._chips else ""

    def set_value(self, value: str) -> None:
        """Show ``value``."""
        if self._line is not None:
            self._line.set_text(value)
        if self._note is not None:
            self._note.set_text(value)
        if self._chips is not None:
            self._chips.choose(split(value))

    def set_error(self, words: str) -> None:
        """Say what is wrong here; empty for nothing."""
        if self._line is not None:
            self._line.set_error(words)
            return
        self._error.set_text(words)
        self._error.setVisible(bool(words))

    def error(self) -> str:
        """What is said to be wrong."""
        return self._line.error() if self._line is not None else self._error.text()

    def take_keyboard(self) -> None:
        """Put the keyboard here."""
        chips = self._chips.chips() if self._chips else ()
        target: QWidget | None = self._line or self._note or next(iter(chips), None)
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)

    def _tell(self) -> None:
        self.set_error("")
        self.changed.emit(self.spec.key)

    def _tell_finished(self) -> None:
        self.finished.emit(self.spec.key)


class FormFields(Themed):
    """The parts of a form, one card each.

    Signals:
        edited: something is typed or chosen.
        finished: the key of a line that was left.
        helped: the key of a field whose ready words are wanted.
    """

    edited = Signal()
    finished = Signal(str)
    left = Signal()
    helped = Signal(str)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        self.entries: dict[str, Entry] = {}
        self._hidden: dict[str, str] = {}
        self._cards: list[Card] = []
        self._column = scaled(look, QVBoxLayout(self), spacing=12)

    def show_parts(self, parts: Sequence[FormPart], texts: Mapping[str, str]) -> None:
        """Show these fields with these texts."""
        for card in self._cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.entries = {}
        self._cards = [self._card(part) for part in parts]
        for card in self._cards:
            self._column.addWidget(card)
        self.fill(texts)

    def _card(self, part: FormPart) -> Card:
        card = Card(self._look, spacing=12)
        card.body.addWidget(SectionTitle(self._look, part.title, part.hint))
        waiting: Entry | None = None
        for spec in part.fields:
            entry = self._entry(spec)
            if spec.kind is FieldKind.LINE and waiting is not None:
                pair = Columns(self._look, waiting, entry, stacks_below_px=_STACKS_PX)
                card.body.addWidget(pair)
                waiting = None
                continue
            if waiting is not None:
                card.body.addWidget(waiting)
            waiting = entry if spec.kind is FieldKind.LINE else None
            if waiting is None:
                card.body.addWidget(entry)
        if waiting is not None:
            card.body.addWidget(waiting)
        return card

    def _entry(self, spec: FormField) -> Entry:
        entry = Entry(self._look, spec)
        entry.changed.connect(self.edited)
        entry.finished.connect(self.finished)
        if entry.note is not None:
            entry.note.edit.left.connect(self.left)
            entry.note.edit.phrase_asked.connect(partial(self.helped.emit, spec.key))
        self.entries[spec.key] = entry
        return entry

    def entry_for_help(self) -> Entry | None:
        """The field with ready words that has the keyboard; else the first that has any."""
        able = [one for one in self.entries.values() if one.note is not None and one.spec.helps]
        here = (one for one in able if one.note and one.note.edit.hasFocus())
        return next(here, None) or next(iter(able), None)

    def texts(self) -> dict[str, str]:
        """Everything typed and chosen, with what stands behind it (such as a linked household)."""
        shown = {key: entry.value() for key, entry in self.entries.items()}
        return {key: value for key, value in (self._hidden | shown).items() if value}

    def fill(self, texts: Mapping[str, str]) -> None:
        """Show ``texts``; fields that are not among them are empty."""
        self._hidden = {key: value for key, value in texts.items() if key not in self.entries}
        for key, entry in self.entries.items():
            entry.set_value(texts.get(key, ""))

    def add(self, texts: Mapping[str, str]) -> None:
        """Show some more texts beside what stands there."""
        for key, value in texts.items():
            if key in self.entries:
                self.entries[key].set_value(value)
            else:
                self._hidden[key] = value

    def show_flaws(self, flaws: Mapping[str, str]) -> str:
        """Say at each field what is wrong, and go to the first; what belongs to no field."""
        rest = [words for key, words in flaws.items() if key not in self.entries]
        for key, entry in self.entries.items():
            entry.set_error(flaws.get(key, ""))
        first = next((self.entries[key] for key in self.entries if key in flaws), None)
        if first is not None:
            first.take_keyboard()
        return " ".join(rest)

    def has_flaw(self) -> bool:
        """Whether a field still says what is wrong with it."""
        return any(entry.error() for entry in self.entries.values())

    def begin(self) -> None:
        """Put the keyboard into the first field."""
        first = next(iter(self.entries.values()), None)
        if first is not None:
            first.take_keyboard()
