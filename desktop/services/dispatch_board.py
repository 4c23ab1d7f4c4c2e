"""Who has what in hand, as it is read for dispatch, and what would move to somebody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from desktop.services.desk_cases import CaseLine
from desktop.services.matter_list import ListedMatter
from sync.store.record import Record

MATTER, CASE = "matter", "service_case"
HAS, ELSEWHERE, WAITS = "has", "elsewhere", "waits"
"""Why something stays: they have it already, they do not hold its grid, it is past assigning."""

GONE: Final = "9999-12-31"
"""Away for good: no post any more."""

WALKS: Final = frozenset({"grid_worker", "area_officer"})
_EVERYWHERE: Final = frozenset({"desk_clerk", "secretary"})
TAKES: Final = WALKS | _EVERYWHERE | {"grid_leader"}
"""Posts whose holders take matters; the office takes cases as well."""


@dataclass(frozen=True)
class Task:
    """A matter or a case that somebody has, or nobody yet. ``late``: past its limit. ``unit`` is
    whoever has it in words, where that is no colleague."""

    id: str
    kind: str
    owner_id: str
    grid_id: str
    grid: str
    late: bool
    is_movable: bool
    unit: str = ""
    matter: ListedMatter | None = field(default=None, repr=False)
    case: CaseLine | None = field(default=None, repr=False)

    @property
    def record(self) -> Record:
        """The row as it was read."""
        found = self.matter or self.case
        assert found is not None
        return found.record


@dataclass(frozen=True)
class Carrier:
    """A colleague with what they have in hand, as far as it is on this computer.

    ``due`` are the doors that wait in the grids they walk, ``away_until`` the last day of their
    cover, or :data:`GONE`.
    """

    id: str
    name: str
    posts: frozenset[str]
    grids: Mapping[str, str]
    matters: int
    cases: int
    late: int
    due: int
    away_until: str = ""
    covered_by: tuple[str, ...] = ()

    @property
    def in_hand(self) -> int:
        """Matters and cases together."""
        return self.matters + self.cases

    def may_take(self, task: Task) -> bool:
        """Whether it would ever be on their computer."""
        if self.posts & _EVERYWHERE:
            return True
        return task.kind == MATTER and task.grid_id in self.grids and bool(self.posts & TAKES)


@dataclass(frozen=True)
class Board:
    """Everything in hand. ``is_whole``: the community is on this computer, so nobody's load is
    larger than it is shown."""

    tasks: tuple[Task, ...]
    carriers: tuple[Carrier, ...]
    is_whole: bool

    def carrier(self, staff_id: str) -> Carrier | None:
        """A colleague of the board."""
        return next((one for one in self.carriers if one.id == staff_id), None)

    @property
    def away(self) -> frozenset[str]:
        """Who is away today."""
        return frozenset(one.id for one in self.carriers if one.away_until)


@dataclass(frozen=True)
class Plan:
    """What would move to somebody, and what would stay, by the reason."""

    to: Carrier
    moves: tuple[Task, ...]
    stays: Mapping[str, tuple[Task, ...]]


def plan(tasks: Iterable[Task], to: Carrier) -> Plan:
    """What of these would move."""
    moves: list[Task] = []
    stays: dict[str, list[Task]] = {}
    for task in tasks:
        why = _why_it_stays(task, to)
        (stays.setdefault(why, []) if why else moves).append(task)
    return Plan(to, tuple(moves), {why: tuple(some) for why, some in stays.items()})


def _why_it_stays(task: Task, to: Carrier) -> str:
    if task.owner_id == to.id:
        return HAS
    if not to.may_take(task):
        return ELSEWHERE
    return "" if task.is_movable else WAITS
