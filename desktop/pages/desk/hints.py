"""What can be done since somebody stands at the window: told in banners above the form."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.rows import Tone
from desktop.services.desk import Visitor
from desktop.services.service_catalogue import ServiceCatalogue
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.desk import by_the_way
from desktop.viewmodels.desk_lists import in_hand_for
from desktop.widgets.banner import Banner
from desktop.widgets.base import scaled
from desktop.widgets.button import Button
from sync.i18n import N_, _


class Hints(QWidget):
    """A meeting that counts, a promise, an answer; and the cases of the desk that are theirs.

    Signals:
        met_pressed: count them as met, because they stand here.
        case_pressed: go to what the desk has in hand for them.
    """

    met_pressed = Signal()
    case_pressed = Signal()

    def __init__(self, look: ThemeProvider, services: ServiceCatalogue) -> None:
        super().__init__()
        self._look = look
        self._services = services
        self._column = scaled(look, QVBoxLayout(self), spacing=8)
        self.banners: list[Banner] = []

    def show_for(self, visitor: Visitor | None, today: date) -> None:
        """Tell what is known of them; nothing of somebody who is not in the ledger."""
        for former in self.banners:
            self._column.removeWidget(former)
            former.hide()
            former.deleteLater()
        self.banners = []
        if visitor is not None:
            met = Button(self._look, _(N_("Count as met")), key="Alt V")
            met.clicked.connect(self.met_pressed)
            title = _(N_("They stand here, so"))
            self._add(Tone.WARN, title, by_the_way(visitor, today), met)
            case = Button(self._look, _(N_("Go to the case")), key="Alt C")
            case.clicked.connect(self.case_pressed)
            title = _(N_("In hand for them"))
            self._add(Tone.PRIMARY, title, in_hand_for(visitor, self._services, today), case)
        self.setVisible(bool(self.banners))

    def _add(self, tone: Tone, title: str, words: Sequence[str], button: Button) -> None:
        if not words:
            button.deleteLater()
            return
        banner = Banner(self._look, tone, title, "\n".join(words))
        banner.add(button)
        self.banners.append(banner)
        self._column.addWidget(banner)
