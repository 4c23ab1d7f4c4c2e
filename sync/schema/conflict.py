"""A disagreement is an ordinary row, in the scope of the field it is about."""

from typing import Any, ClassVar, NotRequired, TypedDict

from sync.i18n import N_
from sync.schema import codes
from sync.schema.fields import SyncedRow, Value, synced
from sync.schema.policy import Kind, Merge, ScopeKind


class Candidate(TypedDict):
    """What one client wants instead of the current value, and who it is.

    ``at`` is the server's estimate of when it was written, a stamp; ``sure`` says whether it is
    ``exact``, ``estimated`` or ``unknown``.
    """

    client: str
    op: str
    author: str
    device: str
    at: str
    value: Value
    sure: NotRequired[str]


class Conflict(SyncedRow):
    """Two people changed the same field; a person decides. One open for each (row, field).

    ``value``, ``decided_by`` and ``decided_at`` are there once it is settled.
    """

    TYPE: ClassVar[str] = "conflict"
    ROOT: ClassVar[str] = "target_root"

    kind: str | None = synced(
        Merge.SERVER, Kind.CODE, label=N_("Kind"), choices=tuple(codes.CONFLICT_KIND)
    )
    target_type: str | None = synced(Merge.SERVER, label=N_("Record"), index=True)
    target_id: str | None = synced(Merge.SERVER, Kind.REF, label=N_("Record"), index=True)
    target_root: str | None = synced(Merge.SERVER, Kind.REF, label=N_("Household"))
    field: str | None = synced(Merge.SERVER, label=N_("Field"))
    base: Any = synced(Merge.SERVER, Kind.JSON, label=N_("Before"))
    current: Any = synced(Merge.SERVER, Kind.JSON, label=N_("Now"))
    current_by: list[dict[str, str]] = synced(Merge.SERVER, Kind.JSON, label=N_("Written by"))
    candidates: list[dict[str, Any]] = synced(Merge.SERVER, Kind.JSON, label=N_("Others"))
    status: str | None = synced(
        Merge.SERVER, Kind.CODE, label=N_("Status"), choices=tuple(codes.CONFLICT_STATUS)
    )
    value: Any = synced(Merge.SERVER, Kind.JSON, label=N_("Settled as"))
    decided_by: str | None = synced(Merge.SERVER, Kind.REF, label=N_("Decided by"))
    decided_at: str | None = synced(Merge.SERVER, Kind.MOMENT, label=N_("Decided at"))


class Notice(SyncedRow):
    """A line in one person's inbox: how a conflict they took part in was settled."""

    TYPE: ClassVar[str] = "notice"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.USER

    user_id: str | None = synced(Merge.SERVER, Kind.REF, label=N_("For"))
    about: str | None = synced(Merge.SERVER, Kind.REF, label=N_("About"))
    kind: str | None = synced(Merge.SERVER, label=N_("Kind"))
    at: str | None = synced(Merge.SERVER, Kind.MOMENT, label=N_("When"))
