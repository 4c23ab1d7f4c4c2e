"""Key caps with what they do, as in the status bar and the key sheet."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed
from desktop.widgets.painting import draw_keycap, draw_text, keycap_width, smooth, text_width


class KeyHint(Themed):
    """One or more key caps and the words for what they do."""

    def __init__(
        self,
        look: ThemeProvider,
        keys: Sequence[str],
        words: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, parent)
        self._size: QSize | None = None
        self.say(keys, words)

    def say(self, keys: Sequence[str], words: str) -> None:
        """Tell of other keys."""
        self._keys = tuple(keys)
        self._words = words
        self.setAccessibleName(f"{' '.join(keys)} {words}".strip())
        self._restyle()

    def _restyle(self) -> None:
        self._size = None
        super()._restyle()

    def sizeHint(self) -> QSize:
        """The caps, then the words."""
        if self._size is None:
            self._size = self._measured()
        return self._size

    def _measured(self) -> QSize:
        px = self._look.px
        width = sum(keycap_width(self._look, key) for key in self._keys)
        width += px(4) * (len(self._keys) - 1)
        if self._words:
            width += px(6) + round(text_width(self._look.font(TextStep.NOTE), self._words))
        return QSize(width, px(22))

    def minimumSizeHint(self) -> QSize:
        """Nothing of it is clipped."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint caps and words."""
        painter = QPainter(self)
        smooth(painter)
        px = self._look.px
        x, height = 0.0, self.height()
        for key in self._keys:
            width = keycap_width(self._look, key)
            draw_keycap(painter, self._look, QRectF(x, 0, width, height), key)
            x += width + px(4)
        if self._words:
            rect = QRectF(x + px(2), 0, self.width() - x, height)
            font = self._look.font(TextStep.NOTE)
            draw_text(painter, rect, self._words, font, self._look.theme.t2)
