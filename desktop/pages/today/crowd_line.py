"""The line that says a day holds too many doors, and what it could put off."""

from enum import Enum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from desktop.rows import Tone
from desktop.services.today import TodayRound
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.today import crowd_words
from desktop.widgets.banner import Banner
from desktop.widgets.base import NO_MARGINS, Themed, scaled
from desktop.widgets.button import Button
from sync.i18n import N_, _


class Room(Enum):
    """How much of a window's height the line may take."""

    NONE = "none"
    LOW = "low"  # The doors that can wait are named where somebody points at the line.
    WHOLE = "whole"


class CrowdLine(Themed):
    """Hidden while the day is no more than a day.

    Signals:
        accepted: what is proposed shall be put off.
    """

    accepted = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        self._banner = Banner(look, Tone.WARN)
        self._accept = Button(look, _(N_("Put them off to tomorrow")), key="A")
        self._accept.clicked.connect(self.accepted)
        self._banner.add(self._accept)
        column = scaled(look, QVBoxLayout(self), NO_MARGINS, 0)
        column.addWidget(self._banner)
        self._room = Room.WHOLE
        self._words = ("", "")
        self._is_crowded = False
        self.hide()

    def give_room(self, room: Room) -> None:
        """How high the window is for it."""
        if room is not self._room:
            self._room = room
            self._say()
        self._appear()

    def show_round(self, found: TodayRound) -> None:
        """Say how many doors there are, and which the day can spare."""
        self._is_crowded = found.crowded and found.left > 0
        self._words = crowd_words(found)
        self._accept.setVisible(bool(found.spare))
        self._say()
        self._appear()

    def _appear(self) -> None:
        self.setVisible(self._is_crowded and self._room is not Room.NONE)

    def _say(self) -> None:
        title, detail = self._words
        is_low = self._room is Room.LOW
        self._banner.say(title, "" if is_low else detail)
        self._banner.setToolTip(detail if is_low else "")
        self._banner.setAccessibleName(f"{title} {detail}".strip())
