"""SQL that is compiled once for a whole run: every opening of a store makes engines of its own."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.sql.elements import ClauseElement


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


@contextmanager
def remembered() -> Iterator[None]:
    """A statement that is made once keeps what it was compiled to.

    Looking it up in an engine's cache hashes all of the statement each time.
    """
    look_up = ClauseElement._compile_w_cache

    def compiled(
        self: Any, dialect: Any, *, column_keys: Any, for_executemany: bool = False, **named: Any
    ) -> Any:
        kept = self.__dict__.setdefault("_kept", {})
        key = (dialect, tuple(column_keys), for_executemany)
        if key not in kept:
            kept[key] = look_up(
                self, dialect, column_keys=column_keys, for_executemany=for_executemany, **named
            )
        return kept[key]

    ClauseElement._compile_w_cache = compiled  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        ClauseElement._compile_w_cache = look_up  # type: ignore[method-assign]
