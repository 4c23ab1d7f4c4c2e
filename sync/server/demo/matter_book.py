"""What every matter of the demo has: its row, what was done about it, and what was answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from sync.identity import LOCAL_ZONE, local_day, parse_stamp, stamp
from sync.schema.policy import ScopeKind
from sync.server.demo.identity import Numbers
from sync.server.demo.rows import DemoCommunity

_SCORES: Final = (5, 5, 5, 5, 4, 4, 4, 3, 0)


@dataclass(frozen=True)
class MatterBook:
    """Writes into a community. ``staff`` are staff ids by login, ``workers`` those of the grid
    workers by the name of their grid; ``leader`` hands out and checks."""

    out: DemoCommunity
    numbers: Numbers
    today: date
    staff: Mapping[str, str]
    workers: Mapping[str, str]
    leader: str
    random: Random = field(default_factory=lambda: Random("matters"))

    def add(self, grid: str, type_: str, known_by: str, body: Mapping[str, Any]) -> str:
        """A row of a grid; its id follows from what it is ``known_by``."""
        row_id = self.numbers.row_id(type_, known_by)
        return self.out.add(ScopeKind.GRID, self.out.grid_ids[grid], type_, row_id, **body)

    def step(self, grid: str, matter: tuple[str, str], kind: str, at: str, **body: Any) -> None:
        """Something that was done. ``matter`` is its id and that of its household, if any."""
        matter_id, household_id = matter
        told = {"matter_id": matter_id, "household_id": household_id, "kind": kind, "at": at}
        told = {"staff_id": self.leader, **body, **told}
        self.add(grid, "matter_step", f"{matter_id}-{kind}-{at}", told)

    def age(self, at: str) -> int:
        """How many days ago that was."""
        return (self.today - local_day(parse_stamp(at))).days

    def later(self, at: str, days: int, clock: time) -> str:
        """A moment some days after ``at``, and never later than yesterday."""
        yesterday = self.today - timedelta(days=1)
        day = min(local_day(parse_stamp(at)) + timedelta(days=days), yesterday)
        soon = stamp(parse_stamp(at) + timedelta(minutes=20))
        return max(stamp(datetime.combine(day, clock, LOCAL_ZONE)), soon)

    def answer(self, at: str, to: str, words: str) -> dict[str, Any]:
        """The fields of a matter whose resident was told."""
        return {
            "feedback_at": at,
            "feedback_to": to,
            "feedback_by": "phone",
            "feedback_text": words,
            "satisfaction": self.random.choice(_SCORES),
            "resolved": True,
        }
