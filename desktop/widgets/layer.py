"""What lies over the window for a moment: it dims what is behind and keeps the keyboard."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.theme.metrics import Radius
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed
from desktop.widgets.painting import draw_panel, smooth

_DIM: Final = 0.45


class Layer(Themed):
    """Covers ``host`` while it is open, with ``panel`` where the subclass says. A click beside the
    panel closes it, and the keyboard goes back to where it was.

    Signals:
        closed: it is gone.
    """

    closed = Signal()

    def __init__(self, look: ThemeProvider, host: QWidget, name: str) -> None:
        super().__init__(look, host)
        self._host = host
        self._former: QWidget | None = None
        self.setAccessibleName(name)
        self.panel = _Panel(look, self)
        host.installEventFilter(self)
        self.hide()

    def dismiss(self) -> None:
        """Close it and give the keyboard back."""
        if self.isHidden():
            return
        self.hide()
        if self._former is not None and self._host.isAncestorOf(self._former):
            self._former.setFocus(Qt.FocusReason.PopupFocusReason)
        self._former = None
        self.closed.emit()

    def _come_up(self, first: QWidget) -> None:
        """Show it over everything, with the keyboard on ``first``."""
        self._former = QApplication.focusWidget()
        self._place()
        self.show()
        self.raise_()
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    def _panel_rect(self) -> QRect:
        """Where the panel stands on the layer, which is as large as the host."""
        raise NotImplementedError

    def _place(self) -> None:
        self.setGeometry(self._host.rect())
        self.panel.setGeometry(self._panel_rect())

    def _restyle(self) -> None:
        super()._restyle()
        if not self.isHidden():
            self._place()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the panel closes it."""
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if watched is self._host and event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim what is behind."""
        dim = QColor(0, 0, 0)
        dim.setAlphaF(_DIM)
        QPainter(self).fillRect(self.rect(), dim)


class _Panel(Themed):
    """The ground of the panel."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface and its edge."""
        painter = QPainter(self)
        smooth(painter)
        theme, radius = self._look.theme, self._look.px(Radius.OVERLAY)
        draw_panel(painter, QRectF(self.rect()), radius, theme.surface, theme.line2)
