"""What stands before a page that has nothing to show yet: grey rows, or why there are none."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.card import Card
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import ErrorState, Skeleton
from sync.i18n import _

PATIENCE_MS: Final = 200
"""How long a page may stay as it is: most answers come sooner, and grey rows would only flash."""
SKELETON_ROWS: Final = 12


class Veil(Themed):
    """Covers ``page`` while its first answer is on its way, and where that answer is an error.

    Signals:
        tried_again: the person wants the same page asked for once more.
    """

    tried_again = Signal()

    def __init__(self, look: ThemeProvider, page: QWidget) -> None:
        super().__init__(look, page)
        self._page = page
        self._is_new = False
        self._waits = self._tells = False
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(PATIENCE_MS)
        self.timer.timeout.connect(self.show_loading)
        self._panels: _Panels | None = None
        page.installEventFilter(self)
        self.hide()

    @property
    def shows_error(self) -> bool:
        """Whether it says why there is nothing."""
        return self.isVisible() and self.panels.currentWidget() is self.panels.error

    @property
    def is_awaited(self) -> bool:
        """Whether the page has nothing to show yet, and its first answer is on its way."""
        return self._waits and not self._tells

    @property
    def panels(self) -> "_Panels":
        """What it shows, made when it first has to: most pages are there at once."""
        if self._panels is None:
            edge = CONTENT_MARGIN_PX
            column = scaled(self._look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX))
            card = Card(self._look, (1, 10, 1, 10))
            self._panels = _Panels(self._look)
            self._panels.error.pressed.connect(self.tried_again)
            card.body.addWidget(self._panels)
            column.addWidget(card)
        return self._panels

    def expect(self) -> None:
        """The page comes up anew: what it asks for first is for the veil, too."""
        self.lift()
        self._is_new = True

    def wait(self) -> None:
        """The page asks for something; one that asks for nothing has all it shows."""
        if self._is_new and not self._waits:
            self._waits = True
            self.timer.start()

    def lift(self) -> None:
        """Something came: the page shows it."""
        self._is_new = self._waits = self._tells = False
        self.timer.stop()
        self.hide()

    def give_way(self) -> None:
        """An error came, and was told: where the page itself did, what it says is seen."""
        if not self._tells:
            self.lift()

    def take_error(self, words: str) -> bool:
        """Say it in place of the page, where nothing came before it; False where the page has
        something to show."""
        if not self._waits:
            return False
        self.timer.stop()
        self._tells = True
        self.panels.error.say(
            _("This page could not be read"),
            _("{why} What you saved is still here.").format(why=words),
            _("Try again"),
        )
        self._cover(self.panels.error)
        return True

    def show_loading(self) -> None:
        """Grey rows: the answer takes longer than a moment."""
        if self._waits and not self._tells:
            self.setAccessibleName(_("Under way"))
            self._cover(self.panels.rows)

    def _cover(self, shown: QWidget) -> None:
        self.panels.setCurrentWidget(shown)
        self.setGeometry(self._page.rect())
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the page's size."""
        # Asked of Qt: a page that no window ever took in goes with what Python knew of it.
        page = self.parentWidget()
        if watched is page and event.type() == QEvent.Type.Resize and not self.isHidden():
            self.setGeometry(page.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground of the window."""
        QPainter(self).fillRect(self.rect(), self._look.theme.bg)


class _Panels(Stack):
    """Grey rows, or an error."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__()
        self.rows = Skeleton(look, SKELETON_ROWS)
        self.error = ErrorState(look, "")
        self.addWidget(self.rows)
        self.addWidget(self.error)
