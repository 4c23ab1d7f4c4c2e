"""Ready words and the law over a form: chosen by keys, written where the cursor stands."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.case_form import Quarrel
from desktop.viewmodels.case_help import Help, first_tab, help_rows, help_tabs, helps_for
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import scaled
from desktop.widgets.card import Hairline
from desktop.widgets.flow import FlowLayout
from desktop.widgets.keycap import KeyHint
from desktop.widgets.layer import Layer
from desktop.widgets.note_field import NoteField
from desktop.widgets.painting import ENTER_KEY
from desktop.widgets.row_list import RowList
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.tabs import Tab, Tabs
from desktop.widgets.text import Text
from sync.i18n import N_, _

_WIDTH_PX: Final = 760
_EDGE_PX: Final = 24
_SHOWN_PX: Final = 132
"""Room for the whole text of the chosen line: an article is longer than its row."""
_TURNS: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class HelpPicker(Layer):
    """Tabs of quarrels, their phrases and their law. The chosen line stands whole below the list,
    with its source; Enter writes it into the field that asked.

    Signals:
        picked: the words that are to be written.
    """

    picked = Signal(str)

    def __init__(self, look: ThemeProvider, host: QWidget) -> None:
        super().__init__(look, host, _(N_("Ready words and the law")))
        self._use = ""
        self._helps: dict[str, Help] = {}
        self._note: NoteField | None = None
        self.tabs = Tabs(look, [], _(N_("Kind of quarrel")))
        self.rows = RowList(look, _(N_("Ready words and the law")))
        self._model = RowListModel(self)
        self.rows.setModel(self._model)
        self.text = Text(look, "", TextStep.BODY, wraps=True)
        self.source = Text(look, "", TextStep.NOTE, colour="t2", wraps=True)
        self._lay_out()
        self.tabs.changed.connect(self._show_tab)
        self.rows.moved.connect(self._show_whole)
        self.rows.opened.connect(self._pick)
        self.rows.action_pressed.connect(self._pick)
        self.rows.installEventFilter(self)

    def open(self, note: NoteField, use: str, quarrel: Quarrel) -> None:
        """Offer what fits ``use`` (``mediation_help.USES``); it goes to the cursor of ``note``."""
        self._note, self._use = note, use
        self.tabs.set_tabs([Tab(key, words) for key, words in help_tabs(quarrel)])
        self.tabs.choose(first_tab(quarrel))
        self._come_up(self.rows)
        self._show_tab(self.tabs.chosen())

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        look = self._look
        column = scaled(look, QVBoxLayout(self.panel), (0, 0, 0, 0), 0)
        head = scaled(look, QVBoxLayout(), (20, 14, 20, 0), 8)
        title = Text(
            look, _(N_("Ready words and the law")), TextStep.HEADING, weight=Weight.BOLD
        ).elide()
        head.addWidget(title)
        head.addWidget(self.tabs)
        column.addLayout(head)
        column.addWidget(Hairline(look))
        column.addWidget(self.rows, 1)
        column.addWidget(Hairline(look))
        self._whole = ScrollColumn(look, (20, 10, 20, 10), 6)
        for part in (self.text, self.source):
            self._whole.body.addWidget(part)
        self._whole.body.addStretch(1)
        column.addWidget(self._whole)
        column.addWidget(Hairline(look))
        column.addWidget(self._foot())

    def _foot(self) -> QWidget:
        look = self._look
        foot, hints = QWidget(), QWidget()
        scaled(look, QVBoxLayout(foot), (20, 8, 20, 8)).addWidget(hints)
        flow = FlowLayout(look, hints, gap=16, line_gap=4)
        for keys, words in (
            (["↑", "↓"], _(N_("choose"))),
            (["←", "→"], _(N_("another kind"))),
            ([ENTER_KEY], _(N_("write it at the cursor"))),
            (["Esc"], _(N_("back"))),
        ):
            flow.addWidget(KeyHint(look, keys, words))
        return foot

    def _panel_rect(self) -> QRect:
        px = self._look.px
        self._whole.setFixedHeight(px(_SHOWN_PX))
        width = min(px(_WIDTH_PX), self.width() - 2 * px(_EDGE_PX))
        height = self.height() - 2 * px(_EDGE_PX)
        return QRect((self.width() - width) // 2, px(_EDGE_PX), width, height)

    # --- What is offered --------------------------------------------------------------------------

    def _show_tab(self, tab: str) -> None:
        helps = helps_for(tab, self._use)
        self._helps = {one.key: one for one in helps}
        self._model.replace(help_rows(helps, self._use))
        self.rows.go_to_first()
        self._show_whole(self.rows.current_key())

    def _show_whole(self, key: str) -> None:
        found = self._helps.get(key)
        self.text.set_text(found.text if found else "")
        words = _(N_("Source: {source}"))
        self.source.set_text(words.format(source=found.source) if found else "")
        self._whole.to_top()

    def _pick(self, key: str) -> None:
        found, note = self._helps.get(key), self._note
        if found is None:
            return
        self.dismiss()
        if note is not None:
            note.insert(found.text)
        self.picked.emit(found.text)

    # --- Keys -------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Left and right turn the tabs while the list has the keyboard."""
        if watched is self.rows and isinstance(event, QKeyEvent):
            step = _TURNS.get(Qt.Key(event.key()))
            if step and event.type() == QEvent.Type.KeyPress and not event.modifiers():
                self._turn(step)
                return True
        return super().eventFilter(watched, event)

    def _turn(self, step: int) -> None:
        keys = [button.tab.key for button in self.tabs.buttons()]
        key = keys[(keys.index(self.tabs.chosen()) + step) % len(keys)]
        self.tabs.choose(key)
        self._show_tab(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back; no other key reaches the form behind."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        event.accept()


class HelpOffer(QObject):
    """Opens the picker over a page for its fields that have ready words."""

    def __init__(self, look: ThemeProvider, host: QWidget) -> None:
        super().__init__(host)
        self._look = look
        self._host = host
        self._picker: HelpPicker | None = None

    @property
    def is_open(self) -> bool:
        """Whether it holds the keys."""
        return self._picker is not None and not self._picker.isHidden()

    @property
    def picker(self) -> HelpPicker:
        """Built when it is first asked for: most forms are filled in without it."""
        if self._picker is None:
            self._picker = HelpPicker(self._look, self._host)
        return self._picker

    def open(self, note: NoteField, use: str, quarrel: Quarrel) -> None:
        """Offer what fits, unless it is offered already."""
        if use and not self.is_open:
            note.setFocus(Qt.FocusReason.OtherFocusReason)
            self.picker.open(note, use, quarrel)

    def dismiss(self) -> None:
        """Put it away: the page is left, or shows another form."""
        if self._picker is not None:
            self._picker.dismiss()
