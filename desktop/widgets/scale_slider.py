"""The text size, in steps that apply at once."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy

from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.painting import draw_text, fill_round, smooth

STEPS = (1.0, 1.25, 1.5, 1.75, 2.0)


class ScaleSlider(QAbstractSlider):
    """A track with five stops, from 100 % to 200 %. Arrows and clicks move the knob.

    To Qt and to screen readers it is a slider over the stops, counted from 0.

    Signals:
        changed: the size that a person chose, 1.0 to 2.0.
    """

    changed = Signal(float)

    def __init__(self, look: ThemeProvider, name: str) -> None:
        super().__init__()
        self._look = look
        self._name = name
        self._step = 0
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, len(STEPS) - 1)
        look.changed.connect(self._restyle)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_value(look.scale)

    def chosen(self) -> float:
        """The size chosen."""
        return STEPS[self._step]

    def set_value(self, value: float) -> None:
        """Show the step nearest to ``value``, without a signal."""
        self._step = min(range(len(STEPS)), key=lambda step: abs(STEPS[step] - value))
        self.setValue(self._step)
        self.setAccessibleName(f"{self._name} {_percent(self.chosen())}")
        self.update()

    def sizeHint(self) -> QSize:
        """Stops with their numbers below."""
        return QSize(self._look.px(60) * len(STEPS), self._look.px(52))

    def minimumSizeHint(self) -> QSize:
        """The numbers never run into each other."""
        return QSize(self._look.px(46) * len(STEPS), self.sizeHint().height())

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling past it changes nothing."""
        event.ignore()

    def _stops(self) -> list[float]:
        edge = self._look.px(20)
        span = self.width() - 2 * edge
        return [edge + span * i / (len(STEPS) - 1) for i in range(len(STEPS))]

    def _move(self, step: int) -> None:
        if step != self._step and 0 <= step < len(STEPS):
            self.set_value(STEPS[step])
            self.changed.emit(self.chosen())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move by one step."""
        if event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Up):
            self._move(self._step + 1)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Down):
            self._move(self._step - 1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump to the stop nearest to the click."""
        stops = self._stops()
        at = event.position().x()
        self._move(min(range(len(stops)), key=lambda step: abs(stops[step] - at)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the track, the stops, the knob and the numbers."""
        painter = QPainter(self)
        smooth(painter)
        theme, px, stops = self._look.theme, self._look.px, self._stops()
        middle = float(px(14))
        track = QRectF(stops[0], middle - px(2), stops[-1] - stops[0], px(4))
        fill_round(painter, track, px(2), theme.mute_bg)
        for i, x in enumerate(stops):
            painter.setPen(QPen(theme.surface, px(2)))
            painter.setBrush(theme.control)
            painter.drawEllipse(QPointF(x, middle), px(3), px(3))
            weight = Weight.MEDIUM if i == self._step else Weight.REGULAR
            colour = theme.pri_t if i == self._step else theme.t2
            numbers = QRectF(x - px(30), px(30), px(60), px(18))
            font = self._look.font(TextStep.NOTE, weight)
            words = _percent(STEPS[i])
            draw_text(painter, numbers, words, font, colour, Qt.AlignmentFlag.AlignCenter)
        self._paint_knob(painter, QPointF(stops[self._step], middle))

    def _paint_knob(self, painter: QPainter, centre: QPointF) -> None:
        theme, px = self._look.theme, self._look.px
        if self.hasFocus():
            painter.setPen(QPen(theme.ring, 2))
            painter.setBrush(theme.surface)
            painter.drawEllipse(centre, px(13), px(13))
        painter.setPen(QPen(theme.pri, px(4)))
        painter.setBrush(theme.surface)
        painter.drawEllipse(centre, px(8), px(8))


def _percent(value: float) -> str:
    return f"{round(value * 100)}%"
