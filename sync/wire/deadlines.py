"""Ends what takes too long: one thread watches over everything that this process waits for.

A timer of its own is a new thread, which whoever begins has to wait for.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from threading import Condition, Thread
from time import monotonic
from typing import Final

End = Callable[[], None]
"""Ends what goes on; called from another thread."""


class Deadlines:
    """Those that run now. The thread begins with the first, and waits until the next one ends."""

    def __init__(self) -> None:
        self._turn = Condition()
        self._running: dict[object, tuple[float, End]] = {}
        self._looks_at = inf
        self._thread: Thread | None = None

    @contextmanager
    def within(self, seconds: float, end: End) -> Iterator[None]:
        """Have ``end`` called where the block takes longer than so many seconds."""
        mark = object()
        self._begin(mark, monotonic() + seconds, end)
        try:
            yield
        finally:
            with self._turn:
                self._running.pop(mark, None)

    def _begin(self, mark: object, due: float, end: End) -> None:
        with self._turn:
            self._running[mark] = due, end
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._watch, name="deadlines", daemon=True)
                self._thread.start()
            elif due < self._looks_at:
                self._turn.notify()

    def _watch(self) -> None:
        while True:
            for end in self._over():
                end()

    def _over(self) -> list[End]:
        """Wait for the next deadline; those that are over then."""
        with self._turn:
            self._looks_at = min((due for due, _ in self._running.values()), default=inf)
            # What is done by then leaves its deadline behind: one look for nothing.
            self._turn.wait(None if self._looks_at == inf else self._looks_at - monotonic())
            now = monotonic()
            over = [mark for mark, (due, _) in self._running.items() if due <= now]
            return [self._running.pop(mark)[1] for mark in over]


DEADLINES: Final = Deadlines()
