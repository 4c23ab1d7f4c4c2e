"""Updates of the app: signing a version, and handing it out."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from sync.errors import DoorstepError
from sync.i18n import N_, _
from sync.identity import SystemClock, local_day
from sync.server.cli.context import DataOption
from sync.server.updates import FOLDER_NAME, Shelf
from sync.wire.release import FRESH_DAYS, STABLE, Named, new_signing_key, pack

update_app: Final = typer.Typer(
    help="Updates of the app.", no_args_is_help=True, rich_markup_mode=None
)
KeyFile = Annotated[Path, typer.Option("--key", help="The file of the signing key.")]


class FileThere(DoorstepError):
    """A signing key is never written over: what it signed would be worth nothing."""

    code = "file.exists"
    message = N_("There is a file {file} already. Choose another name.")


@update_app.command("key")
def update_key(file: Annotated[Path, typer.Argument(help="Where the private key goes.")]) -> None:
    """Make a key that signs updates, and print what the policy of the laptops names."""
    private, public = new_signing_key()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise FileThere(file=str(file)) from None
    with os.fdopen(handle, "w", encoding="ascii") as kept:
        kept.write(f"{private}\n")
    typer.echo(f'update_key = "{public}"')


@update_app.command("pack")
def update_pack(
    folder: Annotated[Path, typer.Argument(help="The program's folder, such as dist/doorstep.")],
    into: Annotated[Path, typer.Argument(help="The file to write.")],
    key: KeyFile,
    number: Annotated[str, typer.Option("--release", help="Its version, such as 1.2.0.")],
    platform: Annotated[str, typer.Option(help="Such as linux-x86_64 or windows-amd64.")],
    channel: Annotated[str, typer.Option(help="Who gets it: stable or early.")] = STABLE,
    days: Annotated[
        int, typer.Option(min=1, max=730, help="For how many days laptops take it.")
    ] = FRESH_DAYS,
) -> None:
    """Put a version of the app into one signed file. Do it where the key is, not on the server."""
    until = local_day(SystemClock().now()) + timedelta(days=days)
    named = Named(number, platform, channel, until)
    pack(folder, into, named, key.read_text(encoding="ascii"))
    typer.echo(_("The update is in {file}.").format(file=into))


@update_app.command("publish")
def update_publish(
    file: Annotated[Path, typer.Argument(help="The update's file.")],
    data: DataOption,
    public: Annotated[str, typer.Option("--public", help="The public key, as in the policy.")],
) -> None:
    """Hand an update out from this server; laptops take it by themselves within a day."""
    made = Shelf(data / FOLDER_NAME).put(file, public)
    told = _("Laptops on {platform}, channel {channel}, get version {version}.")
    typer.echo(told.format(platform=made.platform, channel=made.channel, version=made.version))
