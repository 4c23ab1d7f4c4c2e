"""The bars that frame every page: the top bar and the status bar."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.theme.breakpoints import CONTENT_MARGIN_PX
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import icon_button
from desktop.widgets.field import IconMark
from desktop.widgets.keycap import KeyHint
from desktop.widgets.text import Text
from sync.i18n import _

_COUNT_PX: Final = 32
"""As wide as a count may be: it says nothing once it is cut."""
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class TopBar(Themed):
    """Title and hint at the left, the page's tools and the sync pill at the right.

    Signals:
        back_pressed: the arrow was pressed.
    """

    back_pressed = Signal()

    def __init__(self, look: ThemeProvider, pill: QWidget, search: QWidget | None = None) -> None:
        super().__init__(look)
        row = scaled(look, QHBoxLayout(self), (CONTENT_MARGIN_PX, 0, CONTENT_MARGIN_PX, 0), 12)
        self._back = icon_button(look, "arrow-left", _("Back (Alt ←)"), self)
        self._back.clicked.connect(self.back_pressed)
        self._title = Text(look, "", TextStep.HEADING, weight=Weight.BOLD).elide()
        self._hint = Text(look, "", TextStep.SECOND, colour="t2").elide(_COUNT_PX)
        self._tools = scaled(look, QHBoxLayout(), spacing=12)
        self._shown_tools: tuple[QWidget, ...] = ()
        row.addWidget(self._back, 0, _MIDDLE)
        row.addWidget(self._title, 0, _MIDDLE)
        row.addWidget(self._hint, 1, _MIDDLE)
        row.addLayout(self._tools)
        if search is not None:
            row.addWidget(search, 0, _MIDDLE)
        row.addWidget(pill, 0, _MIDDLE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_title("")

    def show_title(self, title: str, hint: str = "", *, can_go_back: bool = False) -> None:
        """Name the page; ``can_go_back`` shows the arrow."""
        self._title.set_text(title)
        self._hint.set_text(hint)
        self._back.setVisible(can_go_back)

    def show_tools(self, widgets: Sequence[QWidget]) -> None:
        """Show ``widgets`` before the pill; those shown before are given back, hidden."""
        for former in self._shown_tools:
            self._tools.removeWidget(former)
            former.hide()
        self._shown_tools = tuple(widgets)
        for widget in widgets:
            self._tools.addWidget(widget, 0, _MIDDLE)
            widget.show()

    def sizeHint(self) -> QSize:
        """One bar."""
        return QSize(super().sizeHint().width(), self._look.px(Height.TOP_BAR))


class StatusBar(Themed):
    """Age and extent of the local data at the left, this page's keys at the right.

    Keys that find no room are left out from the end; the key sheet has them all.
    """

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        self._row = scaled(
            look, QHBoxLayout(self), (CONTENT_MARGIN_PX, 0, CONTENT_MARGIN_PX, 0), 14
        )
        self._data = Text(look, "", TextStep.NOTE, colour="t2").elide()
        left = scaled(look, QHBoxLayout(), spacing=6)
        left.addWidget(IconMark(look, "hard-drive", "t2", 14), 0, _MIDDLE)
        left.addWidget(self._data, 1, _MIDDLE)
        self._row.addLayout(left, 1)
        self._hints: list[KeyHint] = []
        self._shown: list[tuple[tuple[str, ...], str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def room_px(self) -> int:
        """How far from its left edge the keys begin: up to there a message covers none."""
        self._row.activate()  # Keys that came just now have no place yet.
        shown = [hint.x() for hint in self._hints if not hint.isHidden()]
        return min(shown, default=self.width())

    def show_data(self, words: str) -> None:
        """Say how old and how large the local data is."""
        self._data.set_text(words)
        self._fit()

    def show_keys(self, keys: Sequence[tuple[Sequence[str], str]]) -> None:
        """Show (caps, words) pairs, the most useful first."""
        wanted = [(tuple(caps), words) for caps, words in keys]
        if wanted == self._shown:
            return
        self._shown = wanted
        for at, (caps, words) in enumerate(wanted):
            if at < len(self._hints):
                self._hints[at].say(caps, words)
            else:
                self._hints.append(KeyHint(self._look, caps, words, self))
                self._row.addWidget(self._hints[-1], 0, _MIDDLE)
        self._fit()

    def _fit(self) -> None:
        px = self._look.px
        room = self.width() - px(2 * CONTENT_MARGIN_PX + 20) - self._data.sizeHint().width()
        for at, hint in enumerate(self._hints):
            room -= hint.sizeHint().width() + px(14)
            hint.setVisible(room >= 0 and at < len(self._shown))

    def _restyle(self) -> None:
        super()._restyle()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the keys that fit."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """One bar."""
        return QSize(0, self._look.px(Height.STATUS_BAR))

    def minimumSizeHint(self) -> QSize:
        """It never widens the window."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line above."""
        QPainter(self).fillRect(0, 0, self.width(), 1, self._look.theme.line)
