"""From a plan and a seed to rows: who lives where, what is held of them, what was written."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from sync.identity import LOCAL_ZONE, derived_id, stamp
from sync.schema.policy import ScopeKind
from sync.server.demo.cases import CaseRows, Side
from sync.server.demo.desk import DeskRows
from sync.server.demo.families import Families
from sync.server.demo.ground import lay_ground
from sync.server.demo.helpers import HelperRows
from sync.server.demo.household_rows import HouseholdRows, Place
from sync.server.demo.identity import Numbers
from sync.server.demo.matter_book import MatterBook
from sync.server.demo.matters import VisitedMatters
from sync.server.demo.model import Home, Story
from sync.server.demo.names import Namer
from sync.server.demo.neighbours import Neighbour, neighbours
from sync.server.demo.plan import CommunityPlan
from sync.server.demo.rounds import CampaignRows
from sync.server.demo.rows import DemoCommunity
from sync.server.demo.sample import Homes, fenghe_homes
from sync.server.demo.told import ToldMatters
from sync.server.demo.words import DISPUTES

_CLOSED: Final = (
    ("smi", 0),
    ("smi", 1),
    ("smi", 2),
    ("smi", 3),
    ("smi", 4),
    ("released", 1),
    ("released", 0),
    ("drug", 0),
    ("correction", 0),
    ("dv_victim", 0),
)
_LATE: Final = (0, 0, 0, 1, 1, 2, 3, 4, 6, 9)
_REFUSED_PER_GRID: Final = 2
_SHARED_PER_RENTED_TOWER: Final = 2


class Builder:
    """Builds one community. Everything follows from the plan, the seed, the day, and whether the
    office has ``opened`` on it."""

    def __init__(self, plan: CommunityPlan, seed: int, today: date, *, opened: bool = True) -> None:
        self._plan = plan
        self._today = today
        self._opened = opened
        self._rng = Random(seed)
        self._samples: Homes = fenghe_homes() if plan.samples else {}
        taken = [m.phone for home in self._samples.values() for m in home.members if m.phone]
        self._numbers = Numbers(self._rng, plan.id, seed, taken)
        self._families = Families(self._rng, Namer(self._rng), today.year)
        self._workers = {
            grid: derived_id("staff", user.login)
            for user in reversed(plan.users)
            if user.post == "grid_worker"
            for grid in user.grids
        }

    def build(self) -> DemoCommunity:
        """The whole community."""
        out = lay_ground(self._plan)
        places = self._places()
        self._settle_count([place.home for place in places])
        self._share_doors(places)
        self._place_closed_care(places, out)
        self._choose_stories(places)
        rows = HouseholdRows(out, self._rng, self._numbers, self._workers, self._today)
        households = [rows.write(place) for place in places]
        self._write_disputes(places, households, out)
        self._name_companions(out)
        self._write_cases(places, households, out)
        if self._plan.samples:
            self._write_community_life(neighbours(places, households, out, self._numbers), out)
        return out

    def _places(self) -> list[Place]:
        """Every door of the community with a home drawn for it."""
        places = []
        for estate in self._plan.estates:
            for building in estate.buildings:
                for door in building.each_door(estate.name):
                    home = self._samples.get((estate.name, door.room))
                    if home is None:
                        home = self._families.draw(estate.homes)
                    else:
                        self._families.complete(home)
                    places.append(Place(estate, building, door, home))
        return places

    def _settle_count(self, homes: Sequence[Home]) -> None:
        """Grow and shrink families until the community has as many residents as its plan."""
        if self._plan.residents is None:
            return
        fixed = {id(home) for home in self._samples.values()}
        drawn = [home for home in homes if id(home) not in fixed]
        missing = self._plan.residents - sum(len(home.members) for home in homes)
        while missing:
            change = self._families.grow if missing > 0 else self._families.shrink
            self._rng.shuffle(drawn)
            for home in drawn:
                if not missing:
                    break
                if change(home):
                    missing += -1 if missing > 0 else 1

    def _share_doors(self, places: Sequence[Place]) -> None:
        """In each tower with many tenants two homes are split; the doors left over are shops."""
        towers: dict[tuple[str, int], list[Place]] = {}
        for place in places:
            if place.home.occupancy == "group_rented" and not place.home.story.notes:
                towers.setdefault((place.estate.name, place.building.number), []).append(place)
        for tower in towers.values():
            for number in range(_SHARED_PER_RENTED_TOWER):
                if len(tower) >= 2 * _SHARED_PER_RENTED_TOWER:
                    first, second = tower[2 * number : 2 * number + 2]
                    second.home.shares_door_of = first.door.room

    def _place_closed_care(self, places: Sequence[Place], out: DemoCommunity) -> None:
        """Tier-3 tags on a few adults who live in ordinary homes."""
        if not self._plan.samples:
            return
        kinds = ("nuclear", "couple", "single_parent")
        fixed = {id(home) for home in self._samples.values()}
        homes = [
            place.home
            for place in places
            if place.home.kind in kinds and id(place.home) not in fixed
        ]
        for home, (tag, risk) in zip(self._rng.sample(homes, len(_CLOSED)), _CLOSED, strict=True):
            home.members[0].closed[tag] = risk

    def _choose_stories(self, places: Sequence[Place]) -> None:
        """In every grid a few doors are due or overdue, some refused, one did not answer."""
        fixed = {id(home) for home in self._samples.values()}
        for grid, count in self._plan.late.items():
            homes = [
                place.home
                for place in places
                if place.building.grid == grid
                and place.home.members
                and id(place.home) not in fixed
            ]
            stories = [Story(late=self._rng.choice(_LATE)) for _ in range(count)]
            stories += [Story(refused=self._rng.randint(3, 12)) for _ in range(_REFUSED_PER_GRID)]
            stories.append(Story(knocks=((2, "10:30"),)))
            for home, story in zip(self._rng.sample(homes, len(stories)), stories, strict=True):
                home.story = story

    def _write_disputes(
        self, places: Sequence[Place], households: Sequence[str], out: DemoCommunity
    ) -> None:
        """Each dispute once in every grid, between a door and one above it."""
        for grid, grid_id in out.grid_ids.items():
            homes = [
                (place, household)
                for place, household in zip(places, households, strict=True)
                if place.building.grid == grid and place.home.members
            ]
            for dispute in DISPUTES:
                at = self._rng.randrange(len(homes) - 5)
                first, second = homes[at], homes[at + 4]
                day = self._today - timedelta(days=self._rng.randint(12, 340))
                out.add(
                    ScopeKind.GRID,
                    grid_id,
                    "oral_mediation",
                    self._numbers.row_id("oral_mediation", first[1], dispute.what),
                    household_id=first[1],
                    other_household_id=second[1],
                    staff_id=self._workers[grid],
                    held_at=stamp(datetime.combine(day, time(19, 30), LOCAL_ZONE)),
                    dispute=dispute.code,
                    what=dispute.what,
                    result=dispute.result,
                    done=dispute.done,
                    amount=dispute.cents or None,
                )

    def _write_cases(
        self, places: Sequence[Place], households: Sequence[str], out: DemoCommunity
    ) -> None:
        """Written cases, where the community has a mediator and the homes of the stories."""
        mediator = next((user for user in self._plan.users if user.post == "mediator"), None)
        if mediator is None or not self._samples:
            return
        sides = [
            Side(place, household, self._numbers.row_id("person", *_key(place), "0"))
            for place, household in zip(places, households, strict=True)
            if place.home.members and not place.home.members[0].closed
        ]
        staff_id = derived_id("staff", mediator.login)
        CaseRows(out, self._numbers, staff_id, mediator.name, self._today).write(sides)

    def _write_community_life(self, people: Sequence[Neighbour], out: DemoCommunity) -> None:
        """What helpers, matters and the desk are about, where people have stories."""
        staff = {user.login: derived_id("staff", user.login) for user in self._plan.users}
        posts = {user.post: staff[user.login] for user in reversed(self._plan.users)}
        HelperRows(self._plan, out, self._numbers, people, self._today).write()
        leader, clerk = posts["grid_leader"], posts["desk_clerk"]
        book = MatterBook(out, self._numbers, self._today, staff, self._workers, leader)
        VisitedMatters(book).write(people)
        ToldMatters(book, clerk).write(people)
        CampaignRows(book).write(people)
        DeskRows(out, self._numbers, clerk, people, self._today, opened=self._opened).write()

    def _name_companions(self, out: DemoCommunity) -> None:
        """Tier-3 care goes to the grid's worker and the leader: two people, named."""
        grids = {grid_id: name for name, grid_id in out.grid_ids.items()}
        homes = {
            row.id: grids[scope.partition(":")[2]]
            for scope, rows in out.rows.items()
            if scope.startswith(f"{ScopeKind.GRID.value}:")
            for row in rows
            if row.type == "person"
        }
        for row in out.all_rows():
            if row.type != "special_care":
                continue
            person_id = row.body["person_id"]
            for user in out.users:
                goes = user.post in ("grid_worker", "grid_leader")
                if goes and homes[person_id] in user.grids:
                    out.companions.append((user.login, person_id))


def _key(place: Place) -> tuple[str, str]:
    """What the ids of a home's rows are derived from."""
    return place.estate.name, place.door.room
