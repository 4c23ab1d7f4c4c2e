"""Search: the record that somebody half remembers, in well under a tenth of a second."""

from dataclasses import dataclass, field, replace
from typing import Any

from desktop.services.households import HouseholdLine, Households
from desktop.services.privacy import Sight
from sync.identity import Clock, local_day
from sync.rules.people import age_of, name_with_age
from sync.store.reading import Reading
from sync.store.word_book import MENTIONED

MOST_HITS = 50


@dataclass(frozen=True)
class Hit:
    """One answer, masked as its reader sees it. ``type`` is person or household.

    ``mentioned`` tells that only what was written about the household answers; it is not quoted,
    because a list shows nobody's health.
    """

    type: str
    id: str
    line: HouseholdLine = field(repr=False)
    name: str = field(repr=False)
    age: int | None
    phone: str = field(repr=False)
    mentioned: bool = False
    sex: str = ""

    @property
    def household_id(self) -> str:
        """The household to open."""
        return self.line.id

    @property
    def room(self) -> str:
        """The short room, such as 6-2-1602."""
        return self.line.room

    @property
    def estate(self) -> str:
        """The estate or courtyard."""
        return self.line.estate

    @property
    def who(self) -> str:
        """The name with the age."""
        return name_with_age(self.name, self.age)

    def document(self) -> dict[str, Any]:
        """The answer as scripts read it."""
        return {
            "type": self.type,
            "id": self.id,
            "household": self.household_id,
            "room": self.room,
            "estate": self.estate,
            "name": self.name,
            "age": self.age,
            "phone": self.phone,
        }


class Finder:
    """Finds households and people by name, initials, pinyin, room, address or phone tail."""

    def __init__(
        self, reading: Reading, households: Households, sight: Sight, clock: Clock
    ) -> None:
        self._reading = reading
        self._households = households
        self._sight = sight
        self._clock = clock

    def find(self, text: str, *, open_all: bool = False, most: int = MOST_HITS) -> list[Hit]:
        """The best answers first, at most ``most``. Notes are looked through for those alone who
        know the doors."""
        sight = replace(self._sight, open_all=open_all)
        notes = self._sight.knows_names
        matches = self._reading.search(text.strip(), limit=most, notes=notes)
        homes = {match.household_id for match in matches}
        lines = {line.id: line for line in self._households.lines(homes, sight)}
        people = {
            person.id: person
            for person in self._reading.rows("person", ids=[m.person_id for m in matches])
        }
        today = local_day(self._clock.now())
        hits = []
        for match in matches:
            line = lines.get(match.household_id)
            if line is None:
                continue
            person = people.get(match.person_id)
            hits.append(
                Hit(
                    type="person" if person else "household",
                    id=person.id if person else line.id,
                    line=line,
                    name=sight.name(person.get("name")) if person else line.who,
                    age=age_of(person.fields, today) if person else line.age,
                    phone=sight.phone(person.get("phone")) if person else "",
                    mentioned=match.rank >= MENTIONED,
                    sex=str(person.get("sex") or "") if person else "",
                )
            )
        return hits
