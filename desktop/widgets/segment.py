"""Large choices side by side: the result of a visit, the next date."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Radius
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import PaintedButton, Themed
from desktop.widgets.chip import Choice
from desktop.widgets.flow import EvenFlow
from desktop.widgets.painting import (
    draw_focus_ring,
    draw_keycap,
    draw_panel,
    draw_text,
    keycap_width,
    text_width,
)

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class SegmentButton(PaintedButton):
    """One large choice: icon, words, key cap; or words over a note.

    ``solid`` fills the chosen one with the primary colour, else it is tinted with a thick edge.
    """

    stepped = Signal(int)

    def __init__(
        self, look: ThemeProvider, choice: Choice, solid: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(look, choice.words, parent)
        self.choice = choice
        self._solid = solid
        self.setCheckable(True)
        self.setAccessibleName(f"{choice.words} {choice.note} {choice.shortcut}".strip())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move between the choices."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or event.modifiers():
            super().keyPressEvent(event)
            return
        self.stepped.emit(step)

    def _shown_key(self) -> str:
        return self.choice.shortcut if self._look.shows_keys else ""

    def _line_width(self) -> float:
        px = self._look.px
        width = text_width(self._look.font(TextStep.BODY, Weight.MEDIUM), self._words)
        if self.choice.icon:
            width += px(18) + px(8)
        if self._shown_key():
            width += px(10) + keycap_width(self._look, self._shown_key())
        return width

    def _body_size(self) -> QSize:
        px = self._look.px
        note = text_width(self._look.font(TextStep.NOTE), self.choice.note)
        width = max(self._line_width(), note) + px(24)
        return QSize(round(width), px(60) if self.choice.note else px(48))

    def _paint_body(self, painter: QPainter, rect: QRectF) -> None:
        theme, radius = self._look.theme, float(self._look.px(Radius.CONTROL + 1))
        body = rect
        if self.shows_ring:
            body = draw_focus_ring(painter, rect, radius, theme)
        if self.isChecked() and self._solid:
            draw_panel(painter, body, radius, theme.pri, theme.pri)
        elif self.isChecked():
            draw_panel(painter, body, radius, theme.pri_bg, theme.pri, 2)
        else:
            fill = theme.sunken if self.underMouse() else theme.surface
            draw_panel(painter, body, radius, fill, theme.line2)
        if self.choice.note:
            self._paint_note(painter, rect)
        else:
            self._paint_line(painter, rect, self._colour())

    def _colour(self) -> QColor:
        theme = self._look.theme
        if not self.isChecked():
            return theme.t1
        return theme.on_pri if self._solid else theme.pri_t

    def _paint_note(self, painter: QPainter, rect: QRectF) -> None:
        note_line = self._look.line_px(TextStep.NOTE)
        body_line = self._look.line_px(TextStep.BODY)
        top = rect.center().y() - (note_line + body_line) / 2
        self._paint_line(painter, QRectF(rect.x(), top, rect.width(), body_line), self._colour())
        note = QRectF(rect.x(), top + body_line, rect.width(), note_line)
        colour = self._colour() if self.isChecked() else self._look.theme.t2
        font = self._look.font(TextStep.NOTE)
        draw_text(painter, note, self.choice.note, font, colour, Qt.AlignmentFlag.AlignCenter)

    def _paint_line(self, painter: QPainter, rect: QRectF, colour: QColor) -> None:
        px = self._look.px
        x = rect.center().x() - self._line_width() / 2
        if self.choice.icon:
            icon = QRectF(x, rect.center().y() - px(18) / 2, px(18), px(18))
            self._look.icons.paint(painter, self.choice.icon, colour, icon)
            x += px(26)
        font = self._look.font(TextStep.BODY, Weight.MEDIUM)
        width = text_width(font, self._words)
        draw_text(painter, QRectF(x, rect.y(), width, rect.height()), self._words, font, colour)
        if self._shown_key():
            cap_width = keycap_width(self._look, self._shown_key())
            cap = QRectF(x + width + px(10), rect.y(), cap_width, rect.height())
            on = colour if self.isChecked() and self._solid else None
            draw_keycap(painter, self._look, cap, self._shown_key(), on)


class SegmentChoice(Themed):
    """Large choices of which one may be chosen. Nothing is chosen at first.

    They share the width evenly, and break into lines where their words need more.

    Signals:
        changed: the key that a person chose.
    """

    changed = Signal(str)

    def __init__(
        self,
        look: ThemeProvider,
        choices: Sequence[Choice],
        *,
        name: str = "",
        solid: bool = True,
    ) -> None:
        super().__init__(look)
        self.setAccessibleName(name)
        self._solid = solid
        self._buttons: list[SegmentButton] = []
        self._flow = EvenFlow(look, self)
        self.set_choices(choices)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer others; a choice that is still offered stays chosen."""
        kept = self.chosen()
        for button in self._buttons:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._make(choice) for choice in choices]
        self._stand_in_line()
        self.choose(kept)

    def _stand_in_line(self) -> None:
        """Made last, the buttons would come last for Tab: they are read where this one stands."""
        before = self.previousInFocusChain()
        while before and before is not self and before.focusPolicy() == Qt.FocusPolicy.NoFocus:
            before = before.previousInFocusChain()
        line: list[QWidget] = [*self._buttons]
        if before and before is not self:
            line.insert(0, before)
        for former, button in pairwise(line):
            QWidget.setTabOrder(former, button)

    def chosen(self) -> str:
        """The chosen key, or ``""``."""
        return next((b.choice.key for b in self._buttons if b.isChecked()), "")

    def choose(self, key: str) -> None:
        """Show ``key`` as chosen (none for ``""``), without a signal."""
        for button in self._buttons:
            button.setChecked(button.choice.key == key)

    def press(self, key: str) -> None:
        """Act as if the choice with ``key`` was pressed: for a page's shortcut."""
        for button in self._buttons:
            if button.choice.key == key and button.isEnabled():
                button.click()

    def buttons(self) -> tuple[SegmentButton, ...]:
        """The choices, in the order shown."""
        return tuple(self._buttons)

    def _make(self, choice: Choice) -> SegmentButton:
        button = SegmentButton(self._look, choice, self._solid, self)
        button.clicked.connect(self._settle)
        button.stepped.connect(self._move_focus)
        self._flow.addWidget(button)
        return button

    def _settle(self) -> None:
        pressed = self.sender()
        if isinstance(pressed, SegmentButton):
            self.choose(pressed.choice.key)
            self.changed.emit(pressed.choice.key)

    def _move_focus(self, step: int) -> None:
        focused = next((i for i, b in enumerate(self._buttons) if b.hasFocus()), 0)
        target = self._buttons[(focused + step) % len(self._buttons)]
        target.setFocus(Qt.FocusReason.TabFocusReason)
