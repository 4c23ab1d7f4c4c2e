"""How far something is: bars that keep small counts visible, a ring, and the steps of a start."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed
from desktop.widgets.painting import draw_text, fill_round, smooth, text_width
from sync.i18n import _

LEAST_PART_PX = 6


@dataclass(frozen=True)
class Part:
    """One part of a bar. ``colour`` names a token of ``Theme``."""

    count: int
    colour: str = "pri"
    words: str = ""


class CountBar(Themed):
    """Parts of a whole, each at least a few pixels wide; the page prints the numbers beside it."""

    def __init__(
        self,
        look: ThemeProvider,
        parts: Sequence[Part] = (),
        in_all: int = 0,
        *,
        height: int = 8,
    ) -> None:
        super().__init__(look)
        self._thickness = height
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_parts(parts, in_all)

    def set_parts(self, parts: Sequence[Part], in_all: int) -> None:
        """Show ``parts`` out of ``in_all``; an empty whole shows an empty track."""
        self._parts = tuple(parts)
        self._in_all = in_all
        spoken = [f"{part.words} {part.count}".strip() for part in self._parts]
        of_all = _("{so_far} of {in_all}").format(
            so_far=sum(part.count for part in self._parts), in_all=in_all
        )
        self.setAccessibleName(_("; ").join([of_all, *spoken]))
        self.update()

    def sizeHint(self) -> QSize:
        """A thin bar."""
        return QSize(self._look.px(80), self._look.px(self._thickness))

    def minimumSizeHint(self) -> QSize:
        """It may become short, not thinner."""
        return QSize(self._look.px(24), self._look.px(self._thickness))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the track, then the parts."""
        painter = QPainter(self)
        smooth(painter)
        draw_bar(painter, self._look, QRectF(self.rect()), self._parts, self._in_all)


def draw_bar(
    painter: QPainter, look: ThemeProvider, rect: QRectF, parts: Sequence[Part], in_all: int
) -> None:
    """A bar in ``rect``: no part that counts something is narrower than a few pixels."""
    radius = rect.height() / 2
    fill_round(painter, rect, radius, look.theme.mute_bg)
    counted = [part for part in parts if part.count > 0]
    if not counted or in_all <= 0:
        return
    painter.save()
    painter.setClipRect(rect)
    x, gap, least = rect.x(), float(look.px(2)), float(look.px(LEAST_PART_PX))
    for i, part in enumerate(counted):
        width = max(least, rect.width() * part.count / in_all)
        room = rect.right() - x
        colour: QColor = getattr(look.theme, part.colour)
        ends_whole = i == len(counted) - 1 and x + width >= rect.right() - 1
        piece = QRectF(x, rect.y(), min(width, room), rect.height())
        _draw_part(painter, piece, radius, colour, (i == 0, ends_whole))
        x += width + gap
    painter.restore()


def _draw_part(
    painter: QPainter, piece: QRectF, radius: float, colour: QColor, rounded: tuple[bool, bool]
) -> None:
    """A part whose outer ends are round, at the left and the right end of the bar."""
    at_left, at_right = rounded
    fill_round(painter, piece, min(radius, piece.width() / 2), colour)
    half = piece.width() / 2
    if not at_left:
        painter.drawRect(piece.adjusted(0, 0, -half, 0))
    if not at_right:
        painter.drawRect(piece.adjusted(half, 0, 0, 0))


class ProgressRing(Themed):
    """A small ring for work in the background; ``share`` runs from 0 to 1."""

    def __init__(
        self, look: ThemeProvider, share: float = 0.0, parent: QWidget | None = None
    ) -> None:
        super().__init__(look, parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_share(share)

    def set_share(self, share: float) -> None:
        """Show another share."""
        self._share = min(1.0, max(0.0, share))
        self.setAccessibleName(f"{round(self._share * 100)}%")
        self.update()

    def sizeHint(self) -> QSize:
        """A small square."""
        side = self._look.px(22)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the track and the share, from the top clockwise."""
        painter = QPainter(self)
        smooth(painter)
        width = self._look.px(3)
        inner = QRectF(self.rect()).adjusted(width, width, -width, -width)
        painter.setPen(QPen(self._look.theme.mute_bg, width))
        painter.drawEllipse(inner)
        painter.setPen(QPen(self._look.theme.pri, width))
        painter.drawArc(inner, 90 * 16, round(-self._share * 360 * 16))


class StepBar(Themed):
    """The numbered steps of a start; finished ones and the current one carry a full line."""

    def __init__(self, look: ThemeProvider, steps: Sequence[str], current: int = 0) -> None:
        super().__init__(look)
        self._steps = tuple(steps)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_current(current)

    def set_current(self, current: int) -> None:
        """Show the step at ``current``, counted from 0."""
        self._current = current
        self.setAccessibleName(f"{current + 1} / {len(self._steps)} {self._steps[current]}")
        self.update()

    def sizeHint(self) -> QSize:
        """All steps at the width of the widest."""
        px = self._look.px
        font = self._look.font(TextStep.SECOND, Weight.MEDIUM)
        widest = max(text_width(font, f"{i + 1}  {s}") for i, s in enumerate(self._steps))
        width = round(widest + px(16)) * len(self._steps)
        return QSize(width, px(12) + self._look.line_px(TextStep.SECOND))

    def minimumSizeHint(self) -> QSize:
        """Words are never clipped."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a line and the words for each step."""
        painter = QPainter(self)
        smooth(painter)
        theme, px = self._look.theme, self._look.px
        gap = px(10)
        width = (self.width() - gap * (len(self._steps) - 1)) / len(self._steps)
        for i, step in enumerate(self._steps):
            x = i * (width + gap)
            line = QRectF(x, 0, width, px(4))
            fill_round(painter, line, px(2), theme.pri if i <= self._current else theme.mute_bg)
            weight = Weight.MEDIUM if i == self._current else Weight.REGULAR
            font = self._look.font(TextStep.SECOND, weight)
            colour = theme.t1 if i == self._current else theme.t2
            words = QRectF(x, px(10), width, self._look.line_px(TextStep.SECOND))
            draw_text(painter, words, f"{i + 1}  {step}", font, colour, Qt.AlignmentFlag.AlignLeft)
