"""Printed pages one below the other, painted by what prints them."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QVBoxLayout

from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import NO_MARGINS, Themed, scaled
from desktop.widgets.painting import smooth
from sync.i18n import N_, _

Paint = Callable[[QPainter, int], None]
"""Paints a page by its number from 0, in the units of its size."""

_EDGE_PX: Final = 14
_WIDEST_PX: Final = 794
_PAPER: Final = QColor("#FFFFFF")
"""Paper is white, also where the screen is dark."""


class PageView(Themed):
    """As wide as there is room, never wider than the paper is. Only what is seen is painted.

    Signals:
        turned: the page (from 0) that is seen now.
    """

    turned = Signal(int)

    def __init__(self, look: ThemeProvider, size: QSizeF, name: str) -> None:
        super().__init__(look)
        self._name = name
        self._canvas = _Canvas(look, size)
        column = scaled(look, QVBoxLayout(self), NO_MARGINS, 0)
        column.addWidget(self._canvas)
        self.setFocusProxy(self._canvas.verticalScrollBar())
        self._canvas.verticalScrollBar().valueChanged.connect(self._tell)
        self._page = 0
        self.show_pages(0, None)

    @property
    def page(self) -> int:
        """The page that is seen."""
        return self._page

    def show_pages(self, count: int, paint: Paint | None) -> None:
        """Show other pages, from the first one."""
        self._canvas.show_pages(count, paint)
        self._canvas.verticalScrollBar().setValue(0)
        self._page = -1
        self._tell()

    def go_to(self, page: int) -> None:
        """Bring a page to the top."""
        self._canvas.verticalScrollBar().setValue(self._canvas.top_of(page))

    def turn_by(self, step: int) -> None:
        """So many pages on, or back."""
        self.go_to(max(0, min(self._canvas.count - 1, self._page + step)))

    def _tell(self) -> None:
        page = self._canvas.seen()
        if page != self._page:
            self._page = page
            told = _(N_("{name}, page {page} of {pages}")).format(
                name=self._name, page=page + 1, pages=self._canvas.count
            )
            self._canvas.verticalScrollBar().setAccessibleName(told)
            self.turned.emit(page)


class _Canvas(QAbstractScrollArea):
    """The pages and their scroll bar."""

    def __init__(self, look: ThemeProvider, size: QSizeF) -> None:
        super().__init__()
        self._look = look
        self._size = size
        self._paint: Paint | None = None
        self.count = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The bar takes the keyboard: it knows all keys that scroll, and says what it is.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalScrollBar().setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        look.changed.connect(self._measure)

    def show_pages(self, count: int, paint: Paint | None) -> None:
        """Show other pages."""
        self.count, self._paint = count, paint
        self._measure()

    def seen(self) -> int:
        """The page at a third of what is seen from above."""
        at = self.verticalScrollBar().value() + self.viewport().height() // 3
        return max(0, min(self.count - 1, at // self._step())) if self.count else 0

    def top_of(self, page: int) -> int:
        """Where a page begins."""
        return page * self._step()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As wide as there is room; the page that is seen stays."""
        page = self.seen()
        super().resizeEvent(event)
        self._measure()
        if page:
            self.verticalScrollBar().setValue(self.top_of(page))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pages that are seen."""
        painter = QPainter(self.viewport())
        smooth(painter)
        theme = self._look.theme
        painter.fillRect(event.rect(), theme.sunken)
        top = self.verticalScrollBar().value()
        first = top // self._step()
        last = (top + self.viewport().height()) // self._step()
        for page in range(first, min(last + 1, self.count)):
            self._paint_page(painter, page, self.top_of(page) - top)

    def _paint_page(self, painter: QPainter, page: int, top: int) -> None:
        width, edge = self._width(), self._look.px(_EDGE_PX)
        left = (self.viewport().width() - width) / 2
        sheet = QRectF(left, top + edge, width, self._height())
        painter.fillRect(sheet.adjusted(-1, -1, 1, 1), self._look.theme.line2)
        painter.fillRect(sheet, _PAPER)
        if self._paint is None:
            return
        painter.save()
        painter.setClipRect(sheet)
        painter.translate(sheet.topLeft())
        scale = width / self._size.width()
        painter.scale(scale, scale)
        self._paint(painter, page)
        painter.restore()

    def _width(self) -> int:
        room = self.viewport().width() - 2 * self._look.px(_EDGE_PX)
        return max(1, min(room, self._look.px(_WIDEST_PX)))

    def _height(self) -> int:
        return round(self._width() * self._size.height() / self._size.width())

    def _step(self) -> int:
        """From the top of one page to that of the next."""
        return self._height() + self._look.px(_EDGE_PX)

    def _measure(self) -> None:
        bar = self.verticalScrollBar()
        room = self.viewport().height()
        whole = self.count * self._step() + self._look.px(_EDGE_PX)
        bar.setRange(0, max(0, whole - room))
        bar.setPageStep(room)
        bar.setSingleStep(self._look.px(48))
        self.viewport().update()
