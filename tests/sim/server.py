"""The server of a simulated world: the real app on a real store, which can be killed anywhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event

from sync.identity import Minter
from sync.server.app import make_app
from sync.server.database import open_database
from sync.server.notices import deliver_notices
from sync.server.office import Office
from sync.server.referrals import try_again
from tests.sim.clocks import WorldClock
from tests.sim.compiled import Compiled
from tests.sim.wire import Answer, Request, ask
from tests.support.laptops import Killed


class SimServer:
    """One server process at a time on one folder."""

    def __init__(self, folder: Path, clock: WorldClock, minter: Minter, compiled: Compiled) -> None:
        self.folder = folder
        self._clock = clock
        self._minter = minter
        self._compiled = compiled
        self.start()

    def start(self) -> None:
        """A new process: everything it knows, it reads from its store; what waits is passed on."""
        self.database = open_database(self.folder)
        self._compiled.lend([self.database.engine])
        self.app = make_app(self.database, self._clock, self._minter)
        self.office = Office(self.database, self._clock, self._minter)
        deliver_notices(self.database, self._clock)
        try_again(self.database, self._clock)

    def write_requests(self) -> None:
        """What a serving process does every second; a killed one forgets what came since."""
        self.app.state.services.requests.write()

    def stop(self) -> None:
        """The process is gone."""
        self.database.close()

    def restart(self) -> None:
        """Another process on the same store."""
        self.stop()
        self.start()

    def answer(self, request: Request) -> Answer:
        """One request, answered. Raises :class:`Killed` where :meth:`kill_after` says so."""
        return ask(self.app, request)

    def answer_or_die(self, request: Request, statements: int) -> Answer:
        """As :meth:`answer`, but the process ends before its ``statements``-th statement.

        Whatever transaction was open is rolled back, as the store's recovery would.
        """
        with _Death(self.database.engine, statements):
            try:
                return self.answer(request)
            except Killed:
                pass
        self.restart()
        raise Killed


class _Death:
    """Counts statements and commits, and ends the process at one of them."""

    def __init__(self, engine: Any, statements: int) -> None:
        self._engine = engine
        self._left = statements
        self._hooks: list[tuple[str, Callable[..., None]]] = [
            ("before_cursor_execute", self._strike),
            ("commit", self._strike),
        ]

    def _strike(self, *_: Any) -> None:
        self._left -= 1
        if self._left == 0:
            raise Killed

    def __enter__(self) -> None:
        for name, hook in self._hooks:
            event.listen(self._engine, name, hook)

    def __exit__(self, *_: object) -> None:
        for name, hook in self._hooks:
            event.remove(self._engine, name, hook)
