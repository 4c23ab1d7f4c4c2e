"""``doorstep demo``: the main job on invented data, in a window or told on the terminal."""

import os
import tempfile
from pathlib import Path
from typing import Annotated, Final

import typer

from desktop.cli.context import access_of
from desktop.demo.cast import CLERK, PASSWORD, WORKER, demo_in
from desktop.demo.story import DEMO_SEED, Story
from desktop.paths import paths_for
from sync.i18n import N_, _

KEPT: Final = N_(
    "All of it is in {folder}. To look around: doorstep --home {folder} --profile worker due; "
    "the password is {password}."
)
GONE: Final = N_(
    "The demo's folder was for this story alone and is gone. To look around in one: "
    "doorstep demo --headless --home DIR"
)


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("demo")(demo)


def demo(
    context: typer.Context,
    headless: Annotated[
        bool, typer.Option("--headless", help="Tell the story on the terminal, without a window.")
    ] = False,
    shots: Annotated[
        Path | None, typer.Option("--shots", help="Write a picture of each screen here.")
    ] = None,
) -> None:
    """Start a server with the demo community, a worker and a desk, then the app as the worker."""
    from desktop.demo.ending import ends_when_told

    with ends_when_told():
        _play(context, headless=headless, shots=shots)


def _play(context: typer.Context, *, headless: bool, shots: Path | None) -> None:
    home = access_of(context).home or (paths_for().demo if "DOORSTEP_HOME" in os.environ else None)
    if not headless:
        raise typer.Exit(_in_window(home or paths_for().demo, shots))
    if home is not None:
        _tell_story(home, shots)
        typer.echo(_(KEPT).format(folder=home, password=PASSWORD))
        return
    with tempfile.TemporaryDirectory(prefix="doorstep-demo-") as folder:
        _tell_story(Path(folder), shots)
    typer.echo(_(GONE))


def _tell_story(home: Path, shots: Path | None) -> None:
    cast = demo_in(home)
    Story(cast, typer.echo).play()
    if shots is not None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from desktop.demo.pictures import take_pictures

        with cast.server:
            names = take_pictures(home, shots)
        typer.echo(
            _("{count} pictures of the screens in {folder}").format(count=len(names), folder=shots)
        )


def _in_window(home: Path, shots: Path | None) -> int:
    from desktop.demo.window import open_demo_window

    cast = demo_in(home)
    if cast.is_new:
        typer.echo(_("Founding the community (1,286 households, invented)"))
        cast.found_community(DEMO_SEED)
    with cast.server:
        for laptop, user in ((cast.worker, WORKER), (cast.desk, CLERK)):
            typer.echo(_("Enrolled {user} with a one-time code").format(user=user))
            cast.enroll(laptop, user)
            laptop.must("sync")
        # It locks itself like any other; whoever only looks on has no password of her own.
        typer.echo(
            _("The window locks itself; this opens it again: {password}").format(password=PASSWORD)
        )
        typer.echo(_("The demo is in {folder}, also the next time.").format(folder=home))
        return open_demo_window(home, shots)
