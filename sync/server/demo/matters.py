"""The matters of the past weeks that began with a visit: its needs and hazards, in every stage."""

from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from typing import Any, Final

from sync.rules.matters import KINDS
from sync.rules.workdays import workday_after
from sync.server.demo.matter_book import MatterBook
from sync.server.demo.matter_words import NO_COMPANY, OWN_COMPANY, SETTLING
from sync.server.demo.neighbours import Neighbour
from sync.server.demo.rows import DemoRow

_WEEKS_DAYS: Final = 30
_SAME_DAY: Final = frozenset({"simple", "urgent", "critical"})
_LONG_AGO: Final = 8
_STAGES_BY_AGE: Final = (
    (1, ("reported", "reported", "accepted")),
    (2, ("accepted", "assigned", "processing")),
    (4, ("assigned", "processing", "finished", "verified", "feedback")),
    (_LONG_AGO, ("closed",) * 12 + ("processing",)),
    (_WEEKS_DAYS, ("closed",) * 24 + ("suspended",)),
)
"""What has become of an ordinary need so many days after it was told."""
_HANDED: Final = frozenset(
    {"assigned", "processing", "finished", "verified", "feedback", "closed", "suspended"}
)
_DONE: Final = frozenset({"finished", "verified", "feedback", "closed"})
_PROMISED_ON: Final = frozenset({"accepted", "assigned", "processing"})


class VisitedMatters:
    """Writes them into a book."""

    def __init__(self, book: MatterBook) -> None:
        self._book = book

    def write(self, people: Sequence[Neighbour]) -> None:
        """What visits to these people brought home."""
        homes: dict[str, Neighbour] = {}
        for one in people:
            homes.setdefault(one.household_id, one)
        for visit in [row for row in self._book.out.all_rows() if row.type == "visit"]:
            home = homes.get(str(visit.body["household_id"]))
            if home is not None and self._book.age(visit.body["started_at"]) <= _WEEKS_DAYS:
                self._of_visit(visit, home)

    def _of_visit(self, visit: DemoRow, home: Neighbour) -> None:
        subjects = (*visit.body.get("hazards", ()), *visit.body.get("needs", ()))
        for subject in subjects:
            self._need(visit, home, subject)

    def _need(self, visit: DemoRow, home: Neighbour, subject: str) -> None:
        kind, settling = KINDS[subject], SETTLING[subject]
        at, age = str(visit.body["started_at"]), self._book.age(visit.body["started_at"])
        stage = self._stage(kind.urgency, age)
        unit = settling.unit
        if unit == OWN_COMPANY:
            unit = home.place.estate.property_name or NO_COMPANY
        worker = self._book.workers[home.grid]
        body: dict[str, Any] = {
            "household_id": home.household_id,
            "visit_id": visit.id,
            "subject": subject,
            "category": kind.category,
            "urgency": kind.urgency,
            "source": "visit",
            "stage": stage,
            "text": visit.body.get("note"),
            "staff_id": visit.body["staff_id"],
            "reported_at": at,
        }
        if stage in _HANDED:
            body |= {"owner": unit} if unit else {"owner_id": worker}
            body["disposition"] = "joint" if unit else "self"
        if stage in _DONE:
            body["result_text"] = settling.done
        if stage == "closed":
            body |= self._book.answer(
                self._book.later(at, 2, time(16, 30)), home.name, settling.told
            )
        if stage == "suspended":
            body["review_on"] = workday_after(self._book.today, 12).isoformat()
        matter_id = self._book.add(home.grid, "matter", f"{visit.id}-{subject}", body)
        self._tell_steps(home, matter_id, body, settling.told)
        if stage in _PROMISED_ON and settling.promise:
            self._promise(visit, home, subject, settling.promise)

    def _stage(self, urgency: str, age: int) -> str:
        if urgency in _SAME_DAY:
            return "closed"
        stages = next(stages for days, stages in _STAGES_BY_AGE if age <= days)
        return self._book.random.choice(stages)

    def _tell_steps(
        self, home: Neighbour, matter_id: str, body: Mapping[str, Any], told: str
    ) -> None:
        """A worker who settled it alone wrote no steps; what was handed on has them."""
        unit, stage, at = str(body.get("owner") or ""), str(body["stage"]), str(body["reported_at"])
        matter = (matter_id, home.household_id)
        if not unit and stage == "processing":
            by = {"staff_id": self._book.workers[home.grid]}
            self._book.step(home.grid, matter, "start", self._book.later(at, 1, time(9, 30)), **by)
        if not unit or stage not in _HANDED:
            return
        self._book.step(
            home.grid, matter, "assign", self._book.later(at, 0, time(20, 40)), unit=unit
        )
        if stage in _DONE:
            done = self._book.later(at, 1, time(16, 5))
            self._book.step(home.grid, matter, "finish", done, text=str(body["result_text"]))
        if stage in ("verified", "feedback", "closed"):
            self._book.step(home.grid, matter, "check", self._book.later(at, 1, time(17, 20)))
        if stage == "closed":
            by = {"staff_id": self._book.workers[home.grid], "text": told}
            self._book.step(home.grid, matter, "close", str(body["feedback_at"]), **by)

    def _promise(self, visit: DemoRow, home: Neighbour, subject: str, what: str) -> None:
        due = self._book.today + timedelta(days=self._book.random.randint(1, 4))
        body = {
            "household_id": home.household_id,
            "visit_id": visit.id,
            "staff_id": visit.body["staff_id"],
            "made_at": visit.body["started_at"],
            "what": what,
            "due": due.isoformat(),
        }
        self._book.add(home.grid, "promise", f"{visit.id}-{subject}", body)
