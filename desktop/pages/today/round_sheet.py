"""The round on paper: one line a door with its row number, readable in grey, on any printer."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPen,
)

from desktop.services.names import words
from desktop.services.paper import PaperRow, PaperSheet
from desktop.services.today import promise_words
from desktop.viewmodels.days import weekday
from desktop.viewmodels.visit_form import SEGMENTS, result_words
from sync.i18n import N_, _, n_
from sync.identity import LOCAL_ZONE, local_day, parse_stamp
from sync.rules.reason import clock_text, day_text

MARGIN_MM: Final = 12.0
_MM_AN_INCH: Final = 25.4
_HEAD_MM, _FOOT_MM, _ROW_MM = 20.0, 12.0, 17.0
_INK, _GREY, _LINE = QColor(0, 0, 0), QColor(90, 90, 90), QColor(150, 150, 150)
_NUMBER_MM, _ROOM_MM, _BOX_MM, _NOTE_MM = 10.0, 38.0, 6.5, 40.0


@dataclass(frozen=True)
class Pen:
    """A painter that counts in millimetres."""

    painter: QPainter
    per_mm: float
    family: str

    def font(self, points: float, *, bold: bool = False) -> QFont:
        font = QFont(self.family)
        font.setPointSizeF(points)
        font.setBold(bold)
        return font

    def text(
        self, area: QRectF, said: str, font: QFont, colour: QColor = _INK, *, right: bool = False
    ) -> None:
        rect = QRectF(
            *(side * self.per_mm for side in (area.x(), area.y(), area.width(), area.height()))
        )
        metrics = QFontMetricsF(font, self.painter.device())
        shown = metrics.elidedText(said, Qt.TextElideMode.ElideRight, rect.width())
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self.painter.setFont(font)
        self.painter.setPen(colour)
        self.painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, shown)

    def line(self, x: float, y: float, width: float, *, thick: float = 0.2) -> None:
        self.painter.setPen(QPen(_LINE, thick * self.per_mm))
        left, top = x * self.per_mm, y * self.per_mm
        self.painter.drawLine(
            round(left), round(top), round(left + width * self.per_mm), round(top)
        )

    def box(self, area: QRectF, said: str, font: QFont) -> None:
        rect = QRectF(
            *(side * self.per_mm for side in (area.x(), area.y(), area.width(), area.height()))
        )
        self.painter.setPen(QPen(_GREY, 0.25 * self.per_mm))
        self.painter.drawRect(rect)
        self.painter.setFont(font)
        self.painter.setPen(_INK)
        self.painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, said)


def set_up(device: QPagedPaintDevice) -> None:
    """A4, upright, with margins that every office printer reaches."""
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    layout = QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4),
        QPageLayout.Orientation.Portrait,
        margins,
        QPageLayout.Unit.Millimeter,
    )
    device.setPageLayout(layout)


def draw_sheet(device: QPagedPaintDevice, sheet: PaperSheet, family: str) -> int:
    """Print ``sheet``; how many pages it took."""
    painter = QPainter(device)
    pen = Pen(painter, device.logicalDpiX() / _MM_AN_INCH, family)
    size = (float(device.widthMM()), float(device.heightMM()))
    pages = pages_of(sheet, size[1])
    for page in range(pages):
        if page:
            device.newPage()
        draw_page(pen, sheet, (page, pages), size)
    painter.end()
    return pages


def pages_of(sheet: PaperSheet, height: float) -> int:
    """How many pages of ``height`` mm a round takes."""
    return max(1, -(-len(sheet.rows) // _rows_on(height)))


def draw_page(
    pen: Pen, sheet: PaperSheet, page: tuple[int, int], size: tuple[float, float]
) -> None:
    """One page, its number from 0 of so many, ``size`` in mm."""
    width, height = size
    number, pages = page
    _draw_head(pen, sheet, width)
    first = number * _rows_on(height)
    for at, row in enumerate(sheet.rows[first : first + _rows_on(height)]):
        _draw_row(pen, row, _HEAD_MM + at * _ROW_MM, width)
    _draw_foot(pen, sheet, (number + 1, pages), width, height)


def _rows_on(height: float) -> int:
    return max(1, int((height - _HEAD_MM - _FOOT_MM) // _ROW_MM))


def _draw_head(pen: Pen, sheet: PaperSheet, width: float) -> None:
    day = local_day(parse_stamp(sheet.at))
    title = _(N_("Doors of {day}")).format(day=f"{day_text(day, day)} {weekday(day)}")
    count = n_("{count} door", "{count} doors", len(sheet.rows)).format(count=len(sheet.rows))
    pen.text(QRectF(0, 0, width * 0.6, 8), title, pen.font(16, bold=True))
    who = f"{sheet.area} · {sheet.worker} · {count}"
    pen.text(QRectF(width * 0.5, 0, width * 0.5, 8), who, pen.font(10), right=True)
    keys = " ".join(f"{at} {result_words(key)}" for at, key in enumerate(SEGMENTS, 1))
    pen.text(
        QRectF(0, 9, width, 6), _(N_("Circle one: {keys}")).format(keys=keys), pen.font(9), _GREY
    )
    pen.line(0, _HEAD_MM - 3, width, thick=0.5)


def _draw_row(pen: Pen, row: PaperRow, top: float, width: float) -> None:
    boxes = _BOX_MM * len(SEGMENTS) + 6
    text_at = _NUMBER_MM + _ROOM_MM
    text_width = width - text_at - boxes - _NOTE_MM
    pen.text(QRectF(0, top, _NUMBER_MM, 9), str(row.number), pen.font(15, bold=True))
    pen.text(QRectF(_NUMBER_MM, top, _ROOM_MM - 2, 8), row.room, pen.font(12, bold=True))
    pen.text(QRectF(_NUMBER_MM, top + 8, _ROOM_MM - 2, 6), row.place, pen.font(7.5), _GREY)
    tags = [words("tags", tag) for tag in row.tags]
    if row.two_people:
        tags.insert(0, _(N_("Go in pairs")))
    who = " · ".join([row.who, *tags])
    pen.text(QRectF(text_at, top, text_width, 7), who, pen.font(10.5))
    pen.text(QRectF(text_at, top + 7, text_width, 6), _reason(row), pen.font(8.5), _GREY)
    for at in range(len(SEGMENTS)):
        left = text_at + text_width + 3 + at * _BOX_MM
        pen.box(QRectF(left, top + 2, _BOX_MM - 1.2, _BOX_MM - 1.2), str(at + 1), pen.font(9))
    pen.line(width - _NOTE_MM, top + 7, _NOTE_MM)
    pen.line(width - _NOTE_MM, top + 14, _NOTE_MM)
    pen.line(0, top + _ROW_MM - 1.2, width)


def _reason(row: PaperRow) -> str:
    """Why somebody goes there; a booked time says it by itself."""
    booked = ""
    if row.appointment:
        booked = _(N_("at {time}")).format(time=clock_text(parse_stamp(row.appointment)))
    parts = (booked, "" if booked else row.late, promise_words(row.promised))
    why = "" if booked else row.why
    return " · ".join(dict.fromkeys(part for part in (*parts, why) if part))


def _draw_foot(
    pen: Pen, sheet: PaperSheet, page: tuple[int, int], width: float, height: float
) -> None:
    """Who printed it and when, on every page: a sheet that is found tells whose it is."""
    at = f"{parse_stamp(sheet.at).astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}"
    mark = _(N_("Printed by {who} on {at}. Keep it with you, shred it afterwards.")).format(
        who=sheet.worker, at=at
    )
    pen.text(QRectF(0, height - 8, width * 0.8, 6), mark, pen.font(8), _GREY)
    number = f"{page[0]} / {page[1]}"
    pen.text(
        QRectF(width * 0.8, height - 8, width * 0.2, 6), number, pen.font(8), _GREY, right=True
    )
