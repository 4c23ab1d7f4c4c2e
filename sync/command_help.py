"""The words of ``--help`` in the language that is spoken.

A command line library builds its commands from docstrings and options, which hold English, and
says a few words of its own ("Usage:", "required") while it writes them down.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from sync.i18n import N_, _, catalogue

_USAGE: Final = N_("Usage:")
_HEADINGS: Final = (N_("Options"), N_("Arguments"), N_("Commands"))
_HELP_OPTION: Final = N_("Show this message and exit.")
_REQUIRED: Final = N_("[required]")
_DEFAULT: Final = N_("[default: {value}]")
LIBRARY_WORDS: Final = (_USAGE, *_HEADINGS, _HELP_OPTION, _REQUIRED, _DEFAULT)
"""What the library says itself."""

_MARKED: Final = re.compile(r"\[(?:default: (?P<value>.*?))?(?:(?:; )?(?P<required>required))?\]$")


def speak_help(command: Any) -> Any:
    """The command with everything under it in the language in use; it is changed in place.

    ``command`` is what the library made of the program, new in each run.
    """
    if catalogue.language == "en":
        return command
    for part in _parts(command):
        if getattr(part, "help", None):
            part.help = _(part.help)
        if hasattr(part, "short_help") and part.help:
            # A list of commands shows the first sentence. Cut after so many English words,
            # nothing would be left of a Chinese one.
            part.short_help = part.help.partition("\n")[0].partition("。")[0]
        if hasattr(part, "context_class"):
            part.context_class = _spoken(part.context_class)
    return command


def help_texts(command: Any) -> Iterator[str]:
    """Every text that ``--help`` of a program may show, in English."""
    for part in _parts(command):
        if getattr(part, "help", None):
            yield part.help


def _parts(command: Any) -> Iterator[Any]:
    """The command, its options and arguments, and the same of each command under it."""
    yield command
    yield from command.params
    for below in getattr(command, "commands", {}).values():
        yield from _parts(below)


def _spoken(context_class: Any) -> Any:
    """A context whose help is written in the language in use."""
    writer = context_class.formatter_class

    class SpokenHelp(writer):  # type: ignore[misc,valid-type]  # The library keeps them hidden.
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or f"{_(_USAGE)} ")

        def write_heading(self, heading: str) -> None:
            super().write_heading(_(heading))

        def write_dl(self, rows: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
            spoken = [(name, _MARKED.sub(_mark, _(words))) for name, words in rows]
            super().write_dl(spoken, *args, **kwargs)

    class SpokenContext(context_class):  # type: ignore[misc]
        formatter_class = SpokenHelp

    return SpokenContext


def _mark(found: re.Match[str]) -> str:
    """That an option has to be given, and what it is otherwise."""
    value = found["value"]
    marks = [_(_DEFAULT).format(value=value)] if value else []
    return " ".join([*marks, *([_(_REQUIRED)] if found["required"] else [])]) or found[0]
