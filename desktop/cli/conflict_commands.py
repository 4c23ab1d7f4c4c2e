"""Listing and settling disagreements."""

from typing import Annotated

import typer

from desktop.cli.context import (
    JsonOption,
    access_of,
    print_json,
)
from desktop.services.conflicts import Disagreement
from desktop.services.names import words
from sync.i18n import _


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("conflicts")(conflicts)
    app.command("resolve")(resolve)


def conflicts(
    context: typer.Context,
    json_: JsonOption = False,
    every: Annotated[bool, typer.Option("--all", help="Settled ones too.")] = False,
) -> None:
    """List disagreements with every value in full; looking is recorded."""
    with access_of(context).workplace() as place:
        seen = place.conflicts.all() if every else place.conflicts.waiting()
        place.reveals.record((one.type, one.record_id, one.field) for one in seen)
        if json_:
            print_json([place.conflicts.document(one) for one in seen])
            return
        for one in seen:
            typer.echo(_line(one))
        if not seen:
            typer.echo(_("Nothing to decide."))


def _line(one: Disagreement) -> str:
    sides = (one.mine, *one.theirs) if one.mine else one.theirs
    told = " | ".join(
        _("{label}: {value}").format(label=side.author, value=words(one.field, side.value))
        for side in sides
    )
    return f"{one.id}  {_(one.label)}  {told}"


def resolve(
    context: typer.Context,
    conflict_id: Annotated[str, typer.Argument(metavar="ID")],
    take: Annotated[
        str,
        typer.Option(
            "--take",
            help="mine, theirs, both, or the right value; same or two for one person twice.",
        ),
    ],
    field: Annotated[str, typer.Option("--field", help="The field, as a safeguard.")] = "",
) -> None:
    """Settle one disagreement."""
    with access_of(context).workplace() as place:
        place.conflicts.take(conflict_id, take, field)
        typer.echo(_("Settled. It reaches the others with the next sync."))
