"""Putting lines together: people to households, households to doors, the same person once."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final

from sync.server.roster.doors import Location
from sync.server.roster.matching import door_key, grid_key
from sync.server.roster.problems import RowProblem
from sync.server.roster.rows import Line
from sync.server.roster.types import KeyParts, ParsedHousehold, ParsedPerson, Place

_HEAD: Final = "0"


@dataclass
class _Draft:
    """A household while its rows come in."""

    place: Place
    location: Location = field(repr=False)
    members: list[ParsedPerson] = field(default_factory=list, repr=False)
    occupancy: str | None = None
    hukou_match: str | None = None

    @property
    def has_head(self) -> bool:
        return any(member.relation == _HEAD for member in self.members)


@dataclass
class _Seen:
    """Where a person was put when the first of their rows came."""

    draft: _Draft
    at: int

    @property
    def person(self) -> ParsedPerson:
        return self.draft.members[self.at]


class Gathering:
    """Takes lines in the order of the file. ``problems`` lists what only shows between rows."""

    def __init__(self) -> None:
        self.problems: list[RowProblem] = []
        self._doors: dict[KeyParts, list[_Draft]] = {}
        self._by_id: dict[str, _Seen] = {}
        self._by_name: dict[KeyParts, list[_Seen]] = {}

    def add(self, line: Line) -> None:
        """Put one line where it belongs."""
        door = door_key(line.location.address)
        if line.person is None:
            self._add_vacant(door, line)
            return
        seen = self._known(door, line.person)
        if seen is not None:
            self._add_again(door, line, line.person, seen)
            return
        draft = self._draft_for(door, line, line.person)
        draft.members.append(line.person)
        self._remember(door, line.person, _Seen(draft, len(draft.members) - 1))
        self._complete(draft, line)

    def households(self) -> Iterator[ParsedHousehold]:
        """All households in the order of their first rows, with the keys that recognise them."""
        for door, drafts in self._doors.items():
            lived_in = [draft for draft in drafts if draft.members] or drafts[:1]
            names = [member.name for member in chain(*(draft.members for draft in lived_in))]
            for turn, draft in enumerate(lived_in, start=1):
                yield self._household(door, draft, turn, names)

    # --- The same person twice --------------------------------------------------------------------

    def _known(self, door: KeyParts, person: ParsedPerson) -> _Seen | None:
        if person.id_no and person.id_no in self._by_id:
            return self._by_id[person.id_no]
        for seen in self._by_name.get((*door, person.name), ()):
            other = seen.person
            if not (person.id_no and other.id_no) and _may_agree(person.birth, other.birth):
                return seen
        return None

    def _add_again(self, door: KeyParts, line: Line, person: ParsedPerson, seen: _Seen) -> None:
        first = seen.person
        if first.name != person.name:
            self._problem("person.other_name", line.place, first.place)
        elif door_key(seen.draft.location.address) != door:
            self._problem("person.elsewhere", line.place, first.place)
        else:
            self._problem("person.twice", line.place, first.place)
            seen.draft.members[seen.at] = _as_one(first, person)
            self._remember(door, seen.person, seen)
            self._complete(seen.draft, line)

    def _remember(self, door: KeyParts, person: ParsedPerson, seen: _Seen) -> None:
        if person.id_no:
            self._by_id[person.id_no] = seen
        named = self._by_name.setdefault((*door, person.name), [])
        if all(one.at != seen.at or one.draft is not seen.draft for one in named):
            named.append(seen)

    # --- Which household --------------------------------------------------------------------------

    def _draft_for(self, door: KeyParts, line: Line, person: ParsedPerson) -> _Draft:
        """By its number, else by its head's name, else each head starts a household."""
        drafts = self._doors.setdefault(door, [])
        mine = [draft for draft in drafts if _may_be(draft.location, line.location)]
        found = mine[-1] if mine else None
        told = line.location.number or line.location.head_name
        if found is not None and not told and person.relation == _HEAD and found.has_head:
            found = None
        if found is None:
            found = _Draft(line.place, line.location)
            drafts.append(found)
        elif not found.members:
            found.occupancy = None  # Another row called this home vacant; somebody is there.
        return found

    def _add_vacant(self, door: KeyParts, line: Line) -> None:
        if not self._doors.get(door):
            self._doors[door] = [_Draft(line.place, line.location, occupancy=line.occupancy)]

    def _complete(self, draft: _Draft, line: Line) -> None:
        """Take what a later row adds about the household or its home."""
        draft.occupancy = draft.occupancy or line.occupancy
        draft.hukou_match = draft.hukou_match or line.hukou_match
        here, there = draft.location.grid, line.location.grid
        if not here and there:
            draft.location = replace(draft.location, grid=there)
        elif there and grid_key(here) != grid_key(there):
            self._problem("household.two_grids", line.place, draft.place)

    # --- What comes out ---------------------------------------------------------------------------

    def _household(
        self, door: KeyParts, draft: _Draft, turn: int, names: list[str]
    ) -> ParsedHousehold:
        told = [member.relation for member in draft.members]
        if draft.members and _HEAD not in told and any(told):
            self._problem("household.no_head", draft.place)
        members = tuple(
            replace(member, keys=_person_keys(member, door, names.count(member.name) == 1))
            for member in sorted(draft.members, key=lambda member: member.relation != _HEAD)
        )
        head = 0 if _HEAD in told else None
        head_keys = [("head", *key) for key in members[0].keys] if head is not None else []
        said = {"address"} | {name for name in ("occupancy", "hukou_match") if getattr(draft, name)}
        return ParsedHousehold(
            place=draft.place,
            address=draft.location.address,
            members=members,
            head=head,
            grid_name=draft.location.grid or None,
            occupancy=draft.occupancy,
            hukou_match=draft.hukou_match,
            said=frozenset(said),
            keys=(*head_keys, ("home", *door, draft.location.number or str(turn))),
        )

    def _problem(self, code: str, place: Place, other: Place | None = None) -> None:
        shown = other.seen_from(place) if other else ""
        self.problems.append(RowProblem(place.sheet, place.row, "", code, shown))


def _may_be(household: Location, line: Location) -> bool:
    """Whether a row may belong to a household of its door, by number and head's name."""
    if household.number or line.number:
        return household.number == line.number
    return _may_agree(household.head_name, line.head_name)


def _may_agree(one: str | None, other: str | None) -> bool:
    """Whether two values are equal, or one of them is not known."""
    return not one or not other or one == other


def _person_keys(person: ParsedPerson, door: KeyParts, only: bool) -> tuple[KeyParts, ...]:
    keys: list[KeyParts] = [("id", person.id_no)] if person.id_no else []
    if person.birth:
        keys.append(("birth", person.name, person.birth, *door))
    if only:
        keys.append(("name", person.name, *door))
    return tuple(keys)


def _as_one(first: ParsedPerson, again: ParsedPerson) -> ParsedPerson:
    """Two rows of one person: tags of both, and what only the second row tells."""
    fields = ("sex", "birth", "id_type", "id_no", "phone", "relation", "status", "pop_kind", "work")
    missing = {name: getattr(again, name) for name in fields if getattr(first, name) is None}
    return replace(
        first,
        **missing,
        tags=first.tags | again.tags,
        special=first.special | again.special,
        disabled_grade=first.disabled_grade or again.disabled_grade,
        fully_dependent=first.fully_dependent or again.fully_dependent,
        said=first.said | again.said,
    )
