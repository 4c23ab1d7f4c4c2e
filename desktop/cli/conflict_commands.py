"""Listing and settling disagreements."""

from typing import Annotated

import typer

from desktop.cli.context import (
    JsonOption,
    access_of,
    print_json,
)
from desktop.services.conflict_cases import outcome, record_words
from desktop.services.conflicts import Disagreement
from desktop.services.names import words
from desktop.services.workplace import Workplace
from sync.i18n import _
from sync.schema.codes import CONFLICT_STATUS
from sync.schema.policy import WHOLE_ROW


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
            typer.echo(_line(place, one))
        if not seen:
            typer.echo(_("Nothing to decide."))


def _line(place: Workplace, one: Disagreement) -> str:
    """What it is about; then the values that stand against each other, or how it ended."""
    told = record_words(place)
    home = ("household", "dwelling")
    record = "" if one.type in home else told.named(one.type, one.record_id)
    room = told.room(one.type, one.record_id)
    about = " ".join(part for part in (room, record) if part) or told.named(one.type, one.record_id)
    field = _("Keep or remove") if one.field == WHOLE_ROW else _(one.label)
    ends = _sides(one) if one.status == "open" else _ending(place, one)
    return f"{one.id}  {about}  {field}  {ends}"


def _sides(one: Disagreement) -> str:
    sides = (one.mine, *one.theirs) if one.mine else one.theirs
    return " | ".join(
        _("{label}: {value}").format(label=side.author, value=words(one.field, side.value))
        for side in sides
    )


def _ending(place: Workplace, one: Disagreement) -> str:
    if one.status != "settled":
        return _(CONFLICT_STATUS[one.status])
    return _("settled by {who}: {value}").format(who=one.decided_by, value=outcome(place, one))


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
