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
_WRONG: Final = (
    (r"No such option: (?P<what>\S+)", N_("There is no option {what}.")),
    (r"No such command '(?P<what>.*?)'", N_("There is no command {what}.")),
    (r"Missing option '(?P<what>.*)'\.", N_("The option {what} is missing.")),
    (r"Missing argument '(?P<what>.*)'\.", N_("{what} is missing.")),
    (r"Missing command\.", N_("A command is missing.")),
    (r"Got unexpected extra arguments? ?(?:\(s\) )?\((?P<what>.*)\)", N_("Too much: {what}.")),
    (r"Option '(?P<what>.*?)' requires", N_("The option {what} wants a value.")),
    (r"Option '(?P<what>.*?)' does not take", N_("The option {what} takes no value.")),
    (r"Invalid value for '(?P<what>.*?)'", N_("{what} does not take this value.")),
)
_SUGGESTED: Final = re.compile(r"(?:Did you mean|Possible options:) (?P<names>[^?)]*)")
_PERHAPS: Final = N_("Perhaps {names}.")
_SAID: Final = tuple(words for _pattern, words in _WRONG)
LIBRARY_WORDS: Final = (_USAGE, *_HEADINGS, _HELP_OPTION, _REQUIRED, _DEFAULT, _PERHAPS, *_SAID)
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


def usage_words(said: str) -> str:
    """What the library says of a command that it cannot read, in the language in use."""
    if catalogue.language == "en":
        return said
    for pattern, words in _WRONG:
        found = re.match(pattern, said)
        if found is not None:
            hint = _SUGGESTED.search(said)
            perhaps = _(_PERHAPS).format(names=hint["names"].replace("'", "")) if hint else ""
            return _(words).format(**found.groupdict()) + perhaps
    return said


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
