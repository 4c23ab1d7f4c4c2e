"""Small steps of work in a thread of their own, while a session is busy with something else."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager


class Meanwhile:
    """Does ``step`` again and again, from each :meth:`more` on until it says that nothing is left.

    What is left when the session goes on is the session's own to do: nobody waits for more than
    the step under way.
    """

    def __init__(self, step: Callable[[], bool], pool: ThreadPoolExecutor) -> None:
        """:func:`meanwhile` makes one and ends it."""
        self._step = step
        self._pool = pool
        self._over = threading.Event()
        self._job: Future[None] | None = None

    def more(self) -> None:
        """There is something to do. Raises what an earlier step raised."""
        if self._job is None or self._job.done():
            self.check()
            self._job = self._pool.submit(self._run)

    def check(self) -> None:
        """Wait for the step under way. Raises what one of them raised."""
        if self._job is not None:
            self._job.result()

    def end(self) -> None:
        """Begin no further step."""
        self._over.set()

    def _run(self) -> None:
        while not self._over.is_set() and self._step():
            pass


@contextmanager
def meanwhile(step: Callable[[], bool]) -> Iterator[Meanwhile]:
    """Work that goes on beside the block, and is at rest after it."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="meanwhile")
    work = Meanwhile(step, pool)
    try:
        yield work
        work.end()
        work.check()
    finally:
        work.end()
        pool.shutdown(wait=True)
