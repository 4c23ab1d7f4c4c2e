"""Households as people look at them: a line in a list, and the card of one that was opened."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from desktop.services.names import Names
from desktop.services.privacy import Sight, list_tags
from sync.errors import NotFound
from sync.i18n import N_, _
from sync.identity import Clock, local_day
from sync.rules.address import Address, parse_address
from sync.rules.due import Due
from sync.rules.people import Member as Placed
from sync.rules.people import age_of, birth_of, in_household_order
from sync.schema.tags import TAGS
from sync.store.record import Delivery, DeliveryState, HouseholdView, Member, Record
from sync.store.store import Store

_SHARED: Final = N_("{count} people sharing")
_NOBODY: Final = N_("nobody registered")
GONE: Final = frozenset({"moved_out", "dead"})


@dataclass(frozen=True)
class PersonLine:
    """One member. ``tags`` are of tiers 1 and 2, for a household that was opened."""

    id: str
    name: str
    relation: str
    sex: str
    age: int | None
    phone: str
    tags: tuple[str, ...]
    status: str


@dataclass(frozen=True)
class HouseholdLine:
    """One household in a list: room and age always beside the name, tier-1 tags only."""

    id: str
    room: str
    title: str
    estate: str
    who: str
    age: int | None
    sex: str
    tags: tuple[str, ...]
    two_people: bool
    building_id: str = ""
    floor: int = 0


@dataclass(frozen=True)
class Entry:
    """One line of the timeline. ``kind`` is visit, note or mediation, ``at`` a stamp.

    ``replaced`` marks an entry that a later one corrects or takes back; it stays readable.
    """

    id: str
    kind: str
    at: str
    author: str
    fields: dict[str, Any] = field(repr=False)
    state: DeliveryState = DeliveryState.DELIVERED
    delivered_at: str = ""
    replaced: bool = False


@dataclass(frozen=True)
class HouseholdCard:
    """Everything of one household that was opened, in the words of whoever looks."""

    line: HouseholdLine
    record: Record = field(repr=False)
    dwelling: Record | None = field(repr=False)
    members: tuple[PersonLine, ...]
    entries: tuple[Entry, ...]
    conflicts: int
    due: Due | None
    contact: str = ""
    contact_name: str = ""

    @property
    def tags(self) -> tuple[str, ...]:
        """The household's tags of tiers 1 and 2, care before honours."""
        held = {tag for member in self.members if member.status not in GONE for tag in member.tags}
        return tuple(key for key in TAGS if key in held)

    @property
    def last_visit(self) -> Entry | None:
        """The latest visit that stands."""
        return next((e for e in self.entries if e.kind == "visit" and not e.replaced), None)


