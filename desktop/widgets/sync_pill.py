"""Where the records are: the pill at the top right, in four states."""

from enum import StrEnum

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.rows import Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import blend
from desktop.widgets.base import PaintedButton
from desktop.widgets.painting import draw_focus_ring, draw_panel, draw_text, text_width


class SyncState(StrEnum):
    """Offline is normal, so it is grey and never red."""

    OFFLINE = "offline"
    SYNCING = "syncing"
    SYNCED = "synced"
    NEEDS_YOU = "needs_you"


_LOOKS = {
    SyncState.OFFLINE: (Tone.NEUTRAL, "cloud-slash"),
    SyncState.SYNCING: (Tone.PRIMARY, "arrows-clockwise"),
    SyncState.SYNCED: (Tone.OK, "cloud-check"),
    SyncState.NEEDS_YOU: (Tone.WARN, "warning-circle"),
}


class SyncPill(PaintedButton):
    """Says the state in words and a figure; pressing it opens the sync centre (``clicked``)."""

    def __init__(self, look: ThemeProvider, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(look, words, parent)
        self._state = SyncState.OFFLINE
        self._figure = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def state(self) -> SyncState:
        """The state shown."""
        return self._state

    def show_state(self, state: SyncState, words: str, figure: str = "") -> None:
        """Show ``words`` and, after a dot, ``figure``: how many wait, how far, since when."""
        self._state = state
        self._figure = figure
        self.set_words(words)
        self.updateGeometry()  # The same words may stand beside a longer figure.
        self.update()
        self.setAccessibleName(f"{words} {figure}".strip())

    def _text(self) -> str:
        return f"{self._words} · {self._figure}" if self._figure else self._words

    def _body_size(self) -> QSize:
        px = self._look.px
        words = text_width(self._look.font(TextStep.SECOND, Weight.MEDIUM), self._text())
        return QSize(round(words) + px(12 + 18 + 7 + 8 + 12 + 13), px(32))

    def _paint_body(self, painter: QPainter, rect: QRectF) -> None:
        theme, px = self._look.theme, self._look.px
        tone, icon = _LOOKS[self._state]
        shades = theme.shades(tone)
        body = rect
        if self.shows_ring:
            body = draw_focus_ring(painter, rect, rect.height() / 2, theme)
        edge = theme.line2 if tone is Tone.NEUTRAL else blend(shades.mark, shades.ground, 0.42)
        draw_panel(painter, body, body.height() / 2, shades.ground, edge)
        middle = rect.center().y()
        at = QRectF(px(12), middle - px(9), px(18), px(18))
        self._look.icons.paint(painter, icon, shades.text, at)
        font = self._look.font(TextStep.SECOND, Weight.MEDIUM)
        words = QRectF(px(37), 0, rect.width() - px(37 + 30), rect.height())
        draw_text(painter, words, self._text(), font, shades.text)
        caret = QRectF(rect.right() - px(25), middle - px(6), px(12), px(12))
        self._look.icons.paint(painter, "caret-down", shades.text, caret)
