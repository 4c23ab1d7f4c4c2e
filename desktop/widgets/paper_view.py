"""One page as it will be printed, small enough to stand beside what it is made from."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, QSizeF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed
from desktop.widgets.painting import smooth

_EDGE_PX = 16
_PAPER = QColor("#FFFFFF")
"""Paper is white, also where the screen is dark."""


class PaperView(Themed):
    """Paints a page with the very painter that prints it. ``size`` is the page's, in its units."""

    def __init__(self, look: ThemeProvider, size: QSizeF, name: str) -> None:
        super().__init__(look)
        self._page = size
        self._paint: Callable[[QPainter], None] | None = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_page(self, paint: Callable[[QPainter], None] | None) -> None:
        """Show another page, or none."""
        self._paint = paint
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A page keeps its shape."""
        super().resizeEvent(event)
        self.updateGeometry()

    def _height(self, width: int) -> int:
        """The page, with an edge around it."""
        edge = 2 * self._look.px(_EDGE_PX)
        return round((width - edge) * self._page.height() / self._page.width()) + edge

    def sizeHint(self) -> QSize:
        """Wide enough to be told apart, not to be read: the printed page is opened by itself."""
        return QSize(self._look.px(300), self._height(self.width()))

    def minimumSizeHint(self) -> QSize:
        """It may become narrow."""
        return QSize(self._look.px(160), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the paper, and on it the page."""
        painter = QPainter(self)
        smooth(painter)
        theme, edge = self._look.theme, self._look.px(_EDGE_PX)
        painter.fillRect(self.rect(), theme.sunken)
        wide = self.width() - 2 * edge
        scale = wide / self._page.width()
        sheet = QRectF(edge, edge, wide, self._page.height() * scale)
        painter.fillRect(sheet.adjusted(-1, -1, 1, 1), theme.line2)
        painter.fillRect(sheet, _PAPER)
        if self._paint is None:
            return
        painter.setClipRect(sheet)
        painter.translate(sheet.topLeft())
        painter.scale(scale, scale)
        self._paint(painter)
