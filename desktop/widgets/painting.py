"""Shapes and texts that several widgets draw alike."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from desktop.rows import Lamp, Tag, Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import Theme

RING_PX = 2.0
RING_GAP_PX = 1.5
ENTER_KEY = "⏎"

_SMOOTH = QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def smooth(painter: QPainter) -> None:
    """Ask for round corners and clean text."""
    painter.setRenderHints(_SMOOTH)


def text_width(font: QFont, text: str) -> float:
    """How wide ``text`` runs in ``font``, rounded up so that nothing is clipped."""
    return float(int(QFontMetricsF(font).horizontalAdvance(text)) + 1)


def draw_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = _LEFT,
) -> float:
    """Draw one line, ended with … where ``rect`` is too narrow. Returns the width drawn."""
    metrics = QFontMetricsF(font)
    shown, width = text, metrics.horizontalAdvance(text)
    if width > rect.width() + 1:  # Most lines fit: measuring them again costs as much as drawing.
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width() + 1)
        width = metrics.horizontalAdvance(shown)
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rect, int(align) | Qt.TextFlag.TextSingleLine, shown)
    return width


def fill_round(painter: QPainter, rect: QRectF, radius: float, fill: QColor) -> None:
    """A rounded area without an edge."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawRoundedRect(rect, radius, radius)


def draw_panel(
    painter: QPainter,
    rect: QRectF,
    radius: float,
    fill: QColor,
    edge: QColor,
    width: float = 1.0,
) -> None:
    """A rounded area with an edge that stays inside ``rect``."""
    half = width / 2
    painter.setPen(QPen(edge, width))
    painter.setBrush(fill)
    inner = rect.adjusted(half, half, -half, -half)
    painter.drawRoundedRect(inner, radius - half, radius - half)


def draw_focus_ring(painter: QPainter, rect: QRectF, radius: float, theme: Theme) -> QRectF:
    """The ring of the widget with the keyboard. Returns what is left for its body."""
    half = RING_PX / 2
    painter.setPen(QPen(theme.ring, RING_PX))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius, radius)
    inset = RING_PX + RING_GAP_PX
    return rect.adjusted(inset, inset, -inset, -inset)


