"""A question before something that cannot be taken back."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.widgets.form_panel import FormPanel
from desktop.widgets.text import Text

_WIDTH_PX = 480


class Question(FormPanel):
    """Says what will be; Ctrl Enter or the button does it, Esc leaves it."""

    def __init__(
        self,
        look: ThemeProvider,
        host: QWidget,
        title: str,
        told: str,
        button: str,
        then: Callable[[], None],
    ) -> None:
        super().__init__(look, host, title, _WIDTH_PX, button)
        self.told = Text(look, told, TextStep.BODY, wraps=True)
        self.body.addWidget(self.told)
        self.end_with_button()
        self.save.clicked.connect(then)
