"""Needs and hazards of a visit become matters; the rest of a matter's life is the desk's."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from desktop.services.visit_form import VisitForm
from sync.i18n import _
from sync.identity import Clock, stamp
from sync.rules.health_words import without_health
from sync.rules.matters import KINDS, LIMITS
from sync.schema import codes
from sync.schema.matter import OVER
from sync.store.record import Record
from sync.store.records import Edit, create, patch
from sync.store.store import Store

_MINE_YET: Final = frozenset({"draft", "reported"})
"""Stages in which whoever reported a matter may still take it back alone."""


@dataclass(frozen=True)
class MatterLine:
    """A matter in one line. ``unit`` is who usually solves it, ``limit`` how long that may take."""

    id: str
    subject: str
    what: str
    unit: str
    limit: str
    reported_at: str


class Matters:
    """The matters of households on this computer, as a visit makes and sees them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def open_of(self, household_id: str) -> list[Record]:
        """What is asked for there and not over, oldest first."""
        found = self._store.reading.rows("matter", where={"household_id": household_id})
        return sorted(
            (row for row in found if row.get("stage") not in OVER),
            key=lambda row: (str(row.get("reported_at", "")), row.id),
        )

    def edits_for(self, household: Record, visit_id: str, form: VisitForm) -> list[Edit]:
        """A matter for each need and hazard that no open one is about already."""
        if not (form.needs or form.hazards):
            return []
        known = {row.get("subject") for row in self.open_of(household.id)}
        return [
            create(
                "matter",
                self._body(household, visit_id, subject, form),
                scope_id=household.scope_id,
            )
            for subject in (*form.hazards, *form.needs)
            if subject not in known
        ]

    def withdrawals(self, visit_ids: Iterable[str], *, but: Iterable[str] = ()) -> list[Edit]:
        """Take back what these visits reported, where nobody has taken it up; ``but`` stays."""
        kept, edits = set(but), []
        for visit_id in visit_ids:
            for row in self._store.reading.rows("matter", where={"visit_id": visit_id}):
                if row.get("stage") in _MINE_YET and row.get("subject") not in kept:
                    after = "void" if row.get("stage") == "draft" else "withdrawn"
                    edits.append(patch("matter", row.id, {"stage": after}))
        return edits

    def _body(
        self, household: Record, visit_id: str, subject: str, form: VisitForm
    ) -> dict[str, Any]:
        # The visit keeps its note; a matter goes on to whoever is to solve it.
        # An unknown word is refused where the visit is saved, by the name of its field.
        kind = KINDS.get(subject, KINDS["other"])
        return {
            "household_id": household.id,
            "visit_id": visit_id,
            "subject": subject,
            "category": kind.category,
            "urgency": kind.urgency,
            "source": "visit",
            "stage": "reported",
            "text": without_health(form.note),
            "staff_id": self._store.account.user.staff_id,
            "reported_at": stamp(self._clock.now()),
        }


def subject_words(subject: str) -> str:
    """A need or hazard in words."""
    return _(codes.HAZARD.get(subject) or codes.NEED.get(subject) or subject)


def matter_line(row: Record) -> MatterLine:
    """A stored matter in one line."""
    subject = str(row.get("subject") or "other")
    what = str(row.get("title") or "") or subject_words(subject)
    kind = KINDS[subject]
    limit = LIMITS.get(str(row.get("urgency") or kind.urgency), "")
    unit = str(row.get("owner") or "") or _(kind.unit)
    return MatterLine(row.id, subject, what, unit, _(limit), str(row.get("reported_at") or ""))


def coming_line(subject: str) -> MatterLine:
    """What a need or hazard that was pressed will be reported as."""
    kind = KINDS[subject]
    return MatterLine(
        "", subject, subject_words(subject), _(kind.unit), _(LIMITS[kind.urgency]), ""
    )
