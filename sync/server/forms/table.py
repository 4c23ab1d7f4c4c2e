"""One sheet of a form: its columns by name and language, its rows by number."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from sync.server.forms.problems import FormProblem
from sync.server.roster.sheets import Cell, Sheet, cell_text, column_letter, is_empty

TRANSLATED: Final = ("label", "hint", "constraint_message", "required_message")
"""Columns that may stand once for each language, as ``label::English (en)``."""

_LANGUAGE: Final = re.compile(r"(?P<column>[a-z_]+)\s*::?\s*(?P<language>.+)")
_CODE: Final = re.compile(r"\((?P<code>[A-Za-z]{2,3})(?:[-_][A-Za-z]+)?\)\s*$")
_LANGUAGES: Final = {
    "中文": "zh",
    "汉语": "zh",
    "简体中文": "zh",
    "chinese": "zh",
    "英文": "en",
    "英语": "en",
    "english": "en",
}

Column = tuple[str, str]
"""A column's name and its language; ``""`` where it names none."""


@dataclass(frozen=True)
class Line:
    """One row. ``number`` is the row as the spreadsheet counts."""

    number: int
    cells: Sequence[Cell] = field(repr=False)


@dataclass(frozen=True)
class Table:
    """A sheet with a row of column names."""

    name: str
    columns: dict[Column, int]
    lines: tuple[Line, ...]

    def has(self, column: str) -> bool:
        """Whether the column is there, in any language."""
        return any(name == column for name, _ in self.columns)

    def text(self, line: Line, column: str) -> str:
        """What stands in a cell, without outer blanks; empty where the column is missing.

        Quotes belong to conditions, so unlike in a roster they are no sign of a number kept as
        text.
        """
        at = self.columns.get((column, ""))
        return _text(line, at) if at is not None else ""

    def words(self, line: Line, column: str) -> dict[str, str]:
        """A text in each language that has one."""
        found = {
            language: _text(line, at)
            for (name, language), at in self.columns.items()
            if name == column
        }
        return {language: text for language, text in found.items() if text}

    def letter(self, column: str, language: str = "") -> str:
        """The column's letter; of its first language where this one has none."""
        at = self.columns.get((column, language))
        if at is None:
            at = next((at for (name, _), at in self.columns.items() if name == column), None)
        return "" if at is None else column_letter(at)

    def problem(self, line: Line, column: str, code: str, **details: str | int) -> FormProblem:
        """A problem in one cell."""
        return FormProblem(self.name, line.number, self.letter(column), code, details)


def read_table(sheet: Sheet) -> tuple[Table, list[FormProblem]]:
    """The sheet below its first written row, which names the columns."""
    problems: list[FormProblem] = []
    at = next((at for at, row in enumerate(sheet.rows) if not is_empty(row)), len(sheet.rows))
    columns: dict[Column, int] = {}
    for index, cell in enumerate(sheet.rows[at] if at < len(sheet.rows) else ()):
        named = column_of(cell_text(cell))
        if named is None:
            continue
        if named in columns:
            where = (sheet.name, at + 1, column_letter(index))
            problems.append(FormProblem(*where, "column.twice", {"name": cell_text(cell)}))
        columns.setdefault(named, index)
    lines = tuple(
        Line(number, row)
        for number, row in enumerate(sheet.rows[at + 1 :], start=at + 2)
        if not is_empty(row)
    )
    return Table(sheet.name, columns, lines), problems


def column_of(head: str) -> Column | None:
    """The column that a head names: ``label::中文 (zh)`` is (label, zh); ``None`` for no head."""
    plain = " ".join(head.split())
    if not plain:
        return None
    found = _LANGUAGE.fullmatch(plain) if plain[:1].isascii() else None
    if found is None or found["column"] not in TRANSLATED:
        return plain.lower().replace(" ", "_"), ""
    return found["column"], _language(found["language"])


def unused(table: Table, known: Sequence[str], unsupported: Sequence[str]) -> Iterator[FormProblem]:
    """The columns that nobody reads: harmless ones, and those without which the form differs."""
    for (name, _), at in table.columns.items():
        if name in known or name in TRANSLATED:
            continue
        where = (table.name, _first_written(table, at), column_letter(at))
        if name in unsupported and where[1]:
            yield FormProblem(*where, "column.unsupported", {"name": name})
        elif name not in unsupported:
            yield FormProblem(table.name, 1, column_letter(at), "column.unused", {"name": name})


def _first_written(table: Table, at: int) -> int:
    return next((line.number for line in table.lines if _text(line, at)), 0)


def _language(named: str) -> str:
    found = _CODE.search(named)
    return found["code"].lower() if found else _LANGUAGES.get(named.strip().lower(), named.strip())


def _text(line: Line, at: int) -> str:
    cell = line.cells[at] if at < len(line.cells) else ""
    return cell.strip() if isinstance(cell, str) else cell_text(cell)
