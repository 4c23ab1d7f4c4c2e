"""The committee's statistics of a year as a spreadsheet: counts alone, Chinese in any language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import msgspec

from desktop.services.dossier.words import paper_words
from desktop.services.exports.sheets import new_book, write_cell
from desktop.services.mediation_figures import DOOR, Group, MediationFigures
from resources import resource
from sync.rules.case_figures import CaseFact, CaseFigures, Period, figures, months_of

_ROWS_ABOVE: Final = 3
_WIDE, _NARROW, _BROAD = 22, 11, 40
_NOTE_PT: Final = 48
_HEAD_PT: Final = 66
_LINE_PT: Final = 20


class _Form(msgspec.Struct, frozen=True):
    """The words of the table, as its file has them."""

    title: str
    source: str
    made: str
    committee: str
    computer: str
    sheet_title: str
    part_title: str
    part: str
    rate_note: str
    sheets: Mapping[str, str]
    heads: Mapping[str, str]
    columns: Mapping[str, str]
    month: str
    door: str


@cache
def _form() -> _Form:
    return msgspec.json.decode(resource("papers", "yearly.json").read_bytes(), type=_Form)


def cells_of(found: CaseFigures) -> dict[str, float | None]:
    """Every column of one line. Sums are in yuan, the rate is of 1."""
    agreed = found.agreed
    return {
        "accepted": len(found.accepted),
        "concluded": len(found.concluded),
        "agreed": len(agreed),
        "written": sum(not one.oral for one in agreed),
        "oral": sum(one.oral for one in agreed),
        "failed": len(found.failed),
        "same_day": len(found.same_day),
        "performed": len(found.performed),
        "followed_up": len(found.followed_up),
        "confirmed": sum(one.confirmed_on is not None for one in agreed),
        "cents": sum(one.cents for one in agreed) / 100,
        "rate": found.rate,
        "open": len(found.open),
    }


def write_yearly(
    path: Path, told: MediationFigures, year: int, committee: str, who: str, day: date
) -> None:
    """Write the table of a year into a file. Raises OSError."""
    content = BytesIO()
    yearly_sheet(content, told, year, committee, who, day)
    path.write_bytes(content.getvalue())


def yearly_sheet(
    content: BytesIO, told: MediationFigures, year: int, committee: str, who: str, day: date
) -> None:
    """The table of a year: all, by type, month, grid and origin. A computer that holds some
    of the committee's cases says so in the title and below it."""
    facts = told.facts()
    period = Period(date(year, 1, 1), date(year, 12, 31))
    form = _form()
    made = form.made.format(committee=committee, who=who, day=day.isoformat())
    title = form.title if told.is_whole else form.part_title
    if not told.is_whole:
        made = f"{form.part.format(count=len(figures(facts, period).accepted))}\n{made}"
    records = form.committee if told.is_whole else form.computer
    with new_book(content) as book:
        sheet = _Sheets(book, form, _Head(title.format(year=year), made, records))
        sheet.write_year(figures(facts, period))
        for kind, groups in _tables(told, facts, period, day):
            sheet.write_table(kind, groups, figures(facts, period))


def _tables(
    told: MediationFigures, facts: list[CaseFact], period: Period, day: date
) -> Iterator[tuple[str, Sequence[Group]]]:
    words, form = paper_words(), _form()
    types = {**words.dispute, "": form.heads["none"]}
    origins = {**words.origin, DOOR: form.door, "": form.heads["none"]}
    yield "type", _renamed(told.by_type(facts, period), types)
    yield (
        "month",
        [
            Group(str(at), form.month.format(month=at), figures(facts, month))
            for at, month in enumerate(months_of(period.first.year), 1)
            if month.first <= day  # Nothing is open in a month that has not come.
        ],
    )
    grids = told.by_grid(facts, period)
    yield "grid", _renamed(grids, {one.key: one.name or form.heads["none"] for one in grids})
    yield "origin", _renamed(told.by_origin(facts, period), origins)


