"""One chapter to read: a title, headings, and points one below the other."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.rows import Tone
from desktop.services.handbook import HEADING, POINT, Chapter, text_of
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import NO_MARGINS, add_gap, scaled
from desktop.widgets.card import Card, Hairline
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.state_panel import IconDisc
from desktop.widgets.text import Text
from sync.i18n import N_, _


class Article(Card):
    """Shows one chapter in one language; it scrolls, the text is no wider than it reads well."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, NO_MARGINS, 0)
        self._scroll = ScrollColumn(look, (24, 20, 24, 24), 6)
        self._shown: QWidget | None = None
        self.body.addWidget(self._scroll)

    def turn(self, pages: int) -> None:
        """Read on by a page, or back."""
        bar = self._scroll.area.verticalScrollBar()
        bar.setValue(bar.value() + pages * bar.pageStep())

    def show_chapter(self, chapter: Chapter, language: str) -> None:
        """Show ``chapter`` from its beginning."""
        if self._shown is not None:
            self._scroll.body.removeWidget(self._shown)
            self._shown.hide()
            self._shown.deleteLater()
        self._shown = _page(self._look, chapter, language)
        self._scroll.body.addWidget(self._shown)
        self._shown.show()  # At once: Qt would show it a moment later, and the page would blink.
        self.setAccessibleName(chapter.title[language])
        self._scroll.to_top()


def _page(look: ThemeProvider, chapter: Chapter, language: str) -> QWidget:
    holder = QWidget()
    column = scaled(look, QVBoxLayout(holder), spacing=6)
    head = scaled(look, QHBoxLayout(), spacing=12)
    tone = Tone.PRIMARY if chapter.group == "duty" else Tone.NEUTRAL
    head.addWidget(IconDisc(look, chapter.icon, tone, px=40), 0, Qt.AlignmentFlag.AlignTop)
    title = chapter.title[language]
    head.addWidget(Text(look, title, TextStep.HEADING, weight=Weight.BOLD, wraps=True), 1)
    column.addLayout(head)
    for line in chapter.lines[language]:
        if line.startswith(HEADING):
            add_gap(look, column, 10)
            column.addWidget(
                Text(look, text_of(line), TextStep.BODY, weight=Weight.BOLD, wraps=True)
            )
        elif line.startswith(POINT):
            column.addLayout(_point(look, text_of(line)))
        else:
            column.addWidget(Text(look, line, TextStep.BODY, wraps=True))
    sources = chapter.sources.get(language, ())
    if sources:
        add_gap(look, column, 14)
        column.addWidget(Hairline(look))
        column.addWidget(Text(look, _(N_("The law behind it")), TextStep.NOTE, weight=Weight.BOLD))
    for source in sources:
        column.addWidget(Text(look, source, TextStep.NOTE, colour="t2", wraps=True))
    column.addStretch(1)
    return holder


def _point(look: ThemeProvider, words: str) -> QHBoxLayout:
    row = scaled(look, QHBoxLayout(), (4, 0, 0, 0), 8)
    row.addWidget(Text(look, "·", TextStep.BODY, weight=Weight.BOLD), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Text(look, words, TextStep.BODY, wraps=True), 1)
    return row
