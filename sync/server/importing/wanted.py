"""A roster's household as the rows it asks for: what the source says, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.schema.values import settled_fields
from sync.server.importing.known import Known
from sync.server.importing.places import Home
from sync.server.importing.recognise import Identified
from sync.server.roster.types import ParsedHousehold, ParsedPerson

_OF_PERSON: Final = frozenset(
    {
        "name",
        "sex",
        "birth",
        "phone",
        "pop_kind",
        "work",
        "tags",
        "disabled_grade",
        "fully_dependent",
    }
)
_OF_RESIDENCY: Final = frozenset({"relation", "status"})
_OF_ID_NUMBER: Final = frozenset({"id_type", "id_no"})
LIVING: Final = "living"
MOVED_OUT: Final = "moved_out"


@dataclass(frozen=True)
class Wanted:
    """What a source says of one row. ``cells`` holds stored values, empty ones included."""

    scope_id: str
    type: str
    id: str
    cells: Mapping[str, Any]


@dataclass(frozen=True)
class Asking:
    """One household of a roster on its way to rows."""

    known: Known
    household: ParsedHousehold
    home: Home
    ids: Identified
    today: str

    def rows(self) -> Iterator[Wanted]:
        """Everything it asks for, parents first."""
        yield self._dwelling()
        yield self._household()
        for person_id, person in zip(self.ids.people, self.household.members, strict=True):
            yield from self._person(person_id, person)

    def _dwelling(self) -> Wanted:
        address = self.household.address
        cells = {
            "building_id": self.home.building_id,
            "room": address.short,
            "address": address.full,
            "floor": address.floor,
            **self._said_here("occupancy"),
        }
        return self._in_grid("dwelling", self.ids.dwelling_id, cells)

    def _household(self) -> Wanted:
        head = self.household.head
        cells = {"dwelling_id": self.ids.dwelling_id, **self._said_here("hukou_match")}
        if head is not None:
            cells["head_id"] = self.ids.people[head]
        return self._in_grid("household", self.ids.household_id, cells)

    def _person(self, person_id: str, person: ParsedPerson) -> Iterator[Wanted]:
        home = {"household_id": self.ids.household_id}
        both = {"person_id": person_id, **home}
        cells = person.cells
        yield self._in_grid("person", person_id, {**_only(cells, _OF_PERSON), **home})
        # Whoever stands in a list of residents lives there, unless the list says otherwise.
        said = {"status": LIVING, **_only(cells, _OF_RESIDENCY)}
        residency_id = self.known.new_id("residency", person_id, self.ids.household_id)
        yield self._in_grid("residency", residency_id, {**said, **both})
        yield from self._left_home(person_id)
        number_id = self.known.new_id("id_number", person_id)
        if person.id_no or ("id_number", number_id) in self.known.said:
            numbers = {**_only(cells, _OF_ID_NUMBER), **both}
            yield self._row(ScopeKind.ID_NUMBERS, self._grid, "id_number", number_id, numbers)
        yield from self._closed_care(person_id, person)

    def _left_home(self, person_id: str) -> Iterator[Wanted]:
        """The end of a residency that this source had told of and tells of no more."""
        before = self.known.said.get(("person", person_id), {}).get("household_id")
        if before and before != self.ids.household_id:
            residency_id = self.known.new_id("residency", person_id, str(before))
            said = self.known.said.get(("residency", residency_id), {})
            yield self._in_grid("residency", residency_id, {**said, "status": MOVED_OUT})

    def _closed_care(self, person_id: str, person: ParsedPerson) -> Iterator[Wanted]:
        for tag in sorted(person.special):
            yield self._care(person_id, tag, None)
        if "special" not in person.said:
            return
        for said in self.known.closed_care.get(person_id, ()):
            if said["tag"] not in person.special:
                yield self._care(person_id, str(said["tag"]), said.get("valid_to") or self.today)

    def _care(self, person_id: str, tag: str, until: str | None) -> Wanted:
        cells = {
            "person_id": person_id,
            "household_id": self.ids.household_id,
            "tag": tag,
            "valid_to": until,
        }
        row_id = self.known.new_id("special_care", person_id, tag)
        return self._row(ScopeKind.CARE, person_id, "special_care", row_id, cells)

    @property
    def _grid(self) -> str:
        return self.home.grid_id or ""

    def _said_here(self, name: str) -> dict[str, Any]:
        return _only(self.household.cells, frozenset({name}))

    def _in_grid(self, type_: str, row_id: str, cells: Mapping[str, Any]) -> Wanted:
        return self._row(ScopeKind.GRID, self._grid, type_, row_id, cells)

    def _row(
        self, kind: ScopeKind, owner: str, type_: str, row_id: str, cells: Mapping[str, Any]
    ) -> Wanted:
        return Wanted(scope_name(kind, owner), type_, row_id, settled_fields(type_, cells))


def _only(cells: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in cells.items() if name in names}
