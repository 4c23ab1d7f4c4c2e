"""Settings: sections at the left, what is chosen at the right."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from desktop.page import Act, Page, PageContext, Route
from desktop.pages.settings.about import About
from desktop.pages.settings.appearance import Appearance
from desktop.pages.settings.lists import Frequency, Phrases, Printing
from desktop.pages.settings.password import PasswordForm
from desktop.settings import Settings
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.card import Card
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.sidebar import NavButton, NavItem
from sync.i18n import _

NAV_PX: Final = 212
RAIL_PX: Final = 72
NAV_NARROW_BELOW_PX: Final = 560


class SettingsPage(Page):
    """Everything holds at once; only a password takes a button.

    Signals:
        chosen: the new :class:`Settings`.
    """

    KEY: ClassVar[str] = "settings"
    SECTION: ClassVar[str] = "settings"

    chosen = Signal(object)

    def __init__(self, context: PageContext, current: Callable[[], Settings]) -> None:
        super().__init__(context)
        self._current = current
        margin = CONTENT_MARGIN_PX
        row = scaled(self.look, QHBoxLayout(self), (margin, 0, margin, 12), CONTENT_GAP_PX)
        self._sections = QStackedWidget()
        self._nav: list[NavButton] = []
        self._nav_card = Card(self.look, NO_MARGINS, 0)
        self._nav_column = ScrollColumn(self.look, (8, 8, 8, 8), 2)
        self._nav_card.body.addWidget(self._nav_column)
        body = Card(self.look, (0, 4, 0, 4), 0)
        body.body.addWidget(self._sections)
        self.appearance = Appearance(self.look, self._now)
        self.appearance.chosen.connect(self.chosen)
        self.password = PasswordForm(self)
        self.printing = Printing(self, current().window)
        self.printing.numbered.connect(self._number_window)
        for words, icon, part in (
            (_("Appearance"), "palette", self.appearance),
            (_("Password"), "lock-simple", self.password),
            (_("Printing"), "printer", self.printing),
            (_("Phrases"), "chat-text", Phrases(self)),
            (_("Visit frequency"), "calendar-check", Frequency(self)),
            (_("This computer"), "info", About(self)),
        ):
            self._add_section(words, icon, part)
        self._nav_column.body.addStretch(1)
        row.addWidget(self._nav_card)
        row.addWidget(body, 1)
        self.show_section(0)

    def title(self) -> str:
        """What the top bar says."""
        return _("Settings")

    def hint(self) -> str:
        """A few words after the title."""
        return _("A change holds at once")

    def acts(self) -> Sequence[Act]:
        """Sections by letter keys, as in any list."""
        sections = _("next, previous section")
        return (
            Act(("J",), sections, partial(self._step, 1)),
            Act(("K",), sections, partial(self._step, -1)),
            Act(("Esc",), _("back"), self.came_back.emit),
        )

    def enter(self, route: Route) -> None:
        """Show what holds now: keys may have changed it."""
        self.refresh()
        self._nav[self._sections.currentIndex()].setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Something else changed a setting."""
        self.appearance.show_current()

    def show_section(self, index: int) -> None:
        """Show one section."""
        for position, button in enumerate(self._nav):
            button.setChecked(position == index)
        self._sections.setCurrentIndex(index)

    def _number_window(self, number: str) -> None:
        self.chosen.emit(replace(self._now(), window=number))

    def _now(self) -> Settings:
        return replace(self._current(), scale=self.look.scale)

    def _step(self, step: int) -> None:
        at = (self._sections.currentIndex() + step) % len(self._nav)
        self.show_section(at)
        self._nav[at].setFocus(Qt.FocusReason.TabFocusReason)

    def _add_section(self, words: str, icon: str, part: QWidget) -> None:
        index = len(self._nav)
        button = NavButton(self.look, NavItem(words, words, icon), self._nav_column, on_card=True)
        button.clicked.connect(partial(self.show_section, index))
        self._nav.append(button)
        self._nav_column.body.addWidget(button)
        column = ScrollColumn(self.look)
        column.body.addWidget(part)
        self._sections.addWidget(column)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Icons alone at the left where the width is short."""
        super().resizeEvent(event)
        px = self.look.px
        narrow = self.width() < px(NAV_NARROW_BELOW_PX)
        for button in self._nav:
            button.set_narrow(narrow)
        self._nav_card.setFixedWidth(px(RAIL_PX if narrow else NAV_PX))
