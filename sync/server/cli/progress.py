"""A progress bar on stderr, for people only: scripts see nothing of it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TextIO

from sync.i18n import _

WIDTH: Final = 30


@dataclass
class ProgressBar:
    """Draws one line over and over; :meth:`close` wipes it."""

    stream: TextIO
    _last: str = ""

    def __call__(self, step: str, so_far: int, in_all: int) -> None:
        """See :class:`sync.progress.Progress`."""
        if not self.stream.isatty():
            return
        full = WIDTH * so_far // in_all if in_all else 0
        line = f"\r{_(step)} [{'#' * full}{'.' * (WIDTH - full)}] {so_far}/{in_all or '?'}"
        if line != self._last:
            self._draw(line)

    def close(self) -> None:
        """Leave an empty line behind."""
        if self._last:
            self._draw("\r" + " " * (len(self._last) + WIDTH) + "\r")

    def _draw(self, line: str) -> None:
        self.stream.write(line)
        self.stream.flush()
        self._last = line


@contextmanager
def progress_bar() -> Iterator[ProgressBar]:
    """The bar of a command, wiped at its end."""
    bar = ProgressBar(sys.stderr)
    try:
        yield bar
    finally:
        bar.close()
