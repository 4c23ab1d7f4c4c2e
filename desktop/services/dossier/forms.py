"""The official forms: data files, filled with what the record says and with nothing else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

import msgspec

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
from resources import resource

Values = Mapping[str, Any]
"""What the places of a form are filled with: texts, and lists of further values by name."""

_OPTIONAL: Final = "?"
_STYLES: Final = frozenset(style.value for style in Style)


class Form(msgspec.Struct, frozen=True):
    """A form as its file has it; ``source`` says which rule wants it so."""

    title: str
    source: str
    blocks: list[dict[str, Any]]


class _Filling(dict[str, Any]):
    """A place that nothing is known for stays empty, to be written by hand."""

    def __missing__(self, key: str) -> str:
        return ""


@cache
def form(key: str) -> Form:
    """The form of a paper."""
    return msgspec.json.decode(resource("papers", f"{key}.json").read_bytes(), type=Form)


def fill(key: str, values: Values, about: str = "") -> Paper:
    """The paper that ``values`` make of a form."""
    return filled(key, form(key), values, about)


def filled(key: str, made: Form, values: Values, about: str = "") -> Paper:
    """The same of a form that comes from another file."""
    blocks = tuple(block for item in made.blocks for block in _made(item, values))
    return Paper(key, made.title, blocks, about)


def _made(item: Mapping[str, Any], values: Values) -> Iterator[Block]:
    """The blocks of one line of a form: several where it is repeated, none where it is not due."""
    if "if" in item and not values.get(item["if"]):
        return
    repeats: Sequence[Values] = values.get(item["each"]) or () if "each" in item else ({},)
    for one in repeats:
        yield from _block(item, _Filling({**values, **one}))


def _block(item: Mapping[str, Any], values: Values) -> Iterator[Block]:
    for name, make in _MAKERS.items():
        if name in item:
            yield from make(item, values)
            return
    style = next(name for name in item if name in _STYLES)
    yield Text(Style(style), _said(item[style], values))


def _said(template: str, values: Values) -> str:
    return template.format_map(values)


def _named(item: Mapping[str, Any], values: Values) -> Iterator[Block]:
    yield Named(_said(item["named"], values), _said(item["text"], values))


def _grid(item: Mapping[str, Any], values: Values) -> Iterator[Block]:
    rows = (tuple(_cells(row, values)) for row in item["grid"])
    yield Grid(tuple(row for row in rows if row), bool(item.get("tall")))


def _cells(row: Sequence[str], values: Values) -> Iterator[tuple[str, str]]:
    """Labels and their values in turns; one with a "?" is left out where nothing is known."""
    for label, template in zip(row[::2], row[1::2], strict=True):
        value = _said(template, values)
        if value or not label.startswith(_OPTIONAL):
            yield label.removeprefix(_OPTIONAL), value


def _table(item: Mapping[str, Any], values: Values) -> Iterator[Block]:
    rows = tuple(
        tuple(_said(cell, _Filling({**values, **row})) for cell in item["cells"])
        for row in values.get(item["rows"]) or ()
    )
    yield Table(tuple(item["table"]), rows, tuple(item["widths"]))


def _lines(item: Mapping[str, Any], values: Values) -> Iterator[Block]:
    """A text as it was written, a paragraph for each of its lines; where there is none, so many
    lines to write on as the form leaves ``room`` for."""
    lines = [line.strip() for line in _said(item["lines"], values).splitlines()]
    written = list(filter(None, lines))
    yield from (Text(Style.BODY, line) for line in written)
    if not written:
        ruled = Text(Style.PLAIN, paper_words().phrases["room"])
        yield from (ruled for _line in range(item.get("room", 0)))


def _signs(item: Mapping[str, Any], values: Values) -> Iterator[Block]:
    yield Signs(tuple(item["sign"]))


def _sign_each(item: Mapping[str, Any], values: Values) -> Iterator[Block]:
    """A line for each of them, and below it one for the guardian of who is under age."""
    labels = []
    for one in values.get(item["sign_each"]) or ():
        labels.append(_said(item["label"], _Filling({**values, **one})))
        if one.get("signing_guardian"):
            labels.append(paper_words().say("guardian_signs", side=one["side"]))
    yield Signs(tuple(labels))


def _seal(item: Mapping[str, Any], values: Values) -> Iterator[Block]:
    yield Seal(_said(item["seal"], values), _said(item["date"], values))


def _day(item: Mapping[str, Any], values: Values) -> Iterator[Block]:
    yield Day(_said(item["date"], values))


def _gap(item: Mapping[str, Any], values: Values) -> Iterator[Block]:
    yield Gap(item["gap"])


_Maker = Callable[[Mapping[str, Any], Values], Iterator[Block]]
_MAKERS: Final[Mapping[str, _Maker]] = {
    "named": _named,
    "grid": _grid,
    "table": _table,
    "lines": _lines,
    "sign": _signs,
    "sign_each": _sign_each,
    "seal": _seal,
    "date": _day,
    "gap": _gap,
}
