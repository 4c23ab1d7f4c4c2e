"""What stands before the content while somebody else looks at the screen (遮一下)."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout

from desktop.rows import Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, add_gap, scaled
from desktop.widgets.button import Button
from desktop.widgets.state_panel import IconDisc
from desktop.widgets.text import Text
from sync.i18n import _

_CENTRE = Qt.AlignmentFlag.AlignHCenter


class Cover(Themed):
    """A blank ground with one line and the way back. It names nobody and nothing.

    Signals:
        left: the button was pressed.
    """

    left = Signal()

    def __init__(self, look: ThemeProvider, key: str) -> None:
        super().__init__(look)
        column = scaled(look, QVBoxLayout(self), (24, 24, 24, 24), 8)
        title = Text(look, _("The screen is covered"), TextStep.HEADING, weight=Weight.BOLD)
        detail = Text(
            look,
            _("Nothing is lost: what you were writing waits behind it."),
            TextStep.BODY,
            colour="t2",
            wraps=True,
        )
        detail.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = Button(look, _("Uncover"), icon="eye", key=key, height=Height.PRIMARY)
        self.button.clicked.connect(self.left)
        column.addStretch(1)
        column.addWidget(IconDisc(look, "eye-slash", Tone.NEUTRAL, px=72), 0, _CENTRE)
        add_gap(look, column, 8)
        column.addWidget(title, 0, _CENTRE)
        column.addWidget(detail)
        add_gap(look, column, 8)
        column.addWidget(self.button, 0, _CENTRE)
        column.addStretch(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        QPainter(self).fillRect(self.rect(), self._look.theme.bg)
