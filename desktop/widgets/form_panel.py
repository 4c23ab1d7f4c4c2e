"""A panel over the page in which something is written and handed over."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import is_composing_in, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.overlay import Overlay
from desktop.widgets.text import Text


class FormPanel(Overlay):
    """What is refused is told above the button. Ctrl Enter presses it, Esc leaves the panel."""

    def __init__(
        self, look: ThemeProvider, host: QWidget, title: str, width_px: int, button: str
    ) -> None:
        super().__init__(look, host, title, width_px)
        self.error = Text(look, "", TextStep.SECOND, colour="bad_t", wraps=True)
        self.save = Button(look, button, ButtonKind.PRIMARY, key="Ctrl ⏎", height=Height.PRIMARY)

    def end_with_button(self) -> None:
        """Put what is refused and the button below everything else."""
        self.body.addWidget(self.error)
        foot = scaled(self._look, QHBoxLayout())
        foot.addStretch(1)
        foot.addWidget(self.save)
        self.body.addLayout(foot)

    def say(self, reason: str) -> None:
        """Why it cannot be taken like this."""
        self.error.set_text(reason)
        self.fit()
        if reason:
            self.show_now(self.error)

    def fit(self) -> None:
        """Be as high again as what is said in it: its button stays in sight."""
        if not self.isHidden():
            self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl Enter presses the button, from whatever field; so does Ctrl S."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_S)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if not event.isAutoRepeat() and not is_composing_in(self):
                self.save.clicked.emit()
            return
        super().keyPressEvent(event)
