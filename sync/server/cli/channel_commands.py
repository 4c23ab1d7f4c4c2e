"""Channels of residents: their tokens, their folders, and the tables of the hotline."""

import time
from pathlib import Path
from typing import Annotated, Final

import typer

from sync.errors import NotFound
from sync.i18n import N_, _
from sync.server.blobs.stores import blob_store_of
from sync.server.channels.folder import Passed, WatchedFolder
from sync.server.channels.hotline import Orders, take_orders
from sync.server.channels.reports import PREFIX, Channel, Channels
from sync.server.cli.context import CommunityOption, DataOption, JsonOption, office, say_json
from sync.server.office import Office
from sync.server.people import account_by_login, enroll, mint_code

EXIT_REFUSED: Final = 1
_TAKEN: Final = N_(
    "{new} new matters, {known} known already, {refused} refused, {answered} answers."
)
_READ: Final = N_("{new} new matters, {known} known already, {problems} problems.")
_CELL: Final = N_("{sheet} row {row} column {column}: {what}")

channel_app: Final = typer.Typer(
    help="Channels by which residents report: an API, a folder, the hotline's tables.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
ChannelArgument = Annotated[str, typer.Argument(help="Short name of the channel, such as sui.")]
AreaOption = Annotated[
    str, typer.Option("--area", help="Grid or building of reports that name none.")
]


@channel_app.command("add")
def channel_add(
    channel: ChannelArgument,
    data: DataOption,
    name: Annotated[str, typer.Option(help="Name that people see.")],
    community: CommunityOption = "",
    as_json: JsonOption = False,
) -> None:
    """Add a channel and print its token once. To end it: user disable channel:NAME."""
    with office(data) as desk:
        login = PREFIX + channel
        desk.add_user(desk.community(community), login, name)
        code = mint_code(desk.db, login, desk.clock).code
        token = enroll(desk.db, code, channel, "", desk.clock, desk.minter).token
        desk.note("channel.add", login)
    if as_json:
        say_json({"channel": channel, "token": token})
    else:
        typer.echo(token)


@channel_app.command("watch")
def channel_watch(
    channel: ChannelArgument,
    folder: Annotated[Path, typer.Argument(help="The folder: in, done, refused, answers.")],
    data: DataOption,
    area: AreaOption = "",
    once: Annotated[bool, typer.Option("--once", help="Look once, and end.")] = False,
    every: Annotated[int, typer.Option(min=1, help="Seconds between two looks.")] = 10,
) -> None:
    """Take reports from a folder and put the answers there."""
    with office(data) as desk:
        watched = WatchedFolder(folder, _channels(desk, data), _channel(desk, channel, area))
        while True:
            passed = watched.look()
            if once or passed != Passed():
                _say_passed(passed)
            if once:
                return
            time.sleep(every)


@channel_app.command("hotline")
def channel_hotline(
    channel: ChannelArgument,
    file: Annotated[Path, typer.Argument(help="Orders: .xlsx or .csv, one a row.")],
    data: DataOption,
    area: AreaOption = "",
    preview: Annotated[bool, typer.Option("--preview", help="Check, and write nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a matter of each order of the hotline. The same table again changes nothing."""
    with office(data) as desk:
        source = _channel(desk, channel, area)
        done = take_orders(_channels(desk, data), source, file, preview=preview)
    _say_orders(done, as_json)
    if done.problems:
        raise typer.Exit(EXIT_REFUSED)


def _channels(desk: Office, data: Path) -> Channels:
    return Channels(desk, blob_store_of(data))


def _channel(desk: Office, name: str, area: str) -> Channel:
    with desk.db.read() as connection:
        account = account_by_login(connection, PREFIX + name)
    if account.disabled_at:
        raise NotFound(what=name)
    return Channel(account, area)


def _say_passed(passed: Passed) -> None:
    told = {"new": passed.taken, "known": passed.known, "refused": passed.refused}
    typer.echo(_(_TAKEN).format(**told, answered=passed.answered))


def _say_orders(done: Orders, as_json: bool) -> None:
    if as_json:
        problems = [
            {"sheet": one.sheet, "row": one.row, "column": one.column, "what": one.what}
            for one in done.problems
        ]
        say_json({"new": done.new, "known": done.known, "problems": problems})
        return
    for one in done.problems:
        where = {"sheet": one.sheet, "row": one.row, "column": one.column or "–"}
        typer.echo(_(_CELL).format(**where, what=one.what))
    typer.echo(_(_READ).format(new=done.new, known=done.known, problems=len(done.problems)))
