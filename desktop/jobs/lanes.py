"""Where jobs run: the store lane keeps order, the net lane keeps the store lane free."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Protocol

from desktop.jobs.job import Job

NET_THREADS: Final = 2
LOOSE_END_S: Final = 1.0
CALM_MS: Final = 60
"""How long a window is left alone with what it just shows: laid out and painted by then."""


class Lane(Protocol):
    """Starts jobs. The real ones use threads; tests run inline and stay in order."""

    def start(self, job: Job) -> None:
        """Run ``job`` soon. It is kept alive until it settles."""


class ThreadLane:
    """A few threads that take jobs in the order they were started.

    ``drains`` says that closing lets what waits run: saving is never dropped.
    """

    def __init__(self, name: str, threads: int, *, drains: bool = False) -> None:
        self._drains = drains
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._running: dict[Future[None], Job] = {}

    def start(self, job: Job) -> None:
        """Queue ``job``; the lane holds it, so a page may forget it."""
        future = self._pool.submit(job.run)
        self._running[future] = job
        future.add_done_callback(lambda ended: self._running.pop(ended, None))

    def close(self) -> None:
        """Ask what runs to stop, drop what waits, and wait for the rest; or let all of it end."""
        if not self._drains:
            for job in list(self._running.values()):
                job.cancel()
        self._pool.shutdown(wait=True, cancel_futures=not self._drains)


class LooseLane:
    """A thread for each job, which the end of the program waits for but a moment.

    For what only waits: a job that is stuck in a dead network must not keep the window's process.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._running: dict[threading.Thread, Job] = {}

    def start(self, job: Job) -> None:
        """Run ``job`` at once."""
        thread = threading.Thread(target=self._run, args=[job], name=self._name, daemon=True)
        self._running[thread] = job
        thread.start()

    def close(self) -> None:
        """Ask what runs to stop."""
        for thread, job in list(self._running.items()):
            job.cancel()
            thread.join(LOOSE_END_S)

    def _run(self, job: Job) -> None:
        job.run()
        self._running.pop(threading.current_thread(), None)


class InlineLane:
    """Runs each job at once, on the caller's thread: for tests and the command line."""

    def start(self, job: Job) -> None:
        """Run ``job`` now."""
        job.run()


class Lanes:
    """The lanes of one window: ``store`` has one thread, so store work keeps its order.

    ``live`` is for waiting for news; without it nobody waits, and syncing goes by its timer.
    ``calm_ms`` is how long figures beside a page wait, so that they do not slow its painting down.
    """

    def __init__(self, store: Lane, net: Lane, live: Lane | None = None, calm_ms: int = 0) -> None:
        self.store = store
        self.net = net
        self.live = live
        self.calm_ms = calm_ms


def threaded_lanes() -> tuple[Lanes, list[ThreadLane | LooseLane]]:
    """The lanes of the running app, and what to close at the end, in this order."""
    store, net = ThreadLane("store", 1, drains=True), ThreadLane("net", NET_THREADS)
    live = LooseLane("live")
    return Lanes(store, net, live, CALM_MS), [live, net, store]
