"""Orders of the hotline 12345 from a table: each row becomes a matter, or is told with its cell."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec

from sync.i18n import N_, _
from sync.server.channels.reports import Channel, Channels, Report, ReportRefused
from sync.server.forms.table import Line, Table, read_table
from sync.server.roster.cells import read_day
from sync.server.roster.sheets import column_letter, read_workbook

COLUMNS: Final = MappingProxyType(
    {
        "id": ("工单编号", "工单号", "编号", "id"),
        "title": ("标题", "工单标题", "title"),
        "text": ("内容", "诉求内容", "工单内容", "text"),
        "area": ("网格", "所属网格", "楼栋", "area"),
        "place": ("地址", "地点", "事发地址", "place"),
        "reporter": ("诉求人", "来电人", "姓名", "reporter"),
        "deadline": ("截止时间", "截止日期", "办结时限", "deadline"),
    }
)
"""What a column may be called, by the field of the report that it fills."""

_ASKED: Final = ("id", "text")
_MISSING: Final = N_("There is no column for {name}: it may be called {names}.")
_EMPTY: Final = N_("This cell is empty.")
_NO_DAY: Final = N_("This is no day.")


@dataclass(frozen=True)
class OrderProblem:
    """What is wrong with one cell, without what stands in it. ``row`` counts as the table does."""

    sheet: str
    row: int
    column: str
    what: str


@dataclass
class Orders:
    """What became of a table."""

    new: int = 0
    known: int = 0
    problems: list[OrderProblem] = field(default_factory=list)


def read_orders(path: Path) -> tuple[list[tuple[str, int, str, Report]], list[OrderProblem]]:
    """The orders of a .xlsx or .csv, each with sheet, row and the column of its area."""
    found: list[tuple[str, int, str, Report]] = []
    problems: list[OrderProblem] = []
    for sheet in read_workbook(path).sheets:
        table, _wrong = read_table(sheet)
        if not table.lines:
            continue
        names = {name: _column(table, known) for name, known in COLUMNS.items()}
        for name in _ASKED:
            if not names[name]:
                told = _(_MISSING).format(name=COLUMNS[name][0], names=", ".join(COLUMNS[name]))
                problems.append(OrderProblem(table.name, 1, "", told))
        if not all(names[name] for name in _ASKED):
            continue
        for line in table.lines:
            report, wrong = _order(table, line, names)
            problems += wrong
            if report is not None:
                area = table.letter(names["area"]) if names["area"] else ""
                found.append((table.name, line.number, area, report))
    return found, problems


def take_orders(
    channels: Channels, channel: Channel, path: Path, *, preview: bool = False
) -> Orders:
    """Make matters of a table's orders; with ``preview`` only what is wrong is told."""
    orders, problems = read_orders(path)
    done = Orders(problems=problems)
    for sheet, row, area, report in orders:
        try:
            if preview:
                channels.check(channel, report)
                continue
            receipt = channels.take(channel, report)
        except ReportRefused as error:
            done.problems.append(OrderProblem(sheet, row, area, error.sentence()))
            continue
        done.new += receipt.new
        done.known += not receipt.new
    return done


def _column(table: Table, known: tuple[str, ...]) -> str:
    return next((name for name in known if table.has(name)), "")


def _order(
    table: Table, line: Line, names: dict[str, str]
) -> tuple[Report | None, list[OrderProblem]]:
    told = {name: table.text(line, column) if column else "" for name, column in names.items()}
    wrong = [
        OrderProblem(table.name, line.number, table.letter(names[name]), _(_EMPTY))
        for name in _ASKED
        if not told[name]
    ]
    if told["deadline"]:
        at = table.columns[names["deadline"], ""]
        day = _day(line, at)
        if day is None:
            wrong.append(OrderProblem(table.name, line.number, column_letter(at), _(_NO_DAY)))
        told["deadline"] = day.isoformat() if day else ""
    return (None if wrong else msgspec.convert({**told, "source": "hotline"}, Report)), wrong


def _day(line: Line, at: int) -> date | None:
    cell = line.cells[at] if at < len(line.cells) else ""
    return read_day(cell)
