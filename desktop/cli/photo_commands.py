"""Attaching photos and scans, and getting them out again."""

from pathlib import Path
from typing import Annotated

import typer

from desktop.cli.context import JsonOption, access_of, print_json
from desktop.cli.record_commands import RefArgument
from sync.errors import NotFound
from sync.i18n import _


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("attach")(attach)
    app.command("photo")(photo)


def attach(
    context: typer.Context,
    ref: RefArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A JPEG, a PNG or a PDF.")],
    caption: Annotated[str, typer.Option(help="What it shows.")] = "",
    json_: JsonOption = False,
) -> None:
    """Attach a photo or a scan to a household. It is sent with the next sync, after the text."""
    from desktop.pictures import prepare

    ready = prepare(file)
    with access_of(context).workplace() as place:
        household = place.references.household(ref)
        photo_id = place.photos.attach(
            household, ready.content, ready.media, thumb=ready.thumb, caption=caption
        )
        if json_:
            print_json({"id": photo_id, "size": len(ready.content)})
        else:
            typer.echo(_("Attached: {id}").format(id=photo_id))


def photo(
    context: typer.Context,
    photo_id: Annotated[str, typer.Argument(metavar="ID", help="The photo's id.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write.")],
) -> None:
    """Write a photo to a file; without a network only if its bytes are on this computer."""
    with access_of(context).workplace() as place:
        found = place.store.reading.find("attachment", photo_id)
        if found is None:
            raise NotFound(what=photo_id)
        content = place.photos.content(found)
    out.write_bytes(content)
    typer.echo(_("Written: {file}").format(file=out.name))
