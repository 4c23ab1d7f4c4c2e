"""A panel over the window: the keyboard stays in it until it is closed."""

from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import scaled
from desktop.widgets.button import icon_button
from desktop.widgets.layer import Layer
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.text import Text
from sync.i18n import _

_EDGE_PX: Final = 24


class Overlay(Layer):
    """A titled panel in the middle of ``host``, whose body scrolls. Esc and the cross close it,
    too."""

    def __init__(self, look: ThemeProvider, host: QWidget, title: str, width_px: int) -> None:
        super().__init__(look, host, title)
        self._width_px = width_px
        column = scaled(look, QVBoxLayout(self.panel), (24, 16, 16, 16), 8)
        head = scaled(look, QHBoxLayout(), spacing=8)
        head.addWidget(Text(look, title, TextStep.HEADING, weight=Weight.BOLD).elide(), 1)
        self.close_button = icon_button(look, "x", _("Close (Esc)"))
        self.close_button.clicked.connect(self.dismiss)
        head.addWidget(self.close_button)
        column.addLayout(head)
        self._scroll = ScrollColumn(look, (0, 0, 8, 8), 12)
        self.body = self._scroll.body
        column.addWidget(self._scroll, 1)

    def open(self) -> None:
        """Show it over everything and take the keyboard."""
        self._come_up(self.close_button)

    def show_now(self, part: QWidget) -> None:
        """Bring a part of the body into sight, where the window is low."""
        self._scroll.show_now(part)

    def _panel_rect(self) -> QRect:
        edge = self._look.px(_EDGE_PX)
        width = min(self._look.px(self._width_px), self.width() - 2 * edge)
        # The body is measured at this width.
        self.panel.resize(width, self.height() - 2 * edge)
        layout = self.panel.layout()
        assert layout is not None
        wanted = layout.sizeHint().height() - self._scroll.sizeHint().height()
        wanted += self.body.heightForWidth(width) if self.body.hasHeightForWidth() else 0
        wanted = max(wanted, self._body_height(width) + self._look.px(80))
        height = min(wanted, self.height() - 2 * edge)
        left, top = (self.width() - width) // 2, (self.height() - height) // 2
        return QRect(left, top, width, height)

    def _body_height(self, width: int) -> int:
        room = width - self._look.px(48)
        if self.body.hasHeightForWidth():
            return self.body.totalHeightForWidth(room)
        return self.body.totalSizeHint().height()

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


def _takes_tab(widget: QWidget) -> bool:
    takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return takes and widget.isVisible() and widget.isEnabled()
