"""What every painted widget shares: the look, and a button drawn by hand."""

from typing import TypeVar

from PySide6.QtCore import QObject, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QLayout,
    QSizePolicy,
    QSpacerItem,
    QWidget,
)

from desktop.theme.provider import ThemeProvider
from desktop.widgets.painting import smooth

Margins = tuple[float, float, float, float]
LayoutT = TypeVar("LayoutT", bound=QLayout)
NO_MARGINS: Margins = (0, 0, 0, 0)

KEYPAD = Qt.KeyboardModifier.KeypadModifier
# Focus that comes back with the window says nothing about how it was first reached.
_WINDOW_REASONS = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
_ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Themed(QWidget):
    """A widget that measures and paints itself again when the look changes."""

    def __init__(self, look: ThemeProvider, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        look.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class ScaledLayout(QObject):
    """Keeps the margins and the spacing of a layout at the text size in use."""

    def __init__(
        self, look: ThemeProvider, layout: QLayout, margins: Margins, spacing: float
    ) -> None:
        super().__init__(layout)
        self._look = look
        self._layout = layout
        self._margins = margins
        self._spacing = spacing
        look.changed.connect(self._apply)
        self._apply()

    def set_margins(self, margins: Margins) -> None:
        """Other edges, from now on."""
        if margins != self._margins:
            self._margins = margins
            self._apply()

    def _apply(self) -> None:
        left, top, right, bottom = (self._look.px(side) for side in self._margins)
        self._layout.setContentsMargins(left, top, right, bottom)
        self._layout.setSpacing(self._look.px(self._spacing))


def scaled(
    look: ThemeProvider, layout: LayoutT, margins: Margins = NO_MARGINS, spacing: float = 0
) -> LayoutT:
    """Give ``layout`` margins and spacing in pixels at 100 %, kept when the look changes."""
    ScaledLayout(look, layout, margins, spacing)
    return layout


class _ScaledGap(QObject):
    """Keeps a gap between two parts of a box at the text size in use."""

    def __init__(self, look: ThemeProvider, box: QBoxLayout, gap: QSpacerItem, px: float) -> None:
        super().__init__(box)
        self._look = look
        self._box = box
        self._gap = gap
        self._px = px
        look.changed.connect(self._apply)

    def _apply(self) -> None:
        _stretch_to(self._gap, self._box, self._look.px(self._px))
        self._box.invalidate()


def add_gap(look: ThemeProvider, box: QBoxLayout, px: float) -> None:
    """A gap of ``px`` at 100 % at the end of ``box``, kept when the look changes."""
    gap = QSpacerItem(0, 0)
    _stretch_to(gap, box, look.px(px))
    box.addItem(gap)
    _ScaledGap(look, box, gap, px)


def _stretch_to(gap: QSpacerItem, box: QBoxLayout, length: int) -> None:
    least = QSizePolicy.Policy.Minimum
    fixed = QSizePolicy.Policy.Fixed
    down = box.direction() in (QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.BottomToTop)
    if down:
        gap.changeSize(0, length, least, fixed)
    else:
        gap.changeSize(length, 0, fixed, least)


def is_composing_in(page: QWidget) -> bool:
    """Whether an input method owns the keys of the field in ``page`` that has the keyboard."""
    return bool(getattr(page.focusWidget(), "is_composing", False))


class PaintedButton(QAbstractButton):
    """A pressable thing painted by hand. Space and Enter press it; the ring shows for keys only.

    Subclasses say how large their body is (``_body_size``) and paint it (``_paint_body``).
    """

    def __init__(self, look: ThemeProvider, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._words = words
        self._reached_by_keys = False
        self.setAccessibleName(words)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        look.changed.connect(self._restyle)

    @property
    def words(self) -> str:
        """What the button says."""
        return self._words

    def set_words(self, words: str) -> None:
        """Say something else; the same words once more lay nothing out again."""
        if words == self._words:
            return
        self._words = words
        self.setAccessibleName(words)
        self._restyle()

    def allow(self, allowed: bool, why_not: str = "") -> None:
        """Enable the button, or disable it and say why on hover and to screen readers."""
        self.setEnabled(allowed)
        self.setToolTip("" if allowed else why_not)
        self.setAccessibleDescription("" if allowed else why_not)

    @property
    def shows_ring(self) -> bool:
        """Whether the keyboard is here and got here by keys."""
        return self.hasFocus() and self._reached_by_keys

    def _body_size(self) -> QSize:
        raise NotImplementedError

    def _paint_body(self, painter: QPainter, rect: QRectF) -> None:
        raise NotImplementedError

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The body, never smaller than a comfortable target."""
        least = self._look.px(32)
        return self._body_size().expandedTo(QSize(least, least))

    def minimumSizeHint(self) -> QSize:
        """Words are never clipped: the least size is the wanted size."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the body."""
        painter = QPainter(self)
        smooth(painter)
        if not self.isEnabled():
            painter.setOpacity(0.5)
        self._paint_body(painter, QRectF(self.rect()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember how the focus came."""
        if event.reason() not in _WINDOW_REASONS:
            self._reached_by_keys = event.reason() is not Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses like Space."""
        if event.key() in _ENTER_KEYS and not event.modifiers() & ~KEYPAD:
            self.click()
            return
        super().keyPressEvent(event)
