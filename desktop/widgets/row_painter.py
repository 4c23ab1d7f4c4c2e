"""How a list row is drawn: two lines with a lamp, a group header, a folded line of done work."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from desktop.rows import Row, RowKind
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height, Radius
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import Shades
from desktop.widgets.painting import (
    draw_keycap,
    draw_lamp,
    draw_tag,
    draw_text,
    fill_round,
    keycap_width,
    tag_size,
    text_width,
)
from desktop.widgets.progress import Part, draw_bar

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_HEIGHTS = {
    RowKind.ITEM: Height.ROW_TWO_LINE,
    RowKind.GROUP: Height.ROW_GROUP,
    RowKind.FOLDED: Height.ROW_FOLDED,
}
_SEPARATOR = " · "
LEAD_COLUMN_PX = 52
LEAST_TITLE_PX = 72
GROUP_BAR_PX = 64


class RowPainter:
    """Draws rows for one look. It holds nothing of a row, so a list of any length is cheap."""

    def __init__(self, look: ThemeProvider, *, lined: bool = True) -> None:
        """``lined``: a line stands below each row."""
        self._look = look
        self._lined = lined
        self._has_cut = self._is_measuring = False
        self._heights: dict[tuple[RowKind, float, bool], int] = {}

    def height(self, kind: RowKind) -> int:
        """The height of a row; two lines always keep room for both, also when compact. A view asks
        for that of each of its rows whenever one of them is new."""
        key = (kind, self._look.scale, self._look.compact)
        if key not in self._heights:
            self._heights[key] = self._measured(kind)
        return self._heights[key]

    def _measured(self, kind: RowKind) -> int:
        height = self._look.row_px(_HEIGHTS[kind])
        if kind is RowKind.ITEM:
            return max(height, self._two_lines() + self._look.px(2))
        return max(height, self._look.line_px(TextStep.BODY) + self._look.px(4))

    def paint(self, painter: QPainter, rect: QRectF, row: Row, chosen: bool, hovered: bool) -> None:
        """Draw ``row`` in ``rect``."""
        match row.kind:
            case RowKind.ITEM:
                self._paint_ground(painter, rect, chosen, hovered)
                self._paint_item(painter, rect, row, chosen)
            case RowKind.GROUP:
                self._paint_group(painter, rect, row)
            case RowKind.FOLDED:
                self._paint_ground(painter, rect, chosen, hovered)
                self._paint_folded(painter, rect, row)

    def action_rect(self, rect: QRectF, row: Row) -> QRectF:
        """Where the action of the current row can be pressed; empty where it has none."""
        if not row.action:
            return QRectF()
        width = self._action_width(row)
        right = rect.right() - self._look.px(20)
        return QRectF(right - width, rect.y(), width, rect.height())

    def is_cut(self, rect: QRectF, row: Row) -> bool:
        """Whether something of ``row`` had to end in … or was left out, also once it is current:
        then the whole is worth a tooltip."""
        nowhere = QPixmap(1, 1)
        painter = QPainter(nowhere)
        self._has_cut, self._is_measuring = False, True
        for chosen in (False, True):
            self.paint(painter, rect, row, chosen, hovered=False)
        self._is_measuring = False
        painter.end()
        return self._has_cut

    def _say(
        self,
        painter: QPainter,
        rect: QRectF,
        text: str,
        font: QFont,
        colour: QColor,
        align: Qt.AlignmentFlag = _LEFT,
    ) -> float:
        """Draw one line, and remember whether it found no room, where that is asked. Returns the
        width drawn."""
        width = draw_text(painter, rect, text, font, colour, align)
        if self._is_measuring:
            # By the measure it is cut by: else a row that lacks one pixel tells its whole nowhere.
            needs = QFontMetricsF(font).horizontalAdvance(text)
            self._has_cut = self._has_cut or needs > rect.width() + 1
        return width

    def _two_lines(self) -> int:
        return self._look.line_px(TextStep.BODY) + self._look.line_px(TextStep.SECOND)

    def _paint_ground(self, painter: QPainter, rect: QRectF, chosen: bool, hovered: bool) -> None:
        theme, px = self._look.theme, self._look.px
        body = rect.adjusted(px(6), px(2), -px(6), -px(3))
        if chosen:
            fill_round(painter, body, px(Radius.CONTROL), theme.pri_bg)
            bar = QRectF(body.x(), body.y() + px(11), px(3), body.height() - px(22))
            fill_round(painter, bar, px(1.5), theme.pri)
        elif hovered:
            fill_round(painter, body, px(Radius.CONTROL), theme.sunken)

    def _text_left(self, rect: QRectF, row: Row) -> float:
        px = self._look.px
        if row.icon or row.face:
            return rect.x() + px(60)
        left = rect.x() + px(16) + (px(28) if row.lamp else 0)
        if row.lead:
            lead = text_width(self._look.font(TextStep.TITLE, Weight.MEDIUM), row.lead)
            left += max(px(LEAD_COLUMN_PX), lead) + px(8)
        return left

    def _paint_item(self, painter: QPainter, rect: QRectF, row: Row, chosen: bool) -> None:
        look, px = self._look, self._look.px
        self._paint_marks(painter, rect, row)
        left = self._text_left(rect, row)
        right = rect.right() - px(20)
        right -= self._paint_right(
            painter, QRectF(left, rect.y(), right - left, rect.height()), row, chosen
        )
        body, second = look.line_px(TextStep.BODY), look.line_px(TextStep.SECOND)
        has_second = bool(row.reason or row.detail)  # A title alone stands in the middle.
        top = rect.y() + (rect.height() - body - (second if has_second else 0)) / 2 - px(1)
        self._paint_title(painter, QRectF(left, top, right - left, body), row, chosen)
        self._paint_detail(painter, QRectF(left, top + body, right - left, second), row)
        if self._lined and not chosen:
            line = QRectF(left, rect.bottom() - 1, rect.right() - px(16) - left, 1)
            painter.fillRect(line, look.theme.line)

    def _paint_marks(self, painter: QPainter, rect: QRectF, row: Row) -> None:
        look, px = self._look, self._look.px
        middle = rect.center().y()
        if row.face:
            disc = QRectF(rect.x() + px(16), middle - px(17), px(34), px(34))
            fill_round(painter, disc, disc.height() / 2, look.theme.mute_bg)
            font = look.font(TextStep.BODY, Weight.MEDIUM)
            draw_text(
                painter, disc, row.face, font, look.theme.mute_t, Qt.AlignmentFlag.AlignCenter
            )
            return
        if row.icon:
            shades = look.theme.shades(row.icon_tone)
            square = QRectF(rect.x() + px(17), middle - px(15), px(30), px(30))
            fill_round(painter, square, px(Radius.CONTROL), shades.ground)
            inset = px(7)
            inner = square.adjusted(inset, inset, -inset, -inset)
            look.icons.paint(painter, row.icon, shades.text, inner)
            return
        left = rect.x() + px(16)
        if row.lamp:
            draw_lamp(painter, QRectF(left, middle - px(8), px(18), px(16)), row.lamp, look.theme)
            left += px(28)
        if row.lead:
            font = look.font(TextStep.TITLE, Weight.MEDIUM)
            lead = QRectF(left, rect.y(), text_width(font, row.lead), rect.height())
            self._say(painter, lead, row.lead, font, look.theme.t1)

    def _paint_title(self, painter: QPainter, line: QRectF, row: Row, chosen: bool) -> None:
        look, px = self._look, self._look.px
        font = look.font(TextStep.BODY, Weight.MEDIUM)
        wanted = text_width(font, row.title)
        shown, room = [], line.width() - min(wanted, px(LEAST_TITLE_PX))
        for tag in row.tags:
            room -= tag_size(look, tag)[0] + px(6)
            if room >= 0:
                shown.append(tag)
            else:
                self._has_cut = True
        taken = sum(tag_size(look, tag)[0] + px(6) for tag in shown)
        words = QRectF(line.x(), line.y(), min(wanted, line.width() - taken), line.height())
        self._tint(painter, words, row.title, row.marked, font)
        x = line.x() + self._say(painter, words, row.title, font, look.theme.t1) + px(8)
        if row.aside:
            quiet = look.font(TextStep.SECOND)
            rest = QRectF(x, line.y(), max(0.0, line.right() - taken - x), line.height())
            x += self._say(painter, rest, row.aside, quiet, look.theme.t2) + px(8)
        for tag in shown:
            width, height = tag_size(look, tag)
            height -= px(3)
            pill = QRectF(x, line.center().y() - height / 2, width, height)
            draw_tag(painter, look, pill, tag, on_tint=chosen)
            x += width + px(4)

    def _paint_detail(self, painter: QPainter, line: QRectF, row: Row) -> None:
        theme = self._look.theme
        x = line.x()
        if row.reason:
            font = self._look.font(TextStep.SECOND, Weight.BOLD)
            shades: Shades = theme.shades(row.reason_tone)
            neutral = row.reason_tone.value == "neutral"
            colour = theme.t1 if neutral else shades.text
            x += self._say(painter, line, row.reason, font, colour)
        detail = f"{_SEPARATOR}{row.detail}" if row.reason and row.detail else row.detail
        rest = QRectF(x, line.y(), max(0.0, line.right() - x), line.height())
        font = self._look.font(TextStep.SECOND)
        self._tint(painter, rest, detail, row.marked_detail, font)
        self._say(painter, rest, detail, font, theme.t2)

    def _tint(
        self, painter: QPainter, line: QRectF, text: str, marked: tuple[int, int], font: QFont
    ) -> None:
        """A ground below the letters that answer what was typed."""
        start, end = marked
        if end <= start:
            return
        metrics, px = QFontMetricsF(font), self._look.px
        left = line.x() + metrics.horizontalAdvance(text[:start])
        width = metrics.horizontalAdvance(text[:end]) - metrics.horizontalAdvance(text[:start])
        ground = QRectF(left - px(1), line.y(), width + px(2), line.height())
        if ground.right() <= line.right() + px(2):
            fill_round(painter, ground, px(3), self._look.theme.warn_bg)

    def _action_width(self, row: Row) -> float:
        width = text_width(self._look.font(TextStep.SECOND, Weight.MEDIUM), row.action)
        if row.action_key and self._look.shows_keys:
            width += self._look.px(8) + keycap_width(self._look, row.action_key)
        return width

    def _paint_right(self, painter: QPainter, area: QRectF, row: Row, chosen: bool) -> float:
        """Draw the action, the badge or the time at the right of ``area``; returns its width."""
        look, px = self._look, self._look.px
        if chosen and row.action:
            self._paint_action(painter, area, row)
            return self._action_width(row) + px(12)
        if row.badge:
            width, height = tag_size(look, row.badge)
            top = area.center().y() - height / 2
            draw_tag(painter, look, QRectF(area.right() - width, top, width, height), row.badge)
            return width + px(12)
        if row.when:
            font = look.font(TextStep.NOTE)
            self._say(painter, area, row.when, font, look.theme.t2, _RIGHT)
            return text_width(font, row.when) + px(12)
        return 0.0

    def _paint_action(self, painter: QPainter, area: QRectF, row: Row) -> None:
        look, px = self._look, self._look.px
        x = area.right() - self._action_width(row)
        font = look.font(TextStep.SECOND, Weight.MEDIUM)
        width = text_width(font, row.action)
        words = QRectF(x, area.y(), width, area.height())
        self._say(painter, words, row.action, font, look.theme.pri_t)
        if row.action_key and look.shows_keys:
            cap_width = keycap_width(look, row.action_key)
            cap = QRectF(x + width + px(8), area.y(), cap_width, area.height())
            draw_keycap(painter, look, cap, row.action_key)

    def _paint_group(self, painter: QPainter, rect: QRectF, row: Row) -> None:
        look, theme, px = self._look, self._look.theme, self._look.px
        if row.lamp:
            painter.fillRect(rect, theme.sunken)
        else:
            painter.fillRect(QRectF(rect.x(), rect.bottom() - 1, rect.width(), 1), theme.line)
        left, middle = rect.x() + px(15), rect.center().y()
        mark = QRectF(left, middle - px(10), px(20), px(20))
        if row.lamp:
            draw_lamp(painter, mark.adjusted(px(2), px(2), -px(2), -px(2)), row.lamp, theme)
        elif row.lead:
            self._paint_number(painter, mark, row.lead)
        left += px(30) if row.lamp or row.lead else 0
        right = rect.right() - px(20)
        right -= self._paint_group_progress(
            painter, QRectF(left, rect.y(), right - left, rect.height()), row
        )
        font = look.font(TextStep.BODY, Weight.BOLD)
        line = QRectF(left, rect.y(), right - left, rect.height())
        left += self._say(painter, line, row.title, font, theme.t1) + px(10)
        rest = QRectF(left, rect.y(), max(0.0, right - left), rect.height())
        self._say(painter, rest, row.detail, look.font(TextStep.NOTE), theme.t2)

    def _paint_number(self, painter: QPainter, disc: QRectF, number: str) -> None:
        theme = self._look.theme
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.line2 if theme.is_dark else theme.t1)
        painter.drawEllipse(disc)
        colour = theme.t1 if theme.is_dark else theme.surface
        font = self._look.font(TextStep.NOTE, Weight.BOLD)
        self._say(painter, disc, number, font, colour, Qt.AlignmentFlag.AlignCenter)

    def _paint_group_progress(self, painter: QPainter, area: QRectF, row: Row) -> float:
        look, px = self._look, self._look.px
        taken = 0.0
        if row.in_all:
            width = px(GROUP_BAR_PX)
            bar = QRectF(area.right() - width, area.center().y() - px(3), width, px(6))
            draw_bar(painter, look, bar, [Part(row.so_far)], row.in_all)
            taken = width + px(12)
        if row.when:
            font = look.font(TextStep.NOTE, Weight.MEDIUM)
            words = area.adjusted(0, 0, -taken, 0)
            self._say(painter, words, row.when, font, look.theme.t1, _RIGHT)
            taken += text_width(font, row.when) + px(12)
        return taken

    def _paint_folded(self, painter: QPainter, rect: QRectF, row: Row) -> None:
        look, theme, px = self._look, self._look.theme, self._look.px
        middle = rect.center().y()
        caret = QRectF(rect.x() + px(18), middle - px(7), px(14), px(14))
        name = "caret-down" if row.is_open else "caret-right"
        look.icons.paint(painter, name, theme.t2, caret)
        left = rect.x() + px(44)
        right = rect.right() - px(20) - self._paint_folded_right(painter, rect, row)
        font = look.font(TextStep.SECOND, Weight.BOLD)
        line = QRectF(left, rect.y(), right - left, rect.height())
        left += self._say(painter, line, row.title, font, theme.t1) + px(14)
        note = look.font(TextStep.SECOND)
        for item in row.folded:
            if left + px(40) > right:
                self._has_cut = True
                break
            lamp = QRectF(left, middle - px(8), px(16), px(16))
            draw_lamp(painter, lamp, item.lamp, theme)
            words = QRectF(left + px(20), rect.y(), right - left - px(20), rect.height())
            left += px(20) + self._say(painter, words, item.text, note, theme.t2) + px(14)
        line_at = QRectF(rect.x() + px(44), rect.bottom() - 1, rect.width() - px(60), 1)
        painter.fillRect(line_at, theme.line)

    def _paint_folded_right(self, painter: QPainter, rect: QRectF, row: Row) -> float:
        look, px = self._look, self._look.px
        if not row.when:
            return 0.0
        font = look.font(TextStep.NOTE)
        area = rect.adjusted(0, 0, -px(20), 0)
        self._say(painter, area, row.when, font, look.theme.t2, _RIGHT)
        taken = text_width(font, row.when)
        if row.icon:
            left = area.right() - taken - px(24)
            icon = QRectF(left, rect.center().y() - px(8), px(16), px(16))
            look.icons.paint(painter, row.icon, look.theme.t2, icon)
            taken += px(24)
        return taken + px(12)
