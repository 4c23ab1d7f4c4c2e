"""The line that says a day holds too many doors, and what it could put off."""

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
        self._has_room = True
        self._is_crowded = False
        self.hide()

    def give_room(self, has_room: bool) -> None:
        """Whether the window is high enough for it."""
        self._has_room = has_room
        self.setVisible(has_room and self._is_crowded)

    def show_round(self, found: TodayRound) -> None:
        """Say how many doors there are, and which the day can spare."""
        self._is_crowded = found.crowded and found.left > 0
        self.give_room(self._has_room)
        title, detail = crowd_words(found)
        self._banner.say(title, detail)
        self._accept.setVisible(bool(found.spare))
