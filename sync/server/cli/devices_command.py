"""``doorstep-server devices``: every computer at a glance, the silent ones first."""

from dataclasses import asdict
from typing import Annotated

import typer

from sync.i18n import _
from sync.identity import local_day, parse_stamp
from sync.server.cli.context import DataOption, JsonOption, office, say_json
from sync.server.devices import DeviceLine, device_lines


def devices(
    data: DataOption,
    only_silent: Annotated[
        bool, typer.Option("--silent", help="Only those that were not here for a week.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Who has which computer, its version, last contact, what waits on it, and its last error."""
    with office(data) as desk, desk.db.read() as connection:
        now = desk.clock.now()
        lines = device_lines(connection, now)
    shown = [line for line in lines if line.is_silent(now) or not only_silent]
    if as_json:
        say_json([asdict(line) | {"silent": line.is_silent(now)} for line in shown])
        return
    for line in shown:
        typer.echo(_said(line, silent=line.is_silent(now)))
    if not shown:
        typer.echo(_("None."))


def _said(line: DeviceLine, *, silent: bool) -> str:
    seen = local_day(parse_stamp(line.seen)).isoformat() if line.seen else "–"
    parts = [
        "!" if silent or line.error else " ",
        f"{line.login:<14}",
        seen,
        f"{line.version or '–':<8}",
        _("{pending} waiting, {held} kept aside").format(pending=line.pending, held=line.held),
    ]
    if line.error:
        parts.append(line.error)
    if line.revoked:
        parts.append(_("revoked"))
    return "  ".join([*parts, line.name, line.device])
