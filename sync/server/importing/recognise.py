"""Who is who: the rows that a roster's households and people are, or will be."""

from collections import Counter
from dataclasses import dataclass, field

from sync.server.importing.known import KeyParts, Known
from sync.server.importing.places import Home
from sync.server.roster.types import ParsedHousehold, ParsedPerson


@dataclass(frozen=True)
class Identified:
    """The ids of a household, its dwelling and its members, in the roster's order."""

    household_id: str
    dwelling_id: str
    people: tuple[str, ...]


@dataclass
class Recogniser:
    """Gives every household and person of one roster its id; no two share one."""

    known: Known
    _taken: set[str] = field(default_factory=set)

    def identify(self, household: ParsedHousehold, home: Home) -> Identified:
        """The ids of a household; new ones follow from the keys, so the same file gives them."""
        dwelling_id = self._dwelling(household, home)
        people = [self._known_person(person) for person in household.members]
        household_id = self._household(household, dwelling_id, [each for each in people if each])
        members = [
            found or self._fresh("person", person.keys[0])
            for found, person in zip(people, household.members, strict=True)
        ]
        return Identified(household_id, dwelling_id, tuple(members))

    def recall(self, person: ParsedPerson) -> str | None:
        """Whom a row that is not imported speaks of: it is no reason to ask for them."""
        known = (self.known.recognised("person", key) for key in person.keys)
        by_number = self.known.by_id_number.get(person.id_no) if person.id_no else None
        return by_number or next((each for each in known if each), None)

    def _dwelling(self, household: ParsedHousehold, home: Home) -> str:
        key = household.dwelling_key
        known = self.known.recognised("dwelling", key)
        door = (home.building_id or "", household.address.short)
        return known or self.known.by_door.get(door) or self.known.new_id("dwelling", *key)

    def _known_person(self, person: ParsedPerson) -> str | None:
        candidates = [self.known.recognised("person", key) for key in person.keys]
        if person.id_no:
            candidates.insert(1, self.known.by_id_number.get(person.id_no))
        return self._first_free(candidates)

    def _household(self, household: ParsedHousehold, dwelling_id: str, people: list[str]) -> str:
        *by_head, by_door = household.keys
        candidates = [self.known.recognised("household", key) for key in by_head]
        candidates += self._shared_home(people, dwelling_id)
        at_the_door = self.known.recognised("household", by_door)
        if at_the_door is not None and self._still_theirs(at_the_door, people):
            candidates.append(at_the_door)
        found = self._first_free(candidates)
        return found or self._fresh("household", household.keys[0])

    def _shared_home(self, people: list[str], dwelling_id: str) -> list[str | None]:
        """Where most of these people live already, if it is behind this door."""
        homes: Counter[str] = Counter()
        for person_id in people:
            row = self.known.rows.get(("person", person_id))
            home = str(row.body.get("household_id", "")) if row else ""
            household = self.known.rows.get(("household", home))
            if household is not None and household.body.get("dwelling_id") == dwelling_id:
                homes[home] += 1
        return [home for home, _ in homes.most_common(1)]

    def _still_theirs(self, household_id: str, people: list[str]) -> bool:
        """A door alone also fits whoever moved in since."""
        residents = self.known.residents.get(household_id, frozenset())
        return not residents or not residents.isdisjoint(people)

    def _first_free(self, candidates: list[str | None]) -> str | None:
        for candidate in candidates:
            if candidate is not None and candidate not in self._taken:
                self._taken.add(candidate)
                return candidate
        return None

    def _fresh(self, type_: str, key: KeyParts) -> str:
        """A new id from a key. Whoever else has or had the same key, such as the family that
        lived behind this door before, keeps theirs."""
        turn, row_id = 1, self.known.new_id(type_, *key)
        while row_id in self._taken or (type_, row_id) in self.known.rows:
            turn += 1
            row_id = self.known.new_id(type_, *key, f"turn {turn}")
        self._taken.add(row_id)
        return row_id
