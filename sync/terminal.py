"""The streams of a command: Chinese gets through, whatever code page the system has."""

import io
from collections.abc import Iterable


def speak_unicode(streams: Iterable[object]) -> None:
    """A file or a pipe carries UTF-8, as scripts and JSON expect it. A terminal keeps its own, and
    shows a mark in place of a character that it does not have.

    A Chinese Windows writes pipes in GBK, which lacks the rare characters of people's names: a
    command would end in the middle of what it says.
    """
    for stream in streams:
        if not isinstance(stream, io.TextIOWrapper):
            continue  # A program without a console has none.
        if stream.isatty():
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8")
