"""Two versions of one field, as choices, with the result below them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.rows import Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Radius
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import PaintedButton, Themed, scaled
from desktop.widgets.button import Button
from desktop.widgets.card import Well
from desktop.widgets.field import IconMark
from desktop.widgets.flow import FlowLayout
from desktop.widgets.marked_text import (
    Span,
    changed_spans,
    draw_layout,
    lay_out,
    layout_height,
)
from desktop.widgets.painting import (
    draw_focus_ring,
    draw_panel,
    draw_tick,
    fill_round,
    smooth,
)
from desktop.widgets.text import Text
from desktop.widgets.toggle import draw_radio
from sync.i18n import _

STACKS_BELOW_PX = 520
LABEL_COLUMN_PX = 98
LEAST_WORDS_PX = 220


class LabelColumn(Text):
    """A note as wide as the column of labels, at the text size in use."""

    def __init__(self, look: ThemeProvider, text: str) -> None:
        super().__init__(look, text, TextStep.NOTE, colour="t2", wraps=True)

    def _restyle(self) -> None:
        super()._restyle()
        self.setFixedWidth(self._look.px(LABEL_COLUMN_PX))


class Side(StrEnum):
    """The four ways to settle a field."""

    MINE = "mine"
    BOTH = "both"
    THEIRS = "theirs"
    OWN = "own"


@dataclass(frozen=True)
class SideOffer:
    """One way to settle this field, in words. Coded fields do not offer ``BOTH``."""

    side: Side
    words: str
    shortcut: str = ""


@dataclass(frozen=True)
class SideValues:
    """What a field was, and what each side made of it, ready to be read.

    ``sides`` name the two for those who hear the screen, where neither is one's own.
    """

    label: str
    base: str
    mine: str
    theirs: str
    sides: tuple[str, str] = ("", "")


class SideBySide(Themed):
    """A field in conflict: label and former value, mine and theirs, and a result line.

    Changed characters are marked. Nothing is chosen until ``show_result`` says so.

    Signals:
        picked: the ``Side`` that a person pressed; the page answers with ``show_result``.
    """

    picked = Signal(str)

    def __init__(
        self, look: ThemeProvider, values: SideValues, offers: Sequence[SideOffer]
    ) -> None:
        super().__init__(look)
        self._current = False
        self.values = values
        mine, theirs = changed_spans(values.mine, values.theirs)
        self._mine = VersionCard(look, values.mine, mine)
        self._theirs = VersionCard(look, values.theirs, theirs)
        left, right = values.sides
        self._mine.setAccessibleName(f"{values.label} {left or _('Mine')} {values.mine}")
        self._theirs.setAccessibleName(f"{values.label} {right or _('Theirs')} {values.theirs}")
        self._mine.clicked.connect(self._pick_mine)
        self._theirs.clicked.connect(self._pick_theirs)
        self.result = ResultLine(look, offers)
        self.result.picked.connect(self.picked)
        self._cards = scaled(look, QBoxLayout(QBoxLayout.Direction.LeftToRight), spacing=12)
        self._cards.addWidget(self._mine, 1)
        self._cards.addWidget(self._theirs, 1)
        column = scaled(look, QVBoxLayout(), spacing=6)
        column.addLayout(self._cards)
        column.addWidget(self.result)
        column.addStretch(1)
        self._whole = scaled(
            look, QBoxLayout(QBoxLayout.Direction.LeftToRight, self), (14, 10, 10, 10), 10
        )
        self._whole.addWidget(self._label_column(values), 0)
        self._whole.addLayout(column, 1)
        self.setAccessibleName(values.label)

    def show_result(self, side: Side | None, words: str) -> None:
        """Show how the field is settled now; None with words such as "not chosen yet"."""
        both = side is Side.BOTH
        self._mine.show_choice(side in (Side.MINE, Side.BOTH), several=both)
        self._theirs.show_choice(side in (Side.THEIRS, Side.BOTH), several=both)
        self.result.show_result(side, words)

    def set_current(self, current: bool) -> None:
        """Tint the field that the keys act on, and show their caps on it."""
        self._current = current
        self.result.show_shortcuts(current)
        self.update()

    def _label_column(self, values: SideValues) -> QWidget:
        look = self._look
        holder = QWidget()
        holder.setFixedWidth(look.px(LABEL_COLUMN_PX))
        self._label_holder = holder
        column = scaled(look, QVBoxLayout(holder), (0, 4, 0, 0), 2)
        column.addWidget(Text(look, values.label, TextStep.BODY, weight=Weight.BOLD, wraps=True))
        if values.base:
            column.addWidget(Text(look, _("Before"), TextStep.NOTE, colour="t2"))
            column.addWidget(Text(look, values.base, TextStep.NOTE, colour="t2", wraps=True))
        column.addStretch(1)
        return holder

    def _pick_mine(self) -> None:
        self.picked.emit(Side.MINE.value)

    def _pick_theirs(self) -> None:
        self.picked.emit(Side.THEIRS.value)

    def _restyle(self) -> None:
        super()._restyle()
        self._stack()

    def _stack(self) -> None:
        """One below the other where two cards side by side would be too narrow to read."""
        narrow = self.width() < self._look.px(STACKS_BELOW_PX)
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._cards.setDirection(down if narrow else across)
        self._whole.setDirection(down if narrow else across)
        if narrow:
            self._label_holder.setMaximumWidth(1 << 20)
            self._label_holder.setMinimumWidth(0)
        else:
            self._label_holder.setFixedWidth(self._look.px(LABEL_COLUMN_PX))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rearrange when the width becomes short."""
        super().resizeEvent(event)
        self._stack()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tint the field that the keys act on."""
        if not self._current:
            return
        painter = QPainter(self)
        smooth(painter)
        tint = QColor(self._look.theme.pri_bg)
        tint.setAlphaF(0.5)
        body = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        fill_round(painter, body, self._look.px(Radius.CONTROL), tint)


class VersionCard(PaintedButton):
    """One version, pressed to choose it: a radio mark, or a tick when both are kept."""

    def __init__(self, look: ThemeProvider, text: str, spans: list[Span]) -> None:
        super().__init__(look, text)
        self._spans = spans
        self._chosen = False
        self._several = False
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_choice(self, chosen: bool, *, several: bool) -> None:
        """Show whether this version is in the result, alone or with the other."""
        self._chosen = chosen
        self._several = several
        self.setAccessibleDescription(_("chosen") if chosen else "")
        self.update()

    def _text_width(self, width: float) -> float:
        return width - self._look.px(38 + 12)

    def hasHeightForWidth(self) -> bool:
        """Long words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The lines of the text, and two lines at least."""
        look = self._look
        font = look.font(TextStep.BODY)
        laid = lay_out(self._words, self._spans, font, look.theme.ins_bg, self._text_width(width))
        return max(look.px(52), round(layout_height(laid)) + look.px(24))

    def _body_size(self) -> QSize:
        return QSize(self._look.px(220), self.heightForWidth(self._look.px(220)))

    def minimumSizeHint(self) -> QSize:
        """Narrow cards become higher."""
        return QSize(self._look.px(140), self._look.px(52))

    def _paint_body(self, painter: QPainter, rect: QRectF) -> None:
        look, theme, px = self._look, self._look.theme, self._look.px
        radius = px(Radius.CONTROL + 1)
        body = draw_focus_ring(painter, rect, radius, theme) if self.shows_ring else rect
        edge, width = (theme.pri, 2.0) if self._chosen else (theme.line2, 1.0)
        fill = theme.sunken if self.underMouse() and not self._chosen else theme.surface
        draw_panel(painter, body, radius, fill, edge, width)
        self._paint_mark(painter, QRectF(px(11), px(12), px(17), px(17)))
        words = QRectF(px(38), px(11), self._text_width(rect.width()), rect.height())
        font = look.font(TextStep.BODY)
        laid = lay_out(self._words, self._spans, font, theme.ins_bg, words.width())
        draw_layout(painter, laid, words, theme.t1)

    def _paint_mark(self, painter: QPainter, mark: QRectF) -> None:
        theme = self._look.theme
        if self._several and self._chosen:
            fill_round(painter, mark, self._look.px(4), theme.pri)
            draw_tick(painter, mark, theme.on_pri)
        else:
            draw_radio(painter, self._look, mark, self._chosen)


class ResultLine(Well):
    """How the field ends up, and the buttons that decide it.

    Signals:
        picked: the ``Side`` that a person pressed.
    """

    picked = Signal(str)

    def __init__(self, look: ThemeProvider, offers: Sequence[SideOffer]) -> None:
        super().__init__(look, Tone.WARN, (12, 4, 4, 4))
        self._arrow = IconMark(look, "arrow-elbow-down-right", "warn_t")
        self._caption = Text(
            look, _("Result"), TextStep.NOTE, weight=Weight.MEDIUM, colour="warn_t"
        )
        self._words = Text(look, "", TextStep.SECOND, wraps=True)
        says = scaled(look, QHBoxLayout(), spacing=8)
        says.addWidget(self._arrow)
        says.addWidget(self._caption)
        says.addWidget(self._words, 1)
        self._offers = QWidget()
        self._flow = FlowLayout(look, self._offers, gap=6)
        self._buttons = {offer.side: self._make(offer) for offer in offers}
        self._row = scaled(look, QBoxLayout(QBoxLayout.Direction.LeftToRight), spacing=8)
        self._row.addLayout(says, 1)
        self._row.addWidget(self._offers)
        self.body.addLayout(self._row)

    def words(self) -> str:
        """The result shown."""
        return self._words.text()

    def button(self, side: Side) -> "OfferButton":
        """The button of one way to settle; KeyError where the field does not offer it."""
        return self._buttons[side]

    def show_result(self, side: Side | None, words: str) -> None:
        """Show the result and the button that decided it."""
        settled = side is not None
        self.set_tone(Tone.OK if settled else Tone.WARN)
        colour = "ok_t" if settled else "warn_t"
        self._arrow.set_icon("arrow-elbow-down-right", colour)
        self._caption.set_colour(colour)
        self._words.set_text(words)
        for offered, button in self._buttons.items():
            button.show_picked(offered is side)

    def show_shortcuts(self, shown: bool) -> None:
        """Show the key caps, on the field that the keys act on."""
        for button in self._buttons.values():
            button.show_shortcut(shown)

    def _make(self, offer: SideOffer) -> "OfferButton":
        button = OfferButton(self._look, offer)
        button.clicked.connect(self._settle)
        self._flow.addWidget(button)
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons below the words where both do not fit side by side."""
        super().resizeEvent(event)
        room = self.width() - self._flow.sizeHint().width()
        across = room > self._look.px(LEAST_WORDS_PX)
        self._row.setDirection(
            QBoxLayout.Direction.LeftToRight if across else QBoxLayout.Direction.TopToBottom
        )

    def _settle(self) -> None:
        pressed = self.sender()
        if isinstance(pressed, OfferButton):
            self.picked.emit(pressed.offer.side.value)


class OfferButton(Button):
    """One way to settle; solid with a tick once it is the one in force."""

    def __init__(self, look: ThemeProvider, offer: SideOffer) -> None:
        super().__init__(look, offer.words)
        self.offer = offer
        self._picked = False

    def show_picked(self, picked: bool) -> None:
        """Show whether it is the one in force."""
        self._picked = picked
        self.setAccessibleDescription(_("chosen") if picked else "")
        self.set_icon("check" if picked else "")

    def show_shortcut(self, shown: bool) -> None:
        """Show or hide the key cap."""
        self._key = self.offer.shortcut if shown else ""
        self._restyle()

    def _paint_ground(self, painter: QPainter, body: QRectF, radius: float) -> None:
        if not self._picked:
            super()._paint_ground(painter, body, radius)
            return
        fill_round(painter, body, radius, self._look.theme.ok_t)

    def _text_colour(self) -> QColor:
        return self._look.theme.surface if self._picked else self._look.theme.t1
