"""What was wrong with a file, as lines on a terminal."""

from collections.abc import Sequence
from typing import Final, Protocol

import typer

from sync.i18n import N_, _

MOST_PROBLEMS: Final = 50
"""Lines of problems on a terminal; ``--json`` has them all."""

_PROBLEM: Final = N_("{where}: {what} {mend}")
_AND_MORE: Final = N_("… and {count} more; --json lists them all.")


class Problem(Protocol):
    """One thing at one place of a file, and how to mend it. A whole sheet has no row (0)."""

    @property
    def sheet(self) -> str:
        """The sheet's name."""

    @property
    def row(self) -> int:
        """Counted from 1, as the spreadsheet shows it."""

    @property
    def what(self) -> str:
        """What is wrong."""

    @property
    def mend(self) -> str:
        """How to mend it."""


def say_problems(problems: Sequence[Problem]) -> None:
    """One line each, the first of them alone where there are many."""
    for one in problems[:MOST_PROBLEMS]:
        where = f"{one.sheet} {_cell(column_of(one), one.row)}".strip()
        typer.echo(_(_PROBLEM).format(where=where, what=one.what, mend=one.mend))
    if len(problems) > MOST_PROBLEMS:
        typer.echo(_(_AND_MORE).format(count=len(problems) - MOST_PROBLEMS))


def column_of(problem: Problem) -> str:
    """The letter of its column; empty where it is about a whole row."""
    return str(getattr(problem, "column", ""))


def _cell(column: str, row: int) -> str:
    """The cell as a spreadsheet names it, or the row; empty for a whole sheet (row 0)."""
    if column or not row:
        return f"{column}{row or ''}"
    return _("row {row}").format(row=row)