class Households:
    """Lines and cards of the households on this computer."""

    def __init__(self, store: Store, clock: Clock, names: Names, sight: Sight) -> None:
        self._reading = store.reading
        self._clock = clock
        self._names = names
        self._sight = sight

    def lines(
        self, ids: Iterable[str] | None = None, sight: Sight | None = None
    ) -> list[HouseholdLine]:
        """Lists: all households, or those with ``ids`` in no particular order."""
        today = local_day(self._clock.now())
        estates: dict[str, str] = {}
        return [
            self._line(view, today, sight or self._sight, estates)
            for view in self._reading.households(ids)
        ]

    def line(self, household_id: str) -> HouseholdLine:
        """One line. Raises :class:`NotFound`."""
        found = self.lines([household_id])
        if not found:
            raise NotFound(what=household_id)
        return found[0]

    def card(self, household_id: str, sight: Sight | None = None) -> HouseholdCard:
        """One household, opened. Raises :class:`NotFound`."""
        view = self._reading.household(household_id)
        if view is None:
            raise NotFound(what=household_id)
        seen, today = sight or self._sight, local_day(self._clock.now())
        return HouseholdCard(
            line=self._line(view, today, seen, {}),
            record=view.household,
            dwelling=view.dwelling,
            members=tuple(_person(member, today, seen) for member in _ordered(view.members)),
            entries=self._entries(view),
            conflicts=len(view.conflicts),
            due=self._reading.due_of(household_id),
            contact=seen.phone(view.household.get("contact")),
            contact_name=seen.name(view.household.get("contact_name")),
        )

    def dues(self, until: date | None = None) -> dict[str, Due]:
        """What may be asked for on the day ``until`` (all without), by household."""
        return {due.household_id: due for due in self._reading.due(until)}

    def _line(
        self, view: HouseholdView, today: date, sight: Sight, estates: dict[str, str]
    ) -> HouseholdLine:
        head = _head(view)
        address = address_of(view.dwelling)
        building_id = view.building.id if view.building else ""
        if building_id not in estates:
            estates[building_id] = self._names.estate_of(view.building)
        tags = [tag for m in view.members if _lives(m) for tag in m.person.get("tags", ())]
        # Strangers who share a door are named by their number, which has no age.
        one = head if _sharing(view) == 0 else None
        return HouseholdLine(
            id=view.household.id,
            room=str(view.dwelling.get("room", "")) if view.dwelling else "",
            title=address.title if address else "",
            estate=estates[building_id],
            who=_who(view, head, sight),
            age=age_of(one.person.fields, today) if one else None,
            sex=str(one.person.get("sex", "")) if one else "",
            tags=tuple(list_tags(dict.fromkeys(tags))),
            two_people=bool(view.household.get("two_people")),
            building_id=building_id,
            floor=int(view.dwelling.get("floor", 0)) if view.dwelling else 0,
        )

    def _entries(self, view: HouseholdView) -> tuple[Entry, ...]:
        sent = {delivery.row_id: delivery for delivery in view.waiting}
        found = [
            self._entry(kind, when, row, sent.get(row.id))
            for kind, when, rows in (
                ("visit", "started_at", view.visits),
                ("note", "written_at", view.notes),
                ("mediation", "held_at", view.mediations),
            )
            for row in rows
        ]
        replaced = {e.fields["corrects"] for e in found if e.fields.get("corrects")}
        marked = [
            Entry(**{**vars(entry), "replaced": True}) if entry.id in replaced else entry
            for entry in found
        ]
        return tuple(sorted(marked, key=lambda entry: (entry.at, entry.id), reverse=True))

    def _entry(self, kind: str, when: str, row: Record, sent: Delivery | None) -> Entry:
        return Entry(
            id=row.id,
            kind=kind,
            at=str(row.get(when, "")),
            author=self._names.staff(str(row.get("staff_id", ""))),
            fields=dict(row.fields),
            state=sent.state if sent else DeliveryState.DELIVERED,
            delivered_at=sent.at if sent else "",
        )


def address_of(dwelling: Record | None) -> Address | None:
    """A dwelling's address, from the short form that it is stored in."""
    return parse_address(str(dwelling.get("room", ""))) if dwelling else None


def _person(member: Member, today: date, sight: Sight) -> PersonLine:
    fields = member.person.fields
    residency = member.residency.fields if member.residency else {}
    return PersonLine(
        id=member.person.id,
        name=sight.name(fields.get("name")),
        relation=str(residency.get("relation", "")),
        sex=str(fields.get("sex", "")),
        age=age_of(fields, today),
        phone=sight.phone(fields.get("phone")),
        tags=tuple(fields.get("tags", ())),
        status=str(residency.get("status", "living")),
    )


def _ordered(members: Iterable[Member]) -> list[Member]:
    by_id = {member.person.id: member for member in members}
    placed = in_household_order(
        Placed(
            person_id=key,
            relation=member.residency.get("relation") if member.residency else None,
            status=member.residency.get("status") if member.residency else None,
            birth=birth_of(member.person.fields),
        )
        for key, member in by_id.items()
    )
    return [by_id[place.person_id] for place in placed]


def _lives(member: Member) -> bool:
    return member.residency is None or member.residency.get("status") not in GONE


def _head(view: HouseholdView) -> Member | None:
    living = [member for member in _ordered(view.members) if _lives(member)]
    named = [member for member in living if member.person.id == view.household.get("head_id")]
    return next(iter(named or living), None)


def _who(view: HouseholdView, head: Member | None, sight: Sight) -> str:
    if head is None:
        return _(_NOBODY)
    count = _sharing(view)
    return _(_SHARED).format(count=count) if count else sight.name(head.person.get("name"))


def _sharing(view: HouseholdView) -> int:
    """How many people share a home that is let by the room; 0 for everybody else."""
    if view.dwelling is None or view.dwelling.get("occupancy") != "group_rented":
        return 0
    count = sum(_lives(member) for member in view.members)
    return count if count > 1 else 0
