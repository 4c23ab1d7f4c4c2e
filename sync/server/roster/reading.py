"""From a file to a roster: open it, find the columns, read the rows, put households together."""

from pathlib import Path
from typing import Final

from sync.i18n import N_
from sync.progress import Progress, silent
from sync.server.roster.errors import NotARoster
from sync.server.roster.header import Header, find_header
from sync.server.roster.households import Gathering
from sync.server.roster.problems import Effect, RowProblem
from sync.server.roster.rows import SheetLines
from sync.server.roster.sheets import Sheet, Workbook, is_empty, read_workbook
from sync.server.roster.types import Roster
from sync.server.roster.words import Words, roster_words

STEP: Final = N_("Reading the roster")
REPORT_EVERY: Final = 200
"""Rows between two calls of the progress."""

_NAMES: Final = frozenset({"name", "head_name"})
_DOORS: Final = frozenset({"address", "room"})


def read_roster(file: Path | bytes, progress: Progress = silent) -> Roster:
    """Everything that the file tells, and a problem for everything it tells badly.

    Raises the errors of :mod:`sync.server.roster.errors`; stores nothing.
    """
    words = roster_words()
    book = read_workbook(file)
    problems = [RowProblem(name, 0, "", "sheet.hidden") for name in book.hidden]
    tables = list(_tables(book, words, problems))
    if not tables:
        raise NotARoster
    gathering = Gathering()
    in_all = sum(len(sheet.rows) for sheet, _ in tables)
    done = rows = unread = 0
    for sheet, header in tables:
        lines = SheetLines(sheet, header, words)
        done += header.first_row
        for line in lines:
            done += 1
            if done % REPORT_EVERY == 0:
                progress(STEP, done, in_all)
            if line is not None:
                rows += 1
                gathering.add(line)
        problems += lines.problems
        unread += sum(problem.effect is Effect.ROW for problem in lines.problems)
    progress(STEP, in_all, in_all)
    households = tuple(gathering.households())
    ordered = _in_order([*problems, *gathering.problems], book)
    return Roster(households, ordered, sheets=len(tables), rows=rows, unread=unread)


def _tables(book: Workbook, words: Words, problems: list[RowProblem]) -> list[tuple[Sheet, Header]]:
    """The sheets that hold residents; a sheet of something else is named as passed over."""
    found: list[tuple[Sheet, Header]] = []
    for sheet in book.sheets:
        header = find_header(sheet, words, words.headers, _NAMES, _DOORS)
        if header is not None:
            found.append((sheet, header))
        elif not all(is_empty(row) for row in sheet.rows):
            problems.append(RowProblem(sheet.name, 0, "", "sheet.no_header"))
    return found


def _in_order(problems: list[RowProblem], book: Workbook) -> tuple[RowProblem, ...]:
    """As they stand in the file: by sheet, row and column."""
    order = [sheet.name for sheet in book.sheets] + list(book.hidden)
    return tuple(sorted(problems, key=lambda one: (order.index(one.sheet), one.row, one.column)))
