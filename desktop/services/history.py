"""What happened at a household: visits, notes, matters, mediations and changes, newest first,
and where each is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from desktop.services.names import Names
from desktop.services.privacy import Sight
from sync.i18n import _
from sync.store.record import Delivery, DeliveryState, HouseholdView, Record

_KINDS: Final = (
    ("visit", "started_at"),
    ("note", "written_at"),
    ("mediation", "held_at"),
    ("change", "changed_at"),
)
_WORDS: Final = {"note": "text", "mediation": "what"}
"""What an entry says; one that corrects another and says nothing takes it back."""

CASE_ENTRY: Final = "case"
"""The kind of an entry that stands for a whole mediation case."""

MATTER_ENTRY: Final = "matter"
"""The kind of an entry that stands for a matter, whatever was done about it."""

_ENDED: Final = frozenset({"withdrawn", "void"})
"""Stages of a matter that is asked for no more because it was taken back."""

PartyName = Callable[[str], str]
"""From a household's id to its room and name, as the reader may see them."""


@dataclass(frozen=True)
class Entry:
    """One line of the timeline. ``kind`` is visit, note, mediation, change, case or matter, ``at``
    a stamp.

    ``replaced`` marks an entry that a later one corrects or takes back; it stays readable.
    ``other`` is the other party of a mediation, ``linked_by`` who found them in the ledger.
    ``delivered_at`` is empty where no receipt is kept here: for what others wrote, and for what
    was sent long ago.
    """

    id: str
    kind: str
    at: str
    author: str
    fields: Mapping[str, Any] = field(repr=False)
    state: DeliveryState = DeliveryState.DELIVERED
    delivered_at: str = ""
    replaced: bool = False
    other: str = field(default="", repr=False)
    linked_by: str = ""

    @property
    def takes_back(self) -> bool:
        """Whether it says that the entry it corrects did not happen."""
        if self.kind in _WORDS:
            return bool(self.fields.get("corrects")) and not self.fields.get(_WORDS[self.kind])
        return bool(self.fields.get("void"))

    @property
    def stands(self) -> bool:
        """Whether it counts: nothing later corrects it or takes it back. Every change counts, as
        a value was changed each time."""
        if self.kind == "change":
            return True
        ended = self.kind == MATTER_ENTRY and self.fields.get("stage") in _ENDED
        return not (self.replaced or self.takes_back or ended)


def entries_of(
    view: HouseholdView, names: Names, name_of: PartyName, sight: Sight
) -> tuple[Entry, ...]:
    """All entries of one household, newest first; private values as their reader may see them."""
    rows = {
        "visit": view.visits,
        "note": view.notes,
        "mediation": view.mediations,
        "change": view.changes,
    }
    # The newest edit of a row comes first, and an entry has one only.
    sent = {delivery.row_id: delivery for delivery in reversed(view.deliveries)}
    found = [
        _entry(kind, str(row.get(moment, "")), row, names, sent.get(row.id), sight)
        for kind, moment in _KINDS
        for row in rows[kind]
    ]
    replaced = set(_replaced(found))
    marked = [
        replace(
            entry,
            replaced=entry.id in replaced,
            other=_other_party(entry, view.household.id, name_of),
        )
        for entry in found
    ]
    return tuple(sorted(marked, key=lambda entry: (entry.at, entry.id), reverse=True))


def _replaced(entries: Sequence[Entry]) -> Iterator[str]:
    """What a later entry corrects or takes back. A party that was linked and unlinked again
    replaces nothing: what was written first stands as it did."""
    back = {entry.fields["corrects"] for entry in entries if entry.takes_back}
    for entry in entries:
        if entry.fields.get("corrects") and not (entry.kind == "mediation" and entry.id in back):
            yield entry.fields["corrects"]


def _entry(
    kind: str, at: str, row: Record, names: Names, sent: Delivery | None, sight: Sight
) -> Entry:
    fields = dict(row.fields)
    if kind == "change":
        fields["fields"] = [_masked(one, sight) for one in fields.get("fields", ())]
    return Entry(
        id=row.id,
        kind=kind,
        at=at,
        author=names.staff(str(row.get("staff_id", ""))),
        fields=fields,
        state=sent.state if sent else DeliveryState.DELIVERED,
        delivered_at=sent.at if sent else "",
        linked_by=names.staff(str(row.get("linked_by") or "")) if row.get("linked_by") else "",
    )


def _masked(change: Mapping[str, Any], sight: Sight) -> dict[str, Any]:
    name = str(change.get("field", ""))
    shown = {end: sight.value(name, change[end]) for end in ("before", "after") if end in change}
    return {**change, **shown}


def _other_party(entry: Entry, household_id: str, name_of: PartyName) -> str:
    """Whom this household was at odds with: the entry may have been written from either side."""
    if entry.kind != "mediation":
        return ""
    parties = (str(entry.fields.get(name, "")) for name in ("household_id", "other_household_id"))
    other = next((party for party in parties if party and party != household_id), "")
    told = str(entry.fields.get("other_party") or "")
    if not other:
        return told
    if told and other == entry.fields.get("other_household_id"):
        return _("{party}, told as “{words}”").format(party=name_of(other), words=told)
    return name_of(other)
