"""What was changed about a household, by whom and when: the ledger beside the values themselves."""

from typing import Any, ClassVar, Final

from sync.i18n import N_
from sync.schema import codes
from sync.schema.fields import SyncedRow, synced
from sync.schema.policy import Kind, Merge

RECORDED: Final = frozenset({"household", "dwelling", "person", "residency"})
"""Rows whose changes are told in the household's history. Those of ID numbers and of tier 3 are
not: this entry lives in the grid's scope, and they do not."""


class Change(SyncedRow):
    """Fields of one home that one person changed in one go. Written once, with the edits.

    ``fields`` is a list of ``{"type", "id", "field", "before", "after"}``; empty values are left
    out of each. ``person_id`` is whom a move or a death is about.
    """

    TYPE: ClassVar[str] = "change"
    ROOT: ClassVar[str] = "household_id"
    APPEND_ONLY: ClassVar[bool] = True

    household_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Household"), index=True)
    staff_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Changed by"))
    changed_at: str | None = synced(Merge.APPEND, Kind.MOMENT, label=N_("When"))
    kind: str | None = synced(
        Merge.APPEND, Kind.CODE, label=N_("Kind"), choices=tuple(codes.HOME_CHANGE)
    )
    person_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Person"))
    fields: list[dict[str, Any]] = synced(Merge.APPEND, Kind.JSON, label=N_("Fields"))
