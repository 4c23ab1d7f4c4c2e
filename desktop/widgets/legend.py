"""The legend of a picture: what each look means, how many there are, and a press that filters."""

from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent

from desktop.cells import Badge, LegendItem, LegendKey
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import PaintedButton, Themed
from desktop.widgets.cell_painter import CellPainter
from desktop.widgets.flow import FlowLayout
from desktop.widgets.painting import draw_focus_ring, draw_panel, draw_text, fill_round, text_width
from sync.i18n import N_, _

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class LegendButton(PaintedButton):
    """One entry; pressed, it alone is shown."""

    stepped = Signal(int)

    def __init__(self, look: ThemeProvider, item: LegendItem) -> None:
        super().__init__(look, item.words)
        self._painter = CellPainter(look)
        self.setCheckable(True)
        self.set_item(item)

    def set_item(self, item: LegendItem) -> None:
        """Show another count."""
        self.item = item
        self.set_words(item.words)
        self.setAccessibleName(f"{item.words} {item.count}")
        self.setToolTip(_(N_("Show only these")))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move along the legend."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        self.stepped.emit(step)

    def _swatch(self) -> QSize:
        px = self._look.px
        return QSize(px(14), px(14)) if isinstance(self.item.key, Badge) else QSize(px(22), px(14))

    def _body_size(self) -> QSize:
        px = self._look.px
        words = text_width(self._look.font(TextStep.NOTE), self._words)
        count = text_width(self._look.font(TextStep.NOTE, Weight.BOLD), str(self.item.count))
        return QSize(round(words + count) + self._swatch().width() + px(20), px(32))

    def _paint_body(self, painter: QPainter, rect: QRectF) -> None:
        look, px = self._look, self._look.px
        radius = px(6)
        if self.shows_ring:
            draw_focus_ring(painter, rect, radius, look.theme)
        body = rect.adjusted(px(1), px(4), -px(1), -px(4))
        if self.isChecked():
            draw_panel(painter, body, radius, look.theme.pri_bg, look.theme.pri)
        elif self.underMouse():
            fill_round(painter, body, radius, look.theme.sunken)
        size = self._swatch()
        x, middle = rect.left() + px(6), rect.center().y()
        swatch = QRectF(x, middle - size.height() / 2, size.width(), size.height())
        self._painter.paint_swatch(painter, swatch, self.item.key)
        x += size.width() + px(6)
        font = look.font(TextStep.NOTE)
        colour = look.theme.pri_t if self.isChecked() else look.theme.t2
        words = QRectF(x, rect.top(), text_width(font, self._words), rect.height())
        draw_text(painter, words, self._words, font, colour)
        bold = look.font(TextStep.NOTE, Weight.BOLD)
        at = QRectF(words.right() + px(5), rect.top(), rect.width(), rect.height())
        draw_text(painter, at, str(self.item.count), bold, look.theme.t1)


class Legend(Themed):
    """Entries in a line, broken where there is no room. At most one is chosen.

    Signals:
        chosen: the :data:`LegendKey` that is wanted alone, or ``None`` for all.
    """

    chosen = Signal(object)

    def __init__(self, look: ThemeProvider, name: str) -> None:
        super().__init__(look)
        self.setAccessibleName(name)
        self._flow = FlowLayout(look, self, gap=2, line_gap=0)
        self._buttons: list[LegendButton] = []

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the height of all lines: where the window is short, the page scrolls."""
        super().resizeEvent(event)
        self._keep_height()

    def _keep_height(self) -> None:
        self.setFixedHeight(self._flow.heightForWidth(self.width()))

    def _restyle(self) -> None:
        self._keep_height()
        super()._restyle()

    def set_items(self, items: Iterable[LegendItem], wanted: LegendKey | None) -> None:
        """Show these entries, ``wanted`` as chosen."""
        shown = list(items)
        if [item.key for item in shown] == [button.item.key for button in self._buttons]:
            for button, item in zip(self._buttons, shown, strict=True):
                button.set_item(item)
        else:
            for button in self._buttons:
                self._flow.removeWidget(button)
                button.hide()
                button.deleteLater()
            self._buttons = [self._make(item) for item in shown]
            self._keep_height()
        self.choose(wanted)

    def choose(self, wanted: LegendKey | None) -> None:
        """Show ``wanted`` as chosen, without a signal."""
        for button in self._buttons:
            button.setChecked(button.item.key == wanted)

    def buttons(self) -> tuple[LegendButton, ...]:
        """The entries, in the order shown."""
        return tuple(self._buttons)

    def _make(self, item: LegendItem) -> LegendButton:
        button = LegendButton(self._look, item)
        button.clicked.connect(self._settle)
        button.stepped.connect(self._move)
        self._flow.addWidget(button)
        button.show()
        return button

    def _settle(self) -> None:
        pressed = self.sender()
        if isinstance(pressed, LegendButton):
            wanted = pressed.item.key if pressed.isChecked() else None
            self.choose(wanted)
            self.chosen.emit(wanted)

    def _move(self, step: int) -> None:
        focused = next((at for at, b in enumerate(self._buttons) if b.hasFocus()), 0)
        target = self._buttons[(focused + step) % len(self._buttons)]
        target.setFocus(Qt.FocusReason.TabFocusReason)
