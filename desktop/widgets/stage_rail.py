"""The stages of something as discs on a line: done, left out, now, and still to come."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from desktop.rows import Stop, StopState
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed
from desktop.widgets.painting import draw_text, smooth, text_width
from sync.i18n import _

_DISC_PX = 24
_GAP_PX = 10
_LINE_PX = 2.0


class StageRail(Themed):
    """Discs on a line. Where the width is short, only the present stage keeps its words."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        self._stops: tuple[Stop, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_stops(self, stops: Sequence[Stop]) -> None:
        """Show these stages."""
        self._stops = tuple(stops)
        spoken = {
            StopState.DONE: _("done"),
            StopState.PASSED: _("passed over"),
            StopState.NOW: _("now"),
            StopState.LATER: _("still to come"),
        }
        said = (f"{one.words} {spoken[one.state]} {one.day}".strip() for one in self._stops)
        self.setAccessibleName(_("; ").join(said))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A disc, its words and its day."""
        height = self._look.px(_DISC_PX + 8)
        height += self._look.line_px(TextStep.SECOND) + self._look.line_px(TextStep.TAG)
        return QSize(round(self._wanted() * max(1, len(self._stops))), height)

    def minimumSizeHint(self) -> QSize:
        """The discs alone."""
        least = self._look.px(_DISC_PX + _GAP_PX) * max(1, len(self._stops))
        return QSize(least, self.sizeHint().height())

    def _wanted(self) -> float:
        """The width that each stop needs to show its words."""
        words = self._fonts()[0]
        widths = [text_width(words, stop.words) for stop in self._stops]
        return max(widths, default=0.0) + self._look.px(8)

    def _fonts(self) -> tuple[QFont, QFont]:
        return self._look.font(TextStep.SECOND, Weight.MEDIUM), self._look.font(TextStep.TAG)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines between the discs, the discs, and the words."""
        if not self._stops:
            return
        painter = QPainter(self)
        smooth(painter)
        width = self.width() / len(self._stops)
        fits = width >= self._wanted()
        for at in range(len(self._stops)):
            self._paint_line(painter, at, width)
        for at, stop in enumerate(self._stops):
            self._paint_disc(painter, at, stop, width)
            if fits or stop.state is StopState.NOW:
                self._paint_words(painter, at, stop, width)

    def _paint_line(self, painter: QPainter, at: int, width: float) -> None:
        if at == 0:
            return
        px, theme = self._look.px, self._look.theme
        reached = self._stops[at].state is not StopState.LATER
        disc = px(_DISC_PX) / 2 + px(4)
        left, right = (at - 0.5) * width + disc, (at + 0.5) * width - disc
        painter.setPen(QPen(theme.ok if reached else theme.line2, _LINE_PX))
        middle = px(_DISC_PX) / 2 + px(2)
        painter.drawLine(round(left), round(middle), round(right), round(middle))

    def _paint_disc(self, painter: QPainter, at: int, stop: Stop, width: float) -> None:
        px, theme = self._look.px, self._look.theme
        side = px(_DISC_PX)
        disc = QRectF((at + 0.5) * width - side / 2, px(2), side, side)
        number = str(at + 1)
        font = self._look.font(TextStep.SECOND, Weight.MEDIUM)
        centre = Qt.AlignmentFlag.AlignCenter
        if stop.state in (StopState.LATER, StopState.PASSED):
            painter.setPen(QPen(theme.control, 1.5))
            painter.setBrush(theme.surface)
            painter.drawEllipse(disc.adjusted(1, 1, -1, -1))
            mark = "–" if stop.state is StopState.PASSED else number
            draw_text(painter, disc, mark, font, theme.t2, centre)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        fill: QColor = theme.ok if stop.state is StopState.DONE else theme.pri
        painter.setBrush(fill)
        painter.drawEllipse(disc)
        if stop.state is StopState.DONE:
            inner = disc.adjusted(px(5), px(5), -px(5), -px(5))
            self._look.icons.paint(painter, "check", theme.surface, inner)
        else:
            draw_text(painter, disc, number, font, theme.on_pri, centre)

    def _paint_words(self, painter: QPainter, at: int, stop: Stop, width: float) -> None:
        look, theme = self._look, self._look.theme
        words, day = self._fonts()
        is_now = stop.state is StopState.NOW
        said = text_width(words, stop.words)
        shows_day = is_now or text_width(day, stop.day) <= width
        wide = max(width, said, text_width(day, stop.day) if shows_day else 0) + look.px(4)
        left = min(max(0.0, (at + 0.5) * width - wide / 2), max(0.0, self.width() - wide))
        top = look.px(_DISC_PX + 6)
        line = QRectF(left, top, wide, look.line_px(TextStep.SECOND))
        centre = Qt.AlignmentFlag.AlignCenter
        colour = theme.pri_t if is_now else theme.t1
        draw_text(painter, line, stop.words, words, colour, centre)
        if not shows_day:
            return
        below = QRectF(left, line.bottom(), wide, look.line_px(TextStep.TAG))
        draw_text(painter, below, stop.day, day, theme.t2, centre)
