"""A pane beside a list, where the window has room for one."""

from PySide6.QtWidgets import QWidget

from desktop.theme.breakpoints import Arrangement, arrangement
from desktop.theme.provider import ThemeProvider


def give_room(pane: QWidget, look: ThemeProvider, *, wanted: bool) -> Arrangement:
    """Show ``pane`` at its width if it is ``wanted`` and the window is wide enough; how the window
    is arranged."""
    found = arrangement(pane.window().width(), look.scale)
    pane.setVisible(found.preview_px > 0 and wanted)
    if found.preview_px:
        pane.setFixedWidth(look.px(found.preview_px))
    return found
