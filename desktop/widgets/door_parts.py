"""Parts of a door's card: what to know, whom to call, how it went before, when in the week."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.rows import Lamp, Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Radius
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import icon_button
from desktop.widgets.fact import FactLine, PersonLine
from desktop.widgets.flow import FlowLayout
from desktop.widgets.lamp import LampMark
from desktop.widgets.lines import Lines
from desktop.widgets.painting import draw_panel, draw_text, fill_round, smooth, text_width
from desktop.widgets.text import Text
from sync.i18n import _

_TOP = Qt.AlignmentFlag.AlignTop
_CELL_PX = 26
_CELL_GAP_PX = 4


class _Stack(Themed):
    """A column of lines."""

    def __init__(self, look: ThemeProvider, name: str, spacing: float) -> None:
        super().__init__(look)
        self.setAccessibleName(name)
        self._column = scaled(look, QVBoxLayout(self), spacing=spacing)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)


class FactList(_Stack):
    """What to know before knocking: lines of an icon and words."""

    def __init__(self, look: ThemeProvider, name: str) -> None:
        super().__init__(look, name, 2)
        self._lines = Lines[tuple[str, str, Tone], FactLine](
            self._column, lambda: FactLine(look, "", ""), lambda line, fact: line.say(*fact)
        )

    def set_facts(self, facts: Iterable[tuple[str, str, Tone]]) -> None:
        """Show (icon, words, tone) lines instead."""
        self._lines.show(facts)


@dataclass(frozen=True)
class CallItem:
    """Somebody to call; the number is masked until a person asks to see it. ``key`` says whose."""

    key: Hashable
    name: str = field(repr=False)
    note: str
    phone: str = field(repr=False)


class CallList(_Stack):
    """Whom to call. Looking at a number is a press of its own.

    Signals:
        asked: the key of the person whose number is wanted in full.
    """

    asked = Signal(object)

    def __init__(self, look: ThemeProvider, name: str) -> None:
        super().__init__(look, name, 0)
        self._items: list[CallItem] = []
        self._lines = Lines[CallItem, _CallLine](
            self._column, self._line, lambda line, item: line.call(item)
        )

    def set_items(self, items: Sequence[CallItem]) -> None:
        """Show these people instead, numbers as they are given."""
        self._items = list(items)
        self._lines.show(self._items)

    def show_number(self, key: Hashable, phone: str) -> None:
        """Show the number of one of them in full; of nobody, where others are shown by now."""
        self.set_items(
            [replace(one, phone=phone) if one.key == key else one for one in self._items]
        )

    def _line(self) -> "_CallLine":
        line = _CallLine(self._look)
        line.asked.connect(self.asked)
        return line


class _CallLine(PersonLine):
    """One of them. The button is there where the number is masked."""

    asked = Signal(object)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, "")
        self._key: Hashable = None
        self._reveal = icon_button(look, "eye", "", self)
        self._reveal.setToolTip(_("Show the number. The look is written down."))
        self._reveal.clicked.connect(self._ask)
        self.add(self._reveal)

    def call(self, item: CallItem) -> None:
        """Show another person."""
        self._key = item.key
        self.say(item.name, detail=" · ".join(part for part in (item.phone, item.note) if part))
        self._reveal.setAccessibleName(_("Show the number of {name}").format(name=item.name))
        self._reveal.setVisible("*" in item.phone)

    def _ask(self) -> None:
        self.asked.emit(self._key)


@dataclass(frozen=True)
class PastItem:
    """One visit of before."""

    lamp: Lamp
    when: str
    result: str
    note: str = field(default="", repr=False)


class PastList(_Stack):
    """Visits of before: a lamp, the day, what came of it, and the words of the first one."""

    def __init__(self, look: ThemeProvider, name: str) -> None:
        super().__init__(look, name, 4)
        self._lines = Lines[tuple[int, PastItem], _PastLine](
            self._column,
            lambda: _PastLine(look),
            lambda line, at: line.say(at[1], whole=at[0] == 0),
        )

    def set_items(self, items: Sequence[PastItem]) -> None:
        """Show these visits, the latest first; only that one shows its note whole."""
        self._lines.show(enumerate(items))


class _PastLine(Themed):
    """One visit in a line, with its note below where it is the latest."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        column = scaled(look, QVBoxLayout(self), spacing=2)
        line = scaled(look, QHBoxLayout(), spacing=8)
        self._lamp = LampMark(look, Lamp.NOT_DUE)
        self._words = Text(look, "", TextStep.SECOND, colour="t2").elide()
        line.addWidget(self._lamp, 0, _TOP)
        line.addWidget(self._words, 1)
        column.addLayout(line)
        self._below = QWidget()
        below = scaled(look, QHBoxLayout(self._below), (26, 0, 0, 0))
        self._note = Text(look, "", TextStep.SECOND, wraps=True)
        below.addWidget(self._note)
        column.addWidget(self._below)

    def say(self, item: PastItem, *, whole: bool) -> None:
        """Show another visit; ``whole`` with all of its note."""
        said = f"{item.when}  {item.result}"
        self._lamp.set_state(item.lamp)
        self._words.set_text(f"{said}  {item.note}" if item.note and not whole else said)
        self._note.set_text(item.note)
        self._below.setVisible(whole and bool(item.note))
        self.setAccessibleName(f"{said} {item.note}".strip())


