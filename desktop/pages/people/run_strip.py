"""How far something that takes a while is, with counts and a way to stop it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import scaled
from desktop.widgets.button import Button
from desktop.widgets.progress import CountBar, Part
from desktop.widgets.text import Text
from sync.i18n import N_, _


class RunStrip(QWidget):
    """Hidden until something begins.

    Signals:
        stopped: the person wants it to stop.
    """

    stopped = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__()
        row = scaled(look, QHBoxLayout(self), (14, 4, 14, 8), 12)
        self._words = Text(look, "", TextStep.SECOND)
        self._bar = CountBar(look)
        cancel = Button(look, _(N_("Stop")), key="Esc")
        cancel.clicked.connect(self.stopped)
        row.addWidget(self._words)
        row.addWidget(self._bar, 1)
        row.addWidget(cancel)
        self.hide()

    def begin(self) -> None:
        """Something runs; nothing is counted yet."""
        self._words.set_text(_(N_("Working")))
        self._bar.set_parts((), 0)
        self.show()

    def step(self, step: str, so_far: int, in_all: int) -> None:
        """An untranslated step, and how far it is."""
        self._words.set_text(f"{_(step)} {so_far} / {in_all}" if in_all else _(step))
        self._bar.set_parts((Part(so_far),), in_all)
