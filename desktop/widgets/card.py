"""Grounds: the card, its hairlines, and the title of a section."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktop.rows import Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Radius
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Margins, Themed, scaled
from desktop.widgets.painting import draw_panel, fill_round, smooth
from desktop.widgets.text import Text

CARD_MARGINS: Margins = (16, 14, 16, 14)
LIST_MARGINS: Margins = (1, 0, 1, 8)
"""A list reaches to the card's edge, which stays visible."""


class Card(Themed):
    """A surface with an edge. Put content into ``body``, a column."""

    def __init__(
        self,
        look: ThemeProvider,
        margins: Margins = CARD_MARGINS,
        spacing: float = 8,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, parent)
        self.body = scaled(look, QVBoxLayout(self), margins, spacing)

    def hold_list(
        self, stack: QStackedWidget, *panels: QWidget, margins: Margins = LIST_MARGINS
    ) -> None:
        """Give the room that is left to a list and what stands in its place, one at a time."""
        for panel in panels:
            stack.addWidget(panel)
        room = scaled(self._look, QVBoxLayout(), margins, 0)
        room.addWidget(stack)
        self.body.addLayout(room, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface and its edge."""
        painter = QPainter(self)
        smooth(painter)
        theme = self._look.theme
        radius = self._look.px(Radius.CARD)
        draw_panel(painter, QRectF(self.rect()), radius, theme.surface, theme.line)


class Well(Themed):
    """A tinted area inside a card: sunken, or in the colour of a tone."""

    def __init__(
        self,
        look: ThemeProvider,
        tone: Tone | None = None,
        margins: Margins = (12, 8, 12, 8),
        spacing: float = 4,
    ) -> None:
        super().__init__(look)
        self._tone = tone
        self.body = scaled(look, QVBoxLayout(self), margins, spacing)

    def set_tone(self, tone: Tone | None) -> None:
        """Use the ground of another tone; None is the neutral well."""
        self._tone = tone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        painter = QPainter(self)
        smooth(painter)
        theme = self._look.theme
        fill = theme.shades(self._tone).ground if self._tone else theme.sunken
        fill_round(painter, QRectF(self.rect()), self._look.px(Radius.CONTROL), fill)


class Hairline(Themed):
    """A line of one pixel between parts of a card."""

    def __init__(
        self,
        look: ThemeProvider,
        orientation: Qt.Orientation = Qt.Orientation.Horizontal,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, parent)
        if orientation is Qt.Orientation.Horizontal:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.setFixedHeight(1)
        else:
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
            self.setFixedWidth(1)

    def sizeHint(self) -> QSize:
        """One pixel."""
        return QSize(1, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill it."""
        QPainter(self).fillRect(self.rect(), self._look.theme.line)


class SectionTitle(Themed):
    """A bold title, a hint beside it, and room at the right for a link: ``add``."""

    def __init__(
        self,
        look: ThemeProvider,
        title: str,
        hint: str = "",
        step: TextStep = TextStep.BODY,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, parent)
        self._row = scaled(look, QHBoxLayout(self), spacing=8)
        self._title = Text(look, title, step, weight=Weight.BOLD)
        self._hint = Text(look, hint, TextStep.NOTE, colour="t2").elide()
        self._row.addWidget(self._title, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self._hint, 1, Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def add(self, widget: QWidget) -> None:
        """Put ``widget`` at the right end."""
        self._row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def set_title(self, title: str) -> None:
        """Show another title."""
        self._title.set_text(title)

    def set_hint(self, hint: str) -> None:
        """Show another hint."""
        self._hint.set_text(hint)