def draw_lamp(painter: QPainter, rect: QRectF, lamp: Lamp, theme: Theme) -> None:
    """A lamp centred in ``rect``; its shape fills about three quarters of the shorter side."""
    side = min(rect.width(), rect.height())
    centre = rect.center()
    painter.setPen(Qt.PenStyle.NoPen)
    match lamp:
        case Lamp.RED:
            half = side * 0.36
            square = QRectF(centre.x() - half, centre.y() - half, 2 * half, 2 * half)
            fill_round(painter, square, side * 0.08, theme.bad)
        case Lamp.YELLOW:
            _draw_triangle(painter, centre, side, theme.warn)
        case Lamp.GREEN:
            painter.setBrush(theme.ok)
            painter.drawEllipse(centre, side * 0.36, side * 0.36)
        case Lamp.NOT_DUE:
            painter.setPen(QPen(theme.control, side * 0.1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, side * 0.33, side * 0.33)
        case Lamp.DONE:
            painter.setBrush(theme.ok)
            painter.drawEllipse(centre, side * 0.46, side * 0.46)
            draw_tick(painter, rect, theme.surface)
        case Lamp.MISSED:
            painter.setBrush(theme.t3)
            painter.drawEllipse(centre, side * 0.46, side * 0.46)
            reach = side * 0.2
            painter.setPen(_stroke(theme.surface, side * 0.11))
            painter.drawLine(centre - QPointF(reach, 0), centre + QPointF(reach, 0))


def draw_tick(painter: QPainter, rect: QRectF, colour: QColor) -> None:
    """A tick centred in ``rect``."""
    side = min(rect.width(), rect.height())
    centre = rect.center()
    painter.setPen(_stroke(colour, side * 0.11))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(
        QPolygonF(
            [
                centre + QPointF(-0.2, 0.02) * side,
                centre + QPointF(-0.06, 0.16) * side,
                centre + QPointF(0.21, -0.14) * side,
            ]
        )
    )


def keycap_width(look: ThemeProvider, key: str) -> int:
    """The width of a key cap: at least as wide as it is high."""
    font = look.font(TextStep.TAG, Weight.MEDIUM)
    shown = 0.0 if key == ENTER_KEY else text_width(font, _without_enter(key))
    if key.endswith(ENTER_KEY):
        shown += look.px(13)
    return max(look.px(18), round(shown) + look.px(10))


def draw_keycap(
    painter: QPainter, look: ThemeProvider, rect: QRectF, key: str, on: QColor | None = None
) -> None:
    """A key cap in ``rect``. ``on`` is the text colour of a filled button that carries it."""
    theme = look.theme
    height = look.px(18)
    cap = QRectF(rect.x(), rect.center().y() - height / 2, rect.width(), height)
    if on is None:
        colour = theme.t2
        draw_panel(painter, cap, look.px(4), theme.surface, theme.line2)
    else:
        colour = on
        draw_panel(painter, cap, look.px(4), _faded(on, 0.16), _faded(on, 0.42))
    words = _without_enter(key)
    font = look.font(TextStep.TAG, Weight.MEDIUM)
    if not key.endswith(ENTER_KEY):
        draw_text(painter, cap, words, font, colour, Qt.AlignmentFlag.AlignCenter)
        return
    side = look.px(12)
    total = side if not words else text_width(font, words) + look.px(1) + side
    left = cap.center().x() - total / 2
    if words:
        draw_text(painter, QRectF(left, cap.y(), total, height), words, font, colour)
    icon = QRectF(left + total - side, cap.center().y() - side / 2, side, side)
    look.icons.paint(painter, "arrow-elbow-down-left", colour, icon)


def tag_size(look: ThemeProvider, tag: Tag) -> tuple[float, float]:
    """Width and height of a tag's pill."""
    width = text_width(look.font(TextStep.NOTE, Weight.MEDIUM), tag.text) + look.px(16)
    if tag.icon:
        width += look.px(18)
    return width, float(look.px(22))


def draw_tag(
    painter: QPainter, look: ThemeProvider, rect: QRectF, tag: Tag, *, on_tint: bool = False
) -> None:
    """A tag's pill, exactly ``rect``. ``on_tint`` keeps one apart from a ground of its colour."""
    shades = look.theme.shades(tag.tone)
    same = on_tint and tag.tone is Tone.PRIMARY
    fill_round(painter, rect, rect.height() / 2, look.theme.surface if same else shades.ground)
    left = rect.x() + look.px(8)
    if tag.icon:
        side = look.px(14)
        icon = QRectF(left, rect.center().y() - side / 2, side, side)
        look.icons.paint(painter, tag.icon, shades.text, icon)
        left += look.px(18)
    words = QRectF(left, rect.y(), rect.right() - left, rect.height())
    draw_text(painter, words, tag.text, look.font(TextStep.NOTE, Weight.MEDIUM), shades.text)


def _draw_triangle(painter: QPainter, centre: QPointF, side: float, colour: QColor) -> None:
    # A pen in the fill colour rounds the corners.
    painter.setPen(_stroke(colour, side * 0.08))
    painter.setBrush(colour)
    painter.drawPolygon(
        QPolygonF(
            [
                centre + QPointF(0, -0.4) * side,
                centre + QPointF(0.44, 0.36) * side,
                centre + QPointF(-0.44, 0.36) * side,
            ]
        )
    )


def _stroke(colour: QColor, width: float) -> QPen:
    return QPen(
        colour,
        width,
        Qt.PenStyle.SolidLine,
        Qt.PenCapStyle.RoundCap,
        Qt.PenJoinStyle.RoundJoin,
    )


def _faded(colour: QColor, opacity: float) -> QColor:
    faded = QColor(colour)
    faded.setAlphaF(opacity)
    return faded


def _without_enter(key: str) -> str:
    return key.removesuffix(ENTER_KEY).strip()
