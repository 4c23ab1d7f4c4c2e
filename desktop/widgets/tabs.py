"""Filters of a list: underlined tabs, or segments in a well."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QMenu, QSizePolicy, QWidget

from desktop.rows import Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Radius
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import PaintedButton, Themed, scaled
from desktop.widgets.button import icon_button
from desktop.widgets.painting import (
    draw_focus_ring,
    draw_panel,
    draw_text,
    fill_round,
    smooth,
    text_width,
)
from sync.i18n import _

_LEAST_SEGMENT_PX = 60
_GAP_PX = 18
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


@dataclass(frozen=True)
class Tab:
    """One filter. ``count`` is printed beside the words; None prints none."""

    key: str
    words: str
    count: int | None = None
    tone: Tone = Tone.NEUTRAL


class TabButton(PaintedButton):
    """One filter; the subclass decides how it shows that it is chosen."""

    stepped = Signal(int)

    def __init__(self, look: ThemeProvider, tab: Tab, parent: QWidget | None = None) -> None:
        super().__init__(look, tab.words, parent)
        self.tab = tab
        self.setCheckable(True)
        self._show_tab()

    def set_tab(self, tab: Tab) -> None:
        """Show a new count; the same one once more lays nothing out again."""
        if tab == self.tab:
            return
        self.tab = tab
        self._show_tab()

    def _show_tab(self) -> None:
        self._words = self.tab.words
        self.setAccessibleName(f"{self.tab.words} {self._count()}".strip())
        self._restyle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move between the tabs."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or event.modifiers():
            super().keyPressEvent(event)
            return
        self.stepped.emit(step)

    def _count(self) -> str:
        return "" if self.tab.count is None else str(self.tab.count)


class UnderlinedTab(TabButton):
    """Words over a line, with the count on a pill."""

    def _pill_width(self) -> float:
        px = self._look.px
        if not self._count():
            return 0.0
        counted = text_width(self._look.font(TextStep.NOTE, Weight.MEDIUM), self._count())
        return max(px(20), counted + px(10))

    def _body_size(self) -> QSize:
        px = self._look.px
        width = text_width(self._look.font(TextStep.BODY, Weight.MEDIUM), self._words) + px(8)
        if self._count():
            width += px(7) + self._pill_width()
        return QSize(round(width), px(42))

    def _paint_body(self, painter: QPainter, rect: QRectF) -> None:
        theme, px = self._look.theme, self._look.px
        if self.shows_ring:
            draw_focus_ring(painter, rect.adjusted(0, px(5), 0, -px(5)), px(5), theme)
        font = self._look.font(TextStep.BODY, Weight.MEDIUM)
        width = text_width(font, self._words)
        colour = theme.t1 if self.isChecked() or self.underMouse() else theme.t2
        words = QRectF(px(4), rect.y(), width, rect.height())
        draw_text(painter, words, self._words, font, colour)
        if self._count():
            self._paint_count(painter, QRectF(px(11) + width, rect.y(), 0, rect.height()))
        if self.isChecked():
            line = QRectF(px(4), rect.bottom() - px(2), rect.width() - px(8), px(2))
            fill_round(painter, line, px(1), theme.pri)

    def _paint_count(self, painter: QPainter, at: QRectF) -> None:
        tone = self.tab.tone
        if tone is Tone.NEUTRAL and self.isChecked():
            tone = Tone.PRIMARY
        shades, height = self._look.theme.shades(tone), self._look.px(20)
        pill = QRectF(at.x(), at.center().y() - height / 2, self._pill_width(), height)
        fill_round(painter, pill, height / 2, shades.ground)
        font = self._look.font(TextStep.NOTE, Weight.MEDIUM)
        draw_text(painter, pill, self._count(), font, shades.text, Qt.AlignmentFlag.AlignCenter)


class SegmentTab(TabButton):
    """Words and a count; the chosen one is a raised piece of the well."""

    def __init__(self, look: ThemeProvider, tab: Tab, parent: QWidget | None = None) -> None:
        super().__init__(look, tab, parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def _body_size(self) -> QSize:
        px = self._look.px
        width = text_width(self._look.font(TextStep.SECOND, Weight.MEDIUM), self._words) + px(24)
        if self._count():
            counted = text_width(self._look.font(TextStep.NOTE, Weight.MEDIUM), self._count())
            width += px(6) + counted
        return QSize(round(width), px(26))

    def sizeHint(self) -> QSize:
        """The well around it makes up a comfortable target."""
        return self._body_size()

    def minimumSizeHint(self) -> QSize:
        """Where there is no room the words end in …, with the whole on hover."""
        whole = self.sizeHint()
        return QSize(min(whole.width(), self._look.px(_LEAST_SEGMENT_PX)), whole.height())

    def _paint_body(self, painter: QPainter, rect: QRectF) -> None:
        theme, px = self._look.theme, self._look.px
        body = rect
        if self.shows_ring:
            body = draw_focus_ring(painter, rect, px(Radius.CONTROL - 1), theme)
        if self.isChecked():
            draw_panel(painter, body, px(Radius.CONTROL - 1), theme.surface, theme.line2)
        colour = theme.t1 if self.isChecked() or self.underMouse() else theme.t2
        font = self._look.font(TextStep.SECOND, Weight.MEDIUM)
        x = float(px(12))
        wanted = text_width(font, self._words)
        width = min(wanted, wanted - (self._body_size().width() - rect.width()))
        self.setToolTip(self._words if width < wanted else "")
        draw_text(painter, QRectF(x, 0, width, rect.height()), self._words, font, colour)
        if self._count():
            note = self._look.font(TextStep.NOTE, Weight.MEDIUM)
            counted = QRectF(x + width + px(6), 0, rect.width(), rect.height())
            shade = theme.pri_t if self.isChecked() else theme.t2
            draw_text(painter, counted, self._count(), note, shade)


class _TabRow(Themed):
    """A row of tabs of which exactly one is chosen.

    Signals:
        changed: the key of the tab that a person chose.
    """

    changed = Signal(str)
    _button: type[TabButton]

    def __init__(self, look: ThemeProvider, tabs: Sequence[Tab], name: str = "") -> None:
        super().__init__(look)
        self.setAccessibleName(name)
        self._row = self._make_row()
        self._buttons: list[TabButton] = []
        self.set_tabs(tabs)

    def set_tabs(self, tabs: Sequence[Tab]) -> None:
        """Show these tabs; the chosen key stays, else the first is chosen."""
        if [tab.key for tab in tabs] == [button.tab.key for button in self._buttons]:
            for button, tab in zip(self._buttons, tabs, strict=True):
                button.set_tab(tab)
            return
        kept = self.chosen()
        for button in self._buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        for tab in tabs:
            self._buttons.append(self._make(tab))
        keys = [tab.key for tab in tabs]
        if keys:
            self.choose(kept if kept in keys else keys[0])

    def chosen(self) -> str:
        """The chosen key, or ``""`` where there are no tabs."""
        return next((b.tab.key for b in self._buttons if b.isChecked()), "")

    def choose(self, key: str) -> None:
        """Show ``key`` as chosen, without a signal."""
        for button in self._buttons:
            button.setChecked(button.tab.key == key)

    def buttons(self) -> tuple[TabButton, ...]:
        """The tabs, in the order shown."""
        return tuple(self._buttons)

    def _make_row(self) -> QLayout:
        raise NotImplementedError

    def _make(self, tab: Tab) -> TabButton:
        button = self._button(self._look, tab, self)
        button.clicked.connect(self._settle)
        button.stepped.connect(self._move)
        self._place(button)
        return button

    def _place(self, button: TabButton) -> None:
        self._row.addWidget(button)

    def _settle(self) -> None:
        pressed = self.sender()
        if isinstance(pressed, TabButton):
            self.choose(pressed.tab.key)
            self.changed.emit(pressed.tab.key)

    def _move(self, step: int) -> None:
        focused = next((i for i, b in enumerate(self._buttons) if b.hasFocus()), 0)
        target = self._buttons[(focused + step) % len(self._buttons)]
        target.click()  # Before the keyboard goes there: it may have been left out until now.
        target.setFocus(Qt.FocusReason.TabFocusReason)


class Tabs(_TabRow):
    """Underlined tabs in one line, for the head of a list. Those that find no room are in the menu
    of the last button; the chosen one is always in sight."""

    _button = UnderlinedTab

    def __init__(self, look: ThemeProvider, tabs: Sequence[Tab], name: str = "") -> None:
        self._more = icon_button(look, "dots-three", _("More"))
        self._more.clicked.connect(self._open_more)
        # Qt lays out every parent with a layout when a button is shown. In the midst of a laying
        # out, what that one still does would overrule it: so the tabs themselves have none.
        self._line = QWidget()
        super().__init__(look, tabs, name)

    def _make_row(self) -> QLayout:
        self._line.setParent(self)
        self._more.setParent(self._line)
        self._more.hide()
        row = scaled(self._look, QHBoxLayout(self._line), spacing=_GAP_PX)
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        row.addWidget(self._more, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        return row

    def _place(self, button: TabButton) -> None:
        row = self._row
        assert isinstance(row, QHBoxLayout)
        row.insertWidget(len(self._buttons), button)

    def set_tabs(self, tabs: Sequence[Tab]) -> None:
        """Show these tabs; the chosen key stays, else the first is chosen."""
        super().set_tabs(tabs)
        self.updateGeometry()
        self._fit()

    def choose(self, key: str) -> None:
        """Show ``key`` as chosen, without a signal."""
        super().choose(key)
        self._fit()

    def _fit(self) -> None:
        """The chosen one first, the others in their order as long as there is room."""
        gap = self._look.px(_GAP_PX)
        widths = {button: button.sizeHint().width() + gap for button in self._buttons}
        room = self.width() + gap
        if sum(widths.values()) > room:
            room -= self._more.sizeHint().width() + gap
        room -= sum(width for button, width in widths.items() if button.isChecked())
        before = self._left_out()
        for button in self._buttons:
            fits = button.isChecked() or widths[button] <= room
            room -= 0 if button.isChecked() else widths[button]
            button.setVisible(fits)
        self._more.setVisible(any(self._left_out()))
        if self._left_out() != before:
            # Whoever lays this row out may be in the midst of it, and showing a part has laid out
            # everything in another width meanwhile: what stands below the row follows once more.
            self.updateGeometry()

    def _left_out(self) -> list[bool]:
        return [button.isHidden() for button in self._buttons]

    def _open_more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in self._buttons:
            if button.isHidden():
                menu.addAction(button.accessibleName()).triggered.connect(button.click)
        menu.setActiveAction(menu.actions()[0])
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the tabs that fit."""
        super().resizeEvent(event)
        self._line.setGeometry(self.rect())
        self._fit()

    def _restyle(self) -> None:
        super()._restyle()
        self._fit()

    def sizeHint(self) -> QSize:
        """All of them in one line."""
        gap = self._look.px(_GAP_PX)
        sizes = [button.sizeHint() for button in self._buttons] or [QSize(0, 0)]
        wide = sum(size.width() for size in sizes) + gap * (len(sizes) - 1)
        return QSize(wide, max(size.height() for size in sizes))

    def minimumSizeHint(self) -> QSize:
        """The widest one and the button of the rest."""
        gap = self._look.px(_GAP_PX)
        widest = max((button.sizeHint().width() for button in self._buttons), default=0)
        return QSize(widest + gap + self._more.sizeHint().width(), self.sizeHint().height())


class Segments(_TabRow):
    """Segments in a sunken well, for a card's title line."""

    _button = SegmentTab

    def _make_row(self) -> QLayout:
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        return scaled(self._look, QHBoxLayout(self), (3, 3, 3, 3), 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the well."""
        painter = QPainter(self)
        smooth(painter)
        radius = self._look.px(Radius.CONTROL)
        fill_round(painter, QRectF(self.rect()), radius, self._look.theme.sunken)
