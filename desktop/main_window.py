"""The one window: first run, unlocking, and the workspace of an opened profile."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QWindow
from PySide6.QtWidgets import QMainWindow, QWidget

from desktop.theme.breakpoints import LEAST_HEIGHT_PX, LEAST_WIDTH_PX
from desktop.theme.provider import ThemeProvider
from desktop.theme.style import dress_window
from sync.i18n import _

FIRST_SIZE = (1366, 728)


class MainWindow(QMainWindow):
    """Shows one thing at a time. What it shows is made by ``desktop.app``.

    Signals:
        closing: the window is about to go; let drafts be kept and the store be closed.

    Attributes: ``may_close``, asked first; where it says no, it has said why.
    """

    closing = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__()
        self.may_close: Callable[[], bool] = lambda: True
        # The title never names a resident or the user: it shows on task bars and in screenshots.
        self.setWindowTitle(_("Doorstep"))
        self.setMinimumSize(LEAST_WIDTH_PX, LEAST_HEIGHT_PX)
        self.resize(*FIRST_SIZE)
        self.setWindowIcon(look.icons.app_icon())
        dress_window(self, look)

    def show_only(self, widget: QWidget) -> None:
        """Show ``widget`` instead of what was there, which is deleted."""
        self.setCentralWidget(widget)
        widget.setFocus()

    def handle(self) -> QWindow:
        """The window as the system knows it: keys and pointer come there first."""
        self.winId()  # Makes it where the window was not shown yet.
        return self.windowHandle()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell the root first. Closing is refused once where the disk refused a draft."""
        if not self.may_close():
            event.ignore()
            return
        self.closing.emit()
        super().closeEvent(event)
