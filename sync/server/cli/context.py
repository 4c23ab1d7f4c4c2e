"""What the commands share: where the store is, and how they speak."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import platformdirs
import typer

from sync.identity import Minter, SystemClock
from sync.server.database import open_database, telling_damage
from sync.server.office import Office


def default_folder() -> Path:
    """Where the server keeps its store unless it is told otherwise."""
    named = os.environ.get("DOORSTEP_SERVER_DATA")
    return Path(named) if named else platformdirs.user_data_path("doorstep-server", appauthor=False)


DataOption = Annotated[
    Path, typer.Option("--data", default_factory=default_folder, help="Folder of the server.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
CommunityOption = Annotated[
    str,
    typer.Option("--community", help="Id of the community; may be left out if it is the only one."),
]


@contextmanager
def office(data: Path) -> Iterator[Office]:
    """The administrator's desk on the store in ``data``, closed at the end."""
    database = open_database(data)
    clock = SystemClock()
    try:
        with telling_damage(data):
            yield Office(database, clock, Minter(now=clock.now))
    finally:
        database.close()


def say_json(document: Any) -> None:
    """Print the one document of a ``--json`` command."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def say_lines(lines: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """Print a list: a document, or a line each with its values side by side."""
    if as_json:
        say_json(list(lines))
        return
    for line in lines:
        typer.echo("  ".join(_word(value) for value in line.values()).rstrip())


def _word(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_word(each) for each in value) or "–"
    return str(value) if value not in (None, "") else "–"
