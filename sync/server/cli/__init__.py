"""``doorstep-server``: the administrator's commands.

Every failure is one line on stderr and an exit code: 1 refused or failed, 2 wrong usage.
``--json`` prints one document on stdout and nothing else.
"""

import sys
from collections.abc import Sequence
from typing import Final

import typer
from typer.exceptions import TyperException

from sync.command_help import speak_help, usage_words
from sync.errors import DoorstepError
from sync.i18n import N_, _, catalogue, preferred_language
from sync.server.bugs import place_of
from sync.server.cli.commands import app
from sync.terminal import speak_unicode

EXIT_REFUSED: Final = 1
EXIT_USAGE: Final = 2
_BUG: Final = N_("Something went wrong in the server ({where}). Run: doorstep-server check")


def main() -> None:
    """Run one command and end the process with its exit code."""
    speak_unicode((sys.stdin, sys.stdout, sys.stderr))
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    catalogue.use(preferred_language())
    try:
        command = speak_help(typer.main.get_command(app))
        result = command(list(arguments), standalone_mode=False)
    except DoorstepError as error:
        typer.echo(error.sentence(), err=True)
        return error.exit_code
    except TyperException as error:
        typer.echo(f"{usage_words(error.format_message())} doorstep-server --help", err=True)
        return EXIT_USAGE
    except typer.Exit as ended:
        return ended.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return EXIT_REFUSED
    except Exception as error:  # noqa: BLE001  # One line, and without the error's own text,
        # which may hold what a roster says of somebody.
        typer.echo(_(_BUG).format(where=place_of(error)), err=True)
        return EXIT_REFUSED
    return result if isinstance(result, int) else 0
