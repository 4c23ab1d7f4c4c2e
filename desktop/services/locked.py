"""What the lock may say of whoever locked this computer, and of nobody else."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from desktop.services.leasing import days_left
from desktop.services.overview import where_of
from desktop.services.workplace import Workplace
from sync.identity import parse_stamp, stamp


@dataclass(frozen=True)
class Locked:
    """A profile as it was when it was locked. It is handed from memory to memory and never to the
    disk: on a stolen computer only a login can be read.

    Attributes:
        unsent: how many edits wait to be sent.
        days_left: in how many days the profile locks without contact; ``None`` where no end is set.
    """

    profile: str
    name: str
    where: str
    since: datetime
    unsent: int
    days_left: int | None

    def document(self) -> dict[str, Any]:
        """For the pipe to the process that shows the lock."""
        return {**asdict(self), "since": stamp(self.since)}


def locked_of(told: Mapping[str, Any]) -> Locked:
    """What :meth:`Locked.document` said. Raises TypeError, KeyError or ValueError."""
    return Locked(**{**told, "since": parse_stamp(told["since"])})


def locked_now(place: Workplace) -> Locked:
    """Read it while the store is still open; quick."""
    return Locked(
        profile=place.folder.name,
        name=place.store.account.user.name,
        where=where_of(place),
        since=place.clock.now(),
        unsent=place.store.reading.counts().waiting,
        days_left=days_left(place.store, place.folder),
    )
