"""What a resident may ask for: a copy of what is held; and whose record was kept long enough."""

from pathlib import Path
from typing import Annotated

import typer

from desktop.cli.context import JsonOption, access_of, print_json
from desktop.cli.report_commands import pages
from sync.errors import WrongUsage
from sync.i18n import N_, _, n_


class PersonWanted(WrongUsage):
    """A copy is of one person."""

    code = "usage.person"
    message = N_("Name one person: NAME@ROOM, or an id.")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("copy")(copy)
    app.command("retention")(retention)


def copy(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", help="NAME@ROOM, or a person's id.")],
    out: Annotated[Path, typer.Option("--out", help="A file that ends in .xlsx or .pdf.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is recorded.")] = "",
    json_: JsonOption = False,
) -> None:
    """Write all that is held here about one person, for that person, sealed with a password."""
    with access_of(context).workplace() as place:
        found = place.references.any(ref)
        if found.record.type != "person":
            raise PersonWanted
        written = place.rights.write_copy(found.record.id, out, pages, reason)
    if json_:
        rows = len(written.table.rows)
        print_json({"file": str(written.path), "rows": rows, "password": written.password})
        return
    typer.echo(str(written.path))
    typer.echo(_("Password: {password}").format(password=written.password))


def retention(
    context: typer.Context,
    end: Annotated[
        list[str] | None, typer.Option("--end", metavar="ID", help="Delete it. Repeatable.")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """List whose record is due for deletion, two years after they left; or delete it."""
    with access_of(context).workplace() as place:
        ended = place.rights.end(end).people if end else 0
        due = place.rights.due()
        listed = [
            {
                "id": one.person.id,
                "name": place.sight.name(one.name),
                "room": one.room,
                "left": one.left.isoformat(),
            }
            for one in due
        ]
    if json_:
        print_json({"ended": ended, "due": listed})
        return
    if ended:
        told = n_("{count} record deleted.", "{count} records deleted.", ended)
        typer.echo(told.format(count=ended))
    for line in listed:
        typer.echo("  ".join((line["left"], line["room"], line["name"], line["id"])))
    if not listed:
        typer.echo(_(N_("Nobody's record is due for deletion.")))
