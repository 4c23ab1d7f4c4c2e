"""How one door of a building looks: as a mark, with its number, or as a small card."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap

from desktop.cells import Badge, Cell, CellState
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import Theme, blend, contrast
from desktop.widgets.building_layout import (
    MARKS_BELOW_PX,
    NAMES_FROM_PX,
    NAMES_FROM_WIDTH_PX,
)
from desktop.widgets.painting import (
    draw_lamp,
    draw_panel,
    draw_tag,
    draw_text,
    fill_round,
    smooth,
    tag_size,
    text_width,
)

_CENTRE: Final = Qt.AlignmentFlag.AlignCenter
MOST_TILES: Final = 2_000
DIMMED: Final = 0.16
"""How much of a cell is left that the legend did not ask for."""


@dataclass(frozen=True)
class _Paint:
    """``fill`` and ``edge`` name tokens of the theme; ``icon`` says the state by its shape."""

    fill: str
    edge: str = ""
    icon: str = ""
    dashed: bool = False
    hatched: bool = False
    square: bool = False


_PAINTS: Final[Mapping[CellState, _Paint]] = {
    CellState.RECENT: _Paint("r0"),
    CellState.QUARTER: _Paint("r1"),
    CellState.HALF_YEAR: _Paint("r2"),
    CellState.OVERDUE: _Paint("od", square=True),
    CellState.NEVER: _Paint("surface", edge="control", dashed=True),
    CellState.REFUSED: _Paint("mute_bg", edge="control", icon="prohibit"),
    CellState.VACANT: _Paint("sunken", hatched=True),
    CellState.NOBODY: _Paint("sunken", edge="line2", icon="minus-circle"),
    CellState.CARE: _Paint("care"),
    CellState.NO_CARE: _Paint("mute_bg", edge="line2"),
    CellState.HAZARD: _Paint("warn", icon="warning"),
    CellState.NEED: _Paint("pri"),
    CellState.NO_MATTER: _Paint("mute_bg", edge="line2"),
    CellState.OWNER: _Paint("r1"),
    CellState.RENTED: _Paint("r3", icon="file-text"),
    CellState.GROUP_RENTED: _Paint("warn", icon="users-three"),
    CellState.DORM: _Paint("care", icon="buildings"),
    CellState.BUSINESS: _Paint("pri", icon="storefront"),
    CellState.UNKNOWN: _Paint("surface", edge="control", icon="question", dashed=True),
}
_BADGES: Final = {Badge.CARE: ("heart", "care"), Badge.MATTER: ("clipboard-text", "pri")}


class CellPainter:
    """Paints cells and the swatches of the legend from one table of looks."""

    def __init__(self, look: ThemeProvider) -> None:
        self._look = look
        self._tiles: dict[tuple[object, ...], QPixmap] = {}
        look.changed.connect(self._tiles.clear)

    def paint_tile(self, painter: QPainter, rect: QRectF, cell: Cell, *, dimmed: bool) -> None:
        """The same as :meth:`paint`, on the screen: cells that look alike are drawn only once.

        Hundreds of small cells have a few dozen looks; cards differ too much to be kept.
        """
        px = self._look.px
        if rect.height() >= px(NAMES_FROM_PX):
            self.paint(painter, rect, cell, dimmed=dimmed)
            return
        ratio = painter.device().devicePixelRatioF()
        label = cell.label if rect.height() >= px(MARKS_BELOW_PX) else ""
        size = rect.size().toSize()
        key = (cell.state, cell.badges, label, dimmed, size.width(), size.height(), ratio)
        if key not in self._tiles:
            if len(self._tiles) >= MOST_TILES:
                self._tiles.clear()
            self._tiles[key] = self._tile(size, ratio, cell, dimmed=dimmed)
        painter.drawPixmap(rect.topLeft(), self._tiles[key])

    def _tile(self, size: QSize, ratio: float, cell: Cell, *, dimmed: bool) -> QPixmap:
        tile = QPixmap(size * ratio)
        tile.setDevicePixelRatio(ratio)
        tile.fill(Qt.GlobalColor.transparent)
        painter = QPainter(tile)
        smooth(painter)
        self.paint(painter, QRectF(QPointF(), size.toSizeF()), cell, dimmed=dimmed)
        painter.end()
        return tile

    def paint(self, painter: QPainter, rect: QRectF, cell: Cell, *, dimmed: bool) -> None:
        """One cell, at the size it has."""
        px = self._look.px
        if dimmed:
            painter.setOpacity(DIMMED)
        if rect.height() >= px(NAMES_FROM_PX) and rect.width() >= px(NAMES_FROM_WIDTH_PX):
            self._paint_card(painter, rect, cell)
        else:
            self._paint_mark(painter, rect, cell, numbered=rect.height() >= px(MARKS_BELOW_PX))
        painter.setOpacity(1.0)

    def paint_swatch(self, painter: QPainter, rect: QRectF, key: CellState | Badge) -> None:
        """A state or a badge as the legend shows it."""
        if isinstance(key, Badge):
            icon, colour = _BADGES[key]
            token = getattr(self._look.theme, colour)
            self._look.icons.paint(painter, icon, token, rect, filled=True)
            return
        self._ground(painter, rect, key)
        self._state_mark(painter, rect, key, rect.height() * 0.72, at=rect.center().x())

    def _ground(self, painter: QPainter, rect: QRectF, state: CellState) -> None:
        theme, look = self._look.theme, _PAINTS[state]
        radius = min(self._look.px(3), rect.height() / 4)
        fill = getattr(theme, look.fill)
        if not look.edge:
            fill_round(painter, rect, radius, fill)
        elif look.dashed:
            fill_round(painter, rect, radius, fill)
            pen = QPen(getattr(theme, look.edge), 1, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        else:
            draw_panel(painter, rect, radius, fill, getattr(theme, look.edge))
        if look.hatched:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(theme.hatch, Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(rect, radius, radius)

    def _state_mark(
        self, painter: QPainter, rect: QRectF, state: CellState, side: float, at: float
    ) -> None:
        """The shape that says the state where no colour is seen, centred on ``at``."""
        look = _PAINTS[state]
        area = QRectF(at - side / 2, rect.center().y() - side / 2, side, side)
        ink = self._ink(state)
        if look.square:
            half = side * 0.3
            square = QRectF(at - half, rect.center().y() - half, 2 * half, 2 * half)
            fill_round(painter, square, half * 0.3, ink)
        elif look.icon:
            self._look.icons.paint(painter, look.icon, ink, area)

    def _ink(self, state: CellState) -> QColor:
        """Black or white, whichever reads better on the state's colour."""
        theme = self._look.theme
        ground = getattr(theme, _PAINTS[state].fill)
        return max(theme.t1, theme.surface, key=lambda ink: contrast(ink, ground))

    # --- Small ------------------------------------------------------------------------------------

    def _paint_mark(self, painter: QPainter, rect: QRectF, cell: Cell, *, numbered: bool) -> None:
        """A colour with its marks; from :data:`MARKS_BELOW_PX` on the number stands on it."""
        px = self._look.px
        self._ground(painter, rect, cell.state)
        side = min(rect.height() - px(3), px(14.0))
        step = side + px(3)
        left, right = rect.left() + px(4), rect.right() - px(4)
        if _PAINTS[cell.state].square or _PAINTS[cell.state].icon:
            self._state_mark(painter, rect, cell.state, side, at=left + side / 2)
            left += step
        ink = self._ink(cell.state)
        for badge in Badge:
            if badge in cell.badges and right - side >= left:
                area = QRectF(right - side, rect.center().y() - side / 2, side, side)
                self._look.icons.paint(painter, _BADGES[badge][0], ink, area, filled=True)
                right -= step
        font = self._look.font(TextStep.TAG, Weight.MEDIUM)
        if numbered and right - left >= text_width(font, cell.label):
            middle = QRectF(left, rect.top(), right - left, rect.height())
            if _PAINTS[cell.state].hatched:
                self._ground_below(painter, middle, cell.label)
            draw_text(painter, middle, cell.label, font, ink, _CENTRE)

    def _ground_below(self, painter: QPainter, area: QRectF, text: str) -> None:
        """A plain ground, so that a number reads on a hatched cell."""
        font = self._look.font(TextStep.TAG, Weight.MEDIUM)
        width = text_width(font, text) + self._look.px(6)
        plain = QRectF(area.center().x() - width / 2, area.top() + 1, width, area.height() - 2)
        fill_round(painter, plain, self._look.px(3), self._look.theme.sunken)

    # --- Large ------------------------------------------------------------------------------------

    def _paint_card(self, painter: QPainter, rect: QRectF, cell: Cell) -> None:
        """A card with a bar in the state's colour: number, name, badges, how it stands."""
        theme, px = self._look.theme, self._look.px
        look = _PAINTS[cell.state]
        radius = px(6)
        late = cell.state is CellState.OVERDUE
        ground = theme.bad_bg if late else theme.sunken if look.hatched else theme.surface
        bar = theme.hatch if look.hatched else getattr(theme, look.edge or look.fill)
        draw_panel(painter, rect, radius, ground, theme.od if late else theme.line2)
        painter.save()
        painter.setClipRect(QRectF(rect.left(), rect.top(), px(7), rect.height()))
        fill_round(painter, rect, radius, bar)
        painter.restore()
        if look.hatched:
            inner = rect.adjusted(px(7), 1, -1, -1)
            painter.fillRect(inner, QBrush(_thin(theme), Qt.BrushStyle.BDiagPattern))
        body = rect.adjusted(px(16), px(6), -px(8), -px(6))
        line = self._look.line_px(TextStep.BODY)
        self._first_line(painter, QRectF(body.left(), body.top(), body.width(), line), cell)
        if body.height() >= line + self._look.line_px(TextStep.NOTE):
            height = max(self._look.line_px(TextStep.NOTE), px(22))
            last = QRectF(body.left(), body.bottom() - height, body.width(), height)
            self._last_line(painter, last, cell)

    def _first_line(self, painter: QPainter, line: QRectF, cell: Cell) -> None:
        theme, px = self._look.theme, self._look.px
        right = line.right()
        side = px(15)
        for badge in Badge:
            if badge in cell.badges:
                icon, colour = _BADGES[badge]
                area = QRectF(right - side, line.center().y() - side / 2, side, side)
                ink = getattr(theme, colour)
                self._look.icons.paint(painter, icon, ink, area, filled=True)
                right -= side + px(4)
        number = self._look.font(TextStep.BODY, Weight.BOLD)
        width = min(text_width(number, cell.label), right - line.left())
        at = QRectF(line.left(), line.top(), width, line.height())
        draw_text(painter, at, cell.label, number, theme.t1)
        rest = QRectF(at.right() + px(8), line.top(), right - at.right() - px(8), line.height())
        if cell.name and rest.width() >= px(20):
            draw_text(painter, rest, cell.name, self._look.font(TextStep.SECOND), theme.t1)

    def _last_line(self, painter: QPainter, line: QRectF, cell: Cell) -> None:
        theme, px = self._look.theme, self._look.px
        look = _PAINTS[cell.state]
        left, right = line.left(), line.right()
        font = self._look.font(TextStep.NOTE, Weight.MEDIUM if cell.lamp else Weight.REGULAR)
        if cell.lamp:
            lamp = QRectF(left, line.center().y() - px(7), px(14), px(14))
            draw_lamp(painter, lamp, cell.lamp, theme)
            left += px(18)
        elif look.icon:
            icon = QRectF(left, line.center().y() - px(7), px(14), px(14))
            self._look.icons.paint(painter, look.icon, theme.t2, icon)
            left += px(18)
        words = text_width(font, cell.note)
        if cell.tag is not None:
            width, height = tag_size(self._look, cell.tag)
            if right - left >= words + px(8) + width:
                at = QRectF(right - width, line.center().y() - height / 2, width, height)
                draw_tag(painter, self._look, at, cell.tag)
                right -= width + px(8)
        colour = theme.bad_t if cell.state is CellState.OVERDUE else theme.t2
        draw_text(
            painter, QRectF(left, line.top(), right - left, line.height()), cell.note, font, colour
        )


def _thin(theme: Theme) -> QColor:
    """Lines of a hatch that words can be read on."""
    return blend(theme.hatch, theme.sunken, 0.35)
