"""Who of the ledger somebody is: searched for and chosen by keys, over the page that asks."""

from functools import partial
from typing import Final

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.page import PageContext, ask_on
from desktop.services.cases import Linked
from desktop.theme.fonts import TextStep, Weight
from desktop.viewmodels.ledger_people import LedgerRows, Unlinked, ledger_people, link
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import scaled
from desktop.widgets.card import Hairline
from desktop.widgets.field import SearchBox
from desktop.widgets.flow import FlowLayout
from desktop.widgets.keycap import KeyHint
from desktop.widgets.layer import Layer
from desktop.widgets.painting import ENTER_KEY
from desktop.widgets.row_list import RowList
from desktop.widgets.text import Text
from sync.errors import DoorstepError
from sync.i18n import N_, _

_WIDTH_PX: Final = 560
_HEIGHT_PX: Final = 460
_EDGE_PX: Final = 24
_TIGHT_EDGE_PX: Final = 4
_ROOMY_PX: Final = 320
"""Height of a page from which the panel says its name and its keys."""
_STEPS: Final = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class LedgerPicker(Layer):
    """The words of a party stand above; the search begins with them. Enter links, Esc goes back.

    Signals:
        linked: words for the toast, and a callable that undoes it (on the store lane).
        failed: a DoorstepError.
    """

    linked = Signal(str, object)
    failed = Signal(object)

    def __init__(self, context: PageContext, host: QWidget) -> None:
        look = context.look
        super().__init__(look, host, _(N_("Link to the ledger")))
        self._context = context
        self._party: Unlinked | None = None
        self._found = LedgerRows((), {})
        self._wanted = ""
        self._busy = False
        self.told = Text(look, "", TextStep.SECOND, colour="t2", wraps=True)
        self.search = SearchBox(look, _(N_("Name, initials, room or phone")))
        self.rows = RowList(look, _(N_("Who it may be")))
        self._model = RowListModel(self)
        self.rows.setModel(self._model)
        self.hint = Text(look, "", TextStep.NOTE, colour="t2", wraps=True)
        self._lay_out()
        self.search.searched.connect(self._search)
        self.search.submitted.connect(self._choose_current)
        self.rows.opened.connect(self._choose)
        self.rows.action_pressed.connect(self._choose)

    @property
    def is_open(self) -> bool:
        """Whether it holds the keys."""
        return not self.isHidden()

    def open(self, party: Unlinked) -> None:
        """Ask who this is."""
        self._party, self._busy = party, False
        words = _(N_("Told as “{words}”. The words stay in the record."))
        if party.twice:
            words = _(N_("Told as “{words}”. Two people linked it differently: choose one."))
        self.told.set_text(words.format(words=party.told))
        self._show(LedgerRows((), {}))
        self._come_up(self.search)
        self.search.edit.setText(party.told)
        self.search.edit.selectAll()
        self._search(party.told)

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        look = self._look
        column = scaled(look, QVBoxLayout(self.panel), (0, 0, 0, 0), 0)
        head = scaled(look, QVBoxLayout(), (20, 14, 20, 12), 8)
        words = _(N_("Link to the ledger"))
        self._title = Text(look, words, TextStep.HEADING, weight=Weight.BOLD).elide()
        for part in (self._title, self.told, self.search):
            head.addWidget(part)
        column.addLayout(head)
        column.addWidget(Hairline(look))
        column.addWidget(self.rows, 1)
        foot = scaled(look, QVBoxLayout(), (20, 8, 20, 8), 4)
        self._hints = QWidget()
        flow = FlowLayout(look, self._hints, gap=16, line_gap=4)
        for keys, words in (
            (["↑", "↓"], _(N_("choose"))),
            ([ENTER_KEY], _(N_("this is who it is"))),
            (["Esc"], _(N_("back"))),
        ):
            flow.addWidget(KeyHint(look, keys, words))
        foot.addWidget(self.hint)
        foot.addWidget(self._hints)
        column.addWidget(Hairline(look))
        column.addLayout(foot)

    def _panel_rect(self) -> QRect:
        roomy = self.height() >= self._look.px(_ROOMY_PX)
        edge = self._look.px(_EDGE_PX if roomy else _TIGHT_EDGE_PX)
        for part in (self._title, self._hints):
            part.setVisible(roomy)
        width = min(self._look.px(_WIDTH_PX), self.width() - 2 * edge)
        height = min(self._look.px(_HEIGHT_PX), self.height() - 2 * edge)
        return QRect((self.width() - width) // 2, edge, width, height)

    # --- Searching --------------------------------------------------------------------------------

    def _search(self, typed: str) -> None:
        """One search at a time; what was typed meanwhile is looked for next."""
        self._wanted = " ".join(typed.split())
        if not self._wanted:
            self._show(LedgerRows((), {}))
        elif not self._busy:
            self._busy = True
            find = partial(ledger_people, self._context.place, self._wanted)
            ask_on(self._context.lanes.store, find, self._take_found, self._drop, self)

    def _take_found(self, found: LedgerRows) -> None:
        self._busy = False
        if found.wanted == self._wanted:
            self._show(found)
        else:
            self._search(self._wanted)

    def _drop(self, error: DoorstepError) -> None:
        self._busy = False
        self.hint.set_text(error.sentence())

    def _show(self, found: LedgerRows) -> None:
        self._found = found
        self._model.replace(found.rows)
        self.rows.go_to_first()
        nobody = _(N_("Nobody on this computer answers to it. Whoever holds the home links it."))
        self.hint.set_text(nobody if found.wanted and not found.rows else "")
        self.hint.setVisible(bool(self.hint.text()))

    # --- Linking ----------------------------------------------------------------------------------

    def _choose_current(self) -> None:
        if self.rows.current_key():
            self._choose(self.rows.current_key())

    def _choose(self, key: str) -> None:
        party, who = self._party, self._found.people.get(key)
        if party is None or who is None or self._busy:
            return
        self._busy = True
        task = partial(link, self._context.place, party, who)
        ask_on(self._context.lanes.store, task, self._after, self._drop_link, self)

    def _after(self, done: object) -> None:
        self._busy = False
        self.dismiss()
        place = self._context.place
        if isinstance(done, Linked):
            undo = partial(place.cases.unlink_party, done)
        else:
            undo = partial(place.notes.take_back_mediation, str(done))
        self.linked.emit(_(N_("Linked to the ledger; the words stay.")), undo)

    def _drop_link(self, error: DoorstepError) -> None:
        self._busy = False
        self.hint.set_text(error.sentence())
        self.hint.setVisible(True)

    # --- Keys -------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk the answers while one types, Esc goes back; no key reaches the page."""
        step = _STEPS.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif step and self._model.rowCount() and not self.search.edit.is_composing:
            self.rows.move_by(step)
        event.accept()
