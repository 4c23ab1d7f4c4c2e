"""``doorstep update``: a newer version from the office, ready for the next start."""

from pathlib import Path
from typing import Annotated

import typer

from desktop.cli.context import JsonOption, access_of, print_json, tell_or_silent
from desktop.services.syncing import connect
from desktop.services.updates import Updates, this_program
from sync import __version__
from sync.i18n import _
from sync.wire.signing import NOBODY


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("update")(update)


def update(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="An update's file; without one the server is asked."),
    ] = None,
    only_check: Annotated[
        bool, typer.Option("--check", help="Only say what the server has.")
    ] = False,
    json_: JsonOption = False,
) -> None:
    """Put a newer version beside this one; it starts the next time, or this one again."""
    access = access_of(context)
    updates = Updates(this_program(__version__), access.policy)
    placed = offered = ""
    if file is not None:
        placed = updates.take_file(file, tell_or_silent())
    else:
        client = connect(access.folder().connection(), NOBODY)
        offer = updates.offered(client)
        offered = offer.version if offer else ""
        if offer is not None and not only_check:
            placed = updates.fetch(client, offer, tell_or_silent())
    if json_:
        print_json({"version": __version__, "offered": offered or None, "placed": placed or None})
    elif placed:
        typer.echo(_("Version {version} starts the next time.").format(version=placed))
    elif offered:
        typer.echo(_("The server has version {version}.").format(version=offered))
    else:
        typer.echo(_("There is nothing newer than {version}.").format(version=updates.highest))
