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
        edge = CONTENT_MARGIN_PX
        column = scaled(look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX))
        card = Card(look, (1, 10, 1, 10))
        self._stack = Stack()
        self._rows = Skeleton(look, SKELETON_ROWS)
        self._error = ErrorState(look, "")
        self._error.pressed.connect(self.tried_again)
        self._stack.addWidget(self._rows)
        self._stack.addWidget(self._error)
        card.body.addWidget(self._stack)
        column.addWidget(card)
        page.installEventFilter(self)
        self.hide()

    @property
    def shows_error(self) -> bool:
        """Whether it says why there is nothing."""
        return self.isVisible() and self._stack.currentWidget() is self._error

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
        self._error.say(
            _("This page could not be read"),
            _("{why} What you saved is still here.").format(why=words),
            _("Try again"),
        )
        self._cover(self._error)
        return True

    def show_loading(self) -> None:
        """Grey rows: the answer takes longer than a moment."""
        if self._waits and not self._tells:
            self.setAccessibleName(_("Under way"))
            self._cover(self._rows)

    def _cover(self, shown: QWidget) -> None:
        self._stack.setCurrentWidget(shown)
        self.setGeometry(self._page.rect())
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the page's size."""
        if watched is self._page and event.type() == QEvent.Type.Resize and not self.isHidden():
            self.setGeometry(self._page.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground of the window."""
        QPainter(self).fillRect(self.rect(), self._look.theme.bg)
