"""Who of the ledger somebody is: searched for and chosen by keys, over the page that asks."""

from functools import partial
from typing import Final

from PySide6.QtCore import QRect, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.page import PageContext, Undone, ask_on
from desktop.services.cases import PartyEdit
from desktop.services.notes import SideLinked
from desktop.services.workplace import Workplace
from desktop.theme.fonts import TextStep, Weight
from desktop.viewmodels.ledger_people import (
    LedgerRows,
    Unlinked,
    ledger_guess,
    ledger_people,
    link,
    unlink,
)
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
    """The words of a party stand above; the search begins with what of them finds somebody. Enter
    links, also where the answer to what was typed is on its way; Esc goes back.

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
        self._searching = False
        self._linking = False
        self._chooses_best = False  # Enter came before the answer to what was typed.
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
        self._party, self._wanted = party, ""
        self._linking = self._chooses_best = False
        words = _(N_("Told as “{words}”. The words stay in the record."))
        if party.twice:
            words = _(N_("Told as “{words}”. Two people linked it differently: choose one."))
        elif party.linked:
            words = _(N_("Told as “{words}”, linked to {name}. Choosing somebody corrects that."))
        self.told.set_text(words.format(words=party.told, name=party.linked))
        self._show(LedgerRows((), {}))
        self._come_up(self.search)
        self.search.clear()
        guess = partial(ledger_guess, self._context.place, party.told)
        then = partial(self._take_guess, party)
        ask_on(self._context.lanes.store, guess, then, self._say_error, self)

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
        self._wanted, self._chooses_best = " ".join(typed.split()), False
        if not self._searching:
            self._look_up()

    def _look_up(self) -> None:
        if not self._wanted:
            self._show(LedgerRows((), {}))
            return
        self._searching = True
        find = partial(ledger_people, self._context.place, self._wanted)
        ask_on(self._context.lanes.store, find, self._take_found, self._drop, self)

    def _take_guess(self, party: Unlinked, found: LedgerRows) -> None:
        """Who it may be, unless somebody types already."""
        if party is self._party and not self.search.text() and not self._wanted:
            with QSignalBlocker(self.search.edit):
                self.search.edit.setText(found.wanted)
            self.search.edit.selectAll()
            self._wanted = found.wanted
            self._show(found)

    def _take_found(self, found: LedgerRows) -> None:
        self._searching = False
        if found.wanted != self._wanted:
            self._look_up()
            return
        self._show(found)
        if self._chooses_best:
            self._choose_current()

    def _drop(self, error: DoorstepError) -> None:
        self._searching = self._chooses_best = False
        self._say_error(error)

    def _say_error(self, error: DoorstepError) -> None:
        self.hint.set_text(error.sentence())
        self.hint.setVisible(True)

    def _show(self, found: LedgerRows) -> None:
        self._found = found
        self._model.replace(found.rows)
        self.rows.go_to_first()
        nobody = _(N_("Nobody on this computer answers to it. Whoever holds the home links it."))
        self.hint.set_text(nobody if found.wanted and not found.rows else "")
        self.hint.setVisible(bool(self.hint.text()))

    # --- Linking ----------------------------------------------------------------------------------

    def _choose_current(self) -> None:
        """Enter in the search: the best answer, also where it is on its way."""
        self._chooses_best = self._searching
        if not self._searching and self.rows.current_key():
            self._choose(self.rows.current_key())

    def _choose(self, key: str) -> None:
        party, who = self._party, self._found.people.get(key)
        if party is None or who is None or self._linking:
            return
        self._linking = True
        task = partial(link, self._context.place, party, who)
        then, otherwise = partial(self._after, party), partial(self._drop_link, party)
        ask_on(self._context.lanes.store, task, then, otherwise, self)

    def _after(self, party: Unlinked, done: PartyEdit | SideLinked) -> None:
        if party is self._party:
            self.dismiss()
        undo = partial(_undo, self._context.place, done)
        self.linked.emit(_(N_("Linked to the ledger; the words stay.")), undo)

    def _drop_link(self, party: Unlinked, error: DoorstepError) -> None:
        if party is not self._party:
            self.failed.emit(error)
            return
        self._linking = False
        self._say_error(error)

    def dismiss(self) -> None:
        """Close it; what was asked for it is for nobody any more."""
        self._party, self._chooses_best = None, False
        super().dismiss()

    # --- Keys -------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk the answers while one types, Esc goes back; no key reaches the page."""
        step = _STEPS.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif step and self._model.rowCount() and not self.search.edit.is_composing:
            self.rows.move_by(step)
        event.accept()


def _undo(place: Workplace, linked: PartyEdit | SideLinked) -> Undone:
    """On the store lane."""
    return Undone(unlink(place, linked))
