"""What happened at a household: visits, notes and mediations, newest first, and where each is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from desktop.services.names import Names
from sync.store.record import Delivery, DeliveryState, HouseholdView, Record

_KINDS: Final = (
    ("visit", "started_at"),
    ("note", "written_at"),
    ("mediation", "held_at"),
)

PartyName = Callable[[str], str]
"""From a household's id to its room and name, as the reader may see them."""


@dataclass(frozen=True)
class Entry:
    """One line of the timeline. ``kind`` is visit, note or mediation, ``at`` a stamp.

    ``replaced`` marks an entry that a later one corrects or takes back; it stays readable.
    ``other`` is the other party of a mediation. ``delivered_at`` is empty where no receipt is
    kept here: for what others wrote, and for what was sent long ago.
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


def entries_of(view: HouseholdView, names: Names, name_of: PartyName) -> tuple[Entry, ...]:
    """All entries of one household, newest first."""
    rows = {"visit": view.visits, "note": view.notes, "mediation": view.mediations}
    # The newest edit of a row comes first, and an entry has one only.
    sent = {delivery.row_id: delivery for delivery in reversed(view.deliveries)}
    found = [
        _entry(kind, str(row.get(moment, "")), row, names, sent.get(row.id))
        for kind, moment in _KINDS
        for row in rows[kind]
    ]
    replaced = {entry.fields["corrects"] for entry in found if entry.fields.get("corrects")}
    marked = [
        replace(
            entry,
            replaced=entry.id in replaced,
            other=_other_party(entry, view.household.id, name_of),
        )
        for entry in found
    ]
    return tuple(sorted(marked, key=lambda entry: (entry.at, entry.id), reverse=True))


def _entry(kind: str, at: str, row: Record, names: Names, sent: Delivery | None) -> Entry:
    return Entry(
        id=row.id,
        kind=kind,
        at=at,
        author=names.staff(str(row.get("staff_id", ""))),
        fields=dict(row.fields),
        state=sent.state if sent else DeliveryState.DELIVERED,
        delivered_at=sent.at if sent else "",
    )


def _other_party(entry: Entry, household_id: str, name_of: PartyName) -> str:
    """Whom this household was at odds with: the entry may have been written from either side."""
    if entry.kind != "mediation":
        return ""
    parties = (str(entry.fields.get(name, "")) for name in ("household_id", "other_household_id"))
    other = next((party for party in parties if party and party != household_id), "")
    return name_of(other) if other else str(entry.fields.get("other_party", ""))
