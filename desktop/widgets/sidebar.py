"""Navigation: the groups a role needs, counts, and the person who works here."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from desktop.rows import Tone
from desktop.theme.breakpoints import NORMAL
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height, Radius
from desktop.theme.provider import ThemeProvider
from desktop.widgets.avatar import Avatar
from desktop.widgets.base import PaintedButton, Themed, scaled
from desktop.widgets.button import icon_button
from desktop.widgets.card import Hairline
from desktop.widgets.fitting import Fitting
from desktop.widgets.logo import Logo
from desktop.widgets.nav_button import NavButton, NavGroup, NavItem
from desktop.widgets.painting import (
    draw_focus_ring,
    fill_round,
)
from desktop.widgets.text import Text
from sync.i18n import _

__all__ = ["NavButton", "NavGroup", "NavItem", "Sidebar"]


_FRAME_PX = 140
"""What the head and the person at the bottom take, with the margins around them."""


class Sidebar(Themed):
    """The app's sections in groups; a rail of icons where the window is narrow.

    Signals:
        chosen: the key of the section that a person asked for.
        user_pressed: the person at the bottom was pressed, for settings.
        help_pressed: the handbook was asked for.
        lock_pressed: the lock was pressed.
    """

    chosen = Signal(str)
    user_pressed = Signal()
    help_pressed = Signal()
    lock_pressed = Signal()

    def __init__(
        self, look: ThemeProvider, product: str, place: str, groups: Sequence[NavGroup]
    ) -> None:
        super().__init__(look)
        self._fitting = Fitting(self._show_those_that_fit)
        self._width = NORMAL.sidebar_px
        self._narrow = False
        self._buttons: dict[str, NavButton] = {}
        self._groups: list[tuple[Text, list[NavButton]]] = []
        self._more = NavButton(look, NavItem("", _("More"), "dots-three"), self)
        self._more.clicked.connect(self._open_more)
        self._wide_only: list[QWidget] = []
        self._column = scaled(look, QVBoxLayout(self), (8, 10, 8, 8), 2)
        self._column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._add_head(product, place)
        for group in groups:
            self._add_group(group)
        self._column.addWidget(self._more)
        self._column.addStretch(1)
        self._add_foot()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.set_arrangement(self._width, self._narrow)

    def set_arrangement(self, width_px: int, narrow: bool) -> None:
        """Take a width (at 100 %) and, when ``narrow``, show icons only."""
        self._width = width_px
        self._narrow = narrow
        self.setFixedWidth(self._look.px(width_px))
        for button in (*self._buttons.values(), self._more):
            button.set_narrow(narrow)
        for widget in self._wide_only:
            widget.setVisible(not narrow)
        self._fit()

    def choose(self, key: str) -> None:
        """Show ``key`` as the current section, without a signal."""
        for button in self._buttons.values():
            button.setChecked(button.item.key == key)
        self._fit()

    def holds(self, key: str) -> bool:
        """Whether a section is offered here: other posts have others."""
        return key in self._buttons

    def set_count(self, key: str, count: int, tone: Tone = Tone.NEUTRAL) -> None:
        """Print a count beside a section."""
        self._buttons[key].set_count(count, tone)

    def set_place(self, place: str) -> None:
        """Say whose data this is."""
        self._place.set_text(place)

    def set_user(self, name: str, post: str) -> None:
        """Say who works here."""
        self._avatar.set_person(name)
        self._name.set_text(name)
        self._post.set_text(post)

    def button(self, key: str) -> NavButton:
        """The button of a section."""
        return self._buttons[key]

    def _add_head(self, product: str, place: str) -> None:
        look = self._look
        row = scaled(look, QHBoxLayout(), (6, 0, 0, 8), 9)
        row.addWidget(Logo(look))
        lines = QVBoxLayout()
        lines.setSpacing(0)
        title = Text(look, product, TextStep.BODY, weight=Weight.BOLD).elide()
        self._place = Text(look, place, TextStep.TAG, colour="t2").elide()
        lines.addWidget(title)
        lines.addWidget(self._place)
        row.addLayout(lines, 1)
        self._wide_only += [title, self._place]
        self._head = row
        self._column.addLayout(row)

    def _add_group(self, group: NavGroup) -> None:
        title = Text(self._look, group.title, TextStep.TAG, colour="t2").elide()
        holder = scaled(self._look, QHBoxLayout(), (10, 6, 0, 4))
        holder.addWidget(title)
        self._column.addLayout(holder)
        self._groups.append((title, []))
        for item in group.items:
            button = NavButton(self._look, item, self)
            button.clicked.connect(self._settle)
            self._buttons[item.key] = button
            self._groups[-1][1].append(button)
            self._column.addWidget(button)

    def _add_foot(self) -> None:
        look = self._look
        self._column.addWidget(Hairline(look))
        row = scaled(look, QHBoxLayout(), (2, 8, 0, 4), 0)
        self._user = UserButton(look, _("Settings"))
        self._user.clicked.connect(self.user_pressed)
        inner = scaled(look, QHBoxLayout(self._user), (2, 2, 0, 2), 6)
        self._avatar = Avatar(look, "", px=30)
        inner.addWidget(self._avatar)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        self._name = Text(look, "", TextStep.SECOND, weight=Weight.BOLD).elide()
        self._post = Text(look, "", TextStep.TAG, colour="t2").elide()
        lines.addWidget(self._name)
        lines.addWidget(self._post)
        inner.addLayout(lines, 1)
        handbook = icon_button(look, "book-open", _("Handbook (F1)"))
        handbook.clicked.connect(self.help_pressed)
        lock = icon_button(look, "lock-simple", _("Lock (Ctrl L)"))
        lock.clicked.connect(self.lock_pressed)
        row.addWidget(self._user, 1)
        row.addWidget(handbook)
        row.addWidget(lock)
        self._wide_only += [self._name, self._post, handbook, lock]
        self._foot = row
        self._column.addLayout(row)

    def _fit(self) -> None:
        """Sections that find no room go under the last button, which tells how many there are."""
        self._fitting.fit()

    def _show_those_that_fit(self) -> None:
        px = self._look.px
        line, heading = px(Height.ROW_NAVIGATION + 2), px(28)
        taken = px(_FRAME_PX)
        room = self.height() - taken
        wanted = len(self._buttons) * line
        wanted += 0 if self._narrow else len(self._groups) * heading
        fits = wanted <= room
        room -= 0 if fits else line
        for title, buttons in self._groups:
            room -= 0 if self._narrow else heading
            shown = len(buttons) if fits else max(0, min(len(buttons), room // line))
            room -= len(buttons) * line  # What comes after one that is left out is left out, too.
            for at, button in enumerate(buttons):
                button.setVisible(at < shown)
            title.setVisible(not self._narrow and shown > 0)
        hidden = self._left_out()
        self._more.setVisible(bool(hidden))
        self._more.setChecked(any(button.isChecked() for button in hidden))

    def _left_out(self) -> list[NavButton]:
        return [button for button in self._buttons.values() if button.isHidden()]

    def _open_more(self) -> None:
        self._fit()  # Pressing it checked it; what is checked is the section shown.
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in self._left_out():
            action = menu.addAction(button.accessibleName())
            action.triggered.connect(partial(self._go_to, button.item.key))
        menu.popup(self._more.mapToGlobal(self._more.rect().topRight()))

    def _go_to(self, key: str) -> None:
        self.choose(key)
        self.chosen.emit(key)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the sections that fit."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Every section may go under the last button."""
        px = self._look.px
        least = self._head.sizeHint().height() + self._foot.sizeHint().height() + px(24)
        return QSize(self.width(), least + px(Height.ROW_NAVIGATION + 2))

    def _settle(self) -> None:
        pressed = self.sender()
        if isinstance(pressed, NavButton):
            self.choose(pressed.item.key)
            self.chosen.emit(pressed.item.key)

    def _restyle(self) -> None:
        self.set_arrangement(self._width, self._narrow)
        super()._restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and the edge to the content."""
        painter = QPainter(self)
        theme = self._look.theme
        painter.fillRect(self.rect(), theme.sidebar)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), theme.line)


class UserButton(PaintedButton):
    """The ground under the person at the bottom: pressing it opens the settings."""

    def __init__(self, look: ThemeProvider, name: str, parent: QWidget | None = None) -> None:
        super().__init__(look, name, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(name)

    def _body_size(self) -> QSize:
        layout = self.layout()
        px = self._look.px
        return layout.sizeHint() if layout else QSize(px(40), px(40))

    def minimumSizeHint(self) -> QSize:
        """Only the disc is sure of its room."""
        return QSize(self._look.px(36), self._body_size().height())

    def _paint_body(self, painter: QPainter, rect: QRectF) -> None:
        radius = self._look.px(Radius.CONTROL)
        if self.shows_ring:
            draw_focus_ring(painter, rect, radius, self._look.theme)
        elif self.underMouse():
            fill_round(painter, rect, radius, self._look.theme.mute_bg)
