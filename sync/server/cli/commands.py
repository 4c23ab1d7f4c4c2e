"""The store's own commands: making it, serving it, checking it; and the tree of all the others."""

from pathlib import Path
from typing import Annotated, Final

import typer

from sync.i18n import N_, _
from sync.identity import SystemClock
from sync.server.backup import drop_half_restored
from sync.server.blobs.proving import lost_contents
from sync.server.blobs.stores import blob_store_of, keep_place, open_blob_store
from sync.server.checking import check_store
from sync.server.cli.backup_commands import backup_commands
from sync.server.cli.campaign_commands import campaign_app
from sync.server.cli.channel_commands import channel_app
from sync.server.cli.context import DataOption, JsonOption, office, say_json
from sync.server.cli.courier_commands import courier_app
from sync.server.cli.devices_command import devices
from sync.server.cli.keys_commands import device_extend, device_hand_in, device_lost, keys_app
from sync.server.cli.people_commands import device_app, people_commands, user_app
from sync.server.cli.place_commands import area_app, community_app, place_commands
from sync.server.cli.progress import progress_bar
from sync.server.cli.update_commands import update_app
from sync.server.database import copies_from_before, create_database, upgrade_database
from sync.server.demo import DEMOS, DemoUnknown
from sync.server.demo import load as load_demo
from sync.server.kept_heads import keep_head, kept_head
from sync.server.key_file import key_place
from sync.server.sealed_audit import current_head
from sync.server.serving import serve_store
from sync.server.workers import serve_with_workers

app: Final = typer.Typer(
    name="doorstep-server",
    help="The Doorstep server.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(community_app, name="community")
app.add_typer(area_app, name="area")
app.add_typer(campaign_app, name="campaign")
app.add_typer(user_app, name="user")
app.add_typer(device_app, name="device")
app.add_typer(keys_app, name="keys")
device_app.command("extend")(device_extend)
device_app.command("lost")(device_lost)
device_app.command("hand-in")(device_hand_in)
app.add_typer(courier_app, name="courier")
app.add_typer(channel_app, name="channel")
app.add_typer(update_app, name="update")
app.command()(devices)
people_commands(app)
place_commands(app)
backup_commands(app)

EXIT_DIFFERENT: Final = 1
_UPGRADED: Final = N_("The data is of this version now.")
_COPIED: Final = N_(
    "A copy of the data as it was: {file}. Erase it once this version serves: residents' data may "
    "stand in it in plain."
)
_KEEP_THE_KEY: Final = N_(
    "Keep a copy of {file} today, where no backup lies: on another machine no backup opens "
    "without it."
)


@app.command()
def init(
    data: DataOption,
    database: Annotated[
        str, typer.Option(help="postgresql://USER@HOST/NAME; without it, a file in --data.")
    ] = "",
    demo: Annotated[str, typer.Option(help="Fill it with invented data: fenghe, street.")] = "",
    seed: Annotated[int, typer.Option(help="Another seed, other invented people.")] = 1,
    households: Annotated[int, typer.Option(help="How large a street is.")] = 10_000,
    blobs: Annotated[
        str,
        typer.Option(help="Where photos lie: s3://BUCKET?endpoint=URL; else beside the data."),
    ] = "",
) -> None:
    """Make a server in --data, empty or with a demo."""
    if demo and demo not in DEMOS:
        raise DemoUnknown(name=demo, known=", ".join(DEMOS))
    if blobs:
        open_blob_store(blobs, data)
    create_database(data, database).close()
    if blobs:
        keep_place(data, blobs)
    if demo:
        with office(data) as desk:
            load_demo(desk, demo, seed, households)
    typer.echo(_("The server is made in {folder}.").format(folder=data))
    typer.echo(_(_KEEP_THE_KEY).format(file=key_place(data)))


@app.command()
def serve(
    data: DataOption,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = 8765,
    workers: Annotated[int, typer.Option(min=1, help="How many processes share the work.")] = 1,
) -> None:
    """Serve until stopped. One line says when it is ready, and where."""
    drop_half_restored(data)
    if workers > 1:
        serve_with_workers(data, host, port, workers, typer.echo)
        return
    with office(data) as desk:
        serve_store(desk.db, desk.clock, data, host, port, typer.echo)


@app.command()
def upgrade(data: DataOption) -> None:
    """Bring data of an older version to this one. No server may run on it meanwhile."""
    drop_half_restored(data)
    with progress_bar() as bar:
        upgrade_database(data, SystemClock().now(), bar)
    # Whoever was stopped named none: they are named as long as they lie there.
    for copy in copies_from_before(data):
        typer.echo(_(_COPIED).format(file=copy))
    # Also on PostgreSQL, where the copy from before is a backup of its keeper's.
    typer.echo(_(_KEEP_THE_KEY).format(file=key_place(data)))
    typer.echo(_(_UPGRADED))


@app.command()
def audit(
    data: DataOption,
    head_file: Annotated[
        Path | None,
        typer.Option("--head-file", help="Add it to a file that lies on another machine."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the head of the audit. Kept off this server, it shows whether lines were cut off."""
    with office(data) as desk, desk.db.read() as connection:
        if head_file is None:
            head = current_head(connection)
        else:
            head = keep_head(connection, head_file, desk.clock)
    if as_json:
        say_json({"head": head})
    else:
        typer.echo(head)


@app.command()
def check(
    data: DataOption,
    audit_head: Annotated[
        str, typer.Option(help="A head of the audit that was kept elsewhere.")
    ] = "",
    audit_head_file: Annotated[
        Path | None, typer.Option(help="The file that audit --head-file adds to.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compute every digest, revision, receipt and the audit again; exits 1 on any difference.

    Also where an ID number stands in plain, or what proves one.
    """
    if audit_head_file is not None and not audit_head:
        audit_head = kept_head(audit_head_file)
    with office(data) as desk:
        report = check_store(desk.db, audit_head)
        report.differences.extend(lost_contents(desk.db, blob_store_of(data)))
    if as_json:
        say_json({"scopes": report.scopes, "rows": report.rows, "differences": report.differences})
    else:
        for difference in report.differences:
            typer.echo(difference)
        typer.echo(
            _("{scopes} scopes, {rows} records, {differences} differences.").format(
                scopes=report.scopes, rows=report.rows, differences=len(report.differences)
            )
        )
    if report.differences:
        raise typer.Exit(EXIT_DIFFERENT)
