"""A few cards for the first day, above the page and in nobody's way."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.rows import Tone
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card
from desktop.widgets.flow import FlowLayout
from desktop.widgets.state_panel import IconDisc
from desktop.widgets.text import Text
from sync.i18n import _


@dataclass(frozen=True)
class TourStep:
    """One card."""

    icon: str
    title: str
    text: str


class TourCard(Themed):
    """One card at a time. It takes no key from the page; Tab reaches its buttons.

    Signals:
        ended: the last card was read, or the person left.
    """

    ended = Signal()

    def __init__(self, look: ThemeProvider, steps: Sequence[TourStep]) -> None:
        super().__init__(look)
        self._steps = tuple(steps)
        self._at = 0
        edge = CONTENT_MARGIN_PX
        outer = scaled(look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX))
        card = Card(look, (16, 12, 16, 12))
        outer.addWidget(card)
        row = scaled(look, QHBoxLayout(), spacing=14)
        self._disc = IconDisc(look, "", Tone.PRIMARY, px=40)
        self._title = Text(look, "", TextStep.BODY, weight=Weight.BOLD, wraps=True)
        self._text = Text(look, "", TextStep.SECOND, colour="t2", wraps=True)
        lines = scaled(look, QVBoxLayout(), spacing=2)
        lines.addWidget(self._title)
        lines.addWidget(self._text)
        row.addWidget(self._disc, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(lines, 1)
        card.body.addLayout(row)
        card.body.addWidget(self._buttons())
        self._show()

    @property
    def at(self) -> int:
        """Which card is shown, from 0."""
        return self._at

    def _buttons(self) -> QWidget:
        holder = QWidget()
        flow = FlowLayout(self._look, holder, gap=8)
        self._count = Text(self._look, "", TextStep.NOTE, colour="t2")
        self.skip = Button(self._look, _("Skip"), ButtonKind.GHOST)
        self.next = Button(self._look, "", ButtonKind.TINTED)
        self.skip.clicked.connect(self.ended)
        self.next.clicked.connect(self._go_on)
        for part in (self.next, self.skip, self._count):
            flow.addWidget(part)
        return holder

    def _show(self) -> None:
        step, last = self._steps[self._at], len(self._steps) - 1
        self._disc.set_icon(step.icon, Tone.PRIMARY)
        self._title.set_text(step.title)
        self._text.set_text(step.text)
        self._count.set_text(f"{self._at + 1} / {len(self._steps)}")
        self.next.set_words(_("Begin") if self._at == last else _("Next"))
        self.skip.setVisible(self._at != last)
        self.setAccessibleName(f"{step.title} {step.text}")

    def _go_on(self) -> None:
        if self._at + 1 == len(self._steps):
            self.ended.emit()
            return
        self._at += 1
        self._show()
