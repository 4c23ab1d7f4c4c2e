"""Chips: tags that are read, and choices that are pressed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.rows import Tag, Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import blend
from desktop.widgets.base import PaintedButton, Themed
from desktop.widgets.flow import FlowLayout
from desktop.widgets.painting import (
    draw_focus_ring,
    draw_keycap,
    draw_panel,
    draw_tag,
    draw_text,
    draw_tick,
    keycap_width,
    smooth,
    tag_size,
    text_width,
)

_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
}


@dataclass(frozen=True)
class Choice:
    """Something to choose.

    Attributes:
        key: what the page stores, never shown.
        tone: the colour once chosen.
        shortcut: the key cap shown; the page owns the shortcut.
        note: a second line, on large choices only.
    """

    key: str
    words: str
    tone: Tone = Tone.PRIMARY
    icon: str = ""
    shortcut: str = ""
    note: str = ""


class Chip(Themed):
    """A tag to read."""

    def __init__(self, look: ThemeProvider, tag: Tag, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._tag = tag
        self.setAccessibleName(tag.text)

    def say(self, tag: Tag) -> None:
        """Show another tag."""
        if tag != self._tag:
            self._tag = tag
            self.setAccessibleName(tag.text)
            self._restyle()

    def sizeHint(self) -> QSize:
        """The pill."""
        width, height = tag_size(self._look, self._tag)
        return QSize(round(width), round(height))

    def minimumSizeHint(self) -> QSize:
        """Words are never clipped."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pill, centred."""
        painter = QPainter(self)
        smooth(painter)
        width, height = tag_size(self._look, self._tag)
        top = (self.height() - height) / 2
        draw_tag(painter, self._look, QRectF(0, top, width, height), self._tag)


