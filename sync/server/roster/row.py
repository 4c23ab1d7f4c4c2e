"""One row under its header: cells by field, and problems by place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from sync.server.roster.header import Header
from sync.server.roster.problems import KINDS, Effect, RowProblem
from sync.server.roster.sheets import Cell, cell_text, column_letter, is_empty
from sync.server.roster.types import Place
from sync.server.roster.words import plain_word


class RowLeftOut(Exception):
    """This row cannot be taken; its problem is listed already."""


@dataclass
class Row:
    """A row being read. ``broken`` names the fields whose cell cannot be taken."""

    place: Place
    header: Header
    cells: list[Cell] = field(repr=False)
    problems: list[RowProblem] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def has(self, name: str) -> bool:
        """Whether the sheet has a column for this field."""
        return self.header.has(name)

    def cell(self, name: str) -> Cell:
        """The first filled cell of a field, empty where there is none."""
        return next((cell for _, cell in self.filled(name)), "")

    def text(self, name: str) -> str:
        """The same, as text."""
        return cell_text(self.cell(name))

    def word(self, name: str) -> str:
        """The same, as a plain word to look up."""
        return plain_word(self.text(name))

    def filled(self, name: str) -> Iterator[tuple[int, Cell]]:
        """Every filled cell of a field that several columns may hold, with its column."""
        for at in self.header.columns.get(name, ()):
            if at < len(self.cells) and cell_text(self.cells[at]):
                yield at, self.cells[at]

    def at(self, column: int) -> Cell:
        """The cell of a column; rows of a .csv may be short."""
        return self.cells[column] if column < len(self.cells) else ""

    @property
    def first_text(self) -> str:
        """The text of the first filled cell."""
        return next((cell_text(cell) for cell in self.cells if not is_empty([cell])), "")

    def problem(self, code: str, *fields: str) -> None:
        """List a problem at the first of ``fields`` that the sheet has a column for."""
        here = next((name for name in fields if self.has(name)), None)
        self.problem_at(code, self.header.columns[here][0] if here else None, here)

    def problem_at(self, code: str, column: int | None, name: str | None = None) -> None:
        """List a problem at a column."""
        if name and KINDS[code].effect is Effect.CELL:
            self.broken.add(name)
        letter = column_letter(column) if column is not None else ""
        self.problems.append(RowProblem(self.place.sheet, self.place.row, letter, code))

    def leave_out(self, code: str, *fields: str) -> NoReturn:
        """List a problem that costs the whole row."""
        self.problem(code, *fields)
        raise RowLeftOut