def _renamed(groups: Sequence[Group], names: Mapping[str, str]) -> list[Group]:
    return [Group(one.key, names.get(one.key, one.key), one.figures) for one in groups]


@dataclass(frozen=True)
class _Head:
    """What stands above every table: the title, who made it, and of whose ``records``."""

    title: str
    made: str
    records: str


class _Sheets:
    """The sheets of one workbook; the head of each names it."""

    def __init__(self, book: Any, form: _Form, head: _Head) -> None:
        self._book = book
        self._form = form
        self._top = head
        line = {"border": 1, "valign": "vcenter"}
        self._large = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        self._head = book.add_format({**line, "bold": True, "text_wrap": True, "align": "center"})
        self._cell = book.add_format(line)
        self._note = book.add_format({"text_wrap": True, "valign": "vcenter"})
        self._money = book.add_format({**line, "num_format": "#,##0.00"})
        self._share = book.add_format({**line, "num_format": "0.0%"})

    def write_year(self, found: CaseFigures) -> None:
        """All of the year, a line for each figure, and how the rate is counted."""
        sheet = self._begun("year", 2)
        self._write_row(sheet, _ROWS_ABOVE, ["item", "value"])
        cells = cells_of(found)
        for at, (key, name) in enumerate(self._form.columns.items(), _ROWS_ABOVE + 1):
            sheet.write_string(at, 0, name, self._cell)
            self._write_number(sheet, (at, 1), key, cells[key])
        note = self._form.rate_note.format(n=len(found.concluded), open=len(found.open))
        source = self._form.source.format(records=self._top.records)
        for at, words in enumerate((note, source), _ROWS_ABOVE + len(cells) + 2):
            sheet.merge_range(at, 0, at, 1, words, self._note)
            sheet.set_row(at, _NOTE_PT)
        sheet.set_row(1, _HEAD_PT)
        sheet.set_column(0, 1, _BROAD)

    def write_table(self, kind: str, groups: Sequence[Group], all_: CaseFigures) -> None:
        """A line for each group, and the sum as it is of the whole year."""
        sheet = self._begun(kind, len(self._form.columns) + 1)
        self._write_row(sheet, _ROWS_ABOVE, [kind, *self._form.columns])
        lines = [*groups, Group("", self._form.heads["all"], all_)]
        for at, group in enumerate(lines, _ROWS_ABOVE + 1):
            write_cell(sheet, (at, 0), group.name, self._cell)
            cells = cells_of(group.figures)
            for column, key in enumerate(self._form.columns, 1):
                self._write_number(sheet, (at, column), key, cells[key])
        sheet.set_column(0, 0, _WIDE)
        sheet.set_column(1, len(self._form.columns), _NARROW)
        sheet.freeze_panes(_ROWS_ABOVE + 1, 1)

    def _begun(self, kind: str, columns: int) -> Any:
        name = self._form.sheets[kind]
        title = self._form.sheet_title.format(title=self._top.title, sheet=name)
        sheet = self._book.add_worksheet(name)
        sheet.merge_range(0, 0, 0, columns - 1, title, self._large)
        sheet.merge_range(1, 0, 1, columns - 1, self._top.made, self._note)
        sheet.set_default_row(_LINE_PT)
        sheet.set_row(1, _NOTE_PT)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def _write_row(self, sheet: Any, at: int, keys: Sequence[str]) -> None:
        names = {**self._form.heads, **self._form.columns}
        for column, key in enumerate(keys):
            sheet.write_string(at, column, names[key], self._head)

    def _write_number(self, sheet: Any, at: tuple[int, int], key: str, value: float | None) -> None:
        """A share of nothing stays empty: it is neither 0 % nor 100 %."""
        if value is None:
            sheet.write_blank(*at, None, self._cell)
            return
        formats = {"cents": self._money, "rate": self._share}
        sheet.write_number(*at, value, formats.get(key, self._cell))
