"""Everything that happened at this door, with the note that is being written on top."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedWidget, QVBoxLayout

from desktop.rows import TimelineItem
from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.history import History
from desktop.widgets.base import NO_MARGINS, Themed, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, Hairline, SectionTitle
from desktop.widgets.note_field import NoteField
from desktop.widgets.scroll import scrolling
from desktop.widgets.state_panel import EmptyState
from desktop.widgets.tabs import Segments, Tab
from desktop.widgets.text import Text
from desktop.widgets.timeline import Timeline
from sync.i18n import N_, _

TITLE_PX = 90
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class NoteWriter(Themed):
    """A line about the household that belongs to no visit.

    Signals:
        changed: something was typed.
        save_pressed, close_pressed: save it, or leave it for later; what was typed is kept.
    """

    changed = Signal()
    save_pressed = Signal()
    close_pressed = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        column = scaled(look, QVBoxLayout(self), (16, 12, 16, 12), 8)
        self.field = NoteField(
            look,
            _(N_("Note")),
            placeholder=_(N_("What to remember about this home")),
            hint=_(N_("Never where a spare key is, never when nobody is home.")),
        )
        self.field.changed.connect(self.changed)
        self.field.edit.left.connect(self.close_pressed)
        self._kept = Text(look, "", TextStep.NOTE, colour="t2").elide()
        close = Button(look, _(N_("Later")), ButtonKind.GHOST, key="Esc")
        save = Button(look, _(N_("Save note")), ButtonKind.TINTED, key="Ctrl S")
        close.clicked.connect(self.close_pressed)
        save.clicked.connect(self.save_pressed)
        row = scaled(look, QHBoxLayout(), spacing=8)
        row.addWidget(self._kept, 1, _MIDDLE)
        row.addWidget(close)
        row.addWidget(save)
        column.addWidget(self.field)
        column.addLayout(row)

    def say_kept(self, words: str) -> None:
        """Say when the draft was kept."""
        self._kept.set_text(words)


class HistoryCard(Card):
    """Filters with counts, the note writer, the entries.

    Signals:
        filter_chosen: the key of a filter.
        note_pressed: a note is wanted.
        action_pressed: the key of the entry whose button was pressed.
    """

    filter_chosen = Signal(str)
    note_pressed = Signal()
    action_pressed = Signal(str)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, NO_MARGINS, 0)
        self._title = SectionTitle(look, _(N_("History")))
        self.tabs = Segments(look, [], _(N_("Which entries")))
        self.tabs.changed.connect(self.filter_chosen)
        note = Button(look, _(N_("Write a note")), ButtonKind.GHOST, icon="note-pencil", key="/")
        self._note = note
        note.clicked.connect(self.note_pressed)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        scaled(look, self._head, (16, 8, 8, 8), 12)
        for part in (self._title, self.tabs):
            self._head.addWidget(part, 0, _MIDDLE)
        self._head.addStretch(1)
        self._head.addWidget(note, 0, _MIDDLE)
        self.writer = NoteWriter(look)
        self.writer.hide()
        self._line = Hairline(look)
        self._line.hide()
        self.timeline = Timeline(look, _(N_("History")))
        self.timeline.action_pressed.connect(self.action_pressed)
        self.area = scrolling(self.timeline)
        self._empty = EmptyState(look, "")
        self._stack = QStackedWidget()
        self.body.addLayout(self._head)
        for below in (Hairline(look), self.writer, self._line):
            self.body.addWidget(below)
        self.hold_list(self._stack, self.area, self._empty)

    def show_history(self, history: History, *, from_top: bool) -> None:
        """Show these entries; the place in them is kept unless they begin anew."""
        self.tabs.set_tabs([Tab(one.filter, one.filter.words, one.count) for one in history.tabs()])
        self.tabs.choose(history.filter)
        bar = self.area.verticalScrollBar()
        at = 0 if from_top else bar.value()
        items = history.items()
        self.timeline.set_items(items)
        self._choose_panel(history, items)
        if at:
            self.timeline.say_all()
            self.timeline.adjustSize()  # Else there is no way yet to go down again.
        bar.setValue(at)

    def open_writer(self, text: str, kept: str) -> None:
        """Write a note, from what was typed before."""
        self.writer.field.set_text(text)
        self.writer.say_kept(kept)
        self.writer.show()
        self._line.show()
        self.writer.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_writer(self) -> None:
        """Put the writer away."""
        self.writer.hide()
        self._line.hide()

    @property
    def is_writing(self) -> bool:
        """Whether the writer is open."""
        return not self.writer.isHidden()

    def _choose_panel(self, history: History, items: Sequence[TimelineItem]) -> None:
        if items:
            self._stack.setCurrentWidget(self.area)
            return
        if history.is_empty:
            title = _(N_("Nothing recorded here yet"))
            self._empty.say(title, _(N_("The first visit begins the history of this home.")))
        else:
            words = history.filter.words
            self._empty.say(_(N_("Nothing under “{filter}”")).format(filter=words))
        self._stack.setCurrentWidget(self._empty)

    def _line_px(self) -> int:
        """What the filters and the button need to stand in one line."""
        parts = self.tabs.sizeHint().width() + self._note.sizeHint().width()
        return parts + self._look.px(24 + 12 + 12)

    def minimumSizeHint(self) -> QSize:
        """The filters and the button may stand one below the other."""
        least = super().minimumSizeHint()
        widest = max(part.minimumSizeHint().width() for part in (self.tabs, self._note))
        return QSize(min(least.width(), widest + self._look.px(24)), least.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the title out where the filters need its room, and then break the line."""
        super().resizeEvent(event)
        width, line, direction = self.width(), self._line_px(), QBoxLayout.Direction
        self._title.setVisible(width >= line + self._look.px(TITLE_PX))
        self._head.setDirection(direction.LeftToRight if width >= line else direction.TopToBottom)
