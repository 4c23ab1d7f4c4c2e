"""The courier file: sync where the office has no line."""

from pathlib import Path
from typing import Annotated

import typer

from desktop.cli.context import JsonOption, access_of, print_json
from desktop.services.courier import Done, answers_beside, document, said
from sync.errors import CourierFileMissing

_courier = typer.Typer(
    name="courier",
    help="Sync by a file on a USB stick, where there is no network.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    _courier.command("export")(export)
    _courier.command("import")(import_)
    app.add_typer(_courier)


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")],
    json_: JsonOption = False,
) -> None:
    """Write what waits to be sent into FILE, sealed for the server alone."""
    with access_of(context).workplace() as place:
        _tell(place.courier.export(file), file, json_=json_)


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What the courier brought.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to write the answers; default: beside.")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Hand FILE of another computer to the server, or take the server's answers in."""
    if not file.is_file():
        raise CourierFileMissing(file=str(file))
    with access_of(context).workplace() as place:
        done = place.courier.bring(file, out)
        _tell(done, out or answers_beside(file), json_=json_)


def _tell(done: Done, file: Path, *, json_: bool) -> None:
    if json_:
        print_json(document(done))
    else:
        typer.echo(said(done, file))
