"""What was written in a case, newest first; the earlier entries are built as one comes to them."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout

from desktop.page import PageContext, ask_on
from desktop.rows import TimelineItem
from desktop.services.case_file import CaseFile
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.case_view import SHOWN, CaseView, said_items
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, Hairline, SectionTitle
from desktop.widgets.timeline import Timeline
from sync.i18n import N_, _, n_

MORE_SHOWN: Final = 60
"""Entries that come with each wish for earlier ones."""
STEP: Final = 12
"""Entries that come at a time while somebody scrolls; the timeline builds them a few at once."""
AGAIN_MS: Final = 20


class TalksCard(Card):
    """What was written, newest first. There is no way to change or remove an entry.

    Signals:
        action_pressed: the key of the entry whose button was pressed.
        filter_pressed: the agreement alone is wanted, or everything again.
    """

    action_pressed = Signal(str)
    filter_pressed = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, NO_MARGINS, 0)
        self._title = SectionTitle(look, _(N_("Mediation record")))
        self.filter = Button(look, "", ButtonKind.LINK, icon="list", key="F")
        self.filter.clicked.connect(self.filter_pressed)
        self._title.add(self.filter)
        head = scaled(look, QVBoxLayout(), (16, 12, 16, 8))
        head.addWidget(self._title)
        self.timeline = Timeline(look, _(N_("Mediation record")))
        self.timeline.action_pressed.connect(self.action_pressed)
        self.body.addLayout(head)
        self.body.addWidget(Hairline(look))
        self.body.addWidget(self.timeline)

    def show_case(self, view: CaseView, *, agreed: bool) -> None:
        """Show the entries of a case; ``agreed``: those about the agreement alone."""
        self.filter.set_words(_(N_("All entries")) if agreed else _(N_("Only the agreement")))
        count = view.entries
        words = n_("{count} entry", "{count} entries", count).format(count=count)
        self._title.set_hint(words)
        self.timeline.set_items(view.items)

    def grow(self, items: Sequence[TimelineItem]) -> None:
        """The same entries, and those that come before them."""
        self.timeline.grow(items)


class EarlierTalks(QObject):
    """Lets the card grow downwards while its reader is near its end.

    Attributes: ``shown``, how many entries stand there; ``agreed``, whether those about the
    agreement alone are wanted; ``tick``, which a test may fire.

    Signals:
        failed: a DoorstepError.
    """

    failed = Signal(object)

    def __init__(
        self, context: PageContext, card: TalksCard, area: QScrollArea, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._card = card
        self._bar = area.verticalScrollBar()
        self._file: CaseFile | None = None
        self._count = 0
        self.begin()
        self.tick = QTimer(self)
        self.tick.setSingleShot(True)
        self.tick.setInterval(AGAIN_MS)
        self.tick.timeout.connect(self._grow)
        self._bar.valueChanged.connect(self._look)

    def begin(self) -> None:
        """Another case: its newest entries."""
        self._file, self.shown, self._wanted = None, SHOWN, SHOWN
        self.agreed = False

    def turn(self) -> None:
        """From everything to the agreement alone, and back."""
        self.agreed = not self.agreed
        self.shown = self._wanted = SHOWN

    def show_case(self, view: CaseView, shown: int) -> None:
        """The case as it is now, with its newest ``shown`` entries: what came meanwhile is gone
        again, and comes anew where somebody is looking for it."""
        self._file, self._count, self.shown = view.file, view.entries, shown
        if self._wanted > shown or self._is_near_end():
            self.tick.start()

    def want_more(self) -> None:
        """Earlier ones are wanted, wherever the reader is."""
        self._wanted = self.shown + MORE_SHOWN
        self.tick.start()

    def _look(self) -> None:
        if not self.tick.isActive() and self._is_near_end():
            self.tick.start()

    def _is_near_end(self) -> bool:
        """Whether less than a page of entries is left below what is seen."""
        page = self._bar.pageStep()
        return self._bar.value() > 0 and self._bar.maximum() - self._bar.value() < page

    def _grow(self) -> None:
        file = self._file
        if file is None or self.shown >= self._count:
            return
        if not self._card.timeline.is_whole:
            self.tick.start()
            return
        if self.shown >= self._wanted and not self._is_near_end():
            return
        shown, agreed = self.shown + STEP, self.agreed
        say = partial(said_items, file, self._context.place, shown, agreed=agreed)
        then = partial(self._take, file, shown, agreed)
        ask_on(self._context.lanes.store, say, then, self.failed.emit, self)

    def _take(
        self, file: CaseFile, shown: int, agreed: bool, items: tuple[TimelineItem, ...]
    ) -> None:
        if file is not self._file or agreed is not self.agreed or shown <= self.shown:
            return
        self.shown = shown
        self._card.grow(items)
        self.tick.start()  # Once what was built has its place: is there room for more?
