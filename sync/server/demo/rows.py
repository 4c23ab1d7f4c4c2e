"""A community as rows: what the generator hands to whoever writes it into a store."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sync.schema.canonical import compact
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.server.demo.plan import UserPlan


class DemoRow(NamedTuple):
    """A new row, as ``bulk_create`` takes it."""

    type: str
    id: str
    body: dict[str, Any]


@dataclass
class MicroGrid:
    """A part of a grid with ``size`` doors, and the households behind them."""

    id: str
    size: int
    households: list[str] = field(default_factory=list)


@dataclass
class DemoCommunity:
    """Everything a demo community consists of.

    ``areas`` are bodies in the order they are added, parents first; the id of each follows from
    ``office.area_id``. ``micro_grids`` are those of each grid, in walking order. ``rows``
    are the residents' records by scope, parents first in each.
    ``companions`` are pairs of a login and a person. ``cases`` are the ids of
    mediation cases, in the order of their numbers.
    """

    id: str
    name: str
    code: str
    county: dict[str, Any]
    street: dict[str, Any]
    areas: list[dict[str, Any]] = field(default_factory=list)
    users: tuple[UserPlan, ...] = ()
    grid_ids: dict[str, str] = field(default_factory=dict)
    building_ids: dict[tuple[str, int], str] = field(default_factory=dict)
    micro_grids: dict[str, list[MicroGrid]] = field(default_factory=dict)
    rows: dict[str, list[DemoRow]] = field(default_factory=dict)
    companions: list[tuple[str, str]] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)

    def add(self, kind: ScopeKind, owner: str, type_: str, row_id: str, /, **body: Any) -> str:
        """Add a row to the scope of a grid or a person (``owner``), and return its id. Empty
        fields are left out."""
        row = DemoRow(type_, row_id, compact(body))
        self.rows.setdefault(scope_name(kind, owner), []).append(row)
        return row_id

    def settle(self, grid: str, household_id: str) -> str:
        """Put a household into the first micro-grid of its grid that has room left; its id."""
        found = next(one for one in self.micro_grids[grid] if len(one.households) < one.size)
        found.households.append(household_id)
        return found.id

    def all_rows(self) -> Iterator[DemoRow]:
        """The rows of every scope."""
        for rows in self.rows.values():
            yield from rows
