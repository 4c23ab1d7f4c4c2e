"""Figures and ledgers as files: masked, marked, sealed with a password of their own."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from desktop.cli.case_commands import headless_qt
from desktop.cli.context import JsonOption, access_of, print_json
from desktop.services.exports.files import Written
from desktop.services.exports.reports import TITLES
from desktop.services.exports.table import Mark, Table
from sync.errors import WrongUsage
from sync.i18n import N_, _
from sync.rules.case_figures import Period


class DayUnreadable(WrongUsage):
    """A day is not a day."""

    code = "usage.day"
    message = N_("{day} is no day. Write it as 2026-06-18, the first before the last.")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("report")(report)


def report(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=f"One of: {', '.join(TITLES)}.")],
    out: Annotated[Path, typer.Option("--out", help="A file that ends in .xlsx or .pdf.")],
    first: Annotated[
        str, typer.Option("--from", metavar="DAY", help="Default: the first of the month.")
    ] = "",
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="Default: today.")] = "",
    json_: JsonOption = False,
) -> None:
    """Write a report into a file, masked and marked. What speaks of people is sealed with a
    password, which is told here once, and counts towards so many rows a day."""
    with access_of(context).workplace() as place:
        today = place.day()
        period = _period(first or today.replace(day=1).isoformat(), last or today.isoformat())
        written = place.reports.write(name, period, out, pages)
    if json_:
        print_json(_document(written))
        return
    typer.echo(str(written.path))
    if written.password:
        typer.echo(_(N_("Password: {password}")).format(password=written.password))
        typer.echo(_(N_("Tell it apart from the file. It is kept nowhere.")))


def pages(table: Table, mark: Mark) -> bytes:
    """A table as PDF, on a computer with or without a display."""
    # Qt takes a moment to load, and a spreadsheet does without it.
    from desktop.table_pages import pages_of

    painted: Callable[[Table, Mark], bytes] = pages_of
    with headless_qt():
        return painted(table, mark)


def _period(first: str, last: str) -> Period:
    days = []
    for text in (first, last):
        try:
            days.append(date.fromisoformat(text))
        except ValueError as error:
            raise DayUnreadable(day=text) from error
    if days[0] > days[1]:
        raise DayUnreadable(day=last)
    return Period(*days)


def _document(written: Written) -> dict[str, Any]:
    table = written.table
    told: dict[str, Any] = {
        "report": table.name,
        "title": table.title,
        "from": table.period.first.isoformat(),
        "to": table.period.last.isoformat(),
        "file": str(written.path),
        "rows": len(table.rows),
        "columns": [column.label for column in table.columns],
        "left_out": table.left_out,
        "password": written.password,
    }
    # Counts name nobody; rows about people are in the sealed file alone.
    return told if table.is_personal else {**told, "figures": [list(row) for row in table.rows]}
