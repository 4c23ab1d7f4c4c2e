"""A part of the form: a title with a hint, and what is chosen or written below it."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.card import SectionTitle


class Section(Themed):
    """A title over ``widget``; hidden as one. ``quiet`` makes the title smaller."""

    def __init__(
        self,
        look: ThemeProvider,
        title: str,
        widget: QWidget,
        hint: str = "",
        *,
        quiet: bool = False,
    ) -> None:
        super().__init__(look)
        self._column = scaled(look, QVBoxLayout(self), spacing=6)
        step = TextStep.SECOND if quiet else TextStep.BODY
        self.title = SectionTitle(look, title, hint, step)
        self._column.addWidget(self.title)
        self._column.addWidget(widget)

    def add(self, widget: QWidget) -> None:
        """Put one more widget below."""
        self._column.addWidget(widget)

    def set_title(self, title: str, hint: str = "") -> None:
        """Ask for something else."""
        self.title.set_title(title)
        self.title.set_hint(hint)

    def set_hint(self, hint: str) -> None:
        """Explain otherwise."""
        self.title.set_hint(hint)
