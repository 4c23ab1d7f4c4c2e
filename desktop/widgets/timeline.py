"""What happened, newest first: an icon on a line, what, who, when, and where the record is."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.rows import TimelineItem
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Hairline
from desktop.widgets.chip import Chip
from desktop.widgets.field import IconMark
from desktop.widgets.flow import FlowLayout
from desktop.widgets.painting import smooth
from desktop.widgets.state_panel import IconDisc
from desktop.widgets.text import Text
from sync.i18n import _

DISC_PX = 28
_TOP = Qt.AlignmentFlag.AlignTop


class Timeline(Themed):
    """Entries in a column, to stand in a scroll area. The page bounds how many it shows.

    Signals:
        action_pressed: the key of the entry whose button was pressed.
    """

    action_pressed = Signal(str)

    def __init__(self, look: ThemeProvider, name: str) -> None:
        super().__init__(look)
        self.setAccessibleName(name)
        self._column = scaled(look, QVBoxLayout(self), (16, 8, 16, 8), 0)
        self._shown: list[QWidget] = []
        self._column.addStretch(1)

    def set_items(self, items: Sequence[TimelineItem]) -> None:
        """Show ``items`` instead."""
        for widget in self._shown:
            self._column.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._shown = [self._make(item) for item in items]
        for position, widget in enumerate(self._shown):
            self._column.insertWidget(position, widget)

    def _make(self, item: TimelineItem) -> QWidget:
        if item.is_heading:
            return _Heading(self._look, item.title)
        entry = TimelineEntry(self._look, item)
        entry.action_pressed.connect(self.action_pressed)
        return entry


class TimelineEntry(Themed):
    """One entry with its icon on the line."""

    action_pressed = Signal(str)

    def __init__(self, look: ThemeProvider, item: TimelineItem) -> None:
        super().__init__(look)
        self._item = item
        row = scaled(look, QHBoxLayout(self), (4, 8, 0, 12), 16)
        row.addWidget(IconDisc(look, item.icon, item.tone, px=DISC_PX), 0, _TOP)
        row.addLayout(self._content(), 1)
        row.addLayout(self._side())
        parts = (item.title, item.note, item.text, item.who, item.when, item.delivery)
        self.setAccessibleName(_("; ").join(part for part in parts if part))

    def _content(self) -> QVBoxLayout:
        look, item = self._look, self._item
        column = scaled(look, QVBoxLayout(), spacing=3)
        first = scaled(look, QHBoxLayout(), spacing=8)
        first.addWidget(Text(look, item.title, TextStep.BODY, weight=Weight.MEDIUM))
        first.addWidget(Text(look, item.note, TextStep.NOTE, colour="t2").elide(), 1)
        column.addLayout(first)
        if item.text:
            column.addWidget(Text(look, item.text, TextStep.SECOND, wraps=True))
        if item.tags:
            holder = QWidget()
            flow = FlowLayout(look, holder, gap=6)
            for tag in item.tags:
                flow.addWidget(Chip(look, tag))
            column.addWidget(holder)
        column.addStretch(1)
        return column

    def _side(self) -> QVBoxLayout:
        look, item = self._look, self._item
        column = scaled(look, QVBoxLayout(), spacing=2)
        right = Qt.AlignmentFlag.AlignRight
        for words in (item.when, item.who):
            if words:
                column.addWidget(Text(look, words, TextStep.NOTE, colour="t2"), 0, right)
        if item.delivery:
            line = scaled(look, QHBoxLayout(), spacing=4)
            line.addStretch(1)
            if item.delivery_icon:
                line.addWidget(IconMark(look, item.delivery_icon, "t3", 14))
            line.addWidget(Text(look, item.delivery, TextStep.TAG, colour="t3"))
            column.addLayout(line)
        if item.action:
            kind = ButtonKind.LINK if item.is_quiet else ButtonKind.TINTED
            button = Button(look, item.action, kind)
            button.clicked.connect(self._press)
            column.addWidget(button, 0, right)
        column.addStretch(1)
        return column

    def _press(self) -> None:
        self.action_pressed.emit(self._item.key)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line that joins the discs."""
        painter = QPainter(self)
        smooth(painter)
        px = self._look.px
        x = px(4) + px(DISC_PX) / 2
        painter.fillRect(QRectF(x - 1, 0, 2, px(6)), self._look.theme.line)
        below = px(8) + px(DISC_PX) + px(2)
        rest = QRectF(x - 1, below, 2, max(0, self.height() - below))
        painter.fillRect(rest, self._look.theme.line)


class _Heading(Themed):
    """A month, and a line to the right edge."""

    def __init__(self, look: ThemeProvider, title: str) -> None:
        super().__init__(look)
        row = scaled(look, QHBoxLayout(self), (0, 8, 0, 4), 12)
        row.addWidget(Text(look, title, TextStep.NOTE, weight=Weight.MEDIUM, colour="t2"))
        row.addWidget(Hairline(look), 1)
