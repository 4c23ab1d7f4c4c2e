"""The short lines of a visit form: who came along, a promise, a reading, why it is corrected."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.visit_form import Part, VisitState
from desktop.widgets.base import NO_MARGINS, Themed, scaled
from desktop.widgets.columns import Columns
from desktop.widgets.field import LineField
from sync.i18n import N_, _


class FirstLines(Themed):
    """What has to be said before anything is saved: why it is corrected, who came along.

    Signals:
        edited: a person typed something else.
    """

    edited = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        self._state: VisitState | None = None
        self.reason = LineField(
            look, _(N_("Why it is corrected")), hint=_(N_("the first record stays beside it"))
        )
        self.went_with = LineField(
            look, _(N_("Who came along")), hint=_(N_("this home is visited by two"))
        )
        column = scaled(look, QVBoxLayout(self), NO_MARGINS, 8)
        for field in (self.reason, self.went_with):
            field.edit.textEdited.connect(self._type)
            column.addWidget(field)

    def bind(self, state: VisitState) -> None:
        """Show what is written of this form."""
        self._state = state
        self.reason.set_text(state.reason)
        self.went_with.set_text(state.form.went_with)
        self.show_result(state)

    def show_result(self, state: VisitState) -> None:
        """Ask for what this result needs."""
        corrects, for_two = state.original is not None, state.for_two
        self.reason.setVisible(corrects)
        self.went_with.setVisible(for_two)
        self.setVisible(corrects or for_two)

    def show_problem(self, state: VisitState, words: str) -> bool:
        """Lead to the line that is missing; False where none is."""
        wanted = [self.went_with] if state.for_two and not state.form.went_with.strip() else []
        if state.original is not None and not state.reason.strip():
            wanted.append(self.reason)
        for field in wanted[:1]:
            field.set_error(words)
            field.edit.setFocus()
        return bool(wanted)

    def _type(self) -> None:
        if self._state is not None:
            self.reason.clear_error()
            self.went_with.clear_error()
            self._state.reason = self.reason.text()
            self._state.form = replace(self._state.form, went_with=self.went_with.text())
            self.edited.emit()


class MoreLines(Themed):
    """What may be added: something promised, until when, and a blood pressure.

    Signals:
        edited: a person typed something else.
    """

    edited = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        self._state: VisitState | None = None
        self.promise = LineField(
            look, _(N_("What was promised")), hint=_(N_("it comes back in Today until it is done"))
        )
        self.by = LineField(look, _(N_("By")), hint=_(N_("like 6-21")))
        self.pressure = LineField(look, _(N_("Blood pressure")), hint=_(N_("like 138/86")))
        for field in (self.promise, self.by, self.pressure):
            field.edit.textEdited.connect(self._type)
        figures = QWidget()
        row = scaled(look, QHBoxLayout(figures), NO_MARGINS, 12)
        row.addWidget(self.by, 1)
        row.addWidget(self.pressure, 1)
        column = scaled(look, QVBoxLayout(self), NO_MARGINS, 0)
        column.addWidget(Columns(look, self.promise, figures))

    def bind(self, state: VisitState) -> None:
        """Show what is written of this form."""
        self._state = state
        self.promise.set_text(state.form.promise)
        self.by.set_text(state.promise_day_words())
        self.pressure.set_text(state.form.pressure)

    def show_result(self, state: VisitState) -> None:
        """Only where somebody was met; a promise of before is not corrected here."""
        parts = state.parts
        shown: tuple[tuple[QWidget, bool], ...] = (
            (self.promise, Part.PROMISE in parts and state.original is None),
            (self.by, Part.PROMISE in parts and state.original is None),
            (self.pressure, Part.PRESSURE in parts),
        )
        for widget, visible in shown:
            widget.setVisible(visible)
        self.setVisible(any(visible for _widget, visible in shown))

    def show_problem(self, state: VisitState, words: str) -> bool:
        """Lead to the line that cannot be meant; False where all can."""
        field = {"pressure": self.pressure, "promise": self.promise, "by": self.by}.get(
            state.slip()
        )
        if field is None or field.isHidden():
            return False
        field.set_error(words)
        field.edit.setFocus()
        return True

    def _type(self) -> None:
        state = self._state
        if state is None:
            return
        for field in (self.promise, self.by, self.pressure):
            field.clear_error()
        state.form = replace(state.form, promise=self.promise.text(), pressure=self.pressure.text())
        state.type_promise_day(self.by.text())
        self.edited.emit()
