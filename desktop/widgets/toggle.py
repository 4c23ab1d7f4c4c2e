"""Yes or no: the check box, the radio button and the switch."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.metrics import Radius
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import PaintedButton
from desktop.widgets.painting import (
    draw_focus_ring,
    draw_panel,
    draw_text,
    draw_tick,
    fill_round,
    text_width,
)


class _Toggle(PaintedButton):
    """A mark with words at its right."""

    _mark_width = 20

    def __init__(self, look: ThemeProvider, words: str, parent: QWidget | None = None) -> None:
        super().__init__(look, words, parent)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _body_size(self) -> QSize:
        px = self._look.px
        width = px(self._mark_width + 8)
        if self._words:
            width += px(8) + round(text_width(self._look.font(TextStep.BODY), self._words))
        return QSize(width, px(32))

    def _paint_body(self, painter: QPainter, rect: QRectF) -> None:
        px = self._look.px
        mark = QRectF(px(4), rect.center().y() - px(10), px(self._mark_width), px(20))
        if self.shows_ring:
            around = mark.adjusted(-px(4), -px(4), px(4), px(4))
            draw_focus_ring(painter, around, self._ring_radius(), self._look.theme)
        self._paint_mark(painter, mark)
        words = rect.adjusted(px(self._mark_width + 14), 0, 0, 0)
        font = self._look.font(TextStep.BODY)
        draw_text(painter, words, self._words, font, self._look.theme.t1)

    def _ring_radius(self) -> float:
        return float(self._look.px(Radius.CONTROL))

    def _paint_mark(self, painter: QPainter, mark: QRectF) -> None:
        raise NotImplementedError


class CheckBox(_Toggle):
    """One of several that may be on together."""

    def _paint_mark(self, painter: QPainter, mark: QRectF) -> None:
        theme, radius = self._look.theme, self._look.px(5)
        if self.isChecked():
            fill_round(painter, mark, radius, theme.pri)
            draw_tick(painter, mark, theme.on_pri)
        else:
            draw_panel(painter, mark, radius, theme.surface, theme.control, 1.5)


class RadioBox(_Toggle):
    """One of several of which one is on. Put them in one parent: Qt keeps them exclusive."""

    def __init__(self, look: ThemeProvider, words: str, parent: QWidget | None = None) -> None:
        super().__init__(look, words, parent)
        self.setAutoExclusive(True)

    def _ring_radius(self) -> float:
        return self._look.px(28) / 2

    def _paint_mark(self, painter: QPainter, mark: QRectF) -> None:
        draw_radio(painter, self._look, mark, self.isChecked())


class Switch(_Toggle):
    """On or off at once. The knob's side and its ring tell without colour."""

    _mark_width = 40

    def _ring_radius(self) -> float:
        return self._look.px(28) / 2

    def _paint_mark(self, painter: QPainter, mark: QRectF) -> None:
        theme, px = self._look.theme, self._look.px
        radius = mark.height() / 2
        if self.isChecked():
            fill_round(painter, mark, radius, theme.pri)
            painter.setBrush(theme.on_pri)
            painter.drawEllipse(QPointF(mark.right() - radius, mark.center().y()), px(8), px(8))
            return
        draw_panel(painter, mark, radius, theme.surface, theme.control, 1.5)
        painter.setPen(QPen(theme.control, 1))
        painter.setBrush(theme.control)
        painter.drawEllipse(QPointF(mark.left() + radius, mark.center().y()), px(7), px(7))


def draw_radio(painter: QPainter, look: ThemeProvider, mark: QRectF, chosen: bool) -> None:
    """The mark of a radio button in ``mark``."""
    theme, px = look.theme, look.px
    side = min(mark.width(), mark.height())
    centre = mark.center()
    if chosen:
        painter.setPen(QPen(theme.pri, px(5)))
        painter.setBrush(theme.on_pri)
        painter.drawEllipse(centre, side / 2 - px(3), side / 2 - px(3))
        return
    painter.setPen(QPen(theme.control, 1.5))
    painter.setBrush(theme.surface)
    painter.drawEllipse(centre, side / 2 - 1, side / 2 - 1)
