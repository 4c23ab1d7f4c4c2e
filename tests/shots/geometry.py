"""What is wrong with a window by its geometry: cut, squeezed, overlapping, outside, nameless.

Nothing here knows a page. A widget is judged by what Qt and its own hints say of it, and painted
text by what reached the painter while the window was drawn.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QFontMetricsF, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QWidget,
)

from desktop.rows import ListRole
from desktop.widgets import painting
from desktop.widgets.layer import Layer
from desktop.widgets.row_list import RowList
from desktop.widgets.toast import Toast
from desktop.widgets.veil import Veil

SLACK_PX: Final = 1
_WORDS: Final = re.compile(r"[^\s/]+/?|/")
FLOATING: Final = (Toast, Layer, Veil)
"""What lies over others by intent."""


@dataclass
class PaintedText:
    """One line that a widget drew by itself."""

    device: QWidget
    text: str
    shown: str
    rect: QRectF
    line_px: float

    @property
    def is_cut(self) -> bool:
        """Whether it ends in … ."""
        return self.shown != self.text


@dataclass
class Drawn:
    """Everything drawn by hand during one pass."""

    texts: list[PaintedText] = field(default_factory=list)


@contextmanager
def watching_paint() -> Iterator[Drawn]:
    """Note each line that ``draw_text`` draws while the window paints; it still draws it."""
    drawn = Drawn()
    original = painting.draw_text

    def draw_text(painter: QPainter, rect: QRectF, text: str, font: Any, *rest: Any) -> float:
        width = original(painter, rect, text, font, *rest)
        device = painter.device()
        if isinstance(device, QWidget) and text:
            drawn.texts.append(_painted(device, rect, text, font, width, *rest))
        return width

    holders = [
        module
        for name, module in list(sys.modules.items())
        if name.startswith("desktop.") and getattr(module, "draw_text", None) is original
    ]
    for module in holders:
        module.draw_text = draw_text  # type: ignore[attr-defined]
    try:
        yield drawn
    finally:
        for module in holders:
            module.draw_text = original  # type: ignore[attr-defined]


def _painted(
    device: QWidget, rect: QRectF, text: str, font: Any, width: float, *rest: Any
) -> PaintedText:
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width() + 1)
    align = rest[1] if len(rest) > 1 else Qt.AlignmentFlag.AlignLeft
    left = rect.x()
    if align & Qt.AlignmentFlag.AlignRight:
        left = rect.right() - width
    elif align & Qt.AlignmentFlag.AlignHCenter:
        left = rect.center().x() - width / 2
    line = metrics.ascent() + metrics.descent()
    at = QRectF(left, rect.center().y() - line / 2, width, line)
    return PaintedText(device, text, shown, at, rect.height() - line)


def faults(window: QWidget) -> list[str]:
    """Everything wrong with ``window`` as it stands."""
    return judged(window)[0]


def judged(window: QWidget) -> tuple[list[str], QPixmap]:
    """Everything wrong with ``window``, and its picture. It is painted once for both."""
    with watching_paint() as drawn:
        picture = window.grab()
    found = [*_tree_faults(window), *_paint_faults(drawn), *_misplaced(window)]
    return list(dict.fromkeys(found)), picture


def _misplaced(window: QWidget) -> Iterator[str]:
    """What lies elsewhere than its layout puts it when it is asked once more."""
    shown = [one for one in window.findChildren(QWidget) if one.isVisible()]
    placed = [(one, one.geometry(), _name(one)) for one in shown]
    layouts = [layout for one in [window, *shown] if (layout := one.layout()) is not None]
    for layout in layouts:
        layout.invalidate()
    for layout in layouts:
        layout.activate()
    for one, at, name in placed:
        far = at.topLeft() - one.pos(), at.bottomRight() - one.geometry().bottomRight()
        if any(abs(step) > SLACK_PX for by in far for step in (by.x(), by.y())):
            yield f"{name} is at {at}, its layout puts it at {one.geometry()}"


def _tree_faults(parent: QWidget) -> Iterator[str]:
    children = [
        child
        for child in parent.children()
        if isinstance(child, QWidget) and child.isVisible() and not child.isWindow()
    ]
    for child in children:
        yield from _own_faults(child)
        if not isinstance(child, FLOATING):
            yield from _outside(parent, child)
        if not isinstance(child, QAbstractItemView | QLineEdit | QPlainTextEdit | QScrollBar):
            yield from _tree_faults(child)
    settled = [child for child in children if not isinstance(child, FLOATING)]
    for one, other in combinations(settled, 2):
        yield from _overlap(one, other)


def _own_faults(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QLabel):
        yield from _label_faults(widget)
    elif isinstance(widget, QAbstractButton) or not isinstance(widget, QAbstractScrollArea):
        least = _least(widget)
        if widget.width() + SLACK_PX < least.width():
            yield f"{_name(widget)} is {widget.width()} wide and needs {least.width()}"
        if widget.height() + SLACK_PX < least.height():
            yield f"{_name(widget)} is {widget.height()} high and needs {least.height()}"
    if _takes_keyboard(widget) and not accessible_name(widget):
        yield f"{_name(widget)} takes the keyboard and has no name"


def _least(widget: QWidget) -> QSize:
    """What it needs at the width it has: lines that wrap need less height in a wide window."""
    least, layout = widget.minimumSizeHint(), widget.layout()
    if layout is not None and layout.hasHeightForWidth():
        least.setHeight(min(least.height(), layout.minimumHeightForWidth(widget.width())))
    return least


def _label_faults(label: QLabel) -> Iterator[str]:
    text, room = label.text(), label.contentsRect()
    if not text:
        return
    metrics = QFontMetricsF(label.font())
    # Qt breaks a path behind its strokes, too.
    words = _WORDS.findall(text) if label.wordWrap() else text.split("\n")
    widest = max((metrics.horizontalAdvance(word) for word in words if word.isascii()), default=0.0)
    if not label.wordWrap():
        widest = max(metrics.horizontalAdvance(word) for word in words)
    # An elided text may be half a pixel wider than its room: … is set by rounded widths.
    if widest > room.width() + 2 * SLACK_PX:
        yield f"{_name(label)} is cut: {room.width()} wide, needs {widest:.0f}"
    if label.wordWrap() and label.heightForWidth(label.width()) > label.height() + SLACK_PX:
        needs = label.heightForWidth(label.width())
        yield f"{_name(label)} is cut: {label.height()} high, needs {needs}"
    if "…" in text and text.endswith("…") and not label.toolTip():
        yield f"{_name(label)} ends in … and has no tooltip"


def _outside(parent: QWidget, child: QWidget) -> Iterator[str]:
    room, at = parent.rect(), child.geometry()
    area = parent.parentWidget()
    scrolls = isinstance(area, QScrollArea) and area.viewport() is parent
    across = at.left() < -SLACK_PX or at.right() > room.right() + SLACK_PX
    along = at.top() < -SLACK_PX or at.bottom() > room.bottom() + SLACK_PX
    may_scroll = scrolls and isinstance(area, QScrollArea)
    if across and not (may_scroll and _scrolls_sideways(area)):
        yield f"{_name(child)} reaches out of {_name(parent)} sideways: {at} in {room}"
    if along and not may_scroll:
        yield f"{_name(child)} reaches out of {_name(parent)}: {at} in {room}"


def _scrolls_sideways(area: QWidget | None) -> bool:
    off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    return isinstance(area, QScrollArea) and area.horizontalScrollBarPolicy() != off


def _overlap(one: QWidget, other: QWidget) -> Iterator[str]:
    both = one.geometry().intersected(other.geometry())
    if both.width() > SLACK_PX and both.height() > SLACK_PX and _says(one) and _says(other):
        yield f"{_name(one)} and {_name(other)} overlap by {both.width()}×{both.height()}"


def _says(widget: QWidget) -> bool:
    """Whether something is read or pressed on it."""
    kinds = (QLabel, QAbstractButton, QLineEdit, QPlainTextEdit, QAbstractItemView)
    if isinstance(widget, kinds):
        return True
    return any(one.isVisible() for kind in kinds for one in widget.findChildren(kind))


# --- Painted text ---------------------------------------------------------------------------------


def _paint_faults(drawn: Drawn) -> Iterator[str]:
    by_device: dict[int, list[PaintedText]] = {}
    for one in drawn.texts:
        by_device.setdefault(id(one.device), []).append(one)
        if one.line_px < -4:
            yield f"{_name(one.device)} draws {_short(one.text)} {-one.line_px:.0f} px too low"
        if one.is_cut and not _tells_whole(one):
            yield f"{_name(one.device)} cuts {_short(one.text)} and tells it nowhere"
    for texts in by_device.values():
        unlike = {(t.text, t.rect.x(), t.rect.y()): t for t in texts}
        for one, other in combinations(unlike.values(), 2):
            both = one.rect.intersected(other.rect)
            if both.width() > 2 and both.height() > 4:
                name = _name(one.device)
                yield f"{name} draws {_short(one.text)} over {_short(other.text)}"


def _tells_whole(one: PaintedText) -> bool:
    """Whether hovering says the whole text: the widget's tooltip, or the list's for that row."""
    if one.text in one.device.toolTip() or one.text in one.device.accessibleDescription():
        return True
    view = one.device.parentWidget()
    if isinstance(view, RowList):
        index = view.indexAt(one.rect.center().toPoint())
        row = index.data(ListRole.ROW)
        rect = QRectF(view.visualRect(index))
        return row is not None and view.delegate.painter.is_cut(rect, row)
    return False


# --- Names ----------------------------------------------------------------------------------------


def focusable(window: QWidget) -> list[QWidget]:
    """What Tab may stop at, as the window stands."""
    return [one for one in window.findChildren(QWidget) if one.isVisible() and _takes_keyboard(one)]


def _takes_keyboard(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isEnabled()


def accessible_name(widget: QWidget) -> str:
    """What a screen reader calls it."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return str(interface.text(QAccessible.Text.Name)) if interface else ""


def role(widget: QWidget) -> QAccessible.Role:
    """What a screen reader takes it for."""
    return QAccessible.queryAccessibleInterface(widget).role()


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
    said = text or widget.accessibleName()
    at = widget.mapTo(widget.window(), QPoint(0, 0))
    where = QRect(at, widget.size())
    place = f"[{where.x()},{where.y()} {where.width()}×{where.height()}]"
    return f"{type(widget).__name__} {_short(said)} {place}"


def _short(text: str) -> str:
    return f"“{text[:24]}”" if text else "“”"
