"""A paper as the rich text that Qt lays out: one text for the screen, a printer and PDF.

Sizes are pixels of 1/96 inch. Everything that people typed is escaped.
"""

from collections.abc import Sequence
from html import escape
from typing import Final

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
from desktop.services.dossier.words import paper_words

_TEXT_WIDTH_PX: Final = 642
_CHARACTER_PX: Final = 17
_PAD_PX: Final = 5
_TALL_PX: Final = 13
_HAND_PX: Final = 7
"""Above and below a line to sign on: a hand, or a thumb, needs a centimetre."""
_ABOVE_SEAL_PX: Final = 12
SEAL_LINES: Final = 3
"""Empty lines below the label of the seal, which is four centimetres wide."""
_LABEL_PX: Final = 6 * _CHARACTER_PX + 2 * _PAD_PX + 2
_CELL: Final = 'style="border:1px solid #000000"'
_SPANS: Final = {1: (1, 7), 2: (1, 2, 2, 3), 4: (1,) * 8}
"""How many of eight columns the cells of a row take, by how many labels it has."""
CLOSING: Final = "closing"
"""The anchor of the last words before the signatures: they stay on one page with them."""
_STYLES: Final = {
    Style.BIG: 'align="center" style="font-size:26px; margin-bottom:14px"',
    Style.ORG: 'align="center" style="font-size:20px; margin-bottom:2px"',
    Style.TITLE: 'align="center" style="font-size:29px; font-weight:700; margin-bottom:8px"',
    Style.HEAD: 'style="font-weight:700; margin-top:6px"',
    Style.BODY: 'style="text-indent:34px"',
    Style.PLAIN: "",
    Style.RIGHT: 'align="right" style="margin-bottom:8px"',
    Style.SMALL: 'style="font-size:14px; margin-top:6px"',
}
_FORM: Final = (
    '<table width="100%" cellspacing="0" cellpadding="{pad}" style="border-collapse:collapse; '
    'margin-top:4px; margin-bottom:6px">{rows}</table>'
)
_BARE: Final = (
    '<table width="100%" cellspacing="0" cellpadding="{pad}" style="margin-top:{above}px">'
    "{rows}</table>"
)


def html_of(paper: Paper) -> str:
    """The body of one paper."""
    parts = [_html(block) for block in paper.blocks]
    last = _last_words(paper.blocks)
    if last >= 0:
        opened, words = parts[last].split(">", 1)
        parts[last] = f'{opened}><a name="{CLOSING}">{words.removesuffix("</p>")}</a></p>'
    return "".join(parts)


def _last_words(blocks: Sequence[Block]) -> int:
    """Where the last paragraph before the signatures stands; -1 where there are none."""
    signs = [at for at, block in enumerate(blocks) if isinstance(block, Signs)]
    before = blocks[: signs[0]] if signs else ()
    return max((at for at, block in enumerate(before) if isinstance(block, Text)), default=-1)


def _html(block: Block) -> str:
    match block:
        case Text() | Gap() | Day():
            return _paragraph(block)
        case Named(name=name, words=words):
            cells = f'<td width="15%"><b>{_words(name)}</b></td><td>{_words(words)}</td>'
            return _BARE.format(pad=2, above=0, rows=f"<tr>{cells}</tr>")
        case Grid(rows=rows, tall=tall):
            told = "".join(_row(row) for row in rows)
            return _FORM.format(pad=_TALL_PX if tall else _PAD_PX, rows=told)
        case Table():
            return _table(block)
        case Signs(labels=labels):
            return _signs(labels)
        case Seal(label=label, day=day):
            return _seal(label, day)


def _paragraph(block: Text | Gap | Day) -> str:
    match block:
        case Text(style=style, words=words):
            return f"<p {_STYLES[style]}>{_words(words)}</p>"
        case Gap(count=count):
            return "<p>&nbsp;</p>" * count
        case Day(words=words):
            return f'<p align="right" style="margin-top:16px">{_words(words or _no_day())}</p>'


def _words(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _no_day() -> str:
    return paper_words().phrases["no_day"]


def _row(row: Sequence[tuple[str, str]]) -> str:
    """The first labels of all rows are of one width; the last value takes what is left."""
    cells = []
    spans = _SPANS[len(row)]
    for at, (label, value) in enumerate(row):
        needed = len(label) * _CHARACTER_PX + 2 * _PAD_PX + 2
        width = round(100 * (needed if at else max(needed, _LABEL_PX)) / _TEXT_WIDTH_PX)
        size = f'width="{width}%"' if spans[2 * at] == 1 else f'colspan="{spans[2 * at]}"'
        cells.append(f'<td {_CELL} {size} align="center">{_words(label)}</td>')
        cells.append(f'<td {_CELL} colspan="{spans[2 * at + 1]}">{_words(value)}</td>')
    return f"<tr>{''.join(cells)}</tr>"


def _table(block: Table) -> str:
    head = "".join(
        f'<td {_CELL} width="{width}%" align="center"><b>{_words(one)}</b></td>'
        for one, width in zip(block.heads, block.widths, strict=True)
    )
    told = "".join(
        "<tr>" + "".join(f"<td {_CELL}>{_words(cell)}</td>" for cell in row) + "</tr>"
        for row in block.rows
    )
    return _FORM.format(pad=_PAD_PX, rows=f"<thead><tr>{head}</tr></thead>{told}")


def _signs(labels: Sequence[str]) -> str:
    """A line each, with the room that a hand needs."""
    line = '<td style="border-bottom:1px solid #000000">&nbsp;</td><td width="12%"></td>'
    rows = "".join(
        f'<tr><td width="48%" align="right" valign="bottom">{_words(label)}：</td>{line}</tr>'
        for label in labels
    )
    return _BARE.format(pad=_HAND_PX, above=0, rows=rows)


def _seal(label: str, day: str) -> str:
    box = f'<td width="42%" align="center" style="border:1px dashed #000000">{_words(label)}'
    return _BARE.format(
        pad=6,
        above=_ABOVE_SEAL_PX,
        rows=f"<tr>{box}{'<p>&nbsp;</p>' * SEAL_LINES}</td>"
        f'<td align="right" valign="bottom">{_words(day or _no_day())}</td></tr>',
    )
