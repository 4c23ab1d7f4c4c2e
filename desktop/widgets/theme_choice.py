"""Light, dark, or as the computer has it: three small windows to choose from."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Radius
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import Theme, ThemeName, load_theme
from desktop.widgets.base import PaintedButton, Themed
from desktop.widgets.flow import EvenFlow
from desktop.widgets.painting import (
    RING_GAP_PX,
    draw_focus_ring,
    draw_panel,
    draw_text,
    fill_round,
    text_width,
)
from desktop.widgets.toggle import draw_radio

_WINDOW_PX = 86
_LINE_PX = 32
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
}


class _Pane(PaintedButton):
    """One choice: a small window in its colours, and a radio mark with its name below."""

    stepped = Signal(int)

    def __init__(
        self, look: ThemeProvider, key: str, words: str, themes: Sequence[Theme], parent: QWidget
    ) -> None:
        super().__init__(look, words, parent)
        self.key = key
        self._themes = themes
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move between the choices."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or event.modifiers():
            super().keyPressEvent(event)
            return
        self.stepped.emit(step)

    def _body_size(self) -> QSize:
        px = self._look.px
        words = text_width(self._look.font(TextStep.BODY, Weight.MEDIUM), self._words)
        return QSize(max(px(150), round(words) + px(36)), px(_WINDOW_PX + _LINE_PX + 4))

    def _paint_body(self, painter: QPainter, rect: QRectF) -> None:
        theme, px = self._look.theme, self._look.px
        frame = QRectF(rect.x(), rect.y(), rect.width(), px(_WINDOW_PX))
        radius = px(Radius.CARD)
        if self.shows_ring:
            frame = draw_focus_ring(painter, frame, radius, theme)
            frame = frame.adjusted(-RING_GAP_PX, -RING_GAP_PX, RING_GAP_PX, RING_GAP_PX)
        chosen = self.isChecked()
        edge = theme.pri if chosen else theme.line2
        draw_panel(painter, frame, radius, theme.surface, edge, 2.0 if chosen else 1.0)
        inside = frame.adjusted(px(7), px(7), -px(7), -px(7))
        width = inside.width() / len(self._themes)
        for at, shown in enumerate(self._themes):
            part = QRectF(inside.x() + at * width, inside.y(), width, inside.height())
            self._paint_window(painter, inside, part, shown)
        self._paint_words(painter, QRectF(rect.x(), frame.bottom() + px(4), 0, px(_LINE_PX)))

    def _paint_window(self, painter: QPainter, whole: QRectF, part: QRectF, shown: Theme) -> None:
        """A sidebar, a bar and a card with two lines, in the colours of ``shown``."""
        px = self._look.px
        painter.save()
        clip = QPainterPath()
        clip.addRoundedRect(whole, px(5), px(5))
        painter.setClipPath(clip)
        painter.setClipRect(part, Qt.ClipOperation.IntersectClip)
        painter.fillRect(part, shown.bg)
        side = QRectF(part.x(), part.y(), part.width() * 0.24, part.height())
        painter.fillRect(side, shown.sidebar)
        left, top = side.x() + side.width() * 0.24, side.y() + px(10)
        for at, colour in enumerate((shown.pri, shown.t3)):
            bar = QRectF(left, top + at * px(9), side.width() * 0.5, px(4))
            fill_round(painter, bar, px(2), colour)
        card = part.adjusted(side.width() * 1.25, px(28), -part.width() * 0.08, -px(16))
        head = QRectF(card.x(), part.y() + px(10), card.width(), px(11))
        draw_panel(painter, head, px(3), shown.surface, shown.line)
        draw_panel(painter, card, px(4), shown.surface, shown.line)
        for at, (share, colour) in enumerate(((0.36, shown.t1), (0.64, shown.t2))):
            bar = QRectF(card.x() + px(8), card.y() + px(7 + 9 * at), card.width() * share, px(4))
            fill_round(painter, bar, px(2), colour)
        painter.restore()

    def _paint_words(self, painter: QPainter, line: QRectF) -> None:
        look, px = self._look, self._look.px
        mark = QRectF(line.x() + px(2), line.center().y() - px(10), px(20), px(20))
        draw_radio(painter, look, mark, self.isChecked())
        font = look.font(TextStep.BODY)
        words = QRectF(line.x() + px(30), line.y(), self.width() - px(30), line.height())
        draw_text(painter, words, self._words, font, look.theme.t1)


class ThemeChoice(Themed):
    """Three small windows; exactly one is chosen. Arrows move and choose.

    Signals:
        changed: the key that a person chose: ``light``, ``dark`` or the key of both.
    """

    changed = Signal(str)

    def __init__(self, look: ThemeProvider, words: Mapping[str, str], name: str) -> None:
        super().__init__(look)
        self.setAccessibleName(name)
        flow = EvenFlow(look, self, gap=16)
        self._panes: list[_Pane] = []
        for key, said in words.items():
            names = [ThemeName(key)] if key in set(ThemeName) else list(ThemeName)
            pane = _Pane(look, key, said, [load_theme(one) for one in names], self)
            pane.clicked.connect(self._settle)
            pane.stepped.connect(self._move)
            self._panes.append(pane)
            flow.addWidget(pane)

    def choose(self, key: str) -> None:
        """Show ``key`` as chosen, without a signal."""
        for pane in self._panes:
            pane.setChecked(pane.key == key)

    def chosen(self) -> str:
        """The chosen key."""
        return next((pane.key for pane in self._panes if pane.isChecked()), "")

    def panes(self) -> tuple[_Pane, ...]:
        """The choices, in the order shown."""
        return tuple(self._panes)

    def _settle(self) -> None:
        pressed = self.sender()
        if isinstance(pressed, _Pane):
            self.choose(pressed.key)
            self.changed.emit(pressed.key)

    def _move(self, step: int) -> None:
        focused = next((i for i, pane in enumerate(self._panes) if pane.hasFocus()), 0)
        target = self._panes[(focused + step) % len(self._panes)]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        target.click()
