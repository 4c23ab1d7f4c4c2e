"""The file of a case as a list: what is there, what is missing, who has still to sign."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.case_papers import PaperItem, Standing
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, SectionTitle
from desktop.widgets.field import IconMark
from desktop.widgets.lines import Lines
from desktop.widgets.text import Text
from sync.i18n import N_, _

_MARKS: Final = {
    Standing.THERE: ("check-circle", "ok"),
    Standing.UNSIGNED: ("pencil-simple", "warn_t"),
    Standing.MISSING: ("warning-circle", "warn_t"),
    Standing.LATER: ("minus-circle", "t3"),
}
_TOP = Qt.AlignmentFlag.AlignTop


class PapersCard(Card):
    """Every paper with its state in a shape and in words.

    Signals:
        papers_pressed: the papers are wanted as pages.
        attach_pressed: the key of the paper of which a scan is wanted.
    """

    papers_pressed = Signal()
    attach_pressed = Signal(str)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, spacing=4)
        self._title = SectionTitle(look, _(N_("Papers of the file")))
        self.opens = Button(look, _(N_("Attach")), ButtonKind.LINK, key="P")
        self.opens.setAccessibleName(_(N_("Attach a scan")))
        self.opens.clicked.connect(self.papers_pressed)
        self._title.add(self.opens)
        self.refusal = Text(look, "", TextStep.SECOND, colour="bad_t", wraps=True)
        self.body.addWidget(self._title)
        self.body.addWidget(self.refusal)
        self.refusal.hide()
        column = scaled(look, QVBoxLayout(), spacing=2)
        self.body.addLayout(column)
        self._lines = Lines[PaperItem, _Line](column, self._made_line, _Line.say)

    def show_papers(self, items: Sequence[PaperItem]) -> None:
        """Show these papers."""
        self._lines.show(items)
        there = sum(item.standing is Standing.THERE for item in items)
        self._title.set_hint(f"{there} / {len(items)}")

    def refuse(self, words: str) -> None:
        """Say above the papers why the file is not archived; empty once it may be."""
        self.refusal.set_text(words)
        self.refusal.setVisible(bool(words))

    def _made_line(self) -> "_Line":
        return _Line(self._look)


class _Line(Themed):
    """One paper."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        row = scaled(look, QHBoxLayout(self), (0, 2, 0, 2), 8)
        self._mark = IconMark(look, "")
        self._words = Text(look, "", TextStep.SECOND, wraps=True)
        self._note = Text(look, "", TextStep.NOTE, colour="warn_t", wraps=True)
        self._needed = Text(look, _(N_("needed")), TextStep.NOTE, colour="t2")
        row.addWidget(self._mark, 0, _TOP)
        lines = scaled(look, QVBoxLayout(), spacing=0)
        lines.addWidget(self._words)
        lines.addWidget(self._note)
        row.addLayout(lines, 1)
        row.addWidget(self._needed, 0, _TOP)

    def say(self, item: PaperItem) -> None:
        """Show how far another paper is."""
        self._mark.set_icon(*_MARKS[item.standing])
        self._words.set_text(item.words)
        self._note.set_text(item.note)
        self._note.setVisible(bool(item.note))
        self._needed.setVisible(item.required)
        self.setAccessibleName(item.sentence())
