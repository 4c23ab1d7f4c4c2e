"""The way into the search palette, in the top bar: it looks like the line it opens."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.metrics import Height, Radius
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import PaintedButton
from desktop.widgets.painting import (
    draw_focus_ring,
    draw_keycap,
    draw_panel,
    draw_text,
    keycap_width,
    text_width,
)


class SearchButton(PaintedButton):
    """An icon, a hint and the key; only the icon where there is little room."""

    def __init__(
        self, look: ThemeProvider, words: str, key: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(look, words, parent)
        self._key = key
        self._narrow = False
        self.setAccessibleName(f"{words} {key}")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_narrow(self, narrow: bool) -> None:
        """Show only the icon."""
        if narrow != self._narrow:
            self._narrow = narrow
            self.setToolTip(f"{self._words} ({self._key})" if narrow else "")
            self._restyle()

    def _body_size(self) -> QSize:
        px = self._look.px
        if self._narrow:
            return QSize(px(36), px(Height.CONTROL))
        words = text_width(self._look.font(TextStep.SECOND), self._words)
        width = px(36) + words + px(16) + keycap_width(self._look, self._key) + px(10)
        return QSize(round(max(width, px(240))), px(Height.CONTROL))

    def _paint_body(self, painter: QPainter, rect: QRectF) -> None:
        look, theme, px = self._look, self._look.theme, self._look.px
        radius = float(px(Radius.CONTROL))
        body = draw_focus_ring(painter, rect, radius, theme) if self.shows_ring else rect
        fill = theme.sunken if self.underMouse() else theme.surface
        draw_panel(painter, body, radius, fill, theme.line2)
        side = px(16)
        left = rect.center().x() - side / 2 if self._narrow else rect.x() + px(11)
        icon = QRectF(left, rect.center().y() - side / 2, side, side)
        look.icons.paint(painter, "magnifying-glass", theme.t2, icon)
        if self._narrow:
            return
        width = keycap_width(look, self._key)
        cap = QRectF(rect.right() - px(9) - width, rect.y(), width, rect.height())
        draw_keycap(painter, look, cap, self._key)
        words = QRectF(rect.x() + px(34), rect.y(), cap.x() - rect.x() - px(42), rect.height())
        draw_text(painter, words, self._words, look.font(TextStep.SECOND), theme.t2)
