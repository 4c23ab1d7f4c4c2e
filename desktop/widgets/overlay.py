"""A panel over the window: the keyboard stays in it until it is closed."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Radius
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import icon_button
from desktop.widgets.painting import draw_panel, smooth
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.text import Text
from sync.i18n import _

_DIM = 0.45
_EDGE_PX = 24


class Overlay(Themed):
    """A titled panel in the middle of ``host``, whose body scrolls. Esc, the cross or a click
    beside it closes it, and the keyboard goes back to where it was.

    Signals:
        closed: it is gone.
    """

    closed = Signal()

    def __init__(self, look: ThemeProvider, host: QWidget, title: str, width_px: int) -> None:
        super().__init__(look, host)
        self._host = host
        self._width_px = width_px
        self._former: QWidget | None = None
        self.setAccessibleName(title)
        self._panel = _Panel(look, self)
        column = scaled(look, QVBoxLayout(self._panel), (24, 16, 16, 16), 8)
        head = scaled(look, QHBoxLayout(), spacing=8)
        head.addWidget(Text(look, title, TextStep.HEADING, weight=Weight.BOLD).elide(), 1)
        self.close_button = icon_button(look, "x", _("Close (Esc)"))
        self.close_button.clicked.connect(self.dismiss)
        head.addWidget(self.close_button)
        column.addLayout(head)
        self._scroll = ScrollColumn(look, (0, 0, 8, 8), 12)
        self.body = self._scroll.body
        column.addWidget(self._scroll, 1)
        host.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Show it over everything and take the keyboard."""
        self._former = QApplication.focusWidget()
        self._place()
        self.show()
        self.raise_()
        self.close_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Close it and give the keyboard back."""
        if self.isHidden():
            return
        self.hide()
        if self._former is not None and self._host.isAncestorOf(self._former):
            self._former.setFocus(Qt.FocusReason.PopupFocusReason)
        self._former = None
        self.closed.emit()

    def _place(self) -> None:
        self.setGeometry(self._host.rect())
        edge = self._look.px(_EDGE_PX)
        width = min(self._look.px(self._width_px), self.width() - 2 * edge)
        self._panel.resize(width, self.height() - 2 * edge)
        layout = self._panel.layout()
        assert layout is not None
        wanted = layout.sizeHint().height() - self._scroll.sizeHint().height()
        wanted += self.body.heightForWidth(width) if self.body.hasHeightForWidth() else 0
        wanted = max(wanted, self._body_height(width) + self._look.px(80))
        height = min(wanted, self.height() - 2 * edge)
        left, top = (self.width() - width) // 2, (self.height() - height) // 2
        self._panel.setGeometry(left, top, width, height)

    def _body_height(self, width: int) -> int:
        room = width - self._look.px(48)
        if self.body.hasHeightForWidth():
            return self.body.totalHeightForWidth(room)
        return self.body.totalSizeHint().height()

    def _restyle(self) -> None:
        super()._restyle()
        if not self.isHidden():
            self._place()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round within the panel."""
        ring: list[QWidget] = list(filter(_takes_tab, self.findChildren(QWidget)))
        if not ring:
            return True
        focused = QApplication.focusWidget()
        at = ring.index(focused) if focused in ring else -1
        target = ring[(at + (1 if forward else -1)) % len(ring)]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes; no other key reaches what is behind."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the panel closes it."""
        if not self._panel.geometry().contains(event.position().toPoint()):
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
        theme = self._look.theme
        radius = self._look.px(Radius.OVERLAY)
        draw_panel(painter, QRectF(self.rect()), radius, theme.surface, theme.line2)


def _takes_tab(widget: QWidget) -> bool:
    takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return takes and widget.isVisible() and widget.isEnabled()
