"""The short message at the bottom: what was done, and a way back."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.rows import Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Radius
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.field import IconMark
from desktop.widgets.painting import fill_round, smooth
from desktop.widgets.text import Text
from sync.i18n import _

SHOWN_MS = 6_000
UNDO_KEY = "Ctrl Z"
_MARKS: Final = {
    Tone.OK: ("check-circle", "tip_ok"),
    Tone.WARN: ("warning", "tip_warn"),
    Tone.NEUTRAL: ("info", "on_tip"),
}


class Toast(Themed):
    """One message at a time, centred at the bottom of ``host`` for six seconds.

    The keyboard on it holds it, the mouse starts its time anew. It never takes the keyboard itself.

    Signals:
        undo_pressed: the person wants the last action undone; the toast has closed.
    """

    undo_pressed = Signal()

    def __init__(self, look: ThemeProvider, host: QWidget, timer: QTimer | None = None) -> None:
        super().__init__(look, host)
        self._host = host
        self._free: Callable[[], tuple[int, int]] = lambda: (0, host.width())
        self._timer = timer or QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(self._run_out)
        row = scaled(look, QHBoxLayout(self), (14, 4, 8, 4), 10)
        self._row = row
        self.mark = IconMark(look, *_MARKS[Tone.OK])
        row.addWidget(self.mark)
        self._words = Text(
            look, "", TextStep.SECOND, weight=Weight.MEDIUM, colour="on_tip", wraps=True
        )
        row.addWidget(self._words, 1)
        self.undo_button = UndoButton(look, _("Undo"))
        self.undo_button.clicked.connect(self._undo)
        self.undo_button.installEventFilter(self)
        row.addWidget(self.undo_button)
        self.setAccessibleName(_("Message"))
        host.installEventFilter(self)
        self.hide()

    def say(
        self, words: str, *, can_undo: bool = False, undo_words: str = "", tone: Tone = Tone.OK
    ) -> None:
        """Show ``words``; a message still shown is replaced. ``undo_words`` stand on the button
        where it does not simply undo. Only what was done carries the tick: ``WARN`` is for what
        was not, or asks for something, ``NEUTRAL`` for what is under way."""
        self.mark.set_icon(*_MARKS.get(tone, _MARKS[Tone.NEUTRAL]))
        self._words.set_text(words)
        self.undo_button.setText(undo_words or _("Undo"))
        self.setAccessibleDescription(words)
        self.undo_button.setVisible(can_undo)
        self.show()
        self.raise_()
        self._place()
        self._timer.start()

    def keep_within(self, free: Callable[[], tuple[int, int]]) -> None:
        """Stand between these two places across ``host`` wherever the words find room there."""
        self._free = free

    def words(self) -> str:
        """The message shown, or ``""``."""
        return "" if self.isHidden() else self._words.text()

    def dismiss(self) -> None:
        """Close it now."""
        self._timer.stop()
        self.hide()

    def _undo(self) -> None:
        self.dismiss()
        self.undo_pressed.emit()

    def _run_out(self) -> None:
        if self.undo_button.hasFocus():
            self._timer.start()
            return
        self.hide()

    def _place(self) -> None:
        most = self._host.width() - self._look.px(32)
        width = min(self._wanted_px(), most)
        high = max(self._row.totalHeightForWidth(width), self._row.totalMinimumSize().height())
        self.resize(width, max(high, self._look.px(40)))
        left = (self._host.width() - self.width()) // 2
        first, last = self._free()
        if first <= last - self.width() < left:
            left = last - self.width()
        # Over the status bar and the margin above it, so that it covers nothing one works with.
        self.move(left, self._host.height() - self.height() - self._look.px(1))

    def _wanted_px(self) -> int:
        """The width at which the words stand in one line."""
        self._row.activate()
        words = self._words.fontMetrics().horizontalAdvance(self._words.text()) + self._look.px(2)
        undo = self.undo_button
        margins, gap = self._row.contentsMargins(), self._row.spacing()
        parts = [self.mark.sizeHint().width(), words]
        parts += [] if undo.isHidden() else [undo.sizeHint().width()]
        return sum(parts) + gap * (len(parts) - 1) + margins.left() + margins.right()

    def event(self, event: QEvent) -> bool:
        """Take another size once its parts have theirs: they hear of a new look after it does."""
        taken = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and not self.isHidden():
            self._place()
        return taken

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay centred when the window changes its size."""
        if watched is self._host and event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False

    def enterEvent(self, event: QEnterEvent) -> None:
        """Start the time anew for a mouse on its way to the word."""
        self._timer.start()
        super().enterEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        painter = QPainter(self)
        smooth(painter)
        radius = self._look.px(Radius.CARD - 1)
        fill_round(painter, QRectF(self.rect()), radius, self._look.theme.tip)


class UndoButton(Button):
    """The word that undoes, readable on the toast's dark ground."""

    def __init__(self, look: ThemeProvider, words: str) -> None:
        super().__init__(look, words, ButtonKind.LINK, key=UNDO_KEY)

    def _text_colour(self) -> QColor:
        return self._look.theme.tip_link

    def _cap_colour(self) -> QColor | None:
        return self._look.theme.on_tip
