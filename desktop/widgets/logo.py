"""The mark of the product: a door that stands open."""

from PySide6.QtCore import QByteArray, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed
from desktop.widgets.painting import smooth
from resources import resource


class Logo(Themed):
    """The mark as a square of ``px`` pixels at 100 %."""

    def __init__(self, look: ThemeProvider, px: int = 30, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._side = px
        self._drawing = QSvgRenderer(QByteArray(resource("icons", "app", "logo.svg").read_bytes()))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A square."""
        side = self._look.px(self._side)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the drawing."""
        painter = QPainter(self)
        smooth(painter)
        self._drawing.render(painter, QRectF(self.rect()))
