"""Keeping the whole server in a file, and putting it back."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from sync.i18n import N_, _
from sync.identity import LOCAL_ZONE, SystemClock, parse_stamp
from sync.server import backup as keeping
from sync.server.cli.context import DataOption, JsonOption, office, say_json
from sync.server.covered import Backup
from sync.server.epochs import epoch_of

OLD_AFTER: Final = timedelta(days=2)

_NONE_YET: Final = N_(
    "There is no backup yet. Until there is, laptops keep everything they sent. "
    "Run: doorstep-server backup FILE"
)
_OLD: Final = N_("The last backup is of {when}. Run: doorstep-server backup FILE")
_RESTORED: Final = N_(
    "The server is as {file} holds it. Laptops send again what it does not have. "
    "Computers enrolled since then need a new code."
)

FileArgument = Annotated[Path, typer.Argument(help="The backup's file.")]


def backup_commands(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(backup)
    app.command()(restore)
    app.command()(status)


def backup(
    file: FileArgument,
    data: DataOption,
    keep: Annotated[
        int, typer.Option(min=1, help="How many of the newest backups you keep.")
    ] = keeping.KEEP,
    as_json: JsonOption = False,
) -> None:
    """Write the whole server into FILE while it goes on serving."""
    was_there = file.exists()
    with office(data) as desk:
        made = keeping.back_up(desk.db, file, desk.clock, desk.minter, keep)
    if as_json:
        say_json({"id": made.id, "at": made.at, "bytes": file.stat().st_size, "keep": made.keep})
    else:
        typer.echo(_("The backup is in {file}.").format(file=file))
        if was_there:
            typer.echo(_("It took the place of an earlier file of that name."))


def restore(
    file: FileArgument,
    data: DataOption,
    database: Annotated[
        str, typer.Option(help="PostgreSQL URL, where --data has no server yet.")
    ] = "",
    column_key: Annotated[
        Path | None,
        typer.Option(help="Key of the server that made FILE, where it is not this one's."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Put the server back to what FILE holds. Stop every server on it first."""
    aside = keeping.restore(data, file, SystemClock(), database, column_key)
    with office(data) as desk, desk.db.read() as connection:
        epoch = epoch_of(connection)
    if as_json:
        say_json({"epoch": epoch, "before": str(aside) if aside else None})
        return
    typer.echo(_(_RESTORED).format(file=file))
    if aside is not None:
        typer.echo(_("What was there before is in {file}.").format(file=aside))


def status(data: DataOption, as_json: JsonOption = False) -> None:
    """Say whether the server is backed up, and what to do about it."""
    with office(data) as desk:
        kept = keeping.backups(desk.db)
        now = desk.clock.now()
        with desk.db.read() as connection:
            epoch = epoch_of(connection)
    warnings = _warnings(kept, now)
    if as_json:
        last = kept[-1].at if kept else None
        facts = {"epoch": epoch, "backups": len(kept), "last_backup": last, "warnings": warnings}
        say_json(facts)
        return
    told = _("Backups that are kept: {count}. The last one: {when}.")
    typer.echo(told.format(count=len(kept), when=_when(kept[-1].at) if kept else "–"))
    for warning in warnings:
        typer.echo(warning)


def _warnings(kept: list[Backup], now: datetime) -> list[str]:
    if not kept:
        return [_(_NONE_YET)]
    last = kept[-1].at
    return [_(_OLD).format(when=_when(last))] if now - parse_stamp(last) > OLD_AFTER else []


def _when(moment: str) -> str:
    return f"{parse_stamp(moment).astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}"
