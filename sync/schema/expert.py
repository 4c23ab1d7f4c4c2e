"""The expert pool (人才库): who can be asked for advice or to a mediation, and in what field."""

from typing import ClassVar

from sync.i18n import N_
from sync.schema import codes
from sync.schema.fields import SyncedRow, synced
from sync.schema.policy import Kind, Merge, ScopeKind


class Expert(SyncedRow):
    """Somebody who knows a field. ``staff_id`` names those who work here: they can be invited to
    a case and then hold it; the others are asked, and named among those present."""

    TYPE: ClassVar[str] = "expert"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.COMMUNITY

    name: str | None = synced(Merge.ASK, label=N_("Name"))
    unit: str | None = synced(Merge.ASK, label=N_("Where they work"), most=200)
    phone: str | None = synced(Merge.ASK, label=N_("Phone"), private=True, most=100)
    fields: list[str] = synced(
        Merge.SET, Kind.WORDS, label=N_("Fields"), choices=tuple(codes.EXPERT_FIELD)
    )
    languages: list[str] = synced(Merge.SET, Kind.WORDS, label=N_("Languages"))
    staff_id: str | None = synced(Merge.ASK, Kind.REF, label=N_("Staff"))
    note: str | None = synced(Merge.TEXT, label=N_("Note"), most=2000)
    retired: bool = synced(Merge.ASK, Kind.FLAG, label=N_("Not asked any more"))
