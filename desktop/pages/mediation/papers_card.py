"""The file of a case as a list: what is there, what is missing, who has still to sign."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.case_papers import PaperItem, Standing
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, SectionTitle
from desktop.widgets.field import IconMark
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
        self.body.addWidget(self._title)
        self._column = scaled(look, QVBoxLayout(), spacing=2)
        self.body.addLayout(self._column)
        self._shown: list[QWidget] = []

    def show_papers(self, items: Sequence[PaperItem]) -> None:
        """Show these papers."""
        for widget in self._shown:
            self._column.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._shown = [_Line(self._look, item) for item in items]
        for widget in self._shown:
            self._column.addWidget(widget)
        there = sum(item.standing is Standing.THERE for item in items)
        self._title.set_hint(f"{there} / {len(items)}")


class _Line(Themed):
    """One paper."""

    def __init__(self, look: ThemeProvider, item: PaperItem) -> None:
        super().__init__(look)
        icon, colour = _MARKS[item.standing]
        row = scaled(look, QHBoxLayout(self), (0, 2, 0, 2), 8)
        row.addWidget(IconMark(look, icon, colour), 0, _TOP)
        lines = scaled(look, QVBoxLayout(), spacing=0)
        lines.addWidget(Text(look, item.words, TextStep.SECOND, wraps=True))
        if item.note:
            lines.addWidget(Text(look, item.note, TextStep.NOTE, colour="warn_t", wraps=True))
        row.addLayout(lines, 1)
        if item.required:
            row.addWidget(Text(look, _(N_("needed")), TextStep.NOTE, colour="t2"), 0, _TOP)
        self.setAccessibleName(item.sentence())
