"""Ends what takes too long: one thread watches over everything that this process waits for.

A timer of its own is a new thread, which whoever begins has to wait for.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from threading import Condition, Thread
from time import monotonic
from typing import Final

End = Callable[[], None]
"""Ends what goes on, without waiting for anything; called from another thread."""

log: Final = logging.getLogger("doorstep.deadlines")


class Deadlines:
    """Those that run now. The thread begins with the first, and waits until the next one ends."""

    def __init__(self) -> None:
        self._begin_anew()
        if hasattr(os, "register_at_fork"):
            # A child has neither the thread nor what it waited on, and ends nothing of its parent.
            os.register_at_fork(after_in_child=self._begin_anew)

    def _begin_anew(self) -> None:
        self._turn = Condition()
        self._running: dict[object, tuple[float, End]] = {}
        self._looks_at = inf
        self._thread: Thread | None = None

    @contextmanager
    def within(self, seconds: float, end: End) -> Iterator[None]:
        """Have ``end`` called where the block takes longer than so many seconds.

        Whoever leaves the block waits for an ``end`` that was just called: what comes next on the
        same connection is not ended with it.
        """
        mark = object()
        self._begin(mark, monotonic() + seconds, end)
        try:
            yield
        finally:
            with self._turn:
                self._running.pop(mark, None)

    def _begin(self, mark: object, due: float, end: End) -> None:
        with self._turn:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._watch, name="deadlines", daemon=True)
                self._thread.start()
            elif due < self._looks_at:
                self._turn.notify()
            self._running[mark] = due, end

    def _watch(self) -> None:
        with self._turn:
            while True:
                self._wait()
                for end in self._over():
                    _call(end)

    def _wait(self) -> None:
        """Until the next deadline, or for one that is sooner."""
        self._looks_at = min((due for due, _ in self._running.values()), default=inf)
        # What is done by then leaves its deadline behind: one look for nothing.
        self._turn.wait(None if self._looks_at == inf else self._looks_at - monotonic())

    def _over(self) -> list[End]:
        """Those that are over, each once."""
        now = monotonic()
        over = [mark for mark, (due, _) in self._running.items() if due <= now]
        return [self._running.pop(mark)[1] for mark in over]


def _call(end: End) -> None:
    try:
        end()
    except Exception:
        # All the others are watched over by the same thread.
        log.exception("what took too long could not be ended")


DEADLINES: Final = Deadlines()
