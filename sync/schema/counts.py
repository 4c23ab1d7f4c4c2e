"""What the matters of a community came to, in numbers alone: for the street."""

from typing import ClassVar

from sync.i18n import N_
from sync.schema.fields import SyncedRow, synced
from sync.schema.policy import Kind, Merge, ScopeKind


class MatterCount(SyncedRow):
    """The matters that were reported in one ``month`` (2026-06), as they stood on ``day``.

    ``overdue`` are those whose lamp burns red, ``in_time`` those of the ``finished`` that were so
    by their limit; ``content`` are scores of 4 and 5 of all residents ``reached``. The server
    counts; nobody is named.
    """

    TYPE: ClassVar[str] = "matter_count"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.UNIT

    month: str | None = synced(Merge.SERVER, label=N_("Month"), most=7)
    day: str | None = synced(Merge.SERVER, Kind.DAY, label=N_("Counted on"))
    reported: int | None = synced(Merge.SERVER, Kind.NUMBER, label=N_("Reported"))
    whistled: int | None = synced(Merge.SERVER, Kind.NUMBER, label=N_("Whistled"))
    overdue: int | None = synced(Merge.SERVER, Kind.NUMBER, label=N_("Overdue"))
    finished: int | None = synced(Merge.SERVER, Kind.NUMBER, label=N_("Finished"))
    in_time: int | None = synced(Merge.SERVER, Kind.NUMBER, label=N_("Finished in time"))
    closed: int | None = synced(Merge.SERVER, Kind.NUMBER, label=N_("Closed"))
    reached: int | None = synced(Merge.SERVER, Kind.NUMBER, label=N_("Residents reached"))
    content: int | None = synced(Merge.SERVER, Kind.NUMBER, label=N_("Content"))
