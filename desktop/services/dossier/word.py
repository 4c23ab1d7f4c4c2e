"""Papers as a Word file that can still be edited; scans are left to the PDF."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from desktop.services.dossier.blocks import (
    Block,
    Day,
    Gap,
    Grid,
    Named,
    Paper,
    Seal,
    Signs,
    Style,
    Table,
    Text,
)
from desktop.services.dossier.web import SEAL_LINES
from desktop.services.dossier.words import paper_words

CHINESE_FACE: Final = "SimSun"
WESTERN_FACE: Final = "Times New Roman"
TEXT_PT: Final = 12.5
_MARGIN_MM: Final = 19
_WIDTH_MM: Final = 210 - 2 * _MARGIN_MM
_SIZES_PT: Final = {Style.BIG: 20.0, Style.ORG: 15.0, Style.TITLE: 22.0, Style.SMALL: 10.5}
_ALIGNED: Final = {
    Style.BIG: WD_ALIGN_PARAGRAPH.CENTER,
    Style.ORG: WD_ALIGN_PARAGRAPH.CENTER,
    Style.TITLE: WD_ALIGN_PARAGRAPH.CENTER,
    Style.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT,
}
_BOLD: Final = frozenset({Style.TITLE, Style.HEAD})
_LABEL_MM: Final = 36
_SHORT_LABEL_MM: Final = 13
_TALL_MM: Final = 13
_HAND_MM: Final = 10
_LINE_PT: Final = 21


def write_word(path: Path, papers: Sequence[Paper]) -> None:
    """Write papers one behind the other, each from a new page. Raises OSError."""
    made = Document()
    _set_up(made)
    for at, paper in enumerate(papers):
        if at:
            made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        for block in paper.blocks:
            _add(made, block)
    made.save(str(path))


def _set_up(made: DocumentObject) -> None:
    """A4, the faces, and no trace of who made it: the library's template names its author."""
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(_MARGIN_MM)
    section.top_margin = section.bottom_margin = Mm(_MARGIN_MM)
    normal = made.styles["Normal"]
    normal.font.name = WESTERN_FACE
    normal.font.size = Pt(TEXT_PT)
    faces = normal.element.get_or_add_rPr().get_or_add_rFonts()
    faces.set(qn("w:eastAsia"), CHINESE_FACE)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    normal.element.get_or_add_rPr().append(language)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = Pt(_LINE_PT)
    made.core_properties.author = ""
    made.core_properties.comments = ""


def _add(made: DocumentObject, block: Block) -> None:
    match block:
        case Text() | Gap() | Day():
            _paragraphs(made, block)
        case Named(name=name, words=words):
            cells = _bare(made, 1, (_LABEL_MM, _WIDTH_MM - _LABEL_MM))
            cells[0][0].paragraphs[0].add_run(name).bold = True
            cells[0][1].paragraphs[0].add_run(words)
        case Grid(rows=rows, tall=tall):
            for row in rows:
                _grid_row(made, row, _TALL_MM if tall else 0)
            _after_table(made)
        case Table(heads=heads, rows=rows, widths=widths):
            _table(made, (heads, *rows), widths)
        case Signs(labels=labels):
            _signs(made, labels)
        case Seal(label=label, day=day):
            _seal(made, label, day)


def _paragraphs(made: DocumentObject, block: Text | Gap | Day) -> None:
    match block:
        case Text(style=style, words=words):
            _say(made.add_paragraph(), style, words)
        case Gap(count=count):
            for _ in range(count):
                made.add_paragraph()
        case Day(words=words):
            _say(made.add_paragraph(), Style.RIGHT, words or paper_words().phrases["no_day"])


