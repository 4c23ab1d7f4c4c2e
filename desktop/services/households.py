"""Households as people look at them: a line in a list, and the card of one that was opened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from desktop.services.care import CareLine, care_lines
from desktop.services.history import Entry, entries_of
from desktop.services.names import Names
from desktop.services.privacy import Sight, list_tags
from sync.errors import NotFound
from sync.i18n import N_, _
from sync.identity import Clock, local_day
from sync.rules.address import Address, parse_address
from sync.rules.due import Due
from sync.rules.people import Member as Placed
from sync.rules.people import age_of, birth_of, in_household_order, name_with_age
from sync.rules.route import House, walking_key
from sync.schema.tags import TAGS
from sync.store.record import HouseholdView, Member, Record
from sync.store.store import Store

_SHARED: Final = N_("{count} people sharing")
_NOBODY: Final = N_("nobody registered")
AT_ONCE: Final = 500
"""Households whose rows are in memory together: those of a whole community take 70 MB, which
their lines do not."""
GONE: Final = frozenset({"moved_out", "dead"})


@dataclass(frozen=True)
class PersonLine:
    """One member. ``tags`` are of tiers 1 and 2, for a household that was opened; ``since`` and
    ``until`` are the days of the residency, empty where nobody said."""

    id: str
    name: str
    relation: str
    sex: str
    age: int | None
    phone: str
    tags: tuple[str, ...]
    status: str
    work: str = ""
    since: str = ""
    until: str = ""

    @property
    def is_here(self) -> bool:
        """Whether this person still belongs to the household."""
        return self.status not in GONE


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """One household in a list: room and age always beside the name, tier-1 tags only.

    ``people`` counts those who belong to it now. Who does not know the doors sees no tags here.
    """

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
    people: int = 0


class Beside(NamedTuple):
    """The households before and after one in walking order; empty at either end."""

    before: str
    after: str


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
    owner_name: str = field(default="", repr=False)
    owner_phone: str = field(default="", repr=False)
    care: tuple[CareLine, ...] = ()

    @property
    def tags(self) -> tuple[str, ...]:
        """The household's tags of tiers 1 and 2, care before honours."""
        held = {tag for member in self.members if member.is_here for tag in member.tags}
        return tuple(key for key in TAGS if key in held)


