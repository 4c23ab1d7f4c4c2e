"""The day in figures: how far the round has come."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.rows import Lamp
from desktop.services.today import TodayRound
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import add_gap, scaled
from desktop.widgets.card import Card
from desktop.widgets.columns import Columns
from desktop.widgets.fact import Figure
from desktop.widgets.progress import CountBar, Part
from desktop.widgets.text import Text
from sync.i18n import N_, _, n_

STACKS_BELOW_PX = 620


class DayCard(Card):
    """Doors done of all, what is left, and the four figures of the day."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, (18, 8, 18, 8))
        self._number = Text(look, "", TextStep.DISPLAY, weight=Weight.BOLD)
        self._total = Text(look, "", TextStep.BODY, colour="t2")
        self._left = Text(look, "", TextStep.NOTE, colour="t2").elide()
        self._left.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._bar = CountBar(look, height=10)
        self._met = Figure(look, _(N_("Met")), Lamp.DONE)
        self._missed = Figure(look, _(N_("Not met")), Lamp.MISSED)
        self._late = Figure(look, _(N_("Overdue")), Lamp.RED)
        self._booked = Figure(look, _(N_("Booked")), icon="clock")
        figures = QWidget()
        row = scaled(look, QHBoxLayout(figures), spacing=12)
        for figure in (self._met, self._missed, self._late, self._booked):
            row.addWidget(figure, 1)
        columns = Columns(look, self._progress(), figures, stacks_below_px=STACKS_BELOW_PX)
        self.body.addWidget(columns)

    def _progress(self) -> QWidget:
        holder = QWidget()
        row = scaled(self._look, QHBoxLayout(holder), spacing=6)
        row.addWidget(self._number)
        row.addWidget(self._total, 0, Qt.AlignmentFlag.AlignVCenter)
        add_gap(self._look, row, 12)
        column = scaled(self._look, QVBoxLayout(), spacing=4)
        column.addStretch(1)
        column.addWidget(self._left)
        column.addWidget(self._bar)
        column.addStretch(1)
        row.addLayout(column, 1)
        return holder

    def show_round(self, found: TodayRound) -> None:
        """Show these figures."""
        missed = found.done - found.met
        self._number.set_text(str(found.done))
        total = n_("of {count} door", "of {count} doors", found.total).format(count=found.total)
        self._total.set_text(total)
        self._left.set_text(left_words(found))
        self._left.set_colour("warn_t" if found.crowded else "t2")
        met, not_met = _(N_("Met")), _(N_("Not met"))
        parts = (Part(found.met, "ok", met), Part(missed, "control", not_met))
        self._bar.set_parts(parts, found.total)
        self._met.set_number(str(found.met))
        self._missed.set_number(str(missed))
        self._late.set_number(str(found.overdue))
        self._booked.set_number(str(found.appointments))


def left_words(found: TodayRound) -> str:
    """What is left of the day, and that it is too much where it is."""
    if not found.left:
        return _(N_("All doors done"))
    doors = n_("{count} door left", "{count} doors left", found.left).format(count=found.left)
    houses = n_("in {count} building", "in {count} buildings", found.buildings_left)
    where = houses.format(count=found.buildings_left)
    words = _(N_("{doors} {where}")).format(doors=doors, where=where)
    return _(N_("{left} · more than a day holds")).format(left=words) if found.crowded else words
