"""What every command shares: which profile, where it is, and how its password arrives."""

import getpass
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from desktop.paths import Paths, paths_for
from desktop.services.policy import Policy
from desktop.services.policy_sources import machine_policy
from desktop.services.profiles import ProfileFolder, Profiles
from desktop.services.workplace import Workplace, open_workplace
from sync.errors import PasswordNeeded
from sync.i18n import _
from sync.identity import SystemClock
from sync.progress import Progress, silent

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
RevealOption = Annotated[
    bool, typer.Option("--reveal", help="Show names and numbers in full; this is recorded.")
]


@dataclass(frozen=True)
class Access:
    """The options that lead to an opened profile."""

    profile: str | None = None
    home: Path | None = None
    password_stdin: bool = False

    @property
    def paths(self) -> Paths:
        """The app's folders for this command."""
        return paths_for(self.home)

    @cached_property
    def policy(self) -> Policy:
        """What IT set for this computer. Raises PolicyBroken."""
        return machine_policy()

    @property
    def profiles(self) -> Profiles:
        """The profiles on this computer, below its policy."""
        return Profiles(self.paths.profiles, self.policy)

    def folder(self) -> ProfileFolder:
        """The chosen profile's folder."""
        return self.profiles.pick(self.profile)

    def password(self, *, new: bool = False) -> str:
        """The password from standard input, a file, or a prompt. Raises PasswordNeeded."""
        return read_password(from_stdin=self.password_stdin, new=new)

    @contextmanager
    def workplace(self) -> Iterator[Workplace]:
        """The opened profile, closed again whatever happens."""
        opened = open_workplace(self.folder(), self.password(), SystemClock())
        try:
            yield opened
        finally:
            opened.close()


def access_of(context: typer.Context) -> Access:
    """The options that were given before or after the command's name."""
    found = context.find_object(Access)
    return found if found is not None else Access()


def options_first(arguments: Sequence[str]) -> list[str]:
    """``arguments`` with the options of :class:`Access` in front, wherever they stood.

    Scripts write them before or after the command; what follows ``--`` is left alone.
    """
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        name = argument.partition("=")[0]
        if argument == "--":
            rest += [argument, *waiting]
        elif name in ("--home", "--profile"):
            front += [argument] if "=" in argument else [argument, *islice(waiting, 1)]
        elif argument == "--password-stdin":
            front.append(argument)
        else:
            rest.append(argument)
    return front + rest


def read_password(*, from_stdin: bool, new: bool) -> str:
    """One password; a new one that is typed is asked for twice."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    file = os.environ.get("DOORSTEP_PASSWORD_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").splitlines()[0]
    if not sys.stdin.isatty():
        raise PasswordNeeded
    while True:
        typed = getpass.getpass(_("Password: "))
        if not new or getpass.getpass(_("Once more: ")) == typed:
            return typed
        typer.echo(_("These two differ."), err=True)


def print_json(document: Any) -> None:
    """One document on standard output, Chinese readable."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def tell_or_silent() -> Progress:
    """Progress for people who watch; a script reads stderr for what went wrong, and no more."""
    return _tell if sys.stderr.isatty() else silent


def _tell(step: str, so_far: int, in_all: int) -> None:
    told = _(step) if step else ""
    counts = f"{so_far}/{in_all}" if in_all else str(so_far)
    typer.echo(f"{told} {counts}", err=True)