class Households:
    """Lines and cards of the households on this computer."""

    def __init__(self, store: Store, clock: Clock, names: Names, sight: Sight) -> None:
        self._reading = store.reading
        self._clock = clock
        self._names = names
        self._sight = sight
        self._houses: tuple[object, Mapping[str, House]] = (None, {})

    def lines(
        self, ids: Iterable[str] | None = None, sight: Sight | None = None
    ) -> list[HouseholdLine]:
        """Lists: all households, or those with ``ids`` in no particular order."""
        wanted = [*ids] if ids is not None else self._reading.ids("household")
        found: list[HouseholdLine] = []
        for at in range(0, len(wanted), AT_ONCE):
            found += self.lines_of(self._reading.households(wanted[at : at + AT_ONCE]), sight)
        return found

    def lines_of(
        self, views: Iterable[HouseholdView], sight: Sight | None = None
    ) -> list[HouseholdLine]:
        """The lines of households that were read already."""
        today = local_day(self._clock.now())
        estates: dict[str, str] = {}
        return [self._line(view, today, sight or self._sight, estates) for view in views]

    def line(self, household_id: str) -> HouseholdLine:
        """One line. Raises :class:`NotFound`."""
        found = self.lines([household_id])
        if not found:
            raise NotFound(what=household_id)
        return found[0]

    def record(self, household_id: str) -> Record:
        """The household's own row. Raises :class:`NotFound`."""
        found = self._reading.find("household", household_id)
        if found is None:
            raise NotFound(what=household_id)
        return found

    def card(self, household_id: str, sight: Sight | None = None) -> HouseholdCard:
        """One household, opened. Raises :class:`NotFound`."""
        view = self._reading.household(household_id)
        if view is None:
            raise NotFound(what=household_id)
        seen, today = sight or self._sight, local_day(self._clock.now())
        due = self._reading.due_of(household_id)
        door = view.dwelling.fields if view.dwelling else {}
        return HouseholdCard(
            line=self._line(view, today, seen, {}),
            record=view.household,
            dwelling=view.dwelling,
            members=tuple(_person(member, today, seen) for member in _ordered(view.members)),
            entries=entries_of(view, self._names, lambda other: self._party(other, seen), seen),
            conflicts=len(view.conflicts),
            due=due,
            contact=seen.phone(view.household.get("contact")),
            contact_name=seen.name(view.household.get("contact_name")),
            owner_name=seen.name(door.get("owner_name")),
            owner_phone=seen.phone(door.get("owner_phone")),
            care=care_lines(view.members, due, today),
        )

    def dues(self, until: date | None = None, *, unseen: bool = True) -> dict[str, Due]:
        """What may be asked for on the day ``until`` (all without), by household; ``unseen`` also
        homes that no date asks for and where nobody ever was."""
        return {due.household_id: due for due in self._reading.due(until, unseen=unseen)}

    def houses(self) -> Mapping[str, House]:
        """Every area that doors stand in, by id."""
        areas = self._names.areas()
        if self._houses[0] is not areas:
            self._houses = (areas, {key: _house(area, areas) for key, area in areas.items()})
        return self._houses[1]

    def in_walking_order(self) -> list[HouseholdLine]:
        """All households as a pair of feet walks past them."""
        houses = self.houses()
        return sorted(
            self.lines(),
            key=lambda line: (
                walking_key(_house_of(line.building_id, houses), line.room, line.floor),
                line.id,
            ),
        )

    def beside(self, household_id: str) -> Beside:
        """The neighbours in walking order, over every household on this computer."""
        home = self._reading.find("household", household_id)
        if home is None:
            return Beside("", "")
        door = self._reading.find("dwelling", str(home.get("dwelling_id", "")))
        area = str(door.get("building_id", "")) if door else ""
        houses = self.houses()
        walk = self._walk(area, houses)
        at = walk.index(household_id)
        return Beside(
            walk[at - 1] if at else self._next_building(area, houses, -1),
            walk[at + 1] if at + 1 < len(walk) else self._next_building(area, houses, 1),
        )

    def _walk(self, area: str, houses: Mapping[str, House]) -> list[str]:
        """Who lives in one building, as a pair of feet walks past them."""
        house = _house_of(area, houses)
        doors = self._reading.walk(area)
        doors.sort(key=lambda door: (walking_key(house, door[1], door[2]), door[0]))
        return [household_id for household_id, _room, _floor in doors]

    def _next_building(self, area: str, houses: Mapping[str, House], step: int) -> str:
        """The first household of the building after this one (1), or the last of that before."""
        order = sorted(
            self._reading.buildings(), key=lambda one: walking_key(_house_of(one, houses), "", 0)
        )
        at = order.index(area) + step
        while 0 <= at < len(order):
            walk = self._walk(order[at], houses)
            if walk:
                return walk[0 if step > 0 else -1]
            at += step
        return ""

    def _party(self, household_id: str, sight: Sight) -> str:
        """A household as the other party of a mediation: its room and name, if it is here."""
        found = self.lines([household_id], sight)
        if not found:
            return _(N_("a household of another grid"))
        return f"{found[0].room} {name_with_age(found[0].who, found[0].age)}".strip()

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
            tags=tuple(list_tags(dict.fromkeys(tags))) if sight.knows_names else (),
            two_people=bool(view.household.get("two_people")),
            building_id=building_id,
            floor=int(view.dwelling.get("floor", 0)) if view.dwelling else 0,
            people=sum(_lives(member) for member in view.members),
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
        work=str(fields.get("work", "")),
        since=str(residency.get("valid_from", "")),
        until=str(residency.get("valid_to", "")),
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


def _house(area: Record, areas: Mapping[str, Record]) -> House:
    parent = areas.get(str(area.get("parent_id", "")))
    return House(
        id=area.id,
        name=str(area.get("name", "")),
        estate=str(parent.get("name", "")) if parent else "",
        walk_order=area.get("walk_order"),
        has_lift=bool(area.get("has_lift")),
    )


def _house_of(building_id: str, houses: Mapping[str, House]) -> House:
    """A building, or a nameless place for a door whose building is not on this computer."""
    return houses.get(building_id) or House(building_id, "")
