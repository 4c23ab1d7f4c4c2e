"""The foot of the note: what a person should know, and the ways to save."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card
from desktop.widgets.field import IconMark
from desktop.widgets.flow import FlowLayout
from desktop.widgets.foot_words import FootWords
from sync.i18n import N_, _

_ACROSS_FROM_PX: Final = 640


class NoteFoot(Card):
    """Words, and beside or below them the buttons."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, (16, 10, 16, 10))
        self.written = Button(look, _(N_("Save, written case")), icon="file-text", key="Ctrl ⏎")
        self.prints = Button(look, _(N_("Save, print")), icon="printer", key="Ctrl P")
        self.save = Button(
            look, _(N_("Save")), ButtonKind.PRIMARY, key="Ctrl S", height=Height.PRIMARY
        )
        self.hint = FootWords(look)
        self._row = scaled(look, QHBoxLayout(), spacing=6)
        middle = Qt.AlignmentFlag.AlignVCenter
        told = scaled(look, QHBoxLayout(), spacing=10)
        told.addWidget(IconMark(look, "lock-simple"), 0, middle)
        told.addWidget(self.hint, 1, middle)
        self._row.addLayout(told, 1)
        ways = QWidget()
        flow = FlowLayout(look, ways, gap=10, line_gap=5)
        for button in (self.written, self.prints, self.save):
            flow.addWidget(button)
        self._row.addWidget(ways)
        self.body.addLayout(self._row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow page the words stand above the buttons."""
        super().resizeEvent(event)
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        narrow = self.width() < self._look.px(_ACROSS_FROM_PX)
        self._row.setDirection(down if narrow else across)