class ChoiceChip(PaintedButton):
    """A chip that is on or off. On shows a tick as well as a colour."""

    stepped = Signal(int)  # An arrow key asks for the next (1) or the previous (-1) chip.

    def __init__(self, look: ThemeProvider, choice: Choice, parent: QWidget | None = None) -> None:
        super().__init__(look, choice.words, parent)
        self.choice = choice
        self.setCheckable(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move between chips."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
            return
        self.stepped.emit(step)

    def _shown_key(self) -> str:
        return self.choice.shortcut if self._look.shows_keys else ""

    def _content_width(self) -> float:
        px = self._look.px
        width = text_width(self._look.font(TextStep.SECOND, Weight.MEDIUM), self._words)
        if self.isChecked():
            width += px(20)
        if self._shown_key():
            width += px(8) + keycap_width(self._look, self._shown_key())
        return width

    def _body_size(self) -> QSize:
        # Room for the tick is kept from the start, so that choosing never moves the neighbours.
        px = self._look.px
        width = text_width(self._look.font(TextStep.SECOND, Weight.MEDIUM), self._words) + px(32)
        if self._shown_key():
            width += px(8) + keycap_width(self._look, self._shown_key())
        return QSize(round(width), px(32))

    def _paint_body(self, painter: QPainter, rect: QRectF) -> None:
        theme, px = self._look.theme, self._look.px
        shades = theme.shades(self.choice.tone)
        body = rect.adjusted(0, px(1), 0, -px(1))
        if self.shows_ring:
            body = draw_focus_ring(painter, body, body.height() / 2, theme)
        if self.isChecked():
            edge = blend(shades.mark, shades.ground, 0.5)
            draw_panel(painter, body, body.height() / 2, shades.ground, edge)
        else:
            fill = theme.sunken if self.underMouse() else theme.surface
            draw_panel(painter, body, body.height() / 2, fill, theme.line2)
        self._paint_content(painter, rect)

    def _paint_content(self, painter: QPainter, rect: QRectF) -> None:
        theme, px = self._look.theme, self._look.px
        checked = self.isChecked()
        colour = theme.shades(self.choice.tone).text if checked else theme.t1
        x = rect.center().x() - self._content_width() / 2
        if checked:
            draw_tick(painter, QRectF(x - px(2), rect.y(), px(18), rect.height()), colour)
            x += px(20)
        font = self._look.font(TextStep.SECOND, Weight.MEDIUM if checked else Weight.REGULAR)
        width = text_width(self._look.font(TextStep.SECOND, Weight.MEDIUM), self._words)
        words = QRectF(x, rect.y(), width, rect.height())
        draw_text(painter, words, self._words, font, colour)
        if self._shown_key():
            cap_width = keycap_width(self._look, self._shown_key())
            cap = QRectF(x + width + px(8), rect.y(), cap_width, rect.height())
            draw_keycap(painter, self._look, cap, self._shown_key())


class ChipGroup(Themed):
    """Chips to choose from: any number of them, or one (or none) when ``exclusive``.

    Nothing is chosen at first. Tab comes to it once; arrows move, Space and Enter choose and take
    back.

    Signals:
        changed: the chosen keys, in the order shown, after a person chose.
    """

    changed = Signal(list)

    def __init__(
        self,
        look: ThemeProvider,
        choices: Sequence[Choice],
        *,
        exclusive: bool = False,
        name: str = "",
    ) -> None:
        super().__init__(look)
        self._exclusive = exclusive
        self._chips: list[ChoiceChip] = []
        self._flow = FlowLayout(look, self)
        self.setAccessibleName(name)
        self.set_choices(choices)

    @property
    def is_exclusive(self) -> bool:
        """Whether only one may be chosen."""
        return self._exclusive

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer others; what was chosen and is still offered stays chosen."""
        kept = set(self.chosen())
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = [self._make(choice) for choice in choices]
        self.choose(kept)

    def chosen(self) -> list[str]:
        """The chosen keys, in the order shown."""
        return [chip.choice.key for chip in self._chips if chip.isChecked()]

    def choose(self, keys: Iterable[str]) -> None:
        """Show ``keys`` as chosen, without a signal."""
        wanted = set(keys)
        for chip in self._chips:
            chip.setChecked(chip.choice.key in wanted)
        self._stop_at(next((chip for chip in self._chips if chip.isChecked()), None))

    def press(self, key: str) -> None:
        """Act as if the chip with ``key`` was pressed: for a page's shortcut."""
        for chip in self._chips:
            if chip.choice.key == key:
                chip.click()

    def chips(self) -> tuple[ChoiceChip, ...]:
        """The chips, in the order shown."""
        return tuple(self._chips)

    def _make(self, choice: Choice) -> ChoiceChip:
        chip = ChoiceChip(self._look, choice, self)
        chip.clicked.connect(self._settle)
        chip.stepped.connect(self._move_focus)
        self._flow.addWidget(chip)
        return chip

    def _settle(self) -> None:
        pressed = self.sender()
        if self._exclusive and isinstance(pressed, ChoiceChip) and pressed.isChecked():
            self.choose([pressed.choice.key])
        if isinstance(pressed, ChoiceChip):
            self._stop_at(pressed)
        self.changed.emit(self.chosen())

    def _move_focus(self, step: int) -> None:
        focused = next((i for i, chip in enumerate(self._chips) if chip.hasFocus()), 0)
        target = self._chips[(focused + step) % len(self._chips)]
        self._stop_at(target)
        target.setFocus(Qt.FocusReason.TabFocusReason)

    def _stop_at(self, stop: ChoiceChip | None) -> None:
        """Tab comes to the group once: to where one was, or what is chosen, else its first chip."""
        for at, chip in enumerate(self._chips):
            is_stop = chip is stop or (stop is None and at == 0)
            chip.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus if is_stop else Qt.FocusPolicy.ClickFocus
            )


class ChipRow(Themed):
    """Tags to read, in a line that breaks; hidden while there are none."""

    def __init__(self, look: ThemeProvider, gap: float = 6) -> None:
        super().__init__(look)
        self._flow = FlowLayout(look, self, gap=gap)
        self._made: list[Chip] = []
        self.hide()

    def set_tags(self, tags: Iterable[Tag]) -> None:
        """Show these tags instead, in the chips that are there already."""
        shown = list(tags)
        for tag in shown[len(self._made) :]:
            self._made.append(Chip(self._look, tag, self))
            self._flow.addWidget(self._made[-1])
        for at, chip in enumerate(self._made):
            if at < len(shown):
                chip.say(shown[at])
            chip.setVisible(at < len(shown))
        self.setVisible(bool(shown))
