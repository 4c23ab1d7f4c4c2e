"""Navigation: the groups a role needs, counts, and the person who works here."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.rows import Tone
from desktop.theme.breakpoints import NORMAL
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height, Radius
from desktop.theme.provider import ThemeProvider
from desktop.widgets.avatar import Avatar
from desktop.widgets.base import PaintedButton, Themed, scaled
from desktop.widgets.button import icon_button
from desktop.widgets.card import Hairline
from desktop.widgets.logo import Logo
from desktop.widgets.painting import (
    draw_focus_ring,
    draw_panel,
    draw_text,
    fill_round,
    text_width,
)
from desktop.widgets.text import Text
from sync.i18n import _


@dataclass(frozen=True)
class NavItem:
    """A section of the app."""

    key: str
    words: str
    icon: str


@dataclass(frozen=True)
class NavGroup:
    """Sections under one heading."""

    title: str
    items: tuple[NavItem, ...]


class NavButton(PaintedButton):
    """One section; on the narrow rail only its icon, with the words on hover."""

    def __init__(self, look: ThemeProvider, item: NavItem, parent: QWidget | None = None) -> None:
        super().__init__(look, item.words, parent)
        self.item = item
        self._count = 0
        self._tone = Tone.NEUTRAL
        self._narrow = False
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_count(self, count: int, tone: Tone = Tone.NEUTRAL) -> None:
        """Print ``count`` at the right; 0 prints nothing. A tone puts it on a pill."""
        self._count = count
        self._tone = tone
        self.setAccessibleName(f"{self._words} {count}" if count else self._words)
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        """Show only the icon."""
        self._narrow = narrow
        self.setToolTip(self._words if narrow else "")
        self._restyle()

    def _body_size(self) -> QSize:
        px = self._look.px
        if self._narrow:
            return QSize(px(44), px(Height.ROW_NAVIGATION))
        words = text_width(self._look.font(TextStep.BODY, Weight.MEDIUM), self._words)
        return QSize(round(words) + px(38 + 44), px(Height.ROW_NAVIGATION))

    def minimumSizeHint(self) -> QSize:
        """The sidebar decides the width; long words end in … with the whole on hover."""
        return QSize(self._look.px(44), self._look.px(Height.ROW_NAVIGATION))

    def _paint_body(self, painter: QPainter, rect: QRectF) -> None:
        theme, px = self._look.theme, self._look.px
        radius = px(Radius.CONTROL + 1)
        body = rect
        if self.shows_ring:
            body = draw_focus_ring(painter, rect, radius, theme)
        chosen = self.isChecked()
        if chosen:
            edge = theme.sunken if theme.is_dark else theme.line
            draw_panel(
                painter, body, radius, theme.sunken if theme.is_dark else theme.surface, edge
            )
        elif self.underMouse():
            fill_round(painter, body, radius, theme.mute_bg)
        colour = theme.pri_t if chosen else theme.t2
        side = px(18)
        left = (rect.width() - side) / 2 if self._narrow else px(10)
        icon = QRectF(left, rect.center().y() - side / 2, side, side)
        self._look.icons.paint(painter, self.item.icon, colour, icon, filled=chosen)
        if self._narrow:
            self._paint_dot(painter, rect)
        else:
            self._paint_words(painter, rect)

    def _paint_words(self, painter: QPainter, rect: QRectF) -> None:
        theme, px = self._look.theme, self._look.px
        count = str(self._count) if self._count else ""
        note = self._look.font(TextStep.NOTE, Weight.MEDIUM)
        taken = text_width(note, count) + px(22) if count else px(8)
        words = QRectF(px(37), rect.y(), rect.width() - px(37) - taken, rect.height())
        weight = Weight.MEDIUM if self.isChecked() else Weight.REGULAR
        font = self._look.font(TextStep.BODY, weight)
        draw_text(painter, words, self._words, font, theme.t1)
        self.setToolTip(self._words if text_width(font, self._words) > words.width() else "")
        if count:
            self._paint_count(painter, rect, count)

    def _paint_count(self, painter: QPainter, rect: QRectF, count: str) -> None:
        theme, px = self._look.theme, self._look.px
        font = self._look.font(TextStep.NOTE, Weight.MEDIUM)
        if self._tone is Tone.NEUTRAL:
            colour = theme.pri_t if self.isChecked() else theme.t2
            at = rect.adjusted(0, 0, -px(15), 0)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            draw_text(painter, at, count, font, colour, right)
            return
        shades = theme.shades(self._tone)
        width = max(px(24), text_width(font, count) + px(14))
        pill = QRectF(rect.right() - px(9) - width, rect.center().y() - px(9), width, px(18))
        fill_round(painter, pill, px(9), shades.ground)
        draw_text(painter, pill, count, font, shades.text, Qt.AlignmentFlag.AlignCenter)

    def _paint_dot(self, painter: QPainter, rect: QRectF) -> None:
        if self._count and self._tone is not Tone.NEUTRAL:
            px = self._look.px
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.theme.shades(self._tone).mark)
            painter.drawEllipse(QRectF(rect.right() - px(14), rect.y() + px(6), px(7), px(7)))


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
        self._width = NORMAL.sidebar_px
        self._narrow = False
        self._buttons: dict[str, NavButton] = {}
        self._wide_only: list[QWidget] = []
        self._column = scaled(look, QVBoxLayout(self), (8, 10, 8, 8), 2)
        self._add_head(product, place)
        for group in groups:
            self._add_group(group)
        self._column.addStretch(1)
        self._add_foot()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.set_arrangement(self._width, self._narrow)

    def set_arrangement(self, width_px: int, narrow: bool) -> None:
        """Take a width (at 100 %) and, when ``narrow``, show icons only."""
        self._width = width_px
        self._narrow = narrow
        self.setFixedWidth(self._look.px(width_px))
        for button in self._buttons.values():
            button.set_narrow(narrow)
        for widget in self._wide_only:
            widget.setVisible(not narrow)

    def choose(self, key: str) -> None:
        """Show ``key`` as the current section, without a signal."""
        for button in self._buttons.values():
            button.setChecked(button.item.key == key)

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
        self._column.addLayout(row)

    def _add_group(self, group: NavGroup) -> None:
        title = Text(self._look, group.title, TextStep.TAG, colour="t2").elide()
        holder = scaled(self._look, QHBoxLayout(), (10, 6, 0, 4))
        holder.addWidget(title)
        self._wide_only.append(title)
        self._column.addLayout(holder)
        for item in group.items:
            button = NavButton(self._look, item, self)
            button.clicked.connect(self._settle)
            self._buttons[item.key] = button
            self._column.addWidget(button)

    def _add_foot(self) -> None:
        look = self._look
        self._column.addWidget(Hairline(look))
        row = scaled(look, QHBoxLayout(), (4, 8, 0, 4), 0)
        self._user = UserButton(look, _("Settings"))
        self._user.clicked.connect(self.user_pressed)
        inner = scaled(look, QHBoxLayout(self._user), (2, 2, 2, 2), 9)
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
        self._column.addLayout(row)

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
