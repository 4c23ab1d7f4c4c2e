"""Text with some of its characters marked, and how two texts differ."""

from difflib import SequenceMatcher

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

Span = tuple[int, int]  # (start, length) in characters of the text it belongs to

# Few equal characters amid changes are chance (24 against 42), not agreement. A Chinese character
# says as much as a short word.
LEAST_EQUAL_RUN = 2
LEAST_EQUAL_ASCII_RUN = 4


def changed_spans(mine: str, theirs: str) -> tuple[list[Span], list[Span]]:
    """The characters of each text that the other does not share, as (in mine, in theirs)."""
    start = _common_start(mine, theirs)
    end = _common_start(mine[start:][::-1], theirs[start:][::-1])
    middle_mine = mine[start : len(mine) - end]
    middle_theirs = theirs[start : len(theirs) - end]
    matcher = SequenceMatcher(None, middle_mine, middle_theirs, autojunk=False)
    in_mine: list[Span] = []
    in_theirs: list[Span] = []
    at_mine = at_theirs = 0
    for block in matcher.get_matching_blocks():
        run = middle_mine[block.a : block.a + block.size]
        if run and len(run) < _least_run(run):
            continue
        _add_span(in_mine, start + at_mine, block.a - at_mine)
        _add_span(in_theirs, start + at_theirs, block.b - at_theirs)
        at_mine, at_theirs = block.a + block.size, block.b + block.size
    return in_mine, in_theirs


def lay_out(text: str, spans: list[Span], font: QFont, mark: QColor, width: float) -> QTextLayout:
    """``text`` broken into lines of ``width``, with the characters of ``spans`` on ``mark``."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setFormats([_marked(text, span, mark) for span in spans])
    layout.beginLayout()
    top = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1.0, width))
        line.setPosition(QPointF(0, top))
        top += line.height() * 1.1
    layout.endLayout()
    return layout


def layout_height(layout: QTextLayout) -> float:
    """The height of all lines."""
    if not layout.lineCount():
        return 0.0
    last = layout.lineAt(layout.lineCount() - 1)
    return last.y() + last.height()


def draw_layout(painter: QPainter, layout: QTextLayout, at: QRectF, colour: QColor) -> None:
    """Draw what ``lay_out`` made at the top left of ``at``."""
    painter.setPen(colour)
    layout.draw(painter, at.topLeft())


def _least_run(run: str) -> int:
    return LEAST_EQUAL_ASCII_RUN if run.isascii() else LEAST_EQUAL_RUN


def _common_start(one: str, other: str) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length


def _add_span(spans: list[Span], start: int, length: int) -> None:
    if length > 0:
        spans.append((start, length))


def _marked(text: str, span: Span, mark: QColor) -> QTextLayout.FormatRange:
    start, length = span
    made = QTextLayout.FormatRange()
    # Qt counts UTF-16 units; a rare character (𠮷) takes two.
    made.start = _units(text[:start])  # type: ignore[attr-defined]
    made.length = _units(text[start : start + length])  # type: ignore[attr-defined]
    shown = QTextCharFormat()
    shown.setBackground(mark)
    shown.setFontUnderline(True)  # The tint alone is too pale for some eyes and for print.
    made.format = shown  # type: ignore[attr-defined]
    return made


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
