"""The app cannot begin, and only IT can change that: what is wrong, in place of the password."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.rows import Tone
from desktop.theme.provider import ThemeProvider
from desktop.widgets.banner import Banner
from desktop.widgets.base import scaled
from desktop.widgets.gate import SplitGate, WelcomePanel
from desktop.widgets.scroll import scrolling
from sync.errors import DoorstepError
from sync.i18n import _


class HeldShutPage(QWidget):
    """One sentence, and that nothing is lost."""

    def __init__(self, look: ThemeProvider, error: DoorstepError) -> None:
        super().__init__()
        panel = WelcomePanel(
            look,
            _("Doorstep"),
            _("No network? The round goes on."),
            _("Homes and visits are kept on this computer and synced when you are back."),
        )
        inner = QWidget()
        column = scaled(look, QVBoxLayout(inner), (56, 64, 56, 24), 16)
        self.trouble = Banner(look, Tone.BAD, _("The app cannot begin"), error.sentence())
        column.addWidget(self.trouble)
        kept = _("What was saved is on this computer, encrypted.")
        column.addWidget(Banner(look, Tone.NEUTRAL, kept, icon="shield-check"))
        column.addStretch(1)
        scaled(look, QVBoxLayout(self)).addWidget(SplitGate(look, panel, scrolling(inner)))