@dataclass(frozen=True)
class WeekCell:
    """One time of the week: ``row`` a time of day, ``column`` a weekday counted from 0."""

    row: int
    column: int
    met: bool


class WeekGrid(Themed):
    """When of the week a door opened (a tick) or stayed shut (a cross)."""

    def __init__(
        self,
        look: ThemeProvider,
        columns: Sequence[str],
        rows: Sequence[str],
        heads: Sequence[str],
    ) -> None:
        """``heads`` stand over the columns, ``columns`` are what they are called by ear."""
        super().__init__(look)
        self._columns = tuple(columns)
        self._heads = tuple(heads)
        self._rows = tuple(rows)
        self._cells: dict[tuple[int, int], bool] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_cells(self, cells: Iterable[WeekCell]) -> None:
        """Show these marks instead."""
        self._cells = {(cell.row, cell.column): cell.met for cell in cells}
        met_words, missed_words = _("met"), _("no answer")
        words = (
            f"{self._columns[column]} {self._rows[row]} {met_words if met else missed_words}"
            for (row, column), met in sorted(self._cells.items())
        )
        self.setAccessibleName(_("; ").join(words))
        self.update()

    def _head_width(self) -> float:
        font = self._look.font(TextStep.NOTE)
        return max(text_width(font, row) for row in self._rows) + self._look.px(8)

    def _line_px(self) -> int:
        return self._look.px(_CELL_PX)

    def _height(self) -> int:
        return self._look.line_px(TextStep.NOTE) + len(self._rows) * self._line_px()

    def sizeHint(self) -> QSize:
        """The heading and a line for each time of day."""
        wide = self._head_width() + 7 * self._look.px(_CELL_PX)
        return QSize(round(wide), self._height())

    def minimumSizeHint(self) -> QSize:
        """Cells may become narrow, not low."""
        wide = self._head_width() + 7 * self._look.px(16)
        return QSize(round(wide), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the names and the cells."""
        painter = QPainter(self)
        smooth(painter)
        theme, head = self._look.theme, self._head_width()
        top = self._look.line_px(TextStep.NOTE)
        width = (self.width() - head) / len(self._columns)
        font, centre = self._look.font(TextStep.NOTE), Qt.AlignmentFlag.AlignCenter
        for column, name in enumerate(self._heads):
            cell = QRectF(head + column * width, 0, width, top)
            draw_text(painter, cell, name, font, theme.t2, centre)
        for row, name in enumerate(self._rows):
            y = top + row * self._line_px()
            draw_text(painter, QRectF(0, y, head, self._line_px()), name, font, theme.t1)
            for column in range(len(self._columns)):
                area = QRectF(head + column * width, y, width, self._line_px())
                self._paint_cell(painter, area, self._cells.get((row, column)))

    def _paint_cell(self, painter: QPainter, area: QRectF, met: bool | None) -> None:
        theme, half = self._look.theme, self._look.px(_CELL_GAP_PX) / 2
        body = area.adjusted(half, half, -half, -half)
        radius = self._look.px(Radius.KEY)
        if met is None:
            draw_panel(painter, body, radius, theme.surface, theme.line)
            return
        fill_round(painter, body, radius, theme.ok_bg if met else theme.mute_bg)
        side = min(body.width(), self._look.px(14))
        mark = QRectF(0, 0, side, side)
        mark.moveCenter(body.center())
        icon, colour = ("check", theme.ok_t) if met else ("x", theme.mute_t)
        self._look.icons.paint(painter, icon, colour, mark)


class _OneLine(Text):
    """Text that would stand in one line, and wraps only where even a line is too short for it."""

    def sizeHint(self) -> QSize:
        """As wide as the words are."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 2, super().minimumSizeHint().height())


class NameBlock(Themed):
    """A name in large letters with sex and age beside it, or below it where it is narrow."""

    def __init__(self, look: ThemeProvider, step: TextStep = TextStep.HEADING) -> None:
        super().__init__(look)
        flow = FlowLayout(look, self, gap=10, line_gap=0)
        self._name = Text(look, "", step, weight=Weight.BOLD, wraps=True)
        self._about = _OneLine(look, "", TextStep.SECOND, colour="t2", wraps=True)
        flow.addWidget(self._name)
        flow.addWidget(self._about)

    def say(self, name: str, about: str) -> None:
        """Show another person."""
        self._name.set_text(name)
        self._about.set_text(about)
        self._about.setVisible(bool(about))
        self.setAccessibleName(f"{name} {about}".strip())
