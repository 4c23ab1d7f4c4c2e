"""An oral mediation, settled at the door (人民调解法 art. 28: an oral agreement is recorded)."""

from typing import ClassVar

from sync.i18n import N_
from sync.schema import codes
from sync.schema.fields import SyncedRow, synced
from sync.schema.policy import Kind, Merge


class OralMediation(SyncedRow):
    """Two parties, what it was about, what came of it. Written once, never edited.

    The first party is the household it was written from; the second is a household of the
    ledger (``other_household_id``, of whom ``other_person_id``) or a name as it was told
    (``other_party``). Who is found in the ledger later is linked by another row that ``corrects``
    this one, keeps its words and its mediator, and names in ``linked_by`` who found them; a row
    without ``what`` takes one back. ``visit_id`` is the
    visit at which the quarrel was told; ``amount`` is in cents (分).
    """

    TYPE: ClassVar[str] = "oral_mediation"
    ROOT: ClassVar[str] = "household_id"
    APPEND_ONLY: ClassVar[bool] = True

    household_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("First party"), index=True)
    other_household_id: str | None = synced(
        Merge.APPEND, Kind.REF, label=N_("Second party"), index=True
    )
    other_party: str | None = synced(Merge.APPEND, label=N_("Second party"), private=True)
    other_person_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Second party"))
    staff_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Mediated by"))
    linked_by: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Linked by"))
    held_at: str | None = synced(Merge.APPEND, Kind.MOMENT, label=N_("When"))
    visit_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Said at"))
    place: str | None = synced(Merge.APPEND, label=N_("Place"), most=200)
    dispute: str | None = synced(
        Merge.APPEND, Kind.CODE, label=N_("Kind of dispute"), choices=tuple(codes.DISPUTE)
    )
    what: str | None = synced(Merge.APPEND, label=N_("What it was about"), most=20000)
    result: str | None = synced(Merge.APPEND, label=N_("What came of it"), most=20000)
    amount: int | None = synced(Merge.APPEND, Kind.NUMBER, label=N_("Amount"))
    done: bool = synced(Merge.APPEND, Kind.FLAG, label=N_("Carried out on the spot"))
    corrects: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Corrects"))
