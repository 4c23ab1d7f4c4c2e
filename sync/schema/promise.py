"""What was promised at a door (答应的事): brought back, and shown until it is done."""

from typing import ClassVar

from sync.i18n import N_
from sync.schema.fields import SyncedRow, synced
from sync.schema.policy import Kind, Merge


class Promise(SyncedRow):
    """One thing that somebody said they would do for a household.

    It is open until it has ``kept_at``, or is ``dropped`` because the visit was taken back or it
    is not wanted any more. ``due`` is the day that was named, if any.
    """

    TYPE: ClassVar[str] = "promise"
    ROOT: ClassVar[str] = "household_id"

    household_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Household"), index=True)
    visit_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Said at"), index=True)
    staff_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Promised by"))
    made_at: str | None = synced(Merge.IMMUTABLE, Kind.MOMENT, label=N_("When"))
    what: str | None = synced(Merge.ASK, label=N_("What was promised"), most=500)
    due: str | None = synced(Merge.ASK, Kind.DAY, label=N_("By"))
    kept_at: str | None = synced(Merge.ASK, Kind.MOMENT, label=N_("Kept on"))
    kept_visit_id: str | None = synced(Merge.ASK, Kind.REF, label=N_("Kept at"))
    dropped: bool = synced(Merge.ASK, Kind.FLAG, label=N_("No longer wanted"))
