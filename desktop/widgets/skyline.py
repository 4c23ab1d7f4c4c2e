"""Houses at night or by day, behind the first pages: the place this is about."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import blend
from desktop.widgets.base import Themed

# Width and height of each house in pixels at 100 %, far row then near row.
_FAR = ((62, 230), (70, 262), (84, 232), (66, 298), (62, 330), (104, 380), (88, 210), (74, 250))
_NEAR = ((54, 232), (52, 168), (94, 178), (76, 136), (102, 144), (60, 128), (84, 204), (70, 150))
_WINDOW = (6.0, 9.0)
_PITCH = (15.0, 20.0)


class Skyline(Themed):
    """A quiet drawing; the same houses every time. ``night`` is dark in both themes."""

    def __init__(self, look: ThemeProvider, *, night: bool, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._night = night

    def _colours(self) -> tuple[QColor, QColor, QColor, QColor]:
        """Sky above, sky below, far houses, near houses."""
        theme = self._look.theme
        black, white = QColor("#000000"), QColor("#FFFFFF")
        if self._night:
            deep = blend(black, theme.pri, 0.42)
            return deep, theme.pri, blend(white, theme.pri, 0.1), blend(black, theme.pri, 0.32)
        sky = blend(theme.pri, theme.bg, 0.12)
        return sky, theme.bg, blend(theme.pri, theme.bg, 0.14), blend(theme.pri, theme.bg, 0.25)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sky, then the far and the near houses."""
        painter = QPainter(self)
        above, below, far, near = self._colours()
        sky = QLinearGradient(0, 0, 0, self.height())
        sky.setColorAt(0, above)
        sky.setColorAt(1, below)
        painter.fillRect(self.rect(), sky)
        self._paint_row(painter, _FAR, far, every=17)
        self._paint_row(painter, _NEAR, near, every=5)

    def _paint_row(
        self,
        painter: QPainter,
        houses: tuple[tuple[int, int], ...],
        wall: QColor,
        *,
        every: int,
    ) -> None:
        """One row of houses to the right edge; each ``every``-th window is lit."""
        px = self._look.px
        x, index = -px(10), 0
        while x < self.width():
            width, height = houses[index % len(houses)]
            house = QRectF(x, self.height() - px(height), px(width), px(height))
            painter.fillRect(house, wall)
            roof = QRectF(house.center().x() - px(9), house.y() - px(8), px(18), px(8))
            painter.fillRect(roof, wall)
            self._paint_windows(painter, house, wall, (index * 7, every))
            x += px(width + 8)
            index += 1

    def _paint_windows(
        self, painter: QPainter, house: QRectF, wall: QColor, pattern: tuple[int, int]
    ) -> None:
        px = self._look.px
        start, every = pattern
        light = QColor("#FFFFFF") if not self._night else self._look.theme.on_pri
        dark = blend(light, wall, 0.1 if self._night else 0.35)
        lit = blend(self._look.theme.warn, QColor("#FFE9A8"), 0.45)
        columns = int((house.width() - px(10)) // px(_PITCH[0]))
        lines = int((house.height() - px(14)) // px(_PITCH[1]))
        for line in range(lines):
            for column in range(columns):
                seed = start + line * 31 + column * 17 + line * column
                colour = lit if seed % every == 0 and line % 3 != 1 else dark
                left = house.x() + px(8) + column * px(_PITCH[0])
                top = house.y() + px(12) + line * px(_PITCH[1])
                painter.fillRect(QRectF(left, top, px(_WINDOW[0]), px(_WINDOW[1])), colour)
