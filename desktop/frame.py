"""What stands around the pages, and what may lie over them."""

from collections.abc import Callable, Collection, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QStackedLayout,
    QStackedWidget,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from desktop.keys import cap
from desktop.rows import Tone
from desktop.theme.breakpoints import WIDE, arrangement
from desktop.theme.provider import ThemeProvider
from desktop.tour import first_day
from desktop.widgets.bars import StatusBar, TopBar
from desktop.widgets.cover import Cover
from desktop.widgets.key_sheet import KeySheet
from desktop.widgets.search_button import SearchButton
from desktop.widgets.sidebar import NavGroup, Sidebar
from desktop.widgets.sync_pill import SyncPill
from desktop.widgets.toast import Toast
from desktop.widgets.tour_card import TourCard
from sync.i18n import _

COVER_KEY = "F9"
SEARCH_KEY = "Ctrl+K"


class PageStack(QStackedWidget):
    """Pages arrange themselves by the room there is, so none that is hidden asks for more."""

    def hasHeightForWidth(self) -> bool:
        """No page, shown or hidden, may take height from the bars and cards around it."""
        return False

    def sizeHint(self) -> QSize:
        """What is left by the bars, and no more."""
        return QSize(0, 0)

    def minimumSizeHint(self) -> QSize:
        """The window's least size rules."""
        return QSize(0, 0)


class Frame(QWidget):
    """Sidebar, bars, the cards of the first day, the toast, the key sheet and the cover."""

    def __init__(
        self,
        look: ThemeProvider,
        place: str,
        groups: Sequence[NavGroup],
        posts: Collection[str],
    ) -> None:
        super().__init__()
        self._look = look
        self._waiting_words: Callable[[], None] | None = None
        self._has_tools = False
        self._former_focus: QWidget | None = None
        self.sidebar = Sidebar(look, _("Doorstep"), place, groups)
        self.pill = SyncPill(look, _("Working offline"))
        self.search_button = SearchButton(look, _("Name, room, phone"), cap(SEARCH_KEY))
        self.top = TopBar(look, self.pill, self.search_button)
        self.status = StatusBar(look)
        self.stack = PageStack()
        self.cover = Cover(look, COVER_KEY)
        self.tour = TourCard(look, first_day(posts))
        self.toast = Toast(look, self)
        self.key_sheet = KeySheet(look, self)
        # The cover takes the place of everything else: what is behind it is hidden, not painted
        # over, so neither Tab nor a screen reader nor the mouse reaches it.
        self._layers = QStackedLayout(self)
        self._body = QWidget()
        self._layers.addWidget(self._body)
        self._layers.addWidget(self.cover)
        self._lay_out()
        self.cover.left.connect(self.turn_cover)
        self.toast.keep_within(self._beside_keys)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self._body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        column = QVBoxLayout()
        column.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addLayout(column, 1)
        column.addWidget(self.top)
        column.addWidget(self.tour)
        column.addWidget(self.stack, 1)
        column.addWidget(self.status)
        self.tour.hide()

    def _beside_keys(self) -> tuple[int, int]:
        """Where a message covers neither the keys of the status bar nor the sidebar."""
        left = self.status.mapTo(self, QPoint()).x()
        return left, left + self.status.room_px() - self._look.px(8)

    @property
    def is_covered(self) -> bool:
        """Whether the content is hidden from whoever looks on."""
        return self._layers.currentWidget() is self.cover

    @property
    def is_overlaid(self) -> bool:
        """Whether something that lies over the page has the keys."""
        return self.is_covered or not self.key_sheet.isHidden()

    def turn_cover(self) -> None:
        """Blank the content, or bring it back as it was, with the keyboard where it was."""
        if self.is_covered:
            self._uncover()
            return
        self.key_sheet.dismiss()
        self._former_focus = QApplication.focusWidget()
        self.toast.dismiss()
        QToolTip.hideText()
        self._layers.setCurrentWidget(self.cover)
        self.cover.button.setFocus(Qt.FocusReason.PopupFocusReason)

    def tell(
        self,
        words: str,
        *,
        can_undo: bool = False,
        undo_words: str = "",
        tone: Tone = Tone.OK,
    ) -> None:
        """Say it in the toast. Words may name somebody, so they wait until the cover is gone."""
        say = partial(self.toast.say, words, can_undo=can_undo, undo_words=undo_words, tone=tone)
        if self.is_covered:
            self._waiting_words = say
        else:
            say()

    def arrange(self) -> None:
        """A rail or a sidebar, as the table of breakpoints says."""
        wanted = arrangement(self.width(), self._look.scale)
        self.sidebar.set_arrangement(wanted.sidebar_px, wanted.rail)
        crowded = self._has_tools and wanted.panes < WIDE.panes
        self.search_button.set_narrow(wanted.rail or crowded)

    def show_tools(self, widgets: Sequence[QWidget]) -> None:
        """Put the page's tools into the top bar; the search makes room for them."""
        self._has_tools = bool(widgets)
        self.top.show_tools(widgets)
        self.arrange()

    def _uncover(self) -> None:
        self._layers.setCurrentWidget(self._body)
        if self._former_focus is not None and self._body.isAncestorOf(self._former_focus):
            self._former_focus.setFocus(Qt.FocusReason.PopupFocusReason)
        self._former_focus = None
        if self._waiting_words is not None:
            self._waiting_words()
            self._waiting_words = None
