"""What happened, newest first: an icon on a line, what, who, when, and where the record is."""

from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QHBoxLayout, QVBoxLayout

from desktop.rows import TimelineItem
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Hairline
from desktop.widgets.chip import ChipRow
from desktop.widgets.field import IconMark
from desktop.widgets.lamp import LampMark
from desktop.widgets.painting import smooth
from desktop.widgets.state_panel import IconDisc
from desktop.widgets.text import Text
from sync.i18n import _

DISC_PX = 28
ENTRIES_AHEAD = 16
"""About what one looks at without scrolling, headings included."""
AHEAD_MS = 100
LEAST_AT_ONCE = 8
LEAST_ENTRY_PX = 48
FEW = 3
"""Entries that are said in one go once what is in sight is painted: the window answers between."""
SOON_MS = 5
_TOP = Qt.AlignmentFlag.AlignTop
_RIGHT = Qt.AlignmentFlag.AlignRight


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
        self._shown: list[TimelineEntry | _Heading] = []
        self._headings: list[_Heading] = []
        self._entries: list[TimelineEntry] = []
        self._waiting: deque[TimelineItem] = deque()
        self._column.addStretch(1)
        self._ahead = QTimer(self)
        self._ahead.setSingleShot(True)
        self._ahead.timeout.connect(self._go_on)

    def set_items(self, items: Sequence[TimelineItem]) -> None:
        """Show ``items`` instead, in the lines that are there already: see :class:`Lines`. A line
        whose entry stays is not touched; those below what is in sight follow once that is
        painted."""
        staying = self._staying(items)
        for line in self._shown:
            if line.item not in staying:
                self._put_aside(line, behind=bool(staying))
        self._shown.clear()
        self._waiting = deque(items)
        while staying:
            if self._waiting[0] in staying:
                self._put_in_place(staying.pop(self._waiting.popleft()))
            else:
                self._say_next(1)
        self._say_next(self._in_sight() - len(self._shown))
        for unused in (*self._headings, *self._entries):
            unused.hide()
        self._begin_rest()

    def grow(self, items: Sequence[TimelineItem]) -> None:
        """The same entries, with more at their end: what stands already is not touched."""
        same = 0
        for line, item in zip(self._shown, items, strict=False):
            if line.item != item:
                break
            same += 1
        for line in self._shown[same:]:
            line.hide()
            if isinstance(line, _Heading):
                self._headings.append(line)
            else:
                self._entries.insert(0, line)
        del self._shown[same:]
        self._waiting = deque(items[same:])
        self._begin_rest()

    def key_with_keyboard(self) -> str:
        """The key of the entry whose button has the keyboard; empty for none."""
        lines = (line for line in self._shown if isinstance(line, TimelineEntry))
        here = next((one for one in lines if one.isAncestorOf(self.focusWidget())), None)
        return here.item.key if here is not None and here.item is not None else ""

    @property
    def is_whole(self) -> bool:
        """Whether every entry stands there."""
        return not self._waiting

    def say_all(self) -> None:
        """Show the rest now: somebody goes down to where they were."""
        self._say_next(len(self._waiting))

    def _staying(
        self, items: Sequence[TimelineItem]
    ) -> "dict[TimelineItem | None, TimelineEntry | _Heading]":
        """The lines whose entries stay, in their order; none where that is another one."""
        lines = {line.item: line for line in self._shown}
        at = {item: number for number, item in enumerate(lines)}
        found = [item for item in items if item in lines]
        places = [at[item] for item in found]
        if len(lines) < len(self._shown) or places != sorted(set(places)):
            return {}
        return {item: lines[item] for item in found}

    def _put_aside(self, line: "TimelineEntry | _Heading", *, behind: bool) -> None:
        """For another entry; ``behind`` the lines that stay, which keep their places then."""
        if behind:
            self._column.insertWidget(self._column.count() - 1, line)
        if isinstance(line, _Heading):
            self._headings.append(line)
        else:
            self._entries.append(line)

    def _in_sight(self) -> int:
        """The most entries that find room down to where its reader looks."""
        around = self.parentWidget()
        while around is not None and not isinstance(around, QAbstractScrollArea):
            around = around.parentWidget()
        height = 0
        if isinstance(around, QAbstractScrollArea):
            height = around.viewport().height() + around.verticalScrollBar().value()
        return max(LEAST_AT_ONCE, height // self._look.px(LEAST_ENTRY_PX) + 1)

    def _say_next(self, count: int) -> None:
        for _at in range(min(count, len(self._waiting))):
            item = self._waiting.popleft()
            line = self._line_for(item)
            line.say(item)
            self._put_in_place(line)

    def _put_in_place(self, line: "TimelineEntry | _Heading") -> None:
        if self._column.indexOf(line) != len(self._shown):
            self._column.insertWidget(len(self._shown), line)
        if line.isHidden():
            line.show()
        self._shown.append(line)

    def _begin_rest(self) -> None:
        self._ahead.start(SOON_MS if self._waiting else AHEAD_MS)

    def _go_on(self) -> None:
        """The entries that wait; then one more while nobody waits, as the next history may be
        longer than any before."""
        if self._waiting:
            self._say_next(FEW)
            self._make_room()
        elif len(self._shown) + len(self._headings) + len(self._entries) < ENTRIES_AHEAD:
            entry = self._made_entry()
            entry.hide()
            self._column.insertWidget(self._column.count() - 1, entry)
            self._entries.append(entry)
        else:
            return
        self._begin_rest()

    def _make_room(self) -> None:
        """Nothing is squeezed until the area around it knows of what came."""
        wanted = self.heightForWidth(self.width())
        if wanted > self.height():
            self.resize(self.width(), wanted)

    def _line_for(self, item: TimelineItem) -> "TimelineEntry | _Heading":
        """The next of those that are there, or a new one."""
        if item.is_heading:
            return self._headings.pop(0) if self._headings else _Heading(self._look)
        return self._entries.pop(0) if self._entries else self._made_entry()

    def _made_entry(self) -> "TimelineEntry":
        entry = TimelineEntry(self._look)
        entry.action_pressed.connect(self.action_pressed)
        return entry


class TimelineEntry(Themed):
    """One entry with its icon on the line. Attributes: ``item``, what it shows."""

    action_pressed = Signal(str)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        self._key = ""
        self.item: TimelineItem | None = None
        note = TextStep.NOTE
        self._disc = IconDisc(look, "", px=DISC_PX)
        self._title = Text(look, "", TextStep.BODY, weight=Weight.MEDIUM, wraps=True)
        self._note = Text(look, "", note, colour="t2").elide()
        self._text = Text(look, "", TextStep.SECOND, wraps=True)
        self._tags = ChipRow(look)
        self._when, self._who = (Text(look, "", note, colour="t2") for _side in range(2))
        self._delivery = _Delivery(look)
        self._lamp: LampMark | None = None
        self._buttons: dict[ButtonKind, Button] = {}
        row = scaled(look, QHBoxLayout(self), (4, 8, 0, 12), 16)
        row.addWidget(self._disc, 0, _TOP)
        row.addLayout(self._content(), 1)
        row.addLayout(self._beside())

    def _content(self) -> QVBoxLayout:
        column = scaled(self._look, QVBoxLayout(), spacing=3)
        self._first = scaled(self._look, QHBoxLayout(), spacing=8)
        self._first.addWidget(self._title)
        self._first.addWidget(self._note, 1)
        column.addLayout(self._first)
        column.addWidget(self._text)
        column.addWidget(self._tags)
        column.addStretch(1)
        return column

    def _beside(self) -> QVBoxLayout:
        self._side = scaled(self._look, QVBoxLayout(), spacing=2)
        for words in (self._when, self._who):
            self._side.addWidget(words, 0, _RIGHT)
        self._side.addWidget(self._delivery)
        self._side.addStretch(1)
        return self._side

    def say(self, item: TimelineItem) -> None:
        """Show another entry; one that is shown already costs nothing."""
        if item == self.item:
            return
        self.item = item
        self._key = item.key
        self._disc.set_icon(item.icon, item.tone)
        self._title.set_text(item.title)
        self._note.set_text(item.note)
        for label, words in ((self._text, item.text), (self._when, item.when)):
            label.set_text(words)
            label.setVisible(bool(words))
        self._who.set_text(item.who)
        self._who.setVisible(bool(item.who))
        self._tags.set_tags(item.tags)
        limit = self._light(item)
        self._delivery.say(item.delivery, item.delivery_icon)
        self._offer(item.action, ButtonKind.LINK if item.is_quiet else ButtonKind.TINTED)
        parts = (item.title, limit, item.note, item.text, item.who, item.when, item.delivery)
        self.setAccessibleName(_("; ").join(part for part in parts if part))

    def _light(self, item: TimelineItem) -> str:
        """Show the lamp of a limit, and say what it tells; most entries have none, and none is
        made for them."""
        if item.lamp is None:
            if self._lamp is not None:
                self._lamp.hide()
            return ""
        if self._lamp is None:
            self._lamp = LampMark(self._look, item.lamp)
            self._first.insertWidget(1, self._lamp, 0, _TOP)
        self._lamp.set_state(item.lamp, item.limit)
        self._lamp.show()
        return self._lamp.accessibleName()

    def _offer(self, action: str, kind: ButtonKind) -> None:
        """A button of this kind alone; most entries have none, and none is made for them."""
        if action and kind not in self._buttons:
            button = self._buttons[kind] = Button(self._look, "", kind)
            button.clicked.connect(self._press)
            self._side.insertWidget(self._side.count() - 1, button, 0, _RIGHT)
        for known, button in self._buttons.items():
            button.set_words(action)
            button.setVisible(bool(action) and known is kind)

    def _press(self) -> None:
        self.action_pressed.emit(self._key)

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


class _Delivery(Themed):
    """Where the record is: a small icon and a word, at the right."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        line = scaled(look, QHBoxLayout(self), spacing=4)
        line.addStretch(1)
        self._icon = IconMark(look, "", "t3", 14)
        self._words = Text(look, "", TextStep.TAG, colour="t3")
        line.addWidget(self._icon)
        line.addWidget(self._words)

    def say(self, words: str, icon: str) -> None:
        """Show where another record is; nothing where nobody needs to know."""
        self._icon.set_icon(icon)
        self._icon.setVisible(bool(icon))
        self._words.set_text(words)
        self.setVisible(bool(words))


class _Heading(Themed):
    """A month, and a line to the right edge."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        self.item: TimelineItem | None = None
        row = scaled(look, QHBoxLayout(self), (0, 8, 0, 4), 12)
        self._words = Text(look, "", TextStep.NOTE, weight=Weight.MEDIUM, colour="t2")
        row.addWidget(self._words)
        row.addWidget(Hairline(look), 1)

    def say(self, item: TimelineItem) -> None:
        """Begin another month."""
        self.item = item
        self._words.set_text(item.title)
