"""Writes tables as offices keep them, damaged in one way each. All names and numbers are made up.

A resident's ID number is counted up from a serial, so that each is valid and none is anybody's.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from sync.rules.idcard import check_digit

COLUMNS = ("姓名", "证件号码", "与户主关系", "联系电话", "现住址", "人员类别", "所属网格")

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "桂兰秀英建国志强玉梅海燕文静晓明德福淑珍永红春生立新子涵雨桐"

Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 0."""


def id_number(serial: int, born: str = "19500302", *, woman: bool = False) -> str:
    """A valid ID number for each ``serial`` below 500."""
    first = f"150102{born}{serial * 2 + (0 if woman else 1):03}"
    return first + check_digit(first)


def phone_number(serial: int) -> str:
    """A mobile number for each ``serial``."""
    return f"138{serial:08}"


@dataclass(frozen=True)
class Table:
    """One sheet to write. Cells of ``merges`` repeat nothing: only their first one is written."""

    rows: Sequence[Sequence[Any]]
    name: str = "Sheet1"
    merges: Sequence[Merge] = ()
    hidden: bool = False


def write_xlsx(path: Path, *tables: Table) -> Path:
    """A workbook whose numbers are numbers, dates dates and texts texts."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        for table in tables:
            sheet = book.add_worksheet(table.name)
            for top, left, bottom, right in table.merges:
                sheet.merge_range(top, left, bottom, right, "")
            covered = {
                (row, column)
                for top, left, bottom, right in table.merges
                for row in range(top, bottom + 1)
                for column in range(left, right + 1)
            } - {merge[:2] for merge in table.merges}
            for at, row in enumerate(table.rows):
                for column, cell in enumerate(row):
                    if cell != "" and (at, column) not in covered:
                        sheet.write(at, column, cell)
            if table.hidden:
                sheet.hide()
    return path


def write_csv(path: Path, rows: Iterable[Sequence[Any]], encoding: str = "utf-8") -> Path:
    """A text table in the encoding that the office's program uses."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def family(
    room: str, serial: int, *, surname: str = "王", grid: str = "第3网格"
) -> list[list[str]]:
    """A couple and their son in one home, in the order of :data:`COLUMNS`."""
    return [
        [
            f"{surname}桂兰",
            id_number(serial, woman=True),
            "户主",
            phone_number(serial),
            room,
            "独居",
            grid,
        ],
        [f"{surname}建国", id_number(serial + 1), "配偶", phone_number(serial + 1), room, "", grid],
        [f"{surname}小明", id_number(serial + 2, "19800910"), "子", "", room, "", grid],
    ]


def large_roster(seed: int, households: int = 1286, people: int = 3910) -> list[list[str]]:
    """A community's roster with exactly so many households and people, one home each."""
    random = Random(seed)
    sizes = [1] * households
    for _ in range(people - households):
        sizes[random.randrange(households)] += 1
    rows: list[list[str]] = [list(COLUMNS)]
    serial = 0
    for at, size in enumerate(sizes):
        building, rest = divmod(at, 128)
        room = f"{building + 1}栋{rest // 64 + 1}单元{rest % 64 // 4 + 1}{rest % 4 + 1:02}"
        for member in range(size):
            serial += 1
            name = random.choice(SURNAMES) + random.choice(GIVEN) + random.choice(GIVEN)
            born = f"{1930 + serial // 400:04}{serial % 12 + 1:02}{serial % 28 + 1:02}"
            relation = "户主" if member == 0 else "其他"
            number = id_number(serial % 400, born)
            rows.append([name, number, relation, phone_number(serial), room, "", "第1网格"])
    return rows
