"""The two parties: the household it is written from, and the one that is found or told."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout

from desktop.rows import Tone
from desktop.theme.fonts import TextStep
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.ledger_people import LedgerRows
from desktop.viewmodels.mediation_form import Party
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, SectionTitle
from desktop.widgets.fact import PersonLine
from desktop.widgets.field import SearchBox
from desktop.widgets.row_list import RowList
from desktop.widgets.text import Text
from sync.i18n import N_, _

ROWS_SEEN = 4


class PartyFinder(Themed):
    """A search among the households, with the words themselves as the last answer.

    Signals:
        searched: the text as it is being written.
        chosen: the key of an answer.
    """

    searched = Signal(str)
    chosen = Signal(str)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        column = scaled(look, QVBoxLayout(self), spacing=4)
        self.search = SearchBox(look, _(N_("Room or name of the other side")))
        self.search.searched.connect(self.searched)
        self.search.submitted.connect(self._submit)
        self._model = RowListModel(self)
        self.rows = RowList(look, _(N_("Who it may be")))
        self.rows.setModel(self._model)
        self.rows.opened.connect(self.chosen)
        self.rows.action_pressed.connect(self.chosen)
        column.addWidget(self.search)
        column.addWidget(self.rows)
        self.setFocusProxy(self.search)
        self.offer(LedgerRows((), {}))

    def offer(self, found: LedgerRows) -> None:
        """Show these answers; none hides the list."""
        self._model.replace(found.rows)
        self.rows.setVisible(bool(found.rows))
        seen = min(len(found.rows), ROWS_SEEN)
        self.rows.setFixedHeight(seen * self._look.row_px(Height.ROW_TWO_LINE))
        self.rows.go_to_first()

    def begin(self, words: str = "", *, chosen: bool = False) -> None:
        """Begin anew, or with ``words``; ``chosen``: the next letter takes their place."""
        self.search.edit.setText(words)
        if chosen:
            self.search.edit.selectAll()

    def _submit(self) -> None:
        if self.rows.current_key():
            self.chosen.emit(self.rows.current_key())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk the answers while one types."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        step = steps.get(Qt.Key(event.key()))
        if step and self._model.rowCount() and not self.search.edit.is_composing:
            self.rows.move_by(step)
        else:
            super().keyPressEvent(event)


class PartiesCard(Card):
    """Both parties, one below the other.

    Signals:
        other_pressed: another second party is wanted.
    """

    other_pressed = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, spacing=6)
        self.finder = PartyFinder(look)
        self._parties = scaled(look, QVBoxLayout(), spacing=0)
        self._second_label = Text(look, _(N_("With whom")), TextStep.SECOND, colour="t2")
        self._shown: list[PersonLine] = []
        self._error = Text(look, "", TextStep.NOTE, colour="bad_t", wraps=True)
        self._error.hide()
        self.body.addWidget(SectionTitle(look, _(N_("The two sides"))))
        self.body.addLayout(self._parties)
        self.body.addWidget(self._error)
        self.body.addWidget(self._second_label)
        self.body.addWidget(self.finder)

    def error(self) -> str:
        """What is said to be wrong with the second party."""
        return self._error.text()

    def set_error(self, words: str) -> None:
        """Say what is wrong with the second party; empty for nothing."""
        self._error.set_text(words)
        self._error.setVisible(bool(words))

    def show_parties(self, first: Party, second: Party | None) -> None:
        """Show who is known; while the second is not, the search stands in its place."""
        self.set_error("")
        for line in self._shown:
            self._parties.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._shown = [PersonLine(self._look, first.name, "", first.where, Tone.CARE)]
        if second is not None:
            line = PersonLine(self._look, second.name, "", second.where, Tone.PRIMARY)
            other = Button(self._look, _(N_("Change")), ButtonKind.LINK)
            other.setAccessibleName(_(N_("Choose another second party")))
            other.clicked.connect(self.other_pressed)
            line.add(other)
            self._shown.append(line)
        for line in self._shown:
            self._parties.addWidget(line)
        for part in (self._second_label, self.finder):
            part.setVisible(second is None)
