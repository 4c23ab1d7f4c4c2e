"""Changing what is known of a home, in place of the cards at the left."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.home_form import EditForm, FieldKind, HomeField, HomeForm
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind, icon_button
from desktop.widgets.card import Card, SectionTitle
from desktop.widgets.chip import ChipGroup, Choice
from desktop.widgets.field import LineField
from desktop.widgets.note_field import NoteField
from desktop.widgets.text import Text
from sync.i18n import N_, _

_LINES_OF_A_NOTE = 3


class HomeEditor(Card):
    """The fields of a form, each with what it was and what it becomes.

    Signals:
        changed: something was typed.
        look_asked: the key of a phone that somebody wants to see in full.
    """

    changed = Signal()
    look_asked = Signal(str)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, spacing=10)
        self._title = SectionTitle(look, "")
        self.body.addWidget(self._title)
        self._fields: dict[str, _EditField] = {}
        self._form: EditForm = HomeForm(())
        self._note = Text(look, "", TextStep.SECOND, colour="t2", wraps=True)

    def show_form(self, form: EditForm) -> None:
        """Show the fields of ``form``, with what was typed before."""
        for former in self._fields.values():
            self.body.removeWidget(former)
            former.hide()
            former.deleteLater()
        self._form = form
        self._fields = {one.key: self._make(one) for one in form.fields}
        self._title.set_title(form.title)
        self.body.removeWidget(self._note)
        for made in self._fields.values():
            self.body.addWidget(made)
            made.show()  # At once: Qt would show it later, and it could not take the keyboard now.
        self.body.addWidget(self._note)
        self._tell()

    def go_to_first(self) -> None:
        """Give the keyboard to the first field."""
        for made in self._fields.values():
            made.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return

    def show_errors(self) -> None:
        """Say under each field why it cannot be saved, and go to the first of them."""
        for key in reversed(self._form.bad):
            self._fields[key].show_error(self._form.error(key))

    def show_changes(self) -> None:
        """Say anew under each field what it becomes: some of it is saved."""
        self._tell()

    def show_number(self, key: str, full: str) -> None:
        """A number was looked at: it may be mended now."""
        self._form.look(key, full)
        self._fields[key].write(full)
        self._tell()

    def _make(self, one: HomeField) -> "_EditField":
        made = _EditField(self._look, one, self._form.text(one.key))
        made.written.connect(partial(self._write, one.key))
        made.look_asked.connect(partial(self.look_asked.emit, one.key))
        return made

    def _write(self, key: str, text: str) -> None:
        self._form.write(key, text)
        self._fields[key].show_change(self._form.becomes(key))
        self._tell_note()
        self.changed.emit()

    def _tell_note(self) -> None:
        self._note.set_text(self._form.note)
        self._note.setVisible(bool(self._form.note))

    def _tell(self) -> None:
        self._tell_note()
        for key, made in self._fields.items():
            made.show_change(self._form.becomes(key))


class _EditField(Themed):
    """One field with its label, and below it what changes.

    Signals:
        written: the text that stands there now.
        look_asked: the masked number is wanted in full.
    """

    written = Signal(str)
    look_asked = Signal()

    def __init__(self, look: ThemeProvider, one: HomeField, text: str) -> None:
        super().__init__(look)
        column = scaled(look, QVBoxLayout(self), spacing=4)
        self._change = Text(look, "", TextStep.NOTE, colour="pri_t", wraps=True)
        self._line: LineField | None = None
        self._note: NoteField | None = None
        match one.kind:
            case FieldKind.TEXT:
                self._add_label(column, one.label)
                column.addWidget(self._note_field(one, text))
            case FieldKind.CHOICE:
                self._add_label(column, one.label)
                column.addWidget(self._chips(one, text))
            case _:
                column.addWidget(self._line_field(one, text))
        column.addWidget(self._change)

    def show_change(self, words: str) -> None:
        """Say what it was and what it becomes; nothing where it stays."""
        self._change.set_text(words)
        self._change.setVisible(bool(words))

    def show_error(self, reason: str) -> None:
        """Say why it cannot be saved like this."""
        if self._line is not None:
            self._line.set_error(reason)
            self._line.setFocus(Qt.FocusReason.OtherFocusReason)

    def write(self, text: str) -> None:
        """Put ``text`` into the line, as if nobody had typed."""
        if self._line is not None:
            self._line.edit.blockSignals(True)
            self._line.set_text(text)
            self._line.edit.blockSignals(False)
            self._line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add_label(self, column: QVBoxLayout, label: str) -> None:
        column.addWidget(Text(self._look, label, TextStep.SECOND, colour="t2"))

    def _line_field(self, one: HomeField, text: str) -> QWidget:
        masked = one.before if one.kind is FieldKind.PHONE else ""
        line = LineField(self._look, one.label, hint=masked or one.hint, height=Height.CONTROL)
        line.set_text(text)
        line.edit.textChanged.connect(self.written)
        if masked:
            eye = icon_button(self._look, "eye", _("Show the number of {name}"))
            eye.setAccessibleName(_(N_("Show {field}")).format(field=one.label))
            eye.setToolTip(_("Show the number. The look is written down."))
            eye.clicked.connect(self.look_asked)
            line.frame.row.addWidget(eye)
        self._line = line
        self.setFocusProxy(line)
        return line

    def _note_field(self, one: HomeField, text: str) -> QWidget:
        hint = _(N_("Never where a spare key is, never when nobody is home."))
        note = NoteField(self._look, one.label, hint=hint, lines=_LINES_OF_A_NOTE)
        note.set_text(text)
        note.changed.connect(self._take_note)
        self._note = note
        self.setFocusProxy(note)
        return note

    def _chips(self, one: HomeField, text: str) -> QWidget:
        choices = [Choice(code, words) for code, words in one.choices]
        chips = ChipGroup(self._look, choices, exclusive=True, name=one.label)
        chips.choose([text])
        chips.changed.connect(self._take_chips)
        return chips

    def _take_note(self) -> None:
        if self._note is not None:
            self.written.emit(self._note.text())

    def _take_chips(self, chosen: list[str]) -> None:
        self.written.emit(chosen[0] if chosen else "")


class EditFooter(Card):
    """The two ends of a change, always in sight.

    Signals:
        save_pressed, close_pressed: keep the change, or leave it as it was.
    """

    save_pressed = Signal()
    close_pressed = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, (12, 8, 12, 8))
        row = scaled(look, QHBoxLayout(), spacing=8)
        self._close = Button(look, _(N_("Change nothing")), ButtonKind.GHOST)
        self._save = Button(look, _(N_("Save")), ButtonKind.TINTED, key="Ctrl S")
        self._close.clicked.connect(self.close_pressed)
        self._save.clicked.connect(self.save_pressed)
        row.addWidget(self._close)
        row.addStretch(1)  # The foot may be as wide as the window.
        row.addWidget(self._save)
        self.body.addLayout(row)
