"""Buttons: one primary a screen, the rest quieter."""

from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height, Radius
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import blend
from desktop.widgets.base import PaintedButton
from desktop.widgets.painting import (
    draw_focus_ring,
    draw_keycap,
    draw_panel,
    draw_text,
    fill_round,
    keycap_width,
    text_width,
)


class ButtonKind(StrEnum):
    """How loud a button is."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    GHOST = "ghost"
    LINK = "link"
    TINTED = "tinted"
    DANGER = "danger"


class Button(PaintedButton):
    """A button with an optional icon and the cap of the key that presses it.

    ``key`` only shows: the page owns the shortcut. ``height`` is ``Height.CONTROL`` or a larger
    one; an empty ``words`` with an icon needs ``setAccessibleName``.
    """

    def __init__(
        self,
        look: ThemeProvider,
        words: str,
        kind: ButtonKind = ButtonKind.SECONDARY,
        *,
        icon: str = "",
        key: str = "",
        height: Height = Height.CONTROL,
    ) -> None:
        super().__init__(look, words)
        self._kind = kind
        self._icon = icon
        self._key = key
        self._height = height
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def set_icon(self, icon: str) -> None:
        """Show another icon, or none."""
        self._icon = icon
        self._restyle()

    def _font(self) -> QFont:
        step = TextStep.BODY if self._height > Height.CONTROL else TextStep.SECOND
        if self._kind is ButtonKind.PRIMARY and self._height is Height.PRIMARY_LARGE:
            step = TextStep.TITLE
        return self._look.font(step, Weight.MEDIUM)

    def _shown_key(self) -> str:
        return self._key if self._look.shows_keys else ""

    def _content_width(self) -> float:
        px = self._look.px
        parts = [text_width(self._font(), self._words)] if self._words else []
        if self._icon:
            parts.append(px(18))
        if self._shown_key():
            parts.append(keycap_width(self._look, self._shown_key()))
        return sum(parts) + px(8) * max(0, len(parts) - 1)

    def _body_size(self) -> QSize:
        edge = {ButtonKind.LINK: 6, ButtonKind.GHOST: 8}.get(self._kind, 12)
        if self._height > Height.CONTROL:
            edge += 2
        width = self._content_width() + 2 * self._look.px(edge)
        return QSize(round(width), self._look.px(self._height))

    def _paint_body(self, painter: QPainter, rect: QRectF) -> None:
        radius = self._look.px(Radius.CONTROL)
        body = rect
        if self.shows_ring:
            body = draw_focus_ring(painter, rect, radius, self._look.theme)
        self._paint_ground(painter, body, radius)
        self._paint_content(painter, rect)

    def _paint_ground(self, painter: QPainter, body: QRectF, radius: float) -> None:
        theme = self._look.theme
        hovered = self.underMouse() and self.isEnabled()
        match self._kind:
            case ButtonKind.PRIMARY:
                fill_round(painter, body, radius, self._pressed_shade(theme.pri, hovered))
            case ButtonKind.TINTED:
                fill_round(painter, body, radius, self._pressed_shade(theme.pri_bg, hovered))
            case ButtonKind.SECONDARY:
                fill = theme.sunken if hovered else theme.surface
                draw_panel(painter, body, radius, fill, theme.line2)
            case ButtonKind.DANGER:
                fill = theme.bad_bg if hovered else theme.surface
                edge = blend(theme.bad, theme.surface, 0.4)
                draw_panel(painter, body, radius, fill, edge)
            case ButtonKind.GHOST | ButtonKind.LINK:
                if hovered:
                    fill_round(painter, body, radius, theme.sunken)

    def _pressed_shade(self, colour: QColor, hovered: bool) -> QColor:
        if self.isDown():
            return blend(self._look.theme.t1, colour, 0.18)
        return blend(self._look.theme.t1, colour, 0.08) if hovered else colour

    def _text_colour(self) -> QColor:
        theme = self._look.theme
        return {
            ButtonKind.PRIMARY: theme.on_pri,
            ButtonKind.DANGER: theme.bad_t,
            ButtonKind.LINK: theme.pri_t,
            ButtonKind.TINTED: theme.pri_t,
        }.get(self._kind, theme.t1)

    def _cap_colour(self) -> QColor | None:
        """The colour of the key cap on a filled ground; None for the usual cap."""
        return self._look.theme.on_pri if self._kind is ButtonKind.PRIMARY else None

    def _paint_content(self, painter: QPainter, rect: QRectF) -> None:
        px, colour, font = self._look.px, self._text_colour(), self._font()
        x = rect.center().x() - self._content_width() / 2
        if self._icon:
            icon = QRectF(x, rect.center().y() - px(18) / 2, px(18), px(18))
            self._look.icons.paint(painter, self._icon, colour, icon)
            x += px(26)
        if self._words:
            width = text_width(font, self._words)
            draw_text(painter, QRectF(x, rect.y(), width, rect.height()), self._words, font, colour)
            x += width + px(8)
        if self._shown_key():
            cap = QRectF(x, rect.y(), keycap_width(self._look, self._shown_key()), rect.height())
            draw_keycap(painter, self._look, cap, self._shown_key(), self._cap_colour())


def icon_button(look: ThemeProvider, icon: str, name: str, parent: QWidget | None = None) -> Button:
    """A button that is only an icon; ``name`` says what it does on hover and to screen readers."""
    made = Button(look, "", ButtonKind.GHOST, icon=icon)
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setParent(parent)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made
