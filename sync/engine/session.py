"""Doing what the planner says: one session from the first request to equal digests."""

from sync.engine.report import SyncReport
from sync.progress import Progress, silent
from sync.store.store import Store
from sync.wire.client import Client


class SyncEngine:
    """Syncs one store with one server. One session at a time; run it off the Qt thread."""

    def __init__(self, store: Store, client: Client) -> None:
        self._store = store
        self._client = client

    def run(self, progress: Progress = silent) -> SyncReport:
        """One full session. ``progress`` is called between batches and may cancel.

        Raises :class:`NetworkError` (work kept), SignedOut, UpgradeNeeded, ClonedStore,
        DiskFull or Cancelled. A lane that does not get through stops nothing else and is named
        in the report.
        """
        raise NotImplementedError
