"""The command line's tree: each command stands in the module of what it is about."""

from pathlib import Path
from typing import Annotated

import typer

from desktop import crash
from desktop.cli import (
    campaign_commands,
    case_commands,
    conflict_commands,
    courier_commands,
    demo_command,
    doctor_command,
    photo_commands,
    profile_commands,
    record_commands,
    report_commands,
    rights_commands,
    sync_commands,
    update_command,
)
from desktop.cli.context import Access
from sync import __version__

app = typer.Typer(
    name="doorstep",
    help="Doorstep (家门口): the grid worker's app. Without a command it opens the window.",
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for module in (
    profile_commands,
    sync_commands,
    record_commands,
    case_commands,
    photo_commands,
    campaign_commands,
    report_commands,
    rights_commands,
    conflict_commands,
    courier_commands,
    doctor_command,
    update_command,
    demo_command,
):
    module.register(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"doorstep {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def doorstep(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option("--home", help="Where everything is kept (DOORSTEP_HOME).")
    ] = None,
    profile: Annotated[
        str | None, typer.Option("--profile", help="The profile; default: the only one.")
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    """Open the window, or run one command."""
    context.obj = Access(profile, home, password_stdin)
    crash.start_log(context.obj.paths.logs)
    if context.invoked_subcommand is None:
        from desktop.program import open_window

        raise typer.Exit(open_window(context.obj.paths, profile))
