"""Several processes that serve one store from one socket, and one that looks after them.

They know of each other only through the store. What one of them remembers by itself is counted
anew in each: how often an address tried a code lately, and who waits there for news. Which signed
requests came, each tells the others a second later (``request_book``).
"""

import logging
import multiprocessing
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Final

from sync.errors import DoorstepError
from sync.i18n import N_, _
from sync.identity import SystemClock
from sync.server.app import make_app
from sync.server.blobs.stores import blob_store_of
from sync.server.bugs import place_of
from sync.server.database import open_database
from sync.server.notices import deliver_notices
from sync.server.referrals import try_again
from sync.server.serving import (
    READY,
    AnsweringServer,
    config_of,
    keep_what_is_loaded,
    listening_on,
    url_of,
)
from sync.server.updates import FOLDER_NAME

log = logging.getLogger(__name__)

# A forked process would share the open connections of its parent.
_SPAWN: Final = multiprocessing.get_context("spawn")


class WorkerFailed(DoorstepError):
    """A process ended before it took its first request: the next one would too."""

    code = "server.worker"
    message = N_("A process of the server did not start. Run: doorstep-server check")


def serve_with_workers(
    data: Path, host: str, port: int, count: int, say: Callable[[str], None]
) -> None:
    """Serve with ``count`` processes until a signal stops them; whoever dies is replaced.

    One line says when all of them take requests. Raises :class:`PortTaken`, or
    :class:`WorkerFailed` where they do not come up.
    """
    with closing(open_database(data)) as database:
        deliver_notices(database, SystemClock())
        try_again(database, SystemClock())
    with listening_on(host, port) as listening:
        _Crew(data, listening, lambda: say(_(READY).format(url=url_of(listening)))).run(count)


@dataclass
class _Worker:
    """One process. ``ready`` is where it says that it takes requests, once."""

    process: SpawnProcess
    ready: Pipe
    is_ready: bool = False


@dataclass
class _Crew:
    """The processes of one server."""

    data: Path
    listening: socket.socket
    say_ready: Callable[[], None]
    _workers: list[_Worker] = field(default_factory=list)
    _stopping: bool = False

    def run(self, count: int) -> None:
        """Keep ``count`` of them at work until a signal comes."""
        with self._stopped_by_signals():
            for _number in range(count):
                self._start()
            try:
                self._look_after(count)
            finally:
                self._stop()
                for worker in self._workers:
                    worker.process.join()

    def _look_after(self, count: int) -> None:
        told = False
        while self._workers:
            waiting: list[Pipe | int] = [worker.process.sentinel for worker in self._workers]
            wait(waiting + [worker.ready for worker in self._workers if not worker.is_ready])
            for worker in list(self._workers):
                self._look_at(worker)
            if not told and all(worker.is_ready for worker in self._workers) and self._workers:
                told = True
                self.say_ready()

    def _look_at(self, worker: _Worker) -> None:
        if not worker.is_ready and worker.ready.poll():
            worker.is_ready = _heard(worker.ready)
        if worker.process.is_alive():
            return
        self._workers.remove(worker)
        worker.ready.close()
        if self._stopping:
            return
        if not worker.is_ready:
            raise WorkerFailed
        self._start()

    def _start(self) -> None:
        ours, theirs = _SPAWN.Pipe(duplex=False)
        arguments = (self.data, self.listening, theirs)
        # No daemon: a daemon would be ended without finishing what it does.
        process = _SPAWN.Process(target=_work, args=arguments, daemon=False)
        process.start()
        theirs.close()
        self._workers.append(_Worker(process, ours))
        if self._stopping:
            process.terminate()

    def _stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        self._stopping = True
        for worker in self._workers:
            worker.process.terminate()

    @contextmanager
    def _stopped_by_signals(self) -> Iterator[None]:
        numbers = (signal.SIGTERM, signal.SIGINT)
        before = [signal.signal(number, self._stop) for number in numbers]
        try:
            yield
        finally:
            for number, handler in zip(numbers, before, strict=True):
                signal.signal(number, handler)


def _heard(ready: Pipe) -> bool:
    """Whether the process said that it is ready, rather than ended."""
    try:
        return bool(ready.recv())
    except EOFError:
        return False


class _ReportingServer(AnsweringServer):
    """Says through a pipe that it takes requests."""

    ready: Pipe

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        await super().startup(sockets)
        self.ready.send(True)
        self.ready.close()


def _work(data: Path, listening: socket.socket, ready: Pipe) -> None:
    """The life of one process. It ends without the text of an error, which may quote data."""
    try:
        _serve(data, listening, ready)
    except Exception as error:  # noqa: BLE001  # The last place that can name it.
        log.error("a process ended: %s", place_of(error))
        sys.exit(1)


def _serve(data: Path, listening: socket.socket, ready: Pipe) -> None:
    clock = SystemClock()
    with closing(open_database(data)) as database:
        blobs, updates = blob_store_of(data), data / FOLDER_NAME
        app = make_app(database, clock, blobs=blobs, updates=updates)
        server = _ReportingServer(config_of(app))
        server.ready = ready
        keep_what_is_loaded()
        Thread(target=_follow_parent, args=[server], daemon=True).start()
        # Ctrl+C reaches every process of a terminal; each of them stops as it is asked to.
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listening])


def _follow_parent(server: AnsweringServer) -> None:
    """A parent that was killed cannot tell its processes to stop: they see that it is gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        server.should_exit = True
