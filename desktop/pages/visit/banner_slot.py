"""A place in the form for one message that comes and goes."""

from PySide6.QtWidgets import QVBoxLayout

from desktop.rows import Tone
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.visit_guidance import Guidance
from desktop.widgets.banner import Banner
from desktop.widgets.base import NO_MARGINS, Themed, scaled


class BannerSlot(Themed):
    """Shows a :class:`Guidance`, or nothing. ``icon`` stands before it instead of its tone's."""

    def __init__(self, look: ThemeProvider, icon: str = "") -> None:
        super().__init__(look)
        self._icon = icon
        self._shown: tuple[Guidance | None, Banner | None] = (None, None)
        self._column = scaled(look, QVBoxLayout(self), NO_MARGINS, 0)
        self.hide()

    @property
    def words(self) -> str:
        """What is said now; empty where nothing is."""
        said = self._shown[0]
        return f"{said.title}\n{said.detail}".strip() if said else ""

    def show_guidance(self, said: Guidance | None) -> None:
        """Say something else; a banner has the ground of its tone from the start."""
        former, banner = self._shown
        if said == former:
            return
        if banner is not None:
            self._column.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        made = None
        if said is not None:
            # The tick says that something was done; this says only how quickly it would be.
            icon = self._icon or ("lightning" if said.tone is Tone.OK else "")
            made = Banner(self._look, said.tone, said.title, said.detail, icon=icon)
            self._column.addWidget(made)
        self._shown = (said, made)
        self.setVisible(said is not None)
