"""The head of the page: who lives here, how it stands, and what one does here."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.rows import Lamp, Tone
from desktop.theme.fonts import TextStep
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.door_card import DoorCard
from desktop.widgets.avatar import Avatar
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, Hairline
from desktop.widgets.chip import ChipRow
from desktop.widgets.door_parts import NameBlock
from desktop.widgets.flow import FlowLayout
from desktop.widgets.lamp import LampMark
from desktop.widgets.text import Text
from sync.i18n import N_, _

ONE_LINE_FROM_PX = 860
TWO_LINES_FROM_PX = 640
_LEAST_PX = 400
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class HeadCard(Card):
    """Name, tags, lamp with its reason, and the buttons.

    Signals:
        visit_pressed, matter_pressed, mediation_pressed: what the person wants to do.
    """

    visit_pressed = Signal()
    matter_pressed = Signal()
    mediation_pressed = Signal()

    def __init__(self, look: ThemeProvider, *, mediates: bool) -> None:
        super().__init__(look, (18, 12, 18, 12), 0)
        self._avatar = Avatar(look, "", Tone.CARE, px=48)
        self._name = NameBlock(look)
        self._chips = ChipRow(look)
        self._divider = Hairline(look, Qt.Orientation.Vertical, self)
        self._lamp = LampMark(look, Lamp.NOT_DUE)
        self._why = Text(look, "", TextStep.NOTE, colour="t2", wraps=True)
        self._who = self._identity()
        self._state = self._standing()
        self._buttons = self._actions(mediates=mediates)
        self._grid = scaled(look, QGridLayout(), spacing=16)
        self.body.addLayout(self._grid)
        self._lines = 0
        self._arrange(1)

    def _identity(self) -> QWidget:
        holder = Themed(self._look)
        row = scaled(self._look, QHBoxLayout(holder), spacing=14)
        row.addWidget(self._avatar, 0, _MIDDLE)
        column = scaled(self._look, QVBoxLayout(), spacing=4)
        column.addWidget(self._name)
        column.addWidget(self._chips)
        row.addLayout(column, 1)
        return holder

    def _standing(self) -> QWidget:
        holder = Themed(self._look)
        column = scaled(self._look, QVBoxLayout(holder), spacing=2)
        column.addStretch(1)
        column.addWidget(self._lamp, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._why)
        column.addStretch(1)
        return holder

    def _actions(self, *, mediates: bool) -> QWidget:
        holder = Themed(self._look)
        flow = FlowLayout(self._look, holder)
        tall = Height.PRIMARY
        visit = Button(
            self._look,
            _(N_("Start visit")),
            ButtonKind.PRIMARY,
            icon="door",
            key="V",
            height=tall,
        )
        mediation = Button(self._look, _(N_("Mediate")), icon="handshake", key="M", height=tall)
        self._matter = Button(
            self._look, _(N_("Report a matter")), icon="clipboard-text", key="N", height=tall
        )
        self._matter.hide()
        visit.clicked.connect(self.visit_pressed)
        self._matter.clicked.connect(self.matter_pressed)
        mediation.clicked.connect(self.mediation_pressed)
        for button in (visit, self._matter, *((mediation,) if mediates else ())):
            flow.addWidget(button)
        return holder

    def offer_matters(self, *, offered: bool) -> None:
        """Whether a matter can be reported from here."""
        self._matter.setVisible(offered)

    def show_card(self, card: DoorCard) -> None:
        """Show another household, or the same one anew."""
        self._avatar.set_person(card.name, Tone.CARE)
        self._name.say(card.name, card.about)
        self._chips.set_tags(card.tags)
        self._lamp.set_state(card.lamp, card.late)
        self._why.set_text(card.why)
        self.setAccessibleName(f"{card.name} {card.about} {card.late} {card.why}".strip())

    def _arrange(self, lines: int) -> None:
        """In one line, with the lamp below, or everything below each other."""
        if lines == self._lines:
            return
        self._lines = lines
        for part in (self._who, self._divider, self._state, self._buttons):
            self._grid.removeWidget(part)
        self._divider.setVisible(lines == 1)
        # Only where nothing stands beside them may the buttons break into lines.
        across = QSizePolicy.Policy.Preferred if lines == 3 else QSizePolicy.Policy.Fixed
        self._buttons.setSizePolicy(across, QSizePolicy.Policy.Preferred)
        self._grid.addWidget(self._who, 0, 0, 1, 3 if lines == 3 else 1)
        if lines == 1:
            self._grid.addWidget(self._divider, 0, 1)
            self._grid.addWidget(self._state, 0, 2)
            self._grid.addWidget(self._buttons, 0, 3, _MIDDLE)
        else:
            self._grid.addWidget(self._state, 1, 0, 1, 4)
            if lines == 2:
                self._grid.addWidget(self._buttons, 0, 3, _MIDDLE)
            else:
                self._grid.addWidget(self._buttons, 2, 0, 1, 4)
        for column, share in enumerate((3, 0, 4 if lines == 1 else 0, 0)):
            self._grid.setColumnStretch(column, share)

    def minimumSizeHint(self) -> QSize:
        """A window may become narrower than the line that stands in it now."""
        least = super().minimumSizeHint()
        return QSize(min(least.width(), self._look.px(_LEAST_PX)), least.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break into lines where one is too narrow."""
        super().resizeEvent(event)
        px, width = self._look.px, self.width()
        if width >= px(ONE_LINE_FROM_PX):
            self._arrange(1)
        else:
            self._arrange(2 if width >= px(TWO_LINES_FROM_PX) else 3)
