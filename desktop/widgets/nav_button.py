"""A section of the app as a button: an icon, words and a count, or the icon alone."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.rows import Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height, Radius
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import PaintedButton
from desktop.widgets.painting import (
    draw_focus_ring,
    draw_panel,
    draw_text,
    fill_round,
    text_width,
)


@dataclass(frozen=True)
class NavItem:
    """A section of the app."""

    key: str
    words: str
    icon: str


@dataclass(frozen=True)
class NavGroup:
    """Sections under one heading."""

    title: str
    items: tuple[NavItem, ...]


class NavButton(PaintedButton):
    """One section; on the narrow rail only its icon, with the words on hover. ``on_card``: it
    stands on a card, where the chosen one is tinted as a row of a list is."""

    def __init__(
        self,
        look: ThemeProvider,
        item: NavItem,
        parent: QWidget | None = None,
        *,
        on_card: bool = False,
    ) -> None:
        super().__init__(look, item.words, parent)
        self._on_card = on_card
        self.item = item
        self._count = 0
        self._tone = Tone.NEUTRAL
        self._narrow = False
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_count(self, count: int, tone: Tone = Tone.NEUTRAL) -> None:
        """Print ``count`` at the right; 0 prints nothing. A tone puts it on a pill."""
        if (count, tone) == (self._count, self._tone):
            return
        self._count = count
        self._tone = tone
        self.setAccessibleName(f"{self._words} {count}" if count else self._words)
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        """Show only the icon."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self.setToolTip(self._words if narrow else "")
        self._restyle()

    def _body_size(self) -> QSize:
        px = self._look.px
        if self._narrow:
            return QSize(px(44), px(Height.ROW_NAVIGATION))
        words = text_width(self._look.font(TextStep.BODY, Weight.MEDIUM), self._words)
        return QSize(round(words) + px(38 + 44), px(Height.ROW_NAVIGATION))

    def minimumSizeHint(self) -> QSize:
        """The sidebar decides the width; long words end in … with the whole on hover."""
        return QSize(self._look.px(44), self._look.px(Height.ROW_NAVIGATION))

    def _paint_body(self, painter: QPainter, rect: QRectF) -> None:
        theme, px = self._look.theme, self._look.px
        radius = px(Radius.CONTROL + 1)
        body = rect
        if self.shows_ring:
            body = draw_focus_ring(painter, rect, radius, theme)
        chosen = self.isChecked()
        if chosen and self._on_card:
            fill_round(painter, body, radius, theme.pri_bg)
        elif chosen:
            edge = theme.sunken if theme.is_dark else theme.line
            draw_panel(
                painter, body, radius, theme.sunken if theme.is_dark else theme.surface, edge
            )
        elif self.underMouse():
            fill_round(painter, body, radius, theme.mute_bg)
        colour = theme.pri_t if chosen else theme.t2
        side = px(18)
        left = (rect.width() - side) / 2 if self._narrow else px(10)
        icon = QRectF(left, rect.center().y() - side / 2, side, side)
        self._look.icons.paint(painter, self.item.icon, colour, icon, filled=chosen)
        if self._narrow:
            self._paint_dot(painter, rect)
        else:
            self._paint_words(painter, rect)

    def _paint_words(self, painter: QPainter, rect: QRectF) -> None:
        theme, px = self._look.theme, self._look.px
        count = str(self._count) if self._count else ""
        note = self._look.font(TextStep.NOTE, Weight.MEDIUM)
        taken = text_width(note, count) + px(22) if count else px(8)
        words = QRectF(px(37), rect.y(), rect.width() - px(37) - taken, rect.height())
        weight = Weight.MEDIUM if self.isChecked() else Weight.REGULAR
        font = self._look.font(TextStep.BODY, weight)
        draw_text(painter, words, self._words, font, theme.t1)
        self.setToolTip(self._words if text_width(font, self._words) > words.width() else "")
        if count:
            self._paint_count(painter, rect, count)

    def _paint_count(self, painter: QPainter, rect: QRectF, count: str) -> None:
        theme, px = self._look.theme, self._look.px
        font = self._look.font(TextStep.NOTE, Weight.MEDIUM)
        if self._tone is Tone.NEUTRAL:
            colour = theme.pri_t if self.isChecked() else theme.t2
            at = rect.adjusted(0, 0, -px(15), 0)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            draw_text(painter, at, count, font, colour, right)
            return
        shades = theme.shades(self._tone)
        width = max(px(24), text_width(font, count) + px(14))
        pill = QRectF(rect.right() - px(9) - width, rect.center().y() - px(9), width, px(18))
        fill_round(painter, pill, px(9), shades.ground)
        draw_text(painter, pill, count, font, shades.text, Qt.AlignmentFlag.AlignCenter)

    def _paint_dot(self, painter: QPainter, rect: QRectF) -> None:
        if self._count and self._tone is not Tone.NEUTRAL:
            px = self._look.px
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.theme.shades(self._tone).mark)
            painter.drawEllipse(QRectF(rect.right() - px(14), rect.y() + px(6), px(7), px(7)))
