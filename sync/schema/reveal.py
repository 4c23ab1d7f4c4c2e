"""Looking at what is masked is an act, and leaves a trace (个人信息保护法 art. 51, 54)."""

from typing import ClassVar

from sync.i18n import N_
from sync.schema.fields import SyncedRow, synced
from sync.schema.policy import Kind, Merge, ScopeKind


class Reveal(SyncedRow):
    """Someone saw a masked value, or printed or exported: what and why, never the value.

    Written offline like everything else; lives in the inbox scope of the person who looked.
    """

    TYPE: ClassVar[str] = "reveal"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.USER
    APPEND_ONLY: ClassVar[bool] = True

    staff_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Seen by"))
    seen_at: str | None = synced(Merge.APPEND, Kind.MOMENT, label=N_("When"))
    target_type: str | None = synced(Merge.APPEND, label=N_("Record"))
    target_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Record"))
    field: str | None = synced(Merge.APPEND, label=N_("Field"))
    reason: str | None = synced(Merge.APPEND, label=N_("Reason"), most=500)
