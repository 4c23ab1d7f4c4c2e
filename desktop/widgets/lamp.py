"""A lamp with its words."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.rows import Lamp
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed
from desktop.widgets.painting import draw_lamp, draw_text, smooth, text_width


class LampMark(Themed):
    """The shape of a state, with ``words`` beside it unless they stand elsewhere."""

    def __init__(
        self, look: ThemeProvider, lamp: Lamp, words: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(look, parent)
        self._lamp, self._words = lamp, words
        self._show_state()

    def set_state(self, lamp: Lamp, words: str = "") -> None:
        """Show another state; the same one once more lays nothing out again."""
        if (lamp, words) != (self._lamp, self._words):
            self._lamp, self._words = lamp, words
            self._show_state()

    def _show_state(self) -> None:
        lamp, words = self._lamp, self._words
        self.setAccessibleName(f"{lamp.words} {words}".strip())
        self.setToolTip(words or lamp.words)
        self._restyle()

    def sizeHint(self) -> QSize:
        """The shape and its words."""
        side = self._look.px(18)
        if not self._words:
            return QSize(side, side)
        font = self._look.font(TextStep.BODY, Weight.MEDIUM)
        width = side + self._look.px(6) + text_width(font, self._words)
        return QSize(round(width), self._look.line_px(TextStep.BODY))

    def minimumSizeHint(self) -> QSize:
        """Words are never clipped."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the shape, then the words in its colour."""
        painter = QPainter(self)
        smooth(painter)
        side = self._look.px(18)
        rect = QRectF(self.rect())
        draw_lamp(painter, QRectF(0, rect.y(), side, rect.height()), self._lamp, self._look.theme)
        if self._words:
            words = rect.adjusted(side + self._look.px(6), 0, 0, 0)
            font = self._look.font(TextStep.BODY, Weight.MEDIUM)
            draw_text(painter, words, self._words, font, self._words_colour())

    def _words_colour(self) -> QColor:
        theme = self._look.theme
        return {Lamp.RED: theme.bad_t, Lamp.YELLOW: theme.warn_t}.get(self._lamp, theme.t1)
