"""The foot of a sheet: where the draft is, and the ways out."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.flow import FlowLayout
from desktop.widgets.painting import ENTER_KEY
from desktop.widgets.text import Text
from sync.i18n import N_, _

_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class SheetFooter(Themed):
    """Never scrolls away.

    Signals:
        left, saved, saved_and_next: the three ways out.
    """

    left = Signal()
    saved = Signal()
    saved_and_next = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        self._words = Text(look, "", TextStep.NOTE, colour="t2", wraps=True)
        self._leave = Button(
            look, _(N_("Leave it")), ButtonKind.GHOST, key="Esc", height=Height.PRIMARY
        )
        self._save = Button(look, _(N_("Save")), key="Ctrl S", height=Height.PRIMARY)
        self._onward = Button(
            look,
            _(N_("Save, next door")),
            ButtonKind.PRIMARY,
            icon="arrow-right",
            key=f"Ctrl {ENTER_KEY}",
            height=Height.PRIMARY,
        )
        self._leave.clicked.connect(self.left)
        self._save.clicked.connect(self.saved)
        self._onward.clicked.connect(self.saved_and_next)
        row = scaled(look, QHBoxLayout(self), (20, 10, 20, 10), 8)
        row.addWidget(self._words, 1, _MIDDLE)
        buttons = QWidget()
        flow = FlowLayout(look, buttons)
        for button in (self._leave, self._save, self._onward):
            flow.addWidget(button)
        row.addWidget(buttons, 0, _MIDDLE)

    def say(self, words: str, *, wrong: bool = False) -> None:
        """Say where the draft is, or what is missing."""
        self._words.set_text(words)
        self._words.set_colour("bad_t" if wrong else "t2")
