"""One question of a sheet: its words, what it is answered with, and what is wrong with that."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.rows import Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Radius
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.sheet_form import WAY, QuestionView, SheetFormState, way_choices
from desktop.widgets.base import Themed, scaled
from desktop.widgets.chip import ChipGroup, Choice
from desktop.widgets.field import LineField
from desktop.widgets.painting import fill_round, smooth
from desktop.widgets.text import Text
from sync.i18n import N_, _, catalogue
from sync.rules.questions import QuestionKind, said

_DIGITS = 9


class QuestionBlock(Themed):
    """A numbered part of the sheet. The one worked on is tinted and has a bar.

    Signals:
        answered: something was chosen or typed; ``key`` names the part.
        reached: the keyboard came into it.
    """

    answered = Signal(str, object)
    reached = Signal(str)

    def __init__(
        self, look: ThemeProvider, view: QuestionView | None, *, two_people: bool = False
    ) -> None:
        super().__init__(look)
        self._two_people = two_people
        self.key = view.question.name if view else WAY
        self._current = False
        self._chips: ChipGroup | None = None
        self._line: LineField | None = None
        self._number = Text(look, "", TextStep.SECOND, weight=Weight.BOLD, colour="t2")
        self._label = Text(look, "", TextStep.BODY, weight=Weight.BOLD, wraps=True)
        self._need = Text(look, "", TextStep.NOTE, colour="t2")
        self._hint = Text(look, "", TextStep.NOTE, colour="t2", wraps=True)
        self._disputed = Text(look, "", TextStep.SECOND, colour="bad_t", wraps=True)
        self._error = Text(look, "", TextStep.NOTE, colour="bad_t", wraps=True)
        column = scaled(look, QVBoxLayout(self), (18, 10, 18, 12), 6)
        head = scaled(look, QHBoxLayout(), spacing=8)
        head.addWidget(self._number, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._label, 1)
        head.addWidget(self._need, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        for part in (self._hint, self._disputed):
            column.addWidget(part)
        column.addWidget(self._control(view))
        column.addWidget(self._error)
        self._hint.hide()
        self._disputed.hide()
        self._error.hide()
        if view is None:
            self._number.hide()
            self._label.set_text(_(N_("How they were asked")))
            self._say(self._hint, _(N_("Met counts as a visit, so nothing is recorded twice.")))
            self._need.set_text(_(N_("required")))
        else:
            self.show_view(view)

    def show_view(self, view: QuestionView) -> None:
        """Take the number and the words, which change with what is asked."""
        self._number.set_text(f"{view.number}")
        self._label.set_text(view.label)
        self._need.set_text(_(N_("required")) if view.question.required else "")
        self._say(self._hint, view.hint)
        self._say(self._disputed, "\n".join(view.disputed))

    def show_answer(self, state: SheetFormState) -> None:
        """Show what stands in the form, without a signal."""
        typed = state.typed(self.key)
        if self._chips is not None:
            self._chips.choose(typed if isinstance(typed, list) else [str(typed)])
        elif self._line is not None and self._line.text() != str(typed):
            self._line.set_text(str(typed))

    def show_problem(self, words: str) -> None:
        """Say what is wrong, or take it back."""
        self._say(self._error, words)
        if self._line is not None:
            self._line.frame.set_bad(bool(words))
            self._line.edit.setAccessibleDescription(words)

    def set_current(self, current: bool) -> None:
        """Mark the part that is worked on."""
        if current != self._current:
            self._current = current
            self.update()

    def focus(self) -> None:
        """Put the keyboard here."""
        reason = Qt.FocusReason.TabFocusReason
        if self._line is not None:
            self._line.edit.setFocus(reason)
        elif self._chips is not None and self._chips.chips():
            chips = self._chips.chips()
            chosen = [chip for chip in chips if chip.isChecked()]
            (chosen or list(chips))[0].setFocus(reason)

    @property
    def is_composing(self) -> bool:
        """Whether an input method owns the keys here."""
        return self._line is not None and self._line.edit.is_composing

    def _control(self, view: QuestionView | None) -> QWidget:
        if view is None:
            return self._choices(way_choices(two_people=self._two_people), exclusive=True)
        question = view.question
        if question.kind.chooses:
            labels = {
                choice.name: said(choice.label, catalogue.language) for choice in question.choices
            }
            return self._choices(labels, exclusive=question.kind is QuestionKind.SELECT_ONE)
        hints = {
            QuestionKind.INTEGER: _(N_("a whole number")),
            QuestionKind.DATE: _(N_("a day, like 6-18 or 2026-06-18")),
        }
        self._line = LineField(self._look, "", hint=hints.get(question.kind, ""))
        self._line.edit.setAccessibleName(view.label)
        self._line.edit.textEdited.connect(self._type)
        self._line.edit.installEventFilter(self)
        return self._line

    def _choices(self, labels: Mapping[str, str], *, exclusive: bool) -> QWidget:
        choices = [
            Choice(key, words, Tone.PRIMARY, shortcut=str(at) if at <= _DIGITS else "")
            for at, (key, words) in enumerate(labels.items(), 1)
        ]
        self._chips = ChipGroup(self._look, choices, exclusive=exclusive)
        self._chips.changed.connect(self._choose)
        for chip in self._chips.chips():
            chip.installEventFilter(self)
        return self._chips

    def _choose(self, chosen: list[str]) -> None:
        several = self._chips is not None and not self._chips.is_exclusive
        self.answered.emit(self.key, chosen if several else (chosen[0] if chosen else ""))

    def _type(self, text: str) -> None:
        self.answered.emit(self.key, text)

    def _say(self, part: Text, words: str) -> None:
        part.set_text(words)
        part.setVisible(bool(words))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell that the keyboard came here."""
        if event.type() == QEvent.Type.FocusIn:
            self.reached.emit(self.key)
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tint the part that is worked on, with a bar at its left."""
        if not self._current:
            return
        painter = QPainter(self)
        smooth(painter)
        px, theme = self._look.px, self._look.theme
        body = QRectF(self.rect()).adjusted(px(4), 0, -px(4), 0)
        fill_round(painter, body, px(Radius.CONTROL), theme.sunken)
        bar = QRectF(body.x(), body.y() + px(10), px(3), body.height() - px(20))
        fill_round(painter, bar, px(1.5), theme.pri)
