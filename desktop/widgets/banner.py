"""A message inside a page that stays until its cause is gone."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.rows import Lamp, Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import scaled
from desktop.widgets.card import Well
from desktop.widgets.field import IconMark
from desktop.widgets.lamp import LampMark
from desktop.widgets.text import Text

_ICONS = {
    Tone.NEUTRAL: "info",
    Tone.PRIMARY: "info",
    Tone.OK: "check-circle",
    Tone.WARN: "warning",
    Tone.BAD: "warning-circle",
    Tone.CARE: "heart",
}


class Banner(Well):
    """A title, a detail that wraps, and room at the right: ``add``. A lamp may lead it."""

    def __init__(
        self,
        look: ThemeProvider,
        tone: Tone,
        title: str = "",
        detail: str = "",
        *,
        lamp: Lamp | None = None,
        icon: str = "",
    ) -> None:
        super().__init__(look, None if tone is Tone.NEUTRAL else tone, (12, 8, 12, 8))
        self._row = scaled(look, QHBoxLayout(), spacing=10)
        colour = "mute_t" if tone is Tone.NEUTRAL else f"{_prefix(tone)}_t"
        self._mark: QWidget = (
            LampMark(look, lamp) if lamp else IconMark(look, icon or _ICONS[tone], colour)
        )
        lines = QVBoxLayout()
        lines.setSpacing(0)
        title_colour = "t1" if tone is Tone.NEUTRAL else colour
        self._title = Text(
            look, "", TextStep.BODY, weight=Weight.MEDIUM, colour=title_colour, wraps=True
        )
        self._detail = Text(look, "", TextStep.SECOND, wraps=True)
        lines.addWidget(self._title)
        lines.addWidget(self._detail)
        self._row.addWidget(self._mark)
        self._row.addLayout(lines, 1)
        self.body.addLayout(self._row)
        self.say(title, detail)

    def say(self, title: str, detail: str = "") -> None:
        """Show other words; what is empty is left out."""
        self._title.set_text(title)
        self._title.setVisible(bool(title))
        self._detail.set_text(detail)
        self._detail.setVisible(bool(detail))
        top, middle = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignVCenter
        self._row.setAlignment(self._mark, top if detail else middle)
        self.setAccessibleName(f"{title} {detail}".strip())

    def add(self, widget: QWidget) -> None:
        """Put ``widget`` at the right end."""
        self._row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)


def _prefix(tone: Tone) -> str:
    return "pri" if tone is Tone.PRIMARY else tone.value
