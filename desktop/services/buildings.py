"""Buildings and yards with the doors in them: the facts behind the picture of a building."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from desktop.services.care import is_care
from desktop.services.households import HouseholdLine, Households
from desktop.services.names import Names
from sync.errors import NotFound
from sync.i18n import N_, _
from sync.identity import Clock, local_day, parse_stamp
from sync.rules.address import Address, parse_address
from sync.rules.due import Due
from sync.rules.route import House, natural_key
from sync.schema import codes
from sync.schema.matter import OVER
from sync.store.record import BuildingView, Record
from sync.store.store import Store

OTHER_DOORS: Final = "other"
"""The key of the place for doors whose building is not on this computer."""

REMEMBERED_DAYS: Final = 30
"""A need or a hazard of a visit that nobody made a matter of is shown for so long."""

_YARD: Final = "courtyard"


@dataclass(frozen=True)
class BuildingLine:
    """One place to look at: a building, or a yard as a whole. ``parts`` are its areas' ids.

    ``floors`` and ``units`` are 0 where the office did not say.
    """

    key: str
    name: str
    estate: str = ""
    parts: tuple[str, ...] = ()
    is_yard: bool = False
    floors: int = 0
    units: int = 0
    has_lift: bool = False


@dataclass(frozen=True)
class Open:
    """What was heard or seen at a home and is not known to be settled: a matter, or a need or a
    hazard of a visit that nobody made a matter of. ``since`` is the day it was written down."""

    key: str
    words: str
    is_hazard: bool
    since: date


@dataclass(frozen=True)
class HomeFacts:
    """One household behind a door. ``care`` says whether a list may count it as care."""

    line: HouseholdLine = field(repr=False)
    due: Due | None = field(repr=False)
    care: bool
    open: tuple[Open, ...] = ()


@dataclass(frozen=True)
class DoorFacts:
    """One door. ``part`` is the name of the building or house in the yard that it stands in."""

    id: str
    part: str
    room: str
    address: Address | None
    floor: int
    occupancy: str
    homes: tuple[HomeFacts, ...] = ()


@dataclass(frozen=True)
class BuildingFacts:
    """One place with all its doors, in no particular order."""

    line: BuildingLine
    doors: tuple[DoorFacts, ...] = ()

    @property
    def homes(self) -> list[HomeFacts]:
        """Every household behind one of the doors."""
        return [home for door in self.doors for home in door.homes]


class Buildings:
    """The places of this computer, and what stands behind their doors."""

    def __init__(self, store: Store, clock: Clock, households: Households, names: Names) -> None:
        self._reading = store.reading
        self._clock = clock
        self._names = names
        self._households = households

    def lines(self) -> list[BuildingLine]:
        """Every place with doors here, in walking order; doors of no known place come last."""
        areas = self._names.areas()
        houses = self._households.houses()
        found: dict[str, BuildingLine] = {}
        nowhere = []
        for area_id in self._reading.buildings():
            area = areas.get(area_id)
            if area is None:
                nowhere.append(area_id)
                continue
            yard = _yard_of(area, areas)
            place = yard or area
            known = found.get(place.id)
            parts = (*known.parts, area_id) if known else (area_id,)
            found[place.id] = _line(place, houses[place.id], parts, is_yard=yard is not None)
        lines = sorted(found.values(), key=lambda line: _order(houses[line.key]))
        if nowhere:
            lines.append(BuildingLine(OTHER_DOORS, _(N_("Other doors")), parts=tuple(nowhere)))
        return lines

    def line_of(self, household_id: str) -> str:
        """The key of the place where a household lives. Raises :class:`NotFound`."""
        home = self._households.record(household_id)
        door = self._reading.find("dwelling", str(home.get("dwelling_id", "")))
        area_id = str(door.get("building_id", "")) if door else ""
        held = (line.key for line in self.lines() if area_id in line.parts)
        return next(held, OTHER_DOORS)

    def facts(self, line: BuildingLine) -> BuildingFacts:
        """All doors of one place. Raises :class:`NotFound` where it holds none any more."""
        view = self._reading.building(line.parts)
        if not view.doors and not view.homes:
            raise NotFound(what=line.key)
        names = {part: self._names.area(part) for part in line.parts}
        lines = self._lines_of(view)
        asking = self._open_by_home(view)
        doors = [self._door(door, names, view, lines, asking) for door in view.doors]
        if view.homes.get(""):
            nowhere = Record("dwelling", "", "", 0, "", {})
            doors.append(self._door(nowhere, names, view, lines, asking))
        return BuildingFacts(line, tuple(doors))

    def _open_by_home(self, view: BuildingView) -> dict[str, list[Open]]:
        """What is open at each home, hazards first, the oldest first."""
        today = local_day(self._clock.now())
        found: dict[str, list[Open]] = {}
        handled: set[tuple[str, str]] = set()
        for matter in view.matters:
            subject, home = str(matter.get("subject", "")), str(matter.get("household_id"))
            handled.add((home, subject))
            if matter.get("stage") not in OVER:
                found.setdefault(home, []).append(_of_matter(matter))
        for home, visits in _standing(view.asking).items():
            heard = _heard(visits, view.dues.get(home), today, handled)
            found.setdefault(home, []).extend(heard)
        return {
            home: sorted(every, key=lambda one: (not one.is_hazard, one.since, one.key))
            for home, every in found.items()
        }

    def _lines_of(self, view: BuildingView) -> dict[str, HouseholdLine]:
        views = [home for homes in view.homes.values() for home in homes]
        return {line.id: line for line in self._households.lines_of(views)}

    def _door(
        self,
        door: Record,
        names: Mapping[str, str],
        view: BuildingView,
        lines: Mapping[str, HouseholdLine],
        asking: Mapping[str, Sequence[Open]],
    ) -> DoorFacts:
        room = str(door.get("room", ""))
        homes = []
        for one in view.homes.get(door.id, ()):
            line, due = lines[one.household.id], view.dues.get(one.household.id)
            care = due is not None and is_care(line.tags, due)
            homes.append(HomeFacts(line, due, care, tuple(asking.get(line.id, ()))))
        address = parse_address(room)
        return DoorFacts(
            id=door.id,
            part=names.get(str(door.get("building_id", "")), ""),
            room=room,
            address=address,
            floor=int(door.get("floor", 0)) or (address.floor if address else None) or 0,
            occupancy=str(door.get("occupancy", "")),
            homes=tuple(homes),
        )


def _yard_of(area: Record, areas: Mapping[str, Record]) -> Record | None:
    """The old yard that a place is, or is a house of: it is looked at as a whole."""
    if area.get("level") == _YARD:
        return area
    parent = areas.get(str(area.get("parent_id", "")))
    return parent if parent is not None and parent.get("level") == _YARD else None


def _line(place: Record, house: House, parts: tuple[str, ...], *, is_yard: bool) -> BuildingLine:
    return BuildingLine(
        key=place.id,
        name=str(place.get("name", "")),
        estate="" if is_yard else house.estate,
        parts=parts,
        is_yard=is_yard,
        floors=int(place.get("floors", 0)),
        units=int(place.get("units", 0)),
        has_lift=house.has_lift,
    )


def _order(house: House) -> tuple[object, ...]:
    order = house.walk_order if house.walk_order is not None else 1 << 30
    return order, natural_key(house.estate), natural_key(house.name), house.id


def _standing(asking: Iterable[Record]) -> dict[str, list[Record]]:
    """The visits that asked for something and stand, by household."""
    every = list(asking)
    replaced = {visit.get("corrects") for visit in every if visit.get("corrects")}
    found: dict[str, list[Record]] = {}
    for visit in every:
        if visit.id not in replaced and not visit.get("void"):
            found.setdefault(str(visit.get("household_id")), []).append(visit)
    return found


def _heard(
    visits: Iterable[Record], due: Due | None, today: date, handled: Container[tuple[str, str]]
) -> Iterable[Open]:
    """What was asked for when somebody was met last, or since, and not long ago: an older need
    was asked after then, and whoever still had it said so again. ``handled`` are (home, subject)
    of matters: where there ever was one, saying it again makes another."""
    found: dict[str, Open] = {}
    for visit in visits:
        day = local_day(parse_stamp(str(visit.get("started_at"))))
        met = due.last_met if due else None
        if (met is not None and day < met) or (today - day).days > REMEMBERED_DAYS:
            continue
        for name, labels in (("hazards", codes.HAZARD), ("needs", codes.NEED)):
            for code in visit.get(name, ()):
                held = found.get(code)
                if (str(visit.get("household_id")), code) in handled:
                    continue
                if held is None or day < held.since:
                    words = _(labels.get(code, code))
                    found[code] = Open(code, words, name == "hazards", day)
    return found.values()


def _of_matter(matter: Record) -> Open:
    subject, category = str(matter.get("subject", "")), str(matter.get("category", ""))
    label = codes.HAZARD.get(subject) or codes.NEED.get(subject)
    label = label or codes.MATTER_CATEGORY.get(category, N_("other"))
    day = local_day(parse_stamp(str(matter.get("reported_at"))))
    return Open(matter.id, str(matter.get("title") or _(label)), subject in codes.HAZARD, day)
