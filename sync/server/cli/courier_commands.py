"""What couriers bring to the server itself."""

import asyncio
from pathlib import Path
from typing import Annotated, Final

import typer

from sync.errors import CourierFileMissing
from sync.i18n import N_, _
from sync.server.app import make_app
from sync.server.cli.context import DataOption, JsonOption, office, say_json
from sync.server.courier import answer_envelope
from sync.wire.courier import carry_all
from sync.wire.messages import CourierReply

courier_app: Final = typer.Typer(
    help="Files that laptops without a line send on a stick.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_HANDED_OVER: Final = N_("{requests} requests answered. The answers are in {file}.")


@courier_app.command("import")
def courier_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What the courier brought.")],
    data: DataOption,
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to write the answers; default: beside.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Settle what FILE holds, and write the answers for the laptop that made it."""
    if not file.is_file():
        raise CourierFileMissing(file=str(file))
    answers = out or file.with_name(f"{file.stem}-answers{file.suffix}")
    with office(data) as desk, asyncio.Runner() as runner:
        app = make_app(desk.db, desk.clock)

        def carry(envelope: bytes) -> CourierReply:
            return runner.run(answer_envelope(app, desk.db, desk.minter, envelope))

        carried = carry_all(file, answers, carry)
        desk.note("courier.import", "")
    if as_json:
        say_json({"requests": carried.requests, "bytes": carried.bytes, "whole": carried.whole})
    else:
        typer.echo(_(_HANDED_OVER).format(requests=carried.requests, file=answers))
