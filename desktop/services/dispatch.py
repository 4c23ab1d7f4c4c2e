"""Dispatch (派单): who has what in hand, and many matters or cases given to another at once.

What has an owner moves here: matters, and where the desk's cases are on this computer those too.
Visits belong to whoever walks the grid; they go with cover, or with the households. Everything is
an ordinary edit: it works offline, and the server asks again whether the post may.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from desktop.services.desk_cases import ServiceCases
from desktop.services.dispatch_board import (
    CASE,
    GONE,
    MATTER,
    TAKES,
    WALKS,
    Board,
    Carrier,
    Task,
)
from desktop.services.grids import LoadLine
from desktop.services.matter_forms import Step
from desktop.services.matter_list import MatterList
from desktop.services.matter_work import MatterWork
from desktop.services.names import Names
from sync.identity import Clock, local_day
from sync.rules.limits import LampState
from sync.rules.matter_steps import is_possible, way_of
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.store.record import Record
from sync.store.records import patch
from sync.store.store import Store

PORTION: Final = 20
"""Written in one go; between two of them it can be stopped."""

_CASE_OVER: Final = frozenset({"closed", "rejected", "picked_up"})
_GIVEN: Final = ("owner", "owner_id", "disposition")


@dataclass
class Handover:
    """How far it came: ``moved`` with the stage that each has since, ``left`` that others changed
    meanwhile."""

    to_id: str
    moved: list[tuple[Task, str]] = field(default_factory=list)
    left: int = 0


def portions(tasks: Sequence[Task]) -> list[Sequence[Task]]:
    """These in portions that are written one after the other."""
    return [tasks[at : at + PORTION] for at in range(0, len(tasks), PORTION)]


class Dispatch:
    """Reads the board, gives, and takes back."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        names: Names,
        matters: tuple[MatterList, MatterWork],
        cases: ServiceCases,
    ) -> None:
        self._store = store
        self._clock = clock
        self._names = names
        self._matters, self._work = matters
        self._cases = cases

    # --- Who has what -----------------------------------------------------------------------------

    def board(self, load: Iterable[LoadLine]) -> Board:
        """What is in hand on this computer, and with whom; ``load`` is what waits in the grids."""
        now = self._clock.now()
        tasks = [*self._matter_tasks(now), *self._case_tasks()]
        whole = "secretary" in self._store.account.user.posts
        return Board(tuple(tasks), tuple(self._carriers(tasks, load)), whole)

    def _matter_tasks(self, now: datetime) -> Iterable[Task]:
        kind = scope_name(ScopeKind.GRID, "")
        for line in self._matters.listed(now):
            if not line.is_open:
                continue
            grid_id = line.record.scope_id.removeprefix(kind)
            owner_id = str(line.record.get("owner_id") or "")
            yield Task(
                line.id,
                MATTER,
                owner_id,
                grid_id,
                self._names.area(grid_id),
                late=line.light.due is not None and line.light.due <= now,
                is_movable=is_possible("assign", line.record.fields),
                unit="" if owner_id else line.owner,
                matter=line,
            )

    def _case_tasks(self) -> Iterable[Task]:
        for line in self._cases.waiting():
            if line.stage in _CASE_OVER:
                continue
            owner_id = str(line.record.get("owner_id") or "")
            late = line.light.state is LampState.RED
            yield Task(line.id, CASE, owner_id, "", "", late, is_movable=True, case=line)

    def _carriers(self, tasks: Sequence[Task], load: Iterable[LoadLine]) -> list[Carrier]:
        today = local_day(self._clock.now()).isoformat()
        runs = [
            row
            for row in self._store.reading.rows("assignment")
            if str(row.get("valid_from") or "") <= today <= str(row.get("valid_to") or GONE)
        ]
        due = {line.grid_id: len(line.due) for line in load}
        cover = [row for row in runs if row.get("substitute_for")]
        held = Counter((one.owner_id, one.kind) for one in tasks)
        late = Counter(one.owner_id for one in tasks if one.late)
        wanted = {str(row.get("staff_id")) for row in runs if row.get("post") in TAKES}
        wanted |= {one.owner_id for one in tasks} - {""}
        found: list[Carrier] = []
        for staff_id in wanted:
            mine = [row for row in runs if row.get("staff_id") == staff_id]
            away = [row for row in cover if row.get("substitute_for") == staff_id]
            until = max((str(row.get("valid_to") or GONE) for row in away), default="")
            walked = {
                key for row in mine if row.get("post") in WALKS for key in self._grids_in(row)
            }
            found.append(
                Carrier(
                    staff_id,
                    self._names.staff(staff_id),
                    frozenset(str(row.get("post")) for row in mine),
                    {key: self._names.area(key) for row in mine for key in self._grids_in(row)},
                    held[staff_id, MATTER],
                    held[staff_id, CASE],
                    late[staff_id],
                    sum(due.get(key, 0) for key in walked),
                    until if mine else GONE,
                    tuple(dict.fromkeys(self._names.staff(str(r.get("staff_id"))) for r in away)),
                )
            )
        return sorted(found, key=_in_order)

    def _grids_in(self, assignment: Record) -> list[str]:
        """The grids of a post: its area, or all that lie in it."""
        areas, area_id = self._names.areas(), str(assignment.get("area_id") or "")
        if areas.get(area_id) is not None and areas[area_id].get("level") == "grid":
            return [area_id]
        everywhere = area_id == self._store.account.user.community_id
        return [
            key
            for key, area in areas.items()
            if area.get("level") == "grid" and (everywhere or area.get("parent_id") == area_id)
        ]

    # --- Giving -----------------------------------------------------------------------------------

    def give(self, tasks: Sequence[Task], text: str, so_far: Handover) -> None:
        """Give these in one write: all of them, or none where it fails. What somebody else changed
        since it was read stays as it is. :func:`portions` are short enough to be waited for."""
        step = Step("assign", text=text.strip(), owner_id=so_far.to_id)
        some = [one for one in tasks if _is_as_read(one, self._now(one))]
        edits = self._work.edits([one.id for one in some if one.kind == MATTER], step)
        given = {"owner_id": step.owner_id}
        edits += [patch(CASE, one.id, given) for one in some if one.kind == CASE]
        self._store.records.write(edits)
        so_far.left += len(tasks) - len(some)
        so_far.moved += [(one, _stage_given(one)) for one in some]

    def take_back(self, done: Handover) -> tuple[int, int]:
        """Whoever had it before has it again: how many, and how many stay because the new owner
        or somebody else has gone on with them."""
        edits = []
        for task, stage in done.moved:
            row = self._now(task)
            if row is None or _owner(row) != (done.to_id, "") or _stage(row) != stage:
                continue
            names = _GIVEN if task.kind == MATTER else ("owner_id",)
            before: dict[str, Any] = {name: task.record.get(name) for name in names}
            edits.append(patch(task.kind, task.id, before))
        self._store.records.write(edits)
        return len(edits), len(done.moved) - len(edits)

    def _now(self, task: Task) -> Record | None:
        return self._store.reading.find(task.kind, task.id)


def _is_as_read(task: Task, row: Record | None) -> bool:
    return (
        row is not None
        and _owner(row) == _owner(task.record)
        and _stage(row) == _stage(task.record)
    )


def _owner(row: Record) -> tuple[str, str]:
    return str(row.get("owner_id") or ""), str(row.get("owner") or "")


def _stage_given(task: Task) -> str:
    """The stage that it has once it is given."""
    stage = _stage(task.record)
    return (way_of("assign", stage) or (stage,))[-1] if task.kind == MATTER else stage


def _stage(row: Record | None) -> str:
    return str(row.get("stage") or "") if row is not None else ""


def _in_order(one: Carrier) -> tuple[bool, str, str]:
    """In the order of the grids, who has none last: nobody is ranked."""
    grid = min(one.grids.values(), default="")
    return len(one.grids) != 1, grid, one.id
