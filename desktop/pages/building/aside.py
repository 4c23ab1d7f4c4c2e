"""Beside the picture: how this building stands, who is in care here, what is open."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.cells import CellState
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.building import BuildingDoors, Glance
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, Hairline, SectionTitle
from desktop.widgets.painting import ENTER_KEY
from desktop.widgets.progress import CountBar, Part
from desktop.widgets.row_list import RowList
from desktop.widgets.text import Text
from sync.i18n import N_, _, n_

_BAR = (
    (CellState.RECENT, "r0"),
    (CellState.QUARTER, "r1"),
    (CellState.HALF_YEAR, "r2"),
    (CellState.OVERDUE, "od"),
)


class BuildingAside(Card):
    """Figures on top, the list below, the two buttons of the current door at the foot.

    Signals:
        moved: the key of a household of the list that is current now.
        opened: the key of one that is to be opened.
        visit_pressed, open_pressed: for the door that is current in the picture.
    """

    moved = Signal(str)
    opened = Signal(str)
    visit_pressed = Signal()
    open_pressed = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, NO_MARGINS, 0)
        self._share = Text(look, "", TextStep.DISPLAY, weight=Weight.MEDIUM)
        self._of = Text(look, "", TextStep.BODY, weight=Weight.MEDIUM)
        self._bar = CountBar(look)
        self._late = Text(look, "", TextStep.NOTE, colour="bad_t", wraps=True)
        self._model = RowListModel(self)
        self.rows = RowList(look, _(N_("Care and open matters")))
        self.rows.setModel(self._model)
        self.rows.moved.connect(self._tell_moved)
        self.rows.opened.connect(self._tell_opened)
        self._nothing = Text(
            look,
            _(N_("Nobody in care, nothing open here.")),
            TextStep.SECOND,
            colour="t2",
            wraps=True,
        )
        self.body.addWidget(self._figures())
        self.body.addWidget(Hairline(look))
        column = scaled(look, QVBoxLayout(), (1, 4, 1, 4), 0)
        self._empty = QWidget()  # Hidden with its edges, which would stand above the list.
        scaled(look, QVBoxLayout(self._empty), (16, 8, 16, 8)).addWidget(self._nothing)
        column.addWidget(self._empty)
        column.addWidget(self.rows, 1)
        self.body.addLayout(column, 1)
        self.body.addWidget(Hairline(look))
        self.body.addWidget(self._footer())

    def show_doors(self, doors: BuildingDoors) -> None:
        """Show another place, or the same one anew."""
        self._show_figures(doors.glance())
        rows = doors.rows()
        self._model.replace(rows)
        self.rows.setVisible(bool(rows))
        self._empty.setVisible(not rows)

    def allow(self, allowed: bool) -> None:
        """Whether somebody lives behind the current door."""
        why = _(N_("Nobody is registered behind this door"))
        for button in (self._visit, self._open):
            button.allow(allowed, why)

    def _show_figures(self, glance: Glance) -> None:
        self._share.set_text(glance.share)
        self._of.set_text(f"{glance.met} / {glance.in_all}")
        parts = [Part(glance.states.get(state, 0), colour, state.words) for state, colour in _BAR]
        self._bar.set_parts(parts, glance.in_all)
        words = n_("{count} overdue here", "{count} overdue here", glance.overdue)
        self._late.set_text(words.format(count=glance.overdue))
        self._late.setVisible(glance.overdue > 0)

    def _figures(self) -> QWidget:
        holder = QWidget()
        column = scaled(self._look, QVBoxLayout(holder), (16, 12, 16, 12), 4)
        column.addWidget(SectionTitle(self._look, _(N_("At a glance"))))
        row = scaled(self._look, QHBoxLayout(), spacing=8)
        row.addWidget(self._share)
        row.addStretch(1)
        row.addWidget(self._of)
        column.addLayout(row)
        met = Text(
            self._look, _(N_("met within half a year, vacant homes left out")), TextStep.NOTE
        )
        met.set_colour("t2")
        met.setWordWrap(True)
        column.addWidget(met)
        column.addWidget(self._bar)
        column.addWidget(self._late)
        return holder

    def _footer(self) -> QWidget:
        footer = QWidget()
        row = scaled(self._look, QHBoxLayout(footer), (16, 12, 16, 12), 8)
        self._visit = Button(
            self._look,
            _(N_("Start visit")),
            ButtonKind.PRIMARY,
            icon="door",
            key="V",
            height=Height.PRIMARY,
        )
        self._open = Button(self._look, _(N_("Open")), key=ENTER_KEY, height=Height.PRIMARY)
        self._visit.clicked.connect(self.visit_pressed)
        self._open.clicked.connect(self.open_pressed)
        row.addWidget(self._visit, 1)
        row.addWidget(self._open)
        return footer

    def _tell_moved(self, key: str) -> None:
        if self.rows.hasFocus():
            self.moved.emit(key.partition(":")[0])

    def _tell_opened(self, key: str) -> None:
        self.opened.emit(key.partition(":")[0])
