"""Looking at what is masked is an act, and leaves a trace (个人信息保护法 art. 51, 54)."""

from typing import ClassVar, Final

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


EXPORTED: Final = "export"
PRINTED: Final = "print"
CERTIFIED: Final = "certificate"
_WRITTEN_OUT: Final = frozenset({EXPORTED, "tally", "yearly"})
_ON_PAPER: Final = frozenset({PRINTED, CERTIFIED})


def is_export(field: str) -> bool:
    """Whether a file left the computer: the first word of ``field`` says so."""
    return field.partition(" ")[0] in _WRITTEN_OUT


def is_print(field: str) -> bool:
    """Whether it went to a printer."""
    return field.partition(" ")[0] in _ON_PAPER
