"""The command line: the same services as the screens, for scripts and for headless machines.

Every failure is one line on stderr and an exit code: 1 refused or failed, 2 wrong usage, 3 no
network (work kept), 4 locked or wrong password. ``--json`` prints one document on stdout.
"""

import sys
from collections.abc import Sequence
from typing import Final

import typer
from typer.exceptions import TyperException

from desktop import crash
from desktop.cli.commands import app
from desktop.cli.context import options_first
from desktop.services.updates import this_program
from sync import __version__
from sync.command_help import speak_help, usage_words
from sync.errors import Bug, DoorstepError
from sync.i18n import catalogue, preferred_language
from sync.terminal import speak_unicode

EXIT_REFUSED: Final = 1
EXIT_USAGE: Final = 2


def main() -> None:
    """Run one command and end the process with its exit code."""
    speak_unicode((sys.stdin, sys.stdout, sys.stderr))
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    catalogue.use(preferred_language())
    try:
        command = speak_help(typer.main.get_command(app))
        result = command(options_first(arguments), standalone_mode=False)
    except DoorstepError as error:
        typer.echo(error.sentence(), err=True)
        result = error.exit_code
    except TyperException as error:
        typer.echo(f"{usage_words(error.format_message())} doorstep --help", err=True)
        result = EXIT_USAGE
    except typer.Exit as ended:
        result = ended.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return EXIT_REFUSED
    except Exception as error:  # noqa: BLE001  (its text may quote a resident: only its trace)
        crash.log.error("command\n%s", crash.trace_of(error))
        typer.echo(Bug().sentence(), err=True)
        return EXIT_REFUSED
    _prove_itself()
    return result if isinstance(result, int) else 0


def _prove_itself() -> None:
    """A command of this version ended, if only by saying what is in its way, such as no network: it
    need not be tried any more."""
    installed = this_program(__version__)
    if installed is not None:
        installed.versions.confirm(__version__)
