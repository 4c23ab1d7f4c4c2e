"""When to come next: the offered times, or a day and a time typed by hand."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.visit_form import OWN, VisitState
from desktop.widgets.base import Themed, scaled
from desktop.widgets.chip import Choice
from desktop.widgets.field import LineField
from desktop.widgets.segment import SegmentChoice
from sync.i18n import N_, _


class NextTime(Themed):
    """Reads and fills the next appointment of a :class:`VisitState`.

    Signals:
        edited: a person chose or typed another time.
    """

    edited = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        self._state: VisitState | None = None
        self._choices = SegmentChoice(look, [], name=_(N_("Next time")), solid=False)
        self._choices.changed.connect(self._choose)
        self._day = LineField(look, _(N_("Day")), hint=_(N_("like 6-21")))
        self._time = LineField(look, _(N_("Time")), hint=_(N_("like 15:00")))
        self._own = QWidget()
        row = scaled(look, QHBoxLayout(self._own), spacing=12)
        for field in (self._day, self._time):
            field.edit.textEdited.connect(self._type)
            row.addWidget(field, 1)
        row.addStretch(1)
        column = scaled(look, QVBoxLayout(self), spacing=8)
        column.addWidget(self._choices)
        column.addWidget(self._own)

    def bind(self, state: VisitState) -> None:
        """Offer the times of the chosen result, and show the chosen one."""
        self._state = state
        self._choices.set_choices(
            [Choice(one.key, one.words, note=one.note) for one in state.next_choices()]
        )
        self._show_chosen()
        if state.next_key() == OWN:
            day, time = state.own_words()
            self._day.set_text(day)
            self._time.set_text(time)

    def show_problem(self, words: str) -> None:
        """Say what is wrong with what was typed, and put the keyboard there."""
        self._day.set_error(words)
        self._day.edit.setFocus()

    @property
    def is_composing(self) -> bool:
        """Whether an input method owns the keys in one of the fields."""
        return self._day.edit.is_composing or self._time.edit.is_composing

    def _choose(self, key: str) -> None:
        if self._state is None:
            return
        day, time = self._state.own_words()
        self._state.choose_next(key)
        self._show_chosen()
        if key == OWN:
            self._day.set_text(day)
            self._time.set_text(time)
            self._state.type_own(day, time)
            self._day.edit.setFocus()
            self._day.edit.selectAll()
        self.edited.emit()

    def _type(self) -> None:
        if self._state is not None:
            self._day.clear_error()
            self._state.type_own(self._day.text(), self._time.text())
            self.edited.emit()

    def _show_chosen(self) -> None:
        chosen = self._state.next_key() if self._state else ""
        self._choices.choose(chosen)
        self._own.setVisible(chosen == OWN)
