"""Campaigns on this computer: which there are, and how they are counted."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from desktop.cli.context import JsonOption, access_of, print_json
from desktop.services.campaign_export import table, write_tally
from desktop.services.campaign_records import Campaign, TallyUnwritten
from sync.i18n import N_, _
from sync.rules.tally import PlaceCount, Tally

_COUNTED: Final = N_("{title}: {answered} of {doors} households answered.")

campaign_app: Final = typer.Typer(
    help="Campaigns: question sets asked at a list of households.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(campaign_app, name="campaign")


@campaign_app.command("list")
def campaign_list(context: typer.Context, json_: JsonOption = False) -> None:
    """The campaigns that ask somebody here, and how far each has come."""
    with access_of(context).workplace() as place:
        listed = place.campaigns.listed()
    if json_:
        print_json([line.document() for line in listed])
        return
    for line in listed:
        typer.echo(f"{line.answered} / {line.doors}  {line.campaign.title}  {line.campaign.id}")
    if not listed:
        typer.echo(_("No campaign asks anybody on this computer."))


@campaign_app.command("tally")
def campaign_tally(
    context: typer.Context,
    campaign: Annotated[str, typer.Argument(help="Id, form_id or title.")],
    out: Annotated[Path | None, typer.Option("--out", help="Write it to a .xlsx file.")] = None,
    json_: JsonOption = False,
) -> None:
    """Count the sheets of a campaign by building. Counts alone, no names."""
    with access_of(context).workplace() as place:
        found = place.campaigns.find(campaign)
        counted = place.campaigns.tally(found.id)
        if out is not None:
            # That it left the computer is written down first.
            place.reveals.record([("campaign", found.id, "tally")])
            try:
                write_tally(out, found, counted, place.store.account.user.name, place.day())
            except OSError as error:
                raise TallyUnwritten(file=str(out)) from error
    if json_:
        print_json(_document(found, counted))
        return
    said = _(_COUNTED).format(
        title=found.title, answered=counted.all.answered, doors=counted.all.doors
    )
    typer.echo(said)
    for row in table(found, counted):
        typer.echo("  ".join("" if cell is None else str(cell) for cell in row).rstrip())


def _document(campaign: Campaign, counted: Tally) -> dict[str, Any]:
    return {
        "id": campaign.id,
        "title": campaign.title,
        "buildings": [_place(place) for place in counted.places],
        "all": _place(counted.all),
    }


def _place(place: PlaceCount) -> dict[str, Any]:
    return {
        "building": place.building,
        "households": place.doors,
        "answered": place.answered,
        "differing": place.differing,
        "questions": {
            name: {
                "answered": count.answered,
                "choices": dict(count.choices),
                "sum": count.total,
                "least": count.least,
                "most": count.most,
            }
            for name, count in place.questions.items()
        },
    }
