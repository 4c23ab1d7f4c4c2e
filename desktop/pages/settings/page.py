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
        self._makers: dict[int, Callable[[], QWidget]] = {}
        for words, icon, make in (
            (_("Appearance"), "palette", self._make_appearance),
            (_("Password"), "lock-simple", self._make_password),
            (_("Printing"), "printer", self._make_printing),
            (_("Phrases"), "chat-text", partial(Phrases, self)),
            (_("Visit frequency"), "calendar-check", partial(Frequency, self)),
            (_("This computer"), "info", partial(About, self)),
        ):
            self._add_section(words, icon, make)
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
        """Show one section, made when it is first wanted."""
        for position, button in enumerate(self._nav):
            button.setChecked(position == index)
        if index in self._makers:
            column = self._sections.widget(index)
            assert isinstance(column, ScrollColumn)
            column.body.addWidget(self._makers.pop(index)())
        self._sections.setCurrentIndex(index)

    def _make_appearance(self) -> Appearance:
        self.appearance = Appearance(self.look, self._now)
        self.appearance.chosen.connect(self.chosen)
        return self.appearance

    def _make_password(self) -> PasswordForm:
        self.password = PasswordForm(self)
        return self.password

    def _make_printing(self) -> Printing:
        self.printing = Printing(self, self._current().window)
        self.printing.numbered.connect(self._number_window)
        return self.printing

    def _number_window(self, number: str) -> None:
        self.chosen.emit(replace(self._now(), window=number))

    def _now(self) -> Settings:
        return replace(self._current(), scale=self.look.scale)

    def _step(self, step: int) -> None:
        at = (self._sections.currentIndex() + step) % len(self._nav)
        self.show_section(at)
        self._nav[at].setFocus(Qt.FocusReason.TabFocusReason)

    def _add_section(self, words: str, icon: str, make: Callable[[], QWidget]) -> None:
        index = len(self._nav)
        button = NavButton(self.look, NavItem(words, words, icon), self._nav_column, on_card=True)
        button.clicked.connect(partial(self.show_section, index))
        self._nav.append(button)
        self._nav_column.body.addWidget(button)
        self._makers[index] = make
        self._sections.addWidget(ScrollColumn(self.look))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Icons alone at the left where the width is short."""
        super().resizeEvent(event)
        px = self.look.px
        narrow = self.width() < px(NAV_NARROW_BELOW_PX)
        for button in self._nav:
            button.set_narrow(narrow)
        self._nav_card.setFixedWidth(px(RAIL_PX if narrow else NAV_PX))