def _say(paragraph: Paragraph, style: Style, words: str) -> None:
    run = paragraph.add_run(words)
    run.bold = style in _BOLD or None
    if style in _SIZES_PT:
        run.font.size = Pt(_SIZES_PT[style])
        paragraph.paragraph_format.line_spacing = 1.0
    if style in _ALIGNED:
        paragraph.alignment = _ALIGNED[style]
    if style is Style.BODY:
        paragraph.paragraph_format.first_line_indent = Pt(2 * TEXT_PT)
    if style in (Style.TITLE, Style.BIG, Style.RIGHT):
        paragraph.paragraph_format.space_after = Pt(6)


def _bare(
    made: DocumentObject, rows: int, widths_mm: Sequence[float], least_mm: float = 0
) -> list[list[_Cell]]:
    """A table without lines, its rows at least so high; its cells row by row."""
    table = made.add_table(rows, len(widths_mm))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    for each in table.rows if least_mm else ():
        each.height = Mm(least_mm)
    cells = [list(row.cells) for row in table.rows]
    for row in cells:
        for cell, width in zip(row, widths_mm, strict=True):
            cell.width = Mm(width)
            cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER if least_mm else None
    return cells


def _grid_row(made: DocumentObject, row: Sequence[tuple[str, str]], least_mm: float) -> None:
    """Each row is a table of its own: rows of a form have different columns."""
    labels = [_LABEL_MM, *([_SHORT_LABEL_MM] * 3 if len(row) == 4 else [_LABEL_MM] * 3)]
    labels = labels[: len(row)]
    value = (_WIDTH_MM - sum(labels)) / len(row)
    widths = [width for label in labels for width in (label, value)]
    cells = _bare(made, 1, widths, least_mm)[0]
    for at, (label, told) in enumerate(row):
        cells[2 * at].paragraphs[0].add_run(label)
        cells[2 * at].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        cells[2 * at + 1].paragraphs[0].add_run(told)
    for cell in cells:
        _border(cell, "top", "left", "bottom", "right")


def _table(made: DocumentObject, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    cells = _bare(made, len(rows), [width * _WIDTH_MM / 100 for width in widths])
    for at, (row, told) in enumerate(zip(cells, rows, strict=True)):
        for cell, words in zip(row, told, strict=True):
            cell.paragraphs[0].add_run(words).bold = at == 0 or None
            _border(cell, "top", "left", "bottom", "right")
    _after_table(made)


def _signs(made: DocumentObject, labels: Sequence[str]) -> None:
    widths = (_WIDTH_MM * 0.48, _WIDTH_MM * 0.4, _WIDTH_MM * 0.12)
    cells = _bare(made, len(labels), widths, _HAND_MM)
    for (label, line, _rest), words in zip(cells, labels, strict=True):
        label.vertical_alignment = WD_ALIGN_VERTICAL.BOTTOM
        label.paragraphs[0].add_run(f"{words}：")
        label.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        label.paragraphs[0].paragraph_format.keep_with_next = True
        _border(line, "bottom")


def _seal(made: DocumentObject, label: str, day: str) -> None:
    made.add_paragraph()
    (box, beside) = _bare(made, 1, (_WIDTH_MM * 0.42, _WIDTH_MM * 0.58))[0]
    box.paragraphs[0].add_run(label)
    box.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    for _line in range(SEAL_LINES):
        box.add_paragraph()
    _border(box, "top", "left", "bottom", "right", line="dashed")
    _say(beside.paragraphs[0], Style.RIGHT, day or paper_words().phrases["no_day"])


def _after_table(made: DocumentObject) -> None:
    """Two tables with nothing between them would become one."""
    made.add_paragraph().paragraph_format.line_spacing = Pt(6)


def _border(cell: _Cell, *sides: str, line: str = "single") -> None:
    """Draw some sides of a cell: the library has no call for it."""
    borders = OxmlElement("w:tcBorders")
    for side in sides:
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:val"), line)
        edge.set(qn("w:sz"), "4")
        edge.set(qn("w:color"), "000000")
        borders.append(edge)
    cell._tc.get_or_add_tcPr().append(borders)  # noqa: SLF001  (the library's own way to its XML)
