"""Looks once a day, after a sync that went well, whether the office has a newer version."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from desktop.jobs.job import Job
from desktop.jobs.lanes import Lane
from desktop.services.policy import Policy
from desktop.services.profiles import Connection
from desktop.services.syncing import Connect, connect
from desktop.services.updates import Installed, Updates
from sync.errors import DoorstepError
from sync.identity import Clock
from sync.progress import Progress
from sync.wire.signing import NOBODY

EVERY: Final = timedelta(days=1)


class UpdateWatch(QObject):
    """Fetches what there is; nobody waits for it, and what goes wrong is tried again tomorrow.

    Signals:
        placed: the version that starts the next time.
    """

    placed = Signal(str)

    def __init__(
        self, updates: Updates, clock: Clock, lane: Lane, connect_to: Connect = connect
    ) -> None:
        super().__init__()
        self._updates = updates
        self._clock = clock
        self._lane = lane
        self._connect = connect_to
        self._looked: datetime | None = None

    def look(self, connection: Connection) -> None:
        """Ask the server of a profile, unless it was asked today."""
        now = self._clock.now()
        if self._looked is not None and now - self._looked < EVERY:
            return
        self._looked = now
        job = Job(partial(self._fetch, connection))
        job.done.connect(self._tell)
        self._lane.start(job)

    def _fetch(self, connection: Connection, progress: Progress) -> str:
        client = self._connect(connection, NOBODY)
        offer = self._updates.offered(client)
        return self._updates.fetch(client, offer, progress) if offer is not None else ""

    def _tell(self, version: str) -> None:
        if version:
            self.placed.emit(version)


def watch_for(
    installed: Installed | None, policy: Policy, clock: Clock, lane: Lane
) -> UpdateWatch | None:
    """A watch, where this computer updates itself."""
    try:
        return UpdateWatch(Updates(installed, policy), clock, lane)
    except DoorstepError:
        return None
