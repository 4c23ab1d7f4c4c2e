"""The rows of one household: its door, its people, its year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from sync.identity import LOCAL_ZONE, stamp
from sync.rules.frequency import ClosedTag, PersonCare, add_months, care_floor
from sync.schema.policy import ScopeKind
from sync.server.demo.history import Year
from sync.server.demo.identity import Numbers
from sync.server.demo.model import Home, Member
from sync.server.demo.names import Namer
from sync.server.demo.plan import BuildingPlan, Door, EstatePlan
from sync.server.demo.rows import DemoCommunity

_REGISTERED_SHARE: Final = 0.86


@dataclass
class Place:
    """A door with the home behind it, and where both belong."""

    estate: EstatePlan
    building: BuildingPlan
    door: Door
    home: Home


class HouseholdRows:
    """Writes one household after another into a community. ``workers`` are staff ids by grid."""

    def __init__(
        self,
        out: DemoCommunity,
        rng: Random,
        numbers: Numbers,
        workers: Mapping[str, str],
        today: date,
    ) -> None:
        self._out = out
        self._rng = rng
        self._numbers = numbers
        self._workers = workers
        self._today = today
        self._namer = Namer(rng)
        self._year = Year(rng, today)

    def write(self, place: Place) -> str:
        """The rows of one household: its door, its people, its year. Returns its id."""
        grid_id = self._out.grid_ids[place.building.grid]
        key = (place.estate.name, place.door.room)
        household_id = self._numbers.row_id("household", *key)
        dwelling_id = self._numbers.row_id("dwelling", *key)
        shared = place.home.shares_door_of
        people = [
            self._numbers.row_id("person", *key, str(number))
            for number in range(len(place.home.members))
        ]
        moved_in = self._moved_in(place.home)
        self._write_dwelling(place, dwelling_id)
        if shared:
            dwelling_id = self._numbers.row_id("dwelling", place.estate.name, shared)
        phones = [self._phone(member) for member in place.home.members]
        self._out.add(
            ScopeKind.GRID,
            grid_id,
            "household",
            household_id,
            dwelling_id=dwelling_id,
            head_id=people[0] if people else None,
            moved_in=moved_in.isoformat() if moved_in else None,
            micro_grid_id=self._out.settle(place.building.grid, household_id),
            **self._household_facts(place.home, phones),
        )
        for person_id, member, phone in zip(people, place.home.members, phones, strict=True):
            self._write_person(grid_id, household_id, person_id, member, phone, moved_in)
        self._write_year(place, household_id, moved_in)
        return household_id

    def _write_dwelling(self, place: Place, dwelling_id: str) -> None:
        home = place.home
        rented = home.occupancy in ("rented", "group_rented") and not home.shares_door_of
        lease = self._today + timedelta(days=self._rng.randint(20, 330))
        owner = rented or home.occupancy == "vacant"
        self._out.add(
            ScopeKind.GRID,
            self._out.grid_ids[place.building.grid],
            "dwelling",
            dwelling_id,
            building_id=self._out.building_ids[place.estate.name, place.building.number],
            room=place.door.room,
            address=place.door.address,
            floor=place.door.floor,
            occupancy="business" if home.shares_door_of else home.occupancy,
            rental_use="居住" if rented else None,
            hazard="02" if rented and self._rng.random() < 0.06 else None,
            owner_name=self._namer.someone(self._today.year - 50) if owner else None,
            owner_phone=self._numbers.phone() if owner else None,
            lease_to=lease.isoformat() if rented else None,
            door_note=home.door_note,
        )

    def _household_facts(self, home: Home, phones: Sequence[str]) -> dict[str, str | None]:
        """Whether they are registered here, and how they are reached."""
        if not home.members:
            return {}
        rented = home.occupancy != "owner"
        elsewhere = rented or self._rng.random() > _REGISTERED_SHARE
        reached = next((phone for phone in phones if phone), None)
        first = next((m for m, phone in zip(home.members, phones, strict=True) if phone), None)
        return {
            "hukou_match": "02" if elsewhere else "01",
            "contact": home.contact or reached,
            "contact_name": home.contact_name or (first.name if first else None),
            "best_time": home.best_time
            or self._rng.choice(("晚上七点后", "周末") if rented else ("", "上午", "下午", "晚上")),
        }

    def _write_person(
        self,
        grid_id: str,
        household_id: str,
        person_id: str,
        member: Member,
        phone: str,
        moved_in: date | None,
    ) -> None:
        birth = self._birth(member)
        belongs = {"person_id": person_id, "household_id": household_id}
        self._out.add(
            ScopeKind.GRID,
            grid_id,
            "person",
            person_id,
            household_id=household_id,
            name=member.name,
            sex=member.sex,
            birth=birth.isoformat(),
            phone=phone,
            pop_kind=member.pop_kind,
            tags=sorted(member.tags),
            disabled_grade=member.disabled_grade,
            fully_dependent=member.fully_dependent,
            work=member.work,
        )
        self._out.add(
            ScopeKind.GRID,
            grid_id,
            "residency",
            self._numbers.row_id("residency", person_id),
            relation=member.relation,
            status=member.status,
            valid_from=moved_in.isoformat() if moved_in else None,
            **belongs,
        )
        self._out.add(
            ScopeKind.ID_NUMBERS,
            grid_id,
            "id_number",
            self._numbers.row_id("id_number", person_id),
            id_type="111",
            id_no=self._numbers.id_number(birth, member.sex),
            **belongs,
        )
        for tag, risk in member.closed.items():
            special = self._numbers.row_id("special_care", person_id, tag)
            self._out.add(
                ScopeKind.CARE, person_id, "special_care", special, tag=tag, risk=risk, **belongs
            )

    def _write_year(self, place: Place, household_id: str, moved_in: date | None) -> None:
        grid_id = self._out.grid_ids[place.building.grid]
        who = {"household_id": household_id, "staff_id": self._workers[place.building.grid]}
        floor = care_floor([self._care(m) for m in _at_home(place.home)], self._today)
        for number, entry in enumerate(self._year.visits(place.home, floor, moved_in)):
            visit_id = self._numbers.row_id("visit", household_id, str(number))
            self._out.add(ScopeKind.GRID, grid_id, "visit", visit_id, **who, **entry.fields)
        for number, (days_ago, text) in enumerate(place.home.story.notes):
            at = datetime.combine(self._today - timedelta(days=days_ago), time(17), LOCAL_ZONE)
            note_id = self._numbers.row_id("note", household_id, str(number))
            self._out.add(
                ScopeKind.GRID, grid_id, "note", note_id, written_at=stamp(at), text=text, **who
            )

    def _moved_in(self, home: Home) -> date | None:
        if home.story.new is not None:
            return self._today - timedelta(days=home.story.new)
        if home.occupancy in ("rented", "group_rented"):
            return self._today - timedelta(days=self._rng.randint(200, 900))
        return None

    def _phone(self, member: Member) -> str:
        """Grown-ups have one, nearly all of them."""
        if member.phone:
            return member.phone
        return self._numbers.phone() if member.age >= 14 and self._rng.random() < 0.96 else ""

    def _birth(self, member: Member) -> date:
        """A birthday in the past year, so that the age is right on the demo's day."""
        birthday = self._today - timedelta(days=self._rng.randint(0, 364))
        return add_months(birthday, -12 * member.age)

    def _care(self, member: Member) -> PersonCare:
        return PersonCare(
            tags=frozenset(member.tags),
            birth=add_months(self._today, -12 * member.age),
            disabled_grade=member.disabled_grade,
            fully_dependent=member.fully_dependent,
            closed=tuple(ClosedTag(tag, risk) for tag, risk in member.closed.items()),
        )


def _at_home(home: Home) -> list[Member]:
    return [member for member in home.members if member.status == "living"]
