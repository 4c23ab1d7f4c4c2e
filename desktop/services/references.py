"""Finding the one record that a person means: an id, a room, or a name at a room."""

from dataclasses import dataclass
from typing import Final
from unicodedata import normalize
from uuid import UUID

from sync.errors import NotFound, SeveralMatches
from sync.rules.address import parse_address
from sync.schema.registry import ENTITIES
from sync.store.reading import Reading
from sync.store.record import Member, Record

_BY_ID: Final = (
    "household",
    "person",
    "dwelling",
    "visit",
    "note",
    "promise",
    "matter",
    "matter_step",
    "whistle",
    "service_case",
    "whistle_unit",
    "mediation_case",
    "oral_mediation",
    "change",
    "campaign_sheet",
    "conflict",
    "residency",
    "area",
    "staff",
)


@dataclass(frozen=True)
class Found:
    """What a reference stands for. ``household_id`` is the household it belongs to, if any."""

    record: Record
    household_id: str


class References:
    """Resolves REF of the command line: an id, ``6-2-1602``, ``ESTATE/6-2-1602``, ``NAME@ROOM``, or
    a case by its number."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def any(self, ref: str) -> Found:
        """The record that ``ref`` names. Raises :class:`NotFound` or :class:`SeveralMatches`."""
        if _is_id(ref):
            return self._by_id(ref)
        if "@" in ref:
            return self._person(*ref.rsplit("@", 1), ref=ref)
        return _only(self._cases_of(ref) or self._households_at(ref), ref)

    def _cases_of(self, no: str) -> list[Found]:
        rows = self._reading.rows("mediation_case", where={"no": normalize("NFKC", no.strip())})
        return [Found(row, "") for row in rows]

    def household(self, ref: str) -> Record:
        """The household that ``ref`` names, or that the named record belongs to."""
        found = self.any(ref)
        if found.record.type == "household":
            return found.record
        household = self._reading.find("household", found.household_id)
        if household is None:
            raise NotFound(what=ref)
        return household

    def _by_id(self, ref: str) -> Found:
        for type_ in _BY_ID:
            record = self._reading.find(type_, ref)
            if record is not None:
                return Found(record, _household_of(record))
        raise NotFound(what=ref)

    def _person(self, name: str, room: str, *, ref: str) -> Found:
        people = [
            Found(member.person, household.record.id)
            for household in self._households_at(room)
            for member in self._members(household.record.id)
            if member.person.get("name") == name.strip()
        ]
        return _only(people, ref)

    def _members(self, household_id: str) -> tuple[Member, ...]:
        view = self._reading.household(household_id)
        return view.members if view is not None else ()

    def _households_at(self, ref: str) -> list[Found]:
        estate, _, room = ref.rpartition("/")
        address = parse_address(room)
        wanted = address.short if address is not None else room.strip()
        dwellings = self._reading.rows("dwelling", where={"room": wanted})
        if estate:
            dwellings = [found for found in dwellings if self._estate_of(found) == estate]
        return [
            Found(household, household.id)
            for dwelling in dwellings
            for household in self._reading.rows("household", where={"dwelling_id": dwelling.id})
        ]

    def _estate_of(self, dwelling: Record) -> str:
        building = self._reading.find("area", str(dwelling.get("building_id", "")))
        if building is None:
            return ""
        parent = self._reading.find("area", str(building.get("parent_id", "")))
        return str((parent or building).get("name", ""))


def _only(found: list[Found], ref: str) -> Found:
    if not found:
        raise NotFound(what=ref)
    if len(found) > 1:
        raise SeveralMatches(ids=", ".join(one.record.id for one in found))
    return found[0]


def _household_of(record: Record) -> str:
    if record.type == "household":
        return record.id
    if "household_id" in ENTITIES[record.type].fields:
        return str(record.get("household_id", ""))
    return record.root_id


def is_reference(ref: str) -> bool:
    """Whether ``ref`` can only mean a record: an id, a room, somebody at a room. A name is none."""
    return _is_id(ref) or "@" in ref or parse_address(ref.rpartition("/")[2]) is not None


def _is_id(ref: str) -> bool:
    try:
        UUID(ref)
    except ValueError:
        return False
    return True
