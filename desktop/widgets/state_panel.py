"""What stands where content would: nothing to do, not here, failed, or still loading."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop.rows import Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Radius
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, add_gap, scaled
from desktop.widgets.button import Button
from desktop.widgets.painting import fill_round, smooth
from desktop.widgets.text import Text

_CENTRE = Qt.AlignmentFlag.AlignHCenter


class StatePanel(Themed):
    """An icon on a disc, one line, one reason, one next step.

    Signals:
        pressed: the next step was pressed.
    """

    pressed = Signal()

    def __init__(self, look: ThemeProvider, icon: str, tone: Tone) -> None:
        super().__init__(look)
        column = scaled(look, QVBoxLayout(self), (24, 8, 24, 8), 4)
        self._disc = IconDisc(look, icon, tone)
        self._title = Text(look, "", TextStep.TITLE, weight=Weight.BOLD, wraps=True)
        self._detail = Text(look, "", TextStep.SECOND, colour="t2", wraps=True)
        for text in (self._title, self._detail):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._has_detail = False
        self.button = Button(look, "")
        self.button.clicked.connect(self.pressed)
        column.addStretch(1)
        self._disc_part = QWidget()
        disc = scaled(look, QVBoxLayout(self._disc_part), (0, 0, 0, 8))
        disc.addWidget(self._disc, 0, _CENTRE)
        column.addWidget(self._disc_part, 0, _CENTRE)
        column.addWidget(self._title)
        column.addWidget(self._detail)
        add_gap(look, column, 8)
        column.addWidget(self.button, 0, _CENTRE)
        column.addStretch(1)

    def say(self, title: str, detail: str = "", action: str = "") -> None:
        """Show a line, a reason, and the words of the next step; what is empty is left out."""
        self._title.set_text(title)
        self._detail.set_text(detail)
        self._has_detail = bool(detail)
        self._detail.setVisible(self._has_detail)
        self.button.set_words(action)
        self.button.setVisible(bool(action))
        self.setAccessibleName(f"{title} {detail}".strip())
        self._fit()

    def _disc_px(self) -> int:
        return self._disc_part.sizeHint().height() + self._look.px(4)

    def minimumSizeHint(self) -> QSize:
        """In a low window the words stand alone."""
        least = super().minimumSizeHint()
        taken = 0 if self._disc_part.isHidden() else self._disc_px()
        taken += 0 if self._detail.isHidden() else self._detail.sizeHint().height()
        return QSize(least.width(), least.height() - taken)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the disc out where the words need its room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Also when the words change: longer ones may come to a panel that keeps its size."""
        layout = self.layout()
        assert layout is not None
        self._detail.setVisible(self._has_detail)
        layout.invalidate()
        needed = layout.minimumHeightForWidth(self.width())
        needed += self._disc_px() if self._disc_part.isHidden() else 0
        self._disc_part.setVisible(self.height() >= needed)
        least = needed - self._disc_px()
        self._detail.setVisible(self._has_detail and self.height() >= least)
        layout.activate()


class EmptyState(StatePanel):
    """All done here."""

    def __init__(self, look: ThemeProvider, title: str, detail: str = "", action: str = "") -> None:
        super().__init__(look, "check", Tone.OK)
        self.say(title, detail, action)


class ErrorState(StatePanel):
    """Something failed: what, why, one button."""

    def __init__(self, look: ThemeProvider, title: str, detail: str = "", action: str = "") -> None:
        super().__init__(look, "warning", Tone.WARN)
        self.say(title, detail, action)


class NotHereState(StatePanel):
    """The record is not on this computer; say which grid holds it."""

    def __init__(self, look: ThemeProvider, title: str, detail: str = "", action: str = "") -> None:
        super().__init__(look, "cloud-slash", Tone.NEUTRAL)
        self.say(title, detail, action)


class IconDisc(Themed):
    """An icon on a disc of its tone; ``square`` draws a rounded square instead."""

    def __init__(
        self,
        look: ThemeProvider,
        icon: str,
        tone: Tone = Tone.NEUTRAL,
        *,
        px: int = 52,
        square: bool = False,
    ) -> None:
        super().__init__(look)
        self._icon = icon
        self._tone = tone
        self._side = px
        self._square = square
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, icon: str, tone: Tone) -> None:
        """Show another icon."""
        self._icon = icon
        self._tone = tone
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        side = self._look.px(self._side)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the disc and the icon."""
        painter = QPainter(self)
        smooth(painter)
        rect = QRectF(self.rect())
        shades = self._look.theme.shades(self._tone)
        radius = self._look.px(Radius.CONTROL) if self._square else rect.height() / 2
        fill_round(painter, rect, radius, shades.ground)
        inset = rect.width() * 0.27
        inner = rect.adjusted(inset, inset, -inset, -inset)
        self._look.icons.paint(painter, self._icon, shades.text, inner)


class Skeleton(Themed):
    """Grey rows while data loads for more than a moment. They do not move."""

    def __init__(self, look: ThemeProvider, rows: int = 4) -> None:
        super().__init__(look)
        self._rows = rows
        self.setMinimumHeight(0)

    def sizeHint(self) -> QSize:
        """The rows asked for."""
        return QSize(self._look.px(240), self._rows * self._look.px(40))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a square and two bars a row."""
        painter = QPainter(self)
        smooth(painter)
        px, theme = self._look.px, self._look.theme
        left = px(52)
        for i in range(self._rows):
            top = i * px(40) + px(8)
            fill_round(painter, QRectF(px(18), top + px(3), px(20), px(20)), px(5), theme.line)
            for offset, share in ((0, 0.46), (18, 0.68)):
                width = (self.width() - left - px(18)) * share
                bar = QRectF(left, top + px(offset), width, px(9))
                fill_round(painter, bar, px(4), theme.line)
