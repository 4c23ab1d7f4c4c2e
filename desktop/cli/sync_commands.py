"""Syncing, and what the server keeps aside."""

import json
from pathlib import Path
from typing import Annotated

import typer

from desktop.cli.context import (
    JsonOption,
    access_of,
    print_json,
    tell_or_silent,
)
from desktop.services.outbox import held_reason, kind_words
from desktop.services.syncing import held_document, report_document
from sync.i18n import _
from sync.progress import silent


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("sync")(sync)
    app.command("held")(held)
    app.command("export-held")(export_held)


def sync(
    context: typer.Context,
    json_: JsonOption = False,
) -> None:
    """Send what waits, receive what is new, and prove both copies equal."""
    with access_of(context).workplace() as place:
        # For people who watch; a script reads stderr for what went wrong, and nothing else.
        report = place.syncing.run(silent if json_ else tell_or_silent())
        document = report_document(report)
        if json_:
            print_json(document)
            return
        typer.echo(
            _(
                "Sent {pushed}, received {pulled}. {pending} waiting, "
                "{conflicts} to decide, {held} kept aside."
            ).format(**{k: v for k, v in document.items() if isinstance(v, int)})
        )


def held(
    context: typer.Context,
    json_: JsonOption = False,
) -> None:
    """List what the server keeps aside, and why."""
    with access_of(context).workplace() as place:
        items = [held_document(item) for item in place.syncing.held()]
        if json_:
            print_json(items)
            return
        if not items:
            typer.echo(_("The server keeps nothing aside."))
        for item in items:
            what = (item["op_id"], kind_words(item["type"]), held_reason(item["code"]))
            typer.echo("  ".join(what))


def export_held(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write the files.")],
) -> None:
    """Write what the server keeps aside to DIR, one file each, named by its id alone."""
    with access_of(context).workplace() as place:
        items = place.syncing.held()
        folder.mkdir(parents=True, exist_ok=True)
        place.reveals.record((item.type, item.id, "*") for item in items)
        for item in items:
            text = json.dumps(held_document(item, whole=True), ensure_ascii=False, indent=2)
            (folder / f"{item.op_id}.json").write_text(text, encoding="utf-8")
        typer.echo(_("Wrote {count} files.").format(count=len(items)))
