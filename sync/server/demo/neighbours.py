"""Those who live in a community, as the rest of its demo names them: with door and phone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sync.server.demo.household_rows import Place
from sync.server.demo.identity import Numbers
from sync.server.demo.rows import DemoCommunity

GROWN_UP: Final = 18


@dataclass(frozen=True)
class Neighbour:
    """Somebody at home behind a door. ``phone`` is empty where they have none."""

    place: Place
    household_id: str
    person_id: str
    name: str
    sex: str
    age: int
    phone: str
    tags: frozenset[str]

    @property
    def grid(self) -> str:
        """The name of the grid they live in."""
        return self.place.building.grid

    @property
    def building(self) -> tuple[str, int]:
        """The estate and the number of their building."""
        return self.place.estate.name, self.place.building.number


def neighbours(
    places: Sequence[Place], households: Sequence[str], out: DemoCommunity, numbers: Numbers
) -> list[Neighbour]:
    """The grown-ups at home, door by door; nobody with tier-3 care is among them."""
    people = {row.id: row.body for row in out.all_rows() if row.type == "person"}
    found = []
    for place, household_id in zip(places, households, strict=True):
        for number, member in enumerate(place.home.members):
            if member.age < GROWN_UP or member.status != "living" or member.closed:
                continue
            person_id = numbers.row_id("person", place.estate.name, place.door.room, str(number))
            phone = str(people[person_id].get("phone") or "")
            found.append(
                Neighbour(
                    place,
                    household_id,
                    person_id,
                    member.name,
                    member.sex,
                    member.age,
                    phone,
                    frozenset(member.tags),
                )
            )
    return found


def settled(people: Iterable[Neighbour]) -> list[Neighbour]:
    """Those who own their home and can be reached: helpers are found among them."""
    return [one for one in people if one.phone and one.place.home.occupancy == "owner"]
