"""Who stands behind one side of a disagreement: disc, title, name, when and where."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop.rows import Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.avatar import Avatar
from desktop.widgets.base import Themed, scaled
from desktop.widgets.text import Text


class VersionHead(Themed):
    """A title such as "mine", the person's name, and a line on when and on which device."""

    def __init__(self, look: ThemeProvider, title: str, name: str, detail: str, tone: Tone) -> None:
        super().__init__(look)
        row = scaled(look, QHBoxLayout(self), spacing=10)
        row.addWidget(Avatar(look, name or title, tone), 0, Qt.AlignmentFlag.AlignVCenter)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        first = scaled(look, QHBoxLayout(), spacing=8)
        first.addWidget(Text(look, title, TextStep.BODY, weight=Weight.BOLD))
        first.addWidget(Text(look, name, TextStep.SECOND, colour="t2").elide(), 1)
        lines.addLayout(first)
        lines.addWidget(Text(look, detail, TextStep.NOTE, colour="t2").elide())
        row.addLayout(lines, 1)
        self.setAccessibleName(" ".join(part for part in (title, name, detail) if part))
