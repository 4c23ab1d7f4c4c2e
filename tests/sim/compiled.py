"""SQL that is compiled once for a whole run: every opening of a store makes engines of its own."""

from collections.abc import Iterable
from typing import Any


class Compiled:
    """The compiled statements of one kind of engine, lent to all that follow the first."""

    def __init__(self) -> None:
        self._first: Any = None

    def lend(self, engines: Iterable[Any]) -> None:
        """Let these engines, which have connected once, use what the first one compiled."""
        for engine in engines:
            self._first = self._first or engine
            # A statement's place in the cache names the dialect, so both go together.
            engine.dialect = self._first.dialect
            engine._compiled_cache = self._first._compiled_cache
