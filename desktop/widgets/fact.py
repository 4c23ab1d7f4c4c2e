"""Short facts of a card: an icon with words, a person with a call, a figure with its caption."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.rows import Lamp, Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.avatar import Avatar
from desktop.widgets.base import Themed, scaled
from desktop.widgets.field import IconMark
from desktop.widgets.lamp import LampMark
from desktop.widgets.text import Text

_TOP = Qt.AlignmentFlag.AlignTop
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class FactLine(Themed):
    """An icon and a text that may wrap. A tone other than neutral also colours the icon."""

    def __init__(
        self,
        look: ThemeProvider,
        icon: str,
        words: str,
        tone: Tone = Tone.NEUTRAL,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, parent)
        row = scaled(look, QHBoxLayout(self), (0, 2, 0, 2), 8)
        self._icon = IconMark(look, icon)
        self._words = Text(look, "", TextStep.SECOND, wraps=True)
        row.addWidget(self._icon, 0, _TOP)
        row.addWidget(self._words, 1)
        self.say(icon, words, tone)

    def say(self, icon: str, words: str, tone: Tone = Tone.NEUTRAL) -> None:
        """Show another fact."""
        self._icon.set_icon(icon, "t2" if tone is Tone.NEUTRAL else f"{_prefix(tone)}_t")
        self._words.set_text(words)


class ValueLine(Themed):
    """A label with its icon at the left, the value at the right end."""

    def __init__(self, look: ThemeProvider, icon: str, label: str, value: str) -> None:
        super().__init__(look)
        row = scaled(look, QHBoxLayout(self), (0, 3, 0, 3), 10)
        row.addWidget(IconMark(look, icon, "t2"), 0, _TOP)
        row.addWidget(Text(look, label, TextStep.SECOND, colour="t2"), 0, _TOP)
        said = Text(look, value, TextStep.SECOND, wraps=True)
        said.setAlignment(Qt.AlignmentFlag.AlignRight | _TOP)
        row.addWidget(said, 1)
        self.setAccessibleName(f"{label} {value}")


class PersonLine(Themed):
    """A person: disc, name with a note, a second line; ``add`` puts a button at the right."""

    def __init__(
        self,
        look: ThemeProvider,
        name: str,
        note: str = "",
        detail: str = "",
        tone: Tone = Tone.NEUTRAL,
    ) -> None:
        super().__init__(look)
        self._row = scaled(look, QHBoxLayout(self), (0, 4, 0, 4), 6)
        self._avatar = Avatar(look, name, tone)
        self._name = Text(look, name, TextStep.BODY, weight=Weight.MEDIUM)
        self._note = Text(look, note, TextStep.NOTE, colour="t2").elide()
        self._detail = Text(look, detail, TextStep.NOTE, colour="t2", wraps=True)
        self._row.addWidget(self._avatar, 0, _MIDDLE)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        first = scaled(look, QHBoxLayout(), spacing=8)
        first.addWidget(self._name)
        first.addWidget(self._note, 1)
        lines.addLayout(first)
        lines.addWidget(self._detail)
        self._row.addLayout(lines, 1)
        self._detail.setVisible(bool(detail))

    def say(self, name: str, note: str = "", detail: str = "", tone: Tone = Tone.NEUTRAL) -> None:
        """Show another person."""
        self._avatar.set_person(name, tone)
        self._name.set_text(name)
        self._note.set_text(note)
        self._detail.set_text(detail)
        self._detail.setVisible(bool(detail))

    def add(self, widget: QWidget) -> None:
        """Put ``widget`` at the right end."""
        self._row.addWidget(widget, 0, _MIDDLE)


class Figure(Themed):
    """A number with its caption, led by a lamp or an icon."""

    def __init__(
        self, look: ThemeProvider, caption: str, lamp: Lamp | None = None, icon: str = ""
    ) -> None:
        super().__init__(look)
        self._caption = caption
        column = scaled(look, QVBoxLayout(self), spacing=0)
        first = scaled(look, QHBoxLayout(), spacing=6)
        if lamp:
            first.addWidget(LampMark(look, lamp), 0, _MIDDLE)
        if icon:
            first.addWidget(IconMark(look, icon, "warn_t"), 0, _MIDDLE)
        self._number = Text(look, "", TextStep.HEADING, weight=Weight.MEDIUM)
        first.addWidget(self._number)
        first.addStretch(1)
        column.addLayout(first)
        column.addWidget(Text(look, caption, TextStep.NOTE, colour="t2"))
        self.set_number("0")

    def set_number(self, number: str) -> None:
        """Show another number."""
        self._number.set_text(number)
        self.setAccessibleName(f"{self._caption} {number}")


def _prefix(tone: Tone) -> str:
    return "pri" if tone is Tone.PRIMARY else tone.value
