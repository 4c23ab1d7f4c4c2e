"""Masked numbers, and the press that shows them for half a minute."""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import icon_button
from desktop.widgets.lines import Lines
from desktop.widgets.text import Text
from sync.i18n import _

SHOWN_MS: Final = 30_000
SEVERAL: Final = "、"
"""Stands between numbers; each gets a line of its own, so that none is cut."""


class MaskedValue(Themed):
    """Shows a masked value; the eye asks for the whole, which is hidden again by itself.

    ``stands_for`` is whose number it is: where that changed until an answer comes, the answer is
    for nobody any more.

    Signals:
        asked: the person wants to see it. Answer with ``show_full`` once that is written down.
    """

    asked = Signal()

    def __init__(self, look: ThemeProvider, masked: str, name: str) -> None:
        super().__init__(look)
        self._masked = masked
        self._is_full = False
        self.stands_for: object = None
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(SHOWN_MS)
        self.timer.timeout.connect(self.hide_again)
        row = scaled(look, QHBoxLayout(self), spacing=0)
        self._numbers = scaled(look, QVBoxLayout(), spacing=0)
        self._text = ""
        self._lines = Lines[str, Text](self._numbers, self._line, Text.set_text)
        self._eye = icon_button(look, "eye", _("Show the number of {name}").format(name=name))
        self._eye.clicked.connect(self._press)
        self._eye.setToolTip(_("Show the number. The look is written down."))
        row.addLayout(self._numbers)
        row.addWidget(self._eye, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._write(masked)

    def show_masked(self, masked: str, name: str, target: object = None) -> None:
        """Show another number, masked. ``target`` tells whose it is, see :attr:`stands_for`."""
        self._masked = masked
        self.stands_for = target
        self._eye.setAccessibleName(_("Show the number of {name}").format(name=name))
        self.hide_again()

    @property
    def text(self) -> str:
        """What is shown now."""
        return self._text

    def show_full(self, value: str) -> None:
        """Show the whole value for :data:`SHOWN_MS`."""
        self._is_full = True
        self._write(value)
        self._eye.set_icon("eye-slash")
        self.timer.start()

    def hide_again(self) -> None:
        """Mask it."""
        self._is_full = False
        self.timer.stop()
        self._write(self._masked)
        self._eye.set_icon("eye")

    def _write(self, value: str) -> None:
        self._text = value
        self._lines.show(value.split(SEVERAL))

    def _line(self) -> Text:
        line = Text(self._look, "", TextStep.SECOND)
        line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return line

    def _press(self) -> None:
        if self._is_full:
            self.hide_again()
        else:
            self.asked.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """What was covered, left or minimised comes back masked."""
        super().hideEvent(event)
        if self._is_full:
            self.hide_again()
