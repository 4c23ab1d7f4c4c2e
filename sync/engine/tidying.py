"""What a session leaves to do: due dates of what came, and copies that nobody sees any more.

All of it follows from rows that are durable already; what is left undone the next session does.
"""

from typing import Final

from sync.i18n import N_
from sync.progress import Progress
from sync.store.store import Store

TIDYING: Final = N_("Tidying up")


def work_off(store: Store, progress: Progress) -> None:
    """Do what waits, in small transactions: nobody who saves meanwhile waits for more."""
    progress(TIDYING, 0, 0)
    while store.dues.refresh():
        progress(TIDYING, 0, 0)
    while store.replica.purge_step():
        progress(TIDYING, 0, 0)
